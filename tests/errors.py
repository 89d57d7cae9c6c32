#!/usr/bin/env python3
"""Every verb with every kind of bad input: one line that names the place, exit status 2, and nothing lost or left behind.

SPDX-License-Identifier: MIT
Usage: errors.py QUILLET. TABLE is the test: words of a command line, a pattern that the message must hold. {X} stands for a
file of the scratch folder; after each row every input must be what it was and no new file may be there.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

QUILLET = os.path.realpath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="quillet_errors_"))
LIMIT = 120  # seconds a command may take


def varint(value):
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def fields_of(message):
    """(number, wire type, whole bytes, data) of a protobuf message's fields."""
    def number_at(at):
        value = shift = 0
        while True:
            byte, at = message[at], at + 1
            value, shift = value | (byte & 127) << shift, shift + 7
            if byte < 128:
                return value, at

    at = 0
    while at < len(message):
        begin = at
        tag, at = number_at(at)
        if tag & 7 == 2:
            size, at = number_at(at)
            data, at = message[at:at + size], at + size
        else:
            data, at = number_at(at)
        yield tag >> 3, tag & 7, message[begin:at], data


def with_metadata(model, key, value):
    """ONNX bytes whose metadata entry `key` (ModelProto.metadata_props, field 14) is `value`."""
    def field(number, data):
        return bytes([number << 3 | 2]) + varint(len(data)) + data
    entry = field(1, key.encode())
    kept = b"".join(whole for number, _, whole, data in fields_of(model) if number != 14 or not data.startswith(entry))
    return kept + field(14, entry + field(2, value.encode()))


MODEL = (ROOT / "models" / "names.onnx").read_bytes()
FILES = {
    "names.onnx": MODEL,
    "float.onnx": (ROOT / "tests" / "models" / "gru1-embedding-state-opset17.onnx").read_bytes(),
    "empty": b"",
    "blank.txt": b"  \n\t\n",
    "half.onnx": MODEL[:len(MODEL) // 2],
    "noise.bin": bytes((i * 7919 >> 3) & 255 for i in range(5000)),
    "latin1.txt": "caf\u00e9 is open\n".encode("latin-1") * 40,
    "utf16.txt": "a line of text\n".encode("utf-16") * 40,
    "poems.txt": b"".join(b"%d is %d less one\n" % (i * 7919 % 1000, i * 7919 % 1000 + 1) for i in range(160)),
    "deep.onnx": with_metadata(MODEL, "quillet.sampling", "[" * 200000),
    "sampling.onnx": with_metadata(MODEL, "quillet.sampling", '{"temperature": -3}'),
    "not-json.onnx": with_metadata(MODEL, "quillet.sampling", "{temperature"),
    "checkpoint.onnx.checkpoint": b"quillet checkpoint 3\nnonsense",
    "search.onnx.checkpoint": b"quillet search 1\n{\"trials\": " + b"[" * 5000,
    "clock.txt": b"12:00|It is noon.|Somebody\n",
    "hours.txt": b"7:05|It is early.|Somebody\n",
    "file": b"not a folder",
}
for name, data in FILES.items():
    (FOLDER / name).write_bytes(data)
(FOLDER / "folder").mkdir()
(FOLDER / "mine").mkdir()
(FOLDER / "site").mkdir()
(FOLDER / "site/index.html").write_text("<!doctype html><title>mine</title>\n")
(FOLDER / "mine/README.md").write_text("mine\n")
(FOLDER / "mine/main.c").write_text("int main(void) { return 0; }\n")

# What reads a model, and what makes a model of it unreadable.
READERS = [("generate", "--seed", "1"), ("score", "{poems.txt}"), ("compile", "-o", "{out}"), ("verify", "--lines", "1"),
           ("inspect",), ("quantize", "-o", "{out.onnx}"), ("firmware", "-o", "{out.uf2}"), ("device", "-o", "{out}"),
           ("preview", "-o", "{out.png}"), ("export", "--as", "cmake", "-o", "{out}"), ("page", "-o", "{out}")]
BAD_MODELS = [("", "is empty"), ("{missing.onnx}", "missing.onnx: .*(No such file|opened)"), ("{folder}", "folder"),
              ("{empty}", "empty: "), ("{half.onnx}", "half.onnx: "), ("{noise.bin}", "noise.bin: "), ("{poems.txt}", "poems.txt: ")]

TABLE = [((reader[0], bad, *reader[1:]), pattern) for reader in READERS for bad, pattern in BAD_MODELS]
# Metadata that only those read that draw.
TABLE += [((verb, "{deep.onnx}", *rest), "deep.onnx: .*nested")
          for verb, *rest in (("generate", "--seed", "1"), ("compile", "-o", "{out}"))]
TABLE += [((verb, f"{{{name}}}", *rest), "quillet.sampling")
          for verb, *rest in (("generate", "--seed", "1"), ("compile", "-o", "{out}")) for name in ("sampling.onnx", "not-json.onnx")]

TABLE += [(("study", "{names.onnx}", "-o", "{new.html}"), "--train"), (("study", "{names.onnx}", "--train", "{poems.txt}"), "writes nothing"),
          (("study", "{names.onnx}", "--train", "{poems.txt}", "-o", "{poems.txt}"), "input"),
          (("study", "{half.onnx}", "--train", "{poems.txt}", "-o", "{new.html}"), "half.onnx"),
          (("train", "{blank.txt}", "-o", "{new}"), "blank.txt: has no text"),
          (("study", "{names.onnx}", "--train", "{empty}", "-o", "{new.html}"), "empty"),
          (("study", "{names.onnx}", "--train", "{latin1.txt}", "-o", "{new.html}"), "UTF-8"),
          (("study", "{names.onnx}", "--train", "{poems.txt}", "--list", "{folder}", "-o", "{new.html}"), "folder")]

# What writes, and where it cannot.
WRITERS = [("train", "{poems.txt}", "--epochs", "1", "--hidden", "8", "-o"), ("quantize", "{float.onnx}", "-o"),
           ("compile", "{names.onnx}", "-o"), ("corpus", "{poems.txt}", "-q", "-o"), ("firmware", "-o"), ("device", "-n", "1", "-o"),
           ("preview", "--text", "A text.", "-o"), ("export", "{names.onnx}", "--as", "zephyr", "-o"), ("page", "{names.onnx}", "{names.onnx}", "-o"),
           ("study", "{names.onnx}", "--train", "{poems.txt}", "-n", "10", "--detail", "10", "-q", "-o")]
for writer in WRITERS:
    TABLE += [((*writer, ""), "is empty|required"), ((*writer, "{file}/below/x"), "Not a directory|folder"),
              ((*writer, "/proc/nowhere/x"), "/proc/nowhere")]
TABLE += [((*writer, "{folder}"), "folder") for writer in WRITERS if writer[0] not in ("compile", "device", "export", "page")]

# Outputs that are inputs, derived names included.
TABLE += [(("train", "{poems.txt}", "-o", "{poems.txt}"), "input"), (("preview", "{names.onnx}", "-o", "{names.onnx}"), "input"),
          (("quantize", "{names.onnx}", "-o", "{names.onnx}"), "input"), (("firmware", "{names.onnx}", "-o", "{names.onnx}"), "input"),
          (("train", "{checkpoint.onnx.checkpoint}", "-o", "{checkpoint.onnx}"), "input"),
          (("train", "{poems.txt}", "-o", "{new.onnx}", "--report", "{poems.txt}"), "input"),
          (("train", "{poems.txt}", "-o", "{new.onnx}", "--report", "{new.onnx.checkpoint}"), "two outputs|another name"),
          (("train", "{poems.txt}", "-o", "{new.onnx}", "--report", "{new.onnx}"), "another name")]

# Texts.
for text, pattern in (("", "is empty"), ("{missing.txt}", "missing.txt"), ("{folder}", "folder"), ("{empty}", "empty: "),
                      ("{latin1.txt}", "latin1.txt:1.*UTF-8"), ("{noise.bin}", "noise.bin")):
    TABLE += [(("train", text, "-o", "{new.onnx}"), pattern), (("score", "{names.onnx}", text), pattern),
              (("generate", "{names.onnx}", "--seed", "1", "--against", text), f"{pattern}|--against")]
TABLE += [(("train", "{poems.txt}", "-o", "{new.onnx}", "--from", source), pattern)
          for source, pattern in (("", "is empty"), ("{missing.onnx}", "missing.onnx"), ("{noise.bin}", "noise.bin"))]
TABLE += [(("train", "{poems.txt}", "-o", "{new.onnx}", "--valid", valid), pattern)
          for valid, pattern in (("", "is empty"), ("{missing.txt}", "missing.txt"), ("150%", "--valid|150%"))]
TABLE += [
    (("train", "{poems.txt}", "-o", "{new.onnx}", "--resume"), "new.onnx.checkpoint: .*leave out --resume"),
    (("train", "{poems.txt}", "-o", "{checkpoint.onnx}", "--resume"), "checkpoint.onnx.checkpoint: .*damaged"),
    (("train", "{poems.txt}", "-o", "{search.onnx}", "--resume"), "search.onnx.checkpoint: .*nested"),
    (("train", "{poems.txt}", "-o", "{new.onnx}", "--search", "3", "--valid", "0%"), "--search|--valid"),
    (("train", "{poems.txt}", "-o", "{new.onnx}", "--hidden", "0"), "hidden"),
    (("train", "{poems.txt}", "-o", "{new.onnx}", "--hidden", "-4"), "hidden"),
    (("train", "{poems.txt}", "-o", "{new.onnx}", "--learning-rate", "nan"), "learning.rate"),
    (("train", "{poems.txt}", "-o", "{new.onnx}", "--epochs", "x"), "--epochs: is 'x'; expected a number above 0, at most 1000000000"),
    (("train", "{poems.txt}", "-o", "{new.onnx}", "--minutes", "0"), "--minutes: is '0'; expected a number above 0, at most 1000000000"),
    (("train", "{poems.txt}", "-o", "{new.onnx}", "--batch", "0"), "--batch: is '0'; expected a number above 0, at most 1000000000"),
    (("train", "{poems.txt}", "-o", "{new.onnx}", "--learning-rate", "2"), "--learning-rate: is '2'; expected a number above 0, at most 1"),
    (("generate", "{names.onnx}", "--seed=", "7"), "--seed"),
    (("corpus", "{poems.txt}", "--output=", "{out}"), "--output: is empty; is a variable of the shell not set?"),
    (("verify", "{poems.txt}"), "poems.txt: is a text, not an ONNX model; quillet train and torch.onnx.export write models"),
    (("study", "{names.onnx}", "--train", "{poems.txt}", "-o", "{new.html}", "-n", "5"), "--lines: is '5'; expected a whole number from 10 to 10000000"),
    (("study", "{names.onnx}", "--train", "{poems.txt}", "-o", "{new.html}", "--threads", "100000"),
     "--threads: is '100000'; expected a whole number from 0 to 256"),
    (("preview", "--text", "Rain.", "--scale", "1.5", "-o", "{new.png}"), "--scale: is '1.5'; expected a whole number from 1 to 16"),
    (("score", "{names.onnx}"), "has no text to score; name one behind the model"),
    (("train", "{poems.txt}", "-o", "{new.onnx}", "--bits", "3"), "--bits"),
    (("train", "{poems.txt}", "-o", "{new.onnx}", "--cell", "rnn2"), "--cell"),
    (("train",), "expected text: UTF-8"),
    (("generate", "{names.onnx}", "--temperature", "nan"), "--temperature"),
    (("generate", "{names.onnx}", "--min-p", "1.5"), "--min-p"),
    (("generate", "{names.onnx}", "--top-p", "-1"), "--top-p"),
    (("generate", "{names.onnx}", "--seed", "4294967296"), "--seed"),
    (("generate", "{names.onnx}", "-n", "-1"), "--count|-n"),
    (("generate", "{names.onnx}", "--prompt", "\u03a9"), "\u03a9"),
    (("generate", "{float.onnx}", "--seed", "1"), "alphabet"),
    (("generate", "{names.onnx}", "--nonsense"), "--nonsense"),
    (("quantize", "{names.onnx}", "-o", "{new.onnx}"), "integer"),
    (("quantize", "{float.onnx}", "-o", "{new.onnx}", "--bits", "5"), "--bits"),
    (("compile", "{names.onnx}", "-o", "{new}", "--target", "z80"), "--target"),
    (("compile", "{names.onnx}", "-o", "{new}", "--ram", "much"), "--ram"),
    (("compile", "{names.onnx}", "-o", "{new}", "--target", "rp2040", "--ram", "1K"), "RAM|--ram"),
    (("compile", "{names.onnx}", "-o", "{new}", "--target", "rp2040", "--weights", "{new.weights}"), "--weights"),
    (("export", "{names.onnx}", "-o", "{new}"), "--as"),
    (("export", "{names.onnx}", "-o", "{new}", "--as", "abacus"), "--as"),
    (("export", "{names.onnx}", "{names.onnx}", "-o", "{new}", "--as", "cmake"), "names.onnx: is the second model"),
    (("export", "{names.onnx}", "{float.onnx}", "-o", "{new}", "--as", "cmake", "--name", "x"), "--name"),
    (("export", "{names.onnx}", "-o", "{new}", "--as", "cmake", "--ram", "100K"), "--ram"),
    (("export", "{names.onnx}", "-o", "{new}", "--as", "pico-sdk", "--ram", "1K"), "RAM|--ram"),
    (("export", "{names.onnx}", "-o", "{mine}", "--as", "cmake"), "mine/README.md: is there, and no quillet export wrote it"),
    (("verify", "{names.onnx}", "--settings", "heat=1"), "heat"),
    (("compile", "{float.onnx}", "-o", "{new}", "--dim", "nope=1,6"), "'nope=1,6' names no input of .*; expected NAME=SIZES, NAME being '"),
    (("compile", "{float.onnx}", "-o", "{new}", "--set", "nope=1"), "expected NAME=NUMBERS, NAME being '"),
    (("verify", "{names.onnx}", "--runtimes", "abacus"), "abacus"),
    (("preview", "--text", ""), "--text"),
    (("preview", "--text", "A text.", "--panel", "cinema"), "cinema"),
    (("preview", "--line", "2", "-o", "{new.png}"), "--line requires --quotes"),
    (("preview", "--text", "A text.", "--line", "2", "-o", "{new.png}"), "--line requires --quotes"),
    (("preview", "--at", "12:00", "-o", "{new.png}"), "--at requires --quotes"),
    (("preview", "--quotes", "{clock.txt}", "--text", "A text.", "-o", "{new.png}"), "--quotes excludes --text"),
    (("preview", "--quotes", "{clock.txt}", "--line", "1", "--at", "12:00", "-o", "{new.png}"), "--line excludes --at"),
    (("preview", "--text", "A text.", "--seed", "1", "-o", "{new.png}"), "--text excludes --seed"),
    (("preview", "--quotes", "{clock.txt}", "--line", "2", "-o", "{new.png}"), "--line: .*clock.txt has 1 quotes"),
    (("device", "--panel", "cinema"), "cinema"),
    (("firmware", "--panel", "cinema", "-o", "{new.uf2}"), "cinema"),
    (("firmware", "-o", "{new.elf}"), "uf2"),
    (("firmware", "-o", "{new.uf2}", "--board", "badger2040", "--panel", "uc8151-296x128", "--bus", "i2c"), "--bus"),
    (("firmware", "-o", "{new.uf2}", "--pins", "done=25"), "GPIO 25 is not led out of a pico"),
    (("firmware", "-o", "{new.uf2}", "--quotes", "{clock.txt}", "--pins", "done=22"), "clock.txt: is a clock, which must keep its power"),
    (("firmware", "-o", "{new.uf2}", "--quotes", "{hours.txt}"), "hours.txt:1: '7:05' is no time"),
    (("corpus", "{missing.txt}", "-q"), "missing.txt"),
    (("corpus", "", "-q"), "empty"),
    (("corpus", "{poems.txt}", "-q", "--split", "50/60"), "--split"),
    (("corpus", "{poems.txt}", "-q", "--rules", "no-such-rule"), "no-such-rule"),
    (("corpus", "{poems.txt}", "-q", "-f", "scroll"), "--format|scroll"),
    (("corpus", "{poems.txt}", "-q", "--style", "hislop"), "--style: no input has a format with this option .gutenberg.; --format says"),
    (("corpus", "{poems.txt}", "-q", "--columns", "1,2"), "--text or --columns: no input has a format with this option .csv, tsv, json, jsonl."),
    (("corpus", "{poems.txt}", "-q", "--sections", "letters"), "--sections: no input has a format with this option .wikiquote, wikitext."),
    (("page", "{names.onnx}", "{names.onnx}", "-o", "{new}"), "second model of its name"),
    (("page", "{names.onnx}", "-o", "{new}", "--onnxruntime", "{folder}"), "folder: is not the npm package onnxruntime-web"),
    (("page", "{float.onnx}", "-o", "{new}"), "float.onnx: .*(alphabet|text model)"),
    (("page", "{names.onnx}"), "expected --output: The folder"),
    (("page", "{names.onnx}", "-o", "{site}"), "site/index.html: is there, and no quillet page wrote it; move it away"),
    (("genrate",), "did you mean 'generate'"),
    (("--nonsense",), "--nonsense"),
    (("generate", "{names.onnx}", "--temprature", "0.5"), "--temprature 0.5; did you mean '--temperature'[?] quillet generate --help"),
    (("generate", "{names.onnx}", "--temprature=0.5"), "did you mean '--temperature'"),
    (("train", "{poems.txt}", "--ouput", "{new.onnx}"), "--ouput .*; did you mean '--output'"),
    (("generate", "{names.onnx}", "-n", "3x"), "--count: is '3x'; expected a whole number from 0 to 4294967295"),
    (("generate", "{names.onnx}", "-n", "-3"), "--count: is '-3'; expected a whole number from 0 to 4294967295"),
    (("generate", "{names.onnx}", "-n", "1.5"), "--count: is '1.5'; expected a whole number from 0 to 4294967295"),
    (("generate", "{names.onnx}", "-n", "99999999999"), "--count: is '99999999999'; expected a whole number from 0 to 4294967295"),
    (("device", "--time", "25:00"), "--time: '25:00' is no time; expected HH:MM from 00:00 to 23:59"),
    (("firmware", "--time", "noon", "-o", "{new.uf2}"), "--time: 'noon' is no time"),
    (("firmware", "--pins", "busy=22,busy=26", "-o", "{new.uf2}"), "--pins: 'busy=26': busy is given twice"),
    (("preview", "--text", "hi", "-o", "{new.jpg}"), "new.jpg: would be a PNG file; name it .png"),
    (("preview", "--text", "hi", "--panel", "nosuch", "-o", "{new.png}"), "--panel: no panel 'nosuch'"),
    (("generate", "{names.onnx}", "--temperature", "nan"), "--temperature: is 'nan'; expected a number from 0 to 1000"),
    (("generate", "{names.onnx}", "--seed"), "expected a value of --seed; quillet generate --help"),
    (("generate", "{names.onnx}", "--seed", "1", "--seed", "2"), "expected one value of --seed, not 2"),
    (("generate", "{names.onnx}", "one", "two"), "did not expect one two; expected MODEL alone; quillet generate --help"),
    (("generate", "{names.onnx}", "--against", "{missing.txt}"), "--against: is '.*missing.txt', which does not exist"),
    (("generate", "{names.onnx}", "--against", "{folder}"), "--against: is '.*folder', a folder; expected a file"),
    (("verify", "{names.onnx}", "--inputs", "{poems.txt}"), "--inputs: is '.*poems.txt', a file; expected a folder"),
    (("compile", "{names.onnx}", "-o", "{new}", "--target", "rp2400"), "--target: is 'rp2400'; did you mean 'rp2040'"),
    (("quantize", "{float.onnx}", "-o", "{new.onnx}", "--epochs", "3"), "--epochs requires --tune"),
    (("bot",), "expected one of init, post, run, queue, approve, reject, status; quillet bot --help"),
    (("bot", "approve"), "expected ID: Of the item"),
    (("bot", "init", "--folder", "{new}", "--service", "foo"), "--service: is 'foo'; expected bluesky, mastodon or folder"),
    (("bot", "init", "--folder", "{new}", "--service", "mastodon"), "--server: is empty; expected https://"),
    (("bot", "init", "--folder", "{new}", "--time-zone", "Mars"), "--time-zone: is 'Mars'"),
    (("compile", "{names.onnx}", "-o", "{mine}"), "mine/main.c: is there, and quillet compile did not write it"),
    (("compile", "{names.onnx}", "-o", "{poems.txt}"), "poems.txt is a file; expected a folder"),
    (("picture", "--photo", "{bots/words/hill.jpg}", "--text", "hi", "-o", "{new.png}"), "new.png: would be a JPEG file; name it .jpg"),
    (("score", "{names.onnx}", "{poems.txt}", "--train", "{poems.txt}"), "--train requires --ngram"),
    (("score", "{poems.txt}", "{names.onnx}"), "names.onnx: is not text: byte [0-9]+ is zero"),
    (("preview", "--text", "hi", "--candidates", "3", "-o", "{new.png}"), "--text"),
    (("preview", "--time", "10:00", "-o", "{new.png}"), "--time requires --quotes"),
    (("preview", "--text", "hi", "--marks", "german", "--no-marks", "-o", "{new.png}"), "--no-marks excludes --marks|--marks excludes --no-marks"),
    (("train", "{poems.txt}", "-o", "{new.onnx}", "--valid", "5"), "--valid: is 5; expected a file, or a share of the lines: 5%"),
    (("train", "{utf16.txt}", "-o", "{new.onnx}"), "utf16.txt: is UTF-16"),
    (("train", "-", "-o", "{new.onnx}"), "-: cannot be opened: .*; standard input is /dev/stdin"),
    (("train", "{poems.txt}", "-o", "{checkpoint.onnx}"), "checkpoint.onnx.checkpoint: is of a training that was interrupted: --resume goes on"),
    (("train", "{poems.txt}", "-o", "{new.onnx}", "--bits", "4", "--cell", "lstm"), "--cell gru with --bits; quillet quantize rounds others"),
    (("train", "{poems.txt}", "-o", "{new.onnx}", "--batch", "100000"), "--batch from 1 to 4096"),
    (("generate", "{names.onnx}", "--alphabet", "abc"), "--alphabet: lacks the newline"),
    (("verify", "{names.onnx}", "--runtimes", "plan", "c"), "did not expect c; several values of --runtimes have commas between them"),
    (("verify", "{names.onnx}", "--network", "--lines", "2"), "--lines: is for text models; .*names.onnx is taken for a network .--network."),
    (("generate", "{names.onnx}", "--sideways"), "did not expect --sideways; quillet generate --help"),
]


# A bot's settings are checked by whatever reads them.
BOT_VERBS = [("status",), ("queue",), ("approve", "1"), ("post",), ("post", "--dry-run", "-o", "{out}"), ("run", "--once")]
BAD_BOTS = {
    "service": ('{"service": "foo"}', "bot.json: \"service\": is 'foo'"),
    "server": ('{"service": "mastodon", "server": "example.org"}', "bot.json: \"server\": is 'example.org'; expected https://"),
    "theme": ('{"theme": "foo"}', "bot.json: \"theme\": is 'foo'; expected one of auto, dark, light, card"),
    "lengths": ('{"shortest": 200, "longest": 100}', "bot.json: \"shortest\": is 200"),
    "comma": ('{\n"tries": 2\n"ahead": 3\n}', "bot.json:3: is no JSON"),
}
for name, (settings, pattern) in BAD_BOTS.items():
    (FOLDER / "bots" / name).mkdir(parents=True)
    (FOLDER / "bots" / name / "bot.json").write_text(settings)
    TABLE += [(("bot", *verb, "--folder", f"{{bots/{name}}}"), pattern) for verb in BOT_VERBS]
# Nor is a line written without the filter that was asked for.
(FOLDER / "bots/words").mkdir()
(FOLDER / "bots/words/bot.json").write_text('{"words_file": "nofile"}')
(FOLDER / "bots/words/hill.txt").write_text("A hill.")
shutil.copy(ROOT / "docs/images/bot-post.jpg", FOLDER / "bots/words/hill.jpg")
TABLE += [(("bot", "post", "--dry-run", "--folder", "{bots/words}", "--photo", "{bots/words/hill.jpg}", "-o", "{out}"), "nofile: is missing, the \"words_file\"")]


# What may look odd, and is none of these errors.
FINE = [("inspect", "{deep.onnx}"), ("inspect", "{deep.onnx}", "--json"), ("inspect", "{not-json.onnx}"),
        ("generate", "{names.onnx}", "--seed", "1", "--prompt", ""), ("corpus", "{poems.txt}", "-q", "-o", "/dev/null")]


def expand(word):
    return re.sub(r"\{([^}]+)\}", lambda found: str(FOLDER / found[1]), word)


def state():
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(FOLDER.rglob("*"))}


def complaint_of(words, pattern):
    """What is wrong with quillet's answer to `words`; empty when nothing is."""
    before = state()
    try:
        done = subprocess.run([QUILLET, *words], capture_output=True, timeout=LIMIT, cwd=FOLDER, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return f"takes more than {LIMIT} s"
    message = done.stderr.decode(errors="replace")
    lines = [line for line in message.splitlines() if line.startswith("quillet: ")]
    after = state()
    for path in set(after) - set(before):
        shutil.rmtree(path, ignore_errors=True) if os.path.isdir(path) else os.path.exists(path) and os.unlink(path)
    if done.returncode != 2:
        return f"ends with status {done.returncode}: {message[-300:]}"
    if len(lines) != 1 or message.count("\n") > 3:
        return f"expected one line of error, not: {message[-400:]}"
    if not re.search(pattern, lines[0], re.DOTALL):
        return f"expected {pattern!r} in: {lines[0]}"
    changed = [path for path in before if before[path] != after.get(path)]
    if changed:
        return f"changed {changed}"
    left = [path for path in set(after) - set(before)]
    return f"left {left} behind" if left else ""


def main():
    failures = 0
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    table = [row for row in TABLE if only in " ".join(row[0])]
    for words, pattern in table:
        complaint = complaint_of([expand(word) for word in words], pattern)
        if complaint:
            failures += 1
            print(f"quillet {' '.join(word or chr(39) * 2 for word in words)}\n    {complaint}")
    for words in FINE:
        done = subprocess.run([QUILLET, *map(expand, words)], capture_output=True, timeout=LIMIT, cwd=FOLDER)
        if done.returncode != 0:
            failures += 1
            print(f"quillet {' '.join(words)}\n    ends with status {done.returncode}: {done.stderr.decode()[-300:]}")
    shutil.rmtree(FOLDER)
    print(f"{len(table)} bad inputs, {failures} failures")
    return failures > 0


sys.exit(main())
