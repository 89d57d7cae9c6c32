#!/usr/bin/env python3
"""Speed and memory of quillet corpus on a generated Wikiquote dump: bench/corpus.py [--json] [--megabytes N]

The dump is made in a temporary folder, and read by one thread: megabytes a second of processor time, and the most memory the
process held. Also read compressed, as a multistream .bz2.
SPDX-License-Identifier: MIT
"""
import argparse
import bz2
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "build/release/quillet"
GENERATOR = ROOT / "build/release/bench/corpus_dump"
LEAST_SPEED, MOST_MEMORY = 25, 1000


def run(arguments):
    """Seconds of the clock and of the processor, and megabytes at most, of a run of quillet corpus."""
    begin = time.monotonic()
    process = subprocess.Popen([str(PROGRAM), "corpus", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begin
    if status != 0:
        sys.exit(f"bench/corpus.py: quillet corpus failed: {output.strip()}")
    scale = 1e6 if sys.platform == "darwin" else 1e3  # ru_maxrss: bytes or kilobytes
    return {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / scale, "output": output}


def compress(source, target, most):
    """The first `most` bytes of a dump as bzip2 streams of some megabytes; returns how many bytes that are."""
    with open(source, "rb") as plain, open(target, "wb") as packed:
        done = 0
        while done < most and (block := plain.read(2_000_000)):
            packed.write(bz2.compress(block))
            done += len(block)
    return done


def measure(folder, megabytes):
    dump = folder / "dump.xml"
    with open(dump, "wb") as out:
        if subprocess.run([str(GENERATOR), str(megabytes)], stdout=out).returncode:
            sys.exit(f"bench/corpus.py: the dump of {megabytes} MB could not be written to {folder}; is there room?")
    size = dump.stat().st_size / 1e6
    output = folder / "out.txt"
    reading = run([dump, "-o", output, "--rules", "length"])
    whole = run([dump, "-o", output])
    items = sum(1 for _ in open(output, "rb"))
    packed_size = compress(dump, folder / "dump.xml.bz2", min(100_000_000, size * 1e6)) / 1e6
    dump.unlink()
    # The compressed one is cut where its bytes ran out, so what was read of it is kept.
    packed = run([folder / "dump.xml.bz2", "-o", output, "--keep-damaged"])
    return {
        "megabytes": round(size),
        "items": items,
        "read_mb_per_core_s": round(size / reading["cpu"], 1),
        "mb_per_core_s": round(size / whole["cpu"], 1),
        "bz2_mb_per_core_s": round(packed_size / packed["cpu"], 1),
        "peak_rss_mb": round(max(r["memory"] for r in (reading, whole, packed)), 1),
        "targets": {"mb_per_core_s": LEAST_SPEED, "peak_rss_mb": MOST_MEMORY},
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--megabytes", type=int, default=2000)
    options = parser.parse_args()
    for program in (PROGRAM, GENERATOR):
        if not program.exists():
            sys.exit(f"bench/corpus.py: {program} is not built; run ./dev bench corpus")
    with tempfile.TemporaryDirectory(prefix="quillet-bench-") as folder:
        record = measure(pathlib.Path(folder), options.megabytes)
    if options.json:
        print(json.dumps(record))
        return
    print(f"a dump of {record['megabytes']} MB, {record['items']} items kept")
    print(f"  reading and length alone   {record['read_mb_per_core_s']:8.1f} MB/s a core")
    print(f"  all default rules          {record['mb_per_core_s']:8.1f} MB/s a core (at least {LEAST_SPEED})")
    print(f"  multistream .bz2           {record['bz2_mb_per_core_s']:8.1f} MB/s of text")
    print(f"  memory                     {record['peak_rss_mb']:8.1f} MB at most (no more than {MOST_MEMORY})")


main()
