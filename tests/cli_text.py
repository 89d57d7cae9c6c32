#!/usr/bin/env python3
"""generate, score and compile at the command line: what they write, and what they say of what they cannot read.

SPDX-License-Identifier: MIT
Usage: cli_text.py QUILLET RANDOM_MODEL. Each function below is a test.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

QUILLET, RANDOM_MODEL = sys.argv[1], sys.argv[2]
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="quillet_cli_"))
MODEL = str(FOLDER / "tiny.onnx")
# random_model's alphabet of 40: the line end, then U+0020 to U+0046.
ALPHABET = "\n" + "".join(map(chr, range(0x20, 0x47)))


def run(*words, status=0, stdin=None):
    """Standard output of quillet WORDS, whose exit status must be `status`."""
    done = subprocess.run([QUILLET, *map(str, words)], capture_output=True, input=stdin)
    out, err = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == status, f"{words}: status {done.returncode}\n{out}{err}"
    return out if status == 0 else complaint(err)


def complaint(err):
    """The one line that an error is."""
    assert err.startswith("quillet: ") and err.endswith("\n") and err.count("\n") == 1, repr(err)
    return err


def file(name, data):
    path = FOLDER / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def generate_is_named_by_seed_and_count():
    lines = run("generate", MODEL, "-n", 6, "--seed", 7, "--max-length", 80).splitlines()
    assert len(lines) == 6 and len(set(lines)) > 1
    assert run("generate", MODEL, "-n", 3, "--seed", 7, "--max-length", 80).splitlines() == lines[:3]
    assert run("generate", MODEL, "-n", 6, "--seed", 8, "--max-length", 80).splitlines() != lines
    told = json.loads(run("generate", MODEL, "-n", 6, "--seed", 7, "--max-length", 80, "--json"))
    assert told["lines"] == lines and told["seed"] == 7 and told["temperature"] == 0.7
    drawn = json.loads(run("generate", MODEL, "--json"))
    again = json.loads(run("generate", MODEL, "--json", "--seed", drawn["seed"]))
    assert drawn == again


def generate_obeys_its_settings():
    cold = [run("generate", MODEL, "--temperature", 0, "--seed", seed, "--max-length", 50) for seed in (1, 2)]
    assert cold[0] == cold[1]
    assert run("generate", MODEL, "--min-p", 1, "--seed", 3, "--max-length", 50) == cold[0]
    for setting in (["--top-k", 1], ["--top-p", 0.001]):  # one character is left: whose turn it is does not matter
        first, second = (run("generate", MODEL, *setting, "--seed", seed, "--max-length", 50) for seed in (3, 4))
        assert first == second
    line = run("generate", MODEL, "--seed", 1, "--prompt", "AB ", "--max-length", 10)
    assert line.startswith("AB ") and len(line) <= 11
    assert run("generate", MODEL, "-n", 0, "--seed", 1) == ""


def candidates_of_neighboring_seeds_are_others():
    wanted = json.loads(run("generate", MODEL, "--best", 6, "--seed", 1, "--max-length", 40, "--json"))["lines"][0]
    seeds = [(1 + n * 0x9E3779B9) % 2**32 for n in range(6)]
    assert wanted in [run("generate", MODEL, "--seed", seed, "--max-length", 40).rstrip("\n") for seed in seeds]
    assert len({run("generate", MODEL, "--best", 6, "--seed", seed, "--max-length", 40) for seed in range(1, 7)}) > 3


def generate_names_what_is_wrong():
    assert "'z'" in run("generate", MODEL, "--prompt", "Az", status=2)
    assert "line end" in run("generate", MODEL, "--prompt", "A\n", status=2)
    for words in (["--temperature", "-1"], ["--min-p", "2"], ["--top-p", "x"], ["--seed", "4294967296"],
                  ["--max-length", "0"], ["--nonsense"], ["--temperature", "nan"], ["--min-p", "nan"]):
        run("generate", MODEL, *words, status=2)
    assert "5 tokens" in run("generate", MODEL, "--prompt", "ABCDE", "--max-length", 4, status=2)
    assert run("generate", MODEL, "--prompt", "ABCD", "--max-length", 4, "--seed", 1) == "ABCD\n"
    full = subprocess.run([QUILLET, "generate", MODEL, "--seed", "1"], stdout=open("/dev/full", "wb"), stderr=subprocess.PIPE) \
        if os.path.exists("/dev/full") else None
    assert full is None or full.returncode == 2 and "standard output" in complaint(full.stderr.decode())


def a_foreign_model_wants_an_alphabet():
    source = pathlib.Path(__file__).parent / "models"
    model = next(source.glob("lstm1-onehot-state*.onnx"))
    assert "--alphabet" in run("generate", model, status=2)
    assert run("generate", model, "--alphabet", "\\nabcdefghijk", "--seed", 1, "--max-length", 20)
    assert "12 logits" in run("generate", model, "--alphabet", "\\nabc", status=2)


def score_reads_any_line_ends():
    wanted = json.loads(run("score", MODEL, file("t", "ABC\nDEF 12\n"), "--json"))
    assert wanted["characters"] == 11 and wanted["unknown"] == 0 and 0 < wanted["bpc"] < 20
    for same in (b"ABC\r\nDEF 12\r\n", b"ABC\nDEF 12", b"\xef\xbb\xbfABC\nDEF 12\n", b"ABC\n\n\nDEF 12\n\n"):
        assert json.loads(run("score", MODEL, file("t", same), "--json")) == wanted, same
    unknown = json.loads(run("score", MODEL, file("t", "ABzC\u00e9\nDEF 12\n"), "--json"))
    assert unknown == {**wanted, "unknown": 2}
    assert run("score", MODEL, file("t", "ABC\n")).endswith(" bits a character over 4 characters\n")
    assert json.loads(run("score", MODEL, file("t", "A"), "--json"))["characters"] == 2


def score_prints_the_yardstick():
    counted, scored = file("counted", "ABAB\nABBA\nBA\n" * 5), file("scored", "ABBA\n")
    alone = json.loads(run("score", scored, "--ngram", 2, "--train", counted, "--json"))
    assert set(alone) == {"ngram_context", "ngram_bpc", "ngram_characters"} and alone["ngram_characters"] == 5
    both = json.loads(run("score", MODEL, scored, "--ngram", 2, "--train", counted, "--json"))
    assert both == {**json.loads(run("score", MODEL, scored, "--json")), **alone}
    assert 0 < alone["ngram_bpc"] < 1 < both["bpc"]
    told = run("score", MODEL, scored, "--ngram", 2, "--train", counted).splitlines()
    assert len(told) == 2 and "Witten-Bell" in told[1] and "context of 2" in told[1]
    assert "--train" in run("score", scored, "--ngram", 2, status=2)
    assert "absent" in run("score", scored, "--ngram", 2, "--train", FOLDER / "absent", status=2)
    run("score", scored, "--ngram", 33, "--train", counted, status=2)


def score_holds_out_what_train_does():
    lines = [f"ABC {i}" for i in range(100)]
    text, last, first = (file(name, "\n".join(part)) for name, part in
                         (("all", lines), ("last", lines[90:]), ("first", lines[:90])))
    held = json.loads(run("score", MODEL, text, "--held-out", "tail:10%", "--ngram", 3, "--json"))
    assert held == json.loads(run("score", MODEL, last, "--ngram", 3, "--train", first, "--json"))
    spread = json.loads(run("score", MODEL, text, "--held-out", "10%", "--json"))
    assert 0 < spread["characters"] < 200 and spread == json.loads(run("score", MODEL, text, "--held-out", "hash:10%", "--json"))
    assert "--held-out" in run("score", MODEL, text, "--held-out", "much", status=2)
    assert "all: " in run("score", MODEL, text, "--held-out", "0%", status=2)


def generate_tells_copies():
    lines = run("generate", MODEL, "-n", 4, "--seed", 7, "--max-length", 80)
    told = json.loads(run("generate", MODEL, "-n", 4, "--seed", 7, "--max-length", 80, "--json", "--against",
                          file("known", lines.splitlines()[0] + "\nsomething else\n")))
    assert told["lines"] == lines.splitlines() and told["copies"]["verbatim"] == 1 and told["copies"]["near"] == 0
    # A pipe can be read but once.
    piped = json.loads(run("generate", MODEL, "-n", 4, "--seed", 7, "--max-length", 80, "--json", "--against", "/dev/stdin", stdin=lines.encode()))
    assert piped["copies"]["verbatim"] == 4, piped
    for unfit in (FOLDER / "absent", file("known", ""), file("known", b"\xff\n")):
        assert str(unfit) in run("generate", MODEL, "--seed", 7, "--against", unfit, status=2)


def score_refuses_what_is_no_text():
    for empty in ("", "\n\n\r\n"):
        assert f"{FOLDER}/t: " in run("score", MODEL, file("t", empty), status=2)
    assert "t:2:3" in run("score", MODEL, file("t", b"AB\nCD\xffE\n"), status=2)
    run("score", MODEL, FOLDER / "absent", status=2)
    run("score", MODEL, FOLDER, status=2)
    run("score", MODEL, status=2)


def score_reads_a_long_line():
    length = 1_000_000
    text = file("long", (ALPHABET[1:] * (length // 39 + 1))[:length])
    assert json.loads(run("score", FOLDER / "least.onnx", text, "--json"))["characters"] == length + 1
    text.unlink()


def corpus_writes_to_an_open_file_by_its_number():
    lines, path = file("lines.txt", "The lamp of the harbour is lit at night.\n"), FOLDER / "numbered.txt"
    with open(path, "wb") as out:
        subprocess.run([QUILLET, "corpus", lines, "-q", "-o", "/dev/fd/1"], stdout=out, check=True)
    assert path.read_text() == "The lamp of the harbour is lit at night.\n"
    assert not pathlib.Path("/dev/fd/1.provenance.json").exists()


def corpus_leaves_alone_what_stands_in_a_redirected_file():
    lines = file("lines", "A sentence that will be kept as it is.\n")
    with open(FOLDER / "redirected", "wb") as out:
        out.write(b"before\n")
        out.flush()
        subprocess.run([QUILLET, "corpus", lines, "-q"], stdout=out, check=True)
        subprocess.run(["echo", "after"], stdout=out, check=True)
    assert (FOLDER / "redirected").read_text() == "before\nA sentence that will be kept as it is.\nafter\n"


def an_output_that_is_an_input_is_refused():
    text, model = file("both.txt", "A sentence that will be kept as it is.\n"), FOLDER / "both.onnx"
    shutil.copy(MODEL, model)
    for words in (["corpus", text, "-o", text], ["corpus", text, "-o", FOLDER / "o", "--against", FOLDER / "o"],
                  ["train", text, "-o", text], ["train", text, "-o", FOLDER / "o", "--report", FOLDER / "o"],
                  ["quantize", model, "-o", model], ["preview", model, "-o", model], ["firmware", model, "-o", model]):
        file("o", "known\n")
        run(*words, status=2)
        assert text.read_text().startswith("A sentence") and (FOLDER / "o").read_text() == "known\n"
        assert model.read_bytes() == pathlib.Path(MODEL).read_bytes()


def an_output_that_cannot_be_written_is_told_before_the_work():
    text, output = file("t", "A sentence that will be kept as it is.\n" * 9), file("o", "") / "model.onnx"
    for words in (["train", text, "-o", output, "--epochs", 100_000_000], ["quantize", MODEL, "-o", output, "--tune", text],
                  ["train", text, "-o", FOLDER / "x.onnx", "--report", output, "--epochs", 100_000_000],
                  ["corpus", text, "-o", output]):
        assert str(output) in run(*words, status=2)
        assert not (FOLDER / "x.onnx").exists()


def inspect_is_a_page():
    shipped = pathlib.Path(__file__).parent.parent / "models"
    for model in sorted(shipped.glob("*.onnx")):
        text, told = run("inspect", model), json.loads(run("inspect", model, "--json"))
        assert len(text) < 10_000 and max(map(len, text.splitlines())) <= 110, model
        assert told["metadata"]["quillet.alphabet"], model


def standard_output_that_cannot_be_written_is_told():
    if not os.path.exists("/dev/full"):
        return
    for words in (["inspect", MODEL], ["--help"], ["version"], ["preview", "--list"], ["corpus", "--list-rules"]):
        done = subprocess.run([QUILLET, *words], stdout=open("/dev/full", "wb"), stderr=subprocess.PIPE)
        assert done.returncode == 2 and "standard output" in complaint(done.stderr.decode()), words


def corpus_refuses_what_makes_no_text():
    empty, text, output = file("empty.txt", ""), file("t.txt", "A sentence that will be kept as it is.\n"), FOLDER / "made.txt"
    for words in ([empty], [text, "--min-length", 100], [file("t.csv", "text,by\n")]):
        done = subprocess.run([QUILLET, "corpus", *map(str, words), "-o", output], capture_output=True)
        assert done.returncode == 2 and "would be empty" in complaint(done.stderr.decode()), words
        assert not output.exists() and not pathlib.Path(f"{output}.provenance.json").exists()
    good, part = file("good.txt", "An older text.\n"), file("made.train.txt", "A sentence that is an input as well.\n")
    run("corpus", empty, "-o", good, status=2)
    assert pathlib.Path(good).read_text() == "An older text.\n"
    assert "made.train.txt" in run("corpus", text, part, "--split", "90/5/5", "-o", output, status=2)
    assert "byte 1 is zero" in run("corpus", file("zero.txt", b"a\0b\n"), "-o", output, status=2)
    assert "UTF-16" in run("corpus", file("wide.txt", "text\n".encode("utf-16")), "-o", output, status=2)
    assert "gzip" in run("corpus", file("packed.txt", b"\x1f\x8b\x08rest"), "-o", output, status=2)
    assert "--format" in run("corpus", "-", "--text", "quote", "-o", output, status=2, stdin=b"quote,year\nx,y\n")
    table = b"quote,by\nThe lamp of the harbour is lit at night.,Ann\n"
    assert run("corpus", "-", "-q", stdin=table) == "The lamp of the harbour is lit at night.\n"
    for words in (["--min-length", -5], ["--max-length", 10], ["--threads", -3], ["--seed", -1], ["--split", "90//5/5"],
                  ["--style", "prose"]):
        assert words[0] in run("corpus", text, "-o", output, *words, status=2).replace("--min-length", str(words[0]))
        assert not output.exists()


def quantize_wants_a_model_and_heeds_its_options():
    assert "MODEL" in run("quantize", "-o", FOLDER / "q.onnx", status=2)
    text = file("t", "ABC\n" * 9)
    for words in (["--epochs", 5], ["--tune", text, "--learning-rate", "nan"], ["--tune", text, "--learning-rate", -1],
                  ["--tune", text, "--epochs", "inf"], ["--tune", text, "--epochs", 0]):
        run("quantize", MODEL, "-o", FOLDER / "q.onnx", *words, status=2)
        assert not (FOLDER / "q.onnx").exists()


def preview_and_firmware_heed_their_options():
    output = FOLDER / "p.png"
    for words in (["--text", ""], ["--author", "Ann Other"], ["--text", "A quote.", MODEL]):
        run("preview", "-o", output, *words, status=2)
        assert not output.exists()
    assert ".uf2" in run("firmware", "-o", FOLDER / "x.elf", status=2)
    assert "empty" in run("firmware", "-o", FOLDER / "x.uf2", "--lexicon", file("empty", ""), status=2)


def options_of_old_command_lines_are_taken():
    quotes = file("old.txt", "The lamp of the harbour is lit at night.\n")
    run("device", "--quotes", quotes, "--simulate", "-n", 1, "-o", FOLDER / "old")
    assert list((FOLDER / "old").glob("*.png"))
    assert run("corpus", quotes, "-q", "--threads", 2) == "The lamp of the harbour is lit at night.\n"
    assert "--simulate" not in run("device", "--help") and "--threads" not in run("corpus", "--help")


def verify_runs_what_is_named():
    names = pathlib.Path(__file__).resolve().parent.parent / "models/names.onnx"
    run("verify", names, "--lines", 1, "--runtimes", "plan")
    absent = subprocess.run([QUILLET, "verify", names, "--lines", "1", "--runtimes", "plan,torch"], capture_output=True)
    assert absent.returncode == 2 and b"not run" in absent.stdout  # PyTorch has no integer modules
    compiler = file("cc", '#!/bin/sh\ntest "$1" = --version\n')  # it is there, and can do nothing
    compiler.chmod(0o755)
    broken = subprocess.run([QUILLET, "verify", names, "--lines", "1", "--runtimes", "c"], capture_output=True,
                            env={**os.environ, "CC": str(compiler)})
    assert broken.returncode == 2 and b"FAILED" in broken.stdout
    large, integers = FOLDER / "large.onnx", FOLDER / "large-integers.onnx"  # 2.3 MB of weights
    subprocess.run([RANDOM_MODEL, large, "gru", "1", "848", "40"], check=True, stdout=subprocess.DEVNULL)
    run("quantize", large, "-o", integers)
    full = subprocess.run([QUILLET, "verify", integers, "--lines", "1", "--max-length", "2", "--runtimes", "plan,rp2040"], capture_output=True)
    assert full.returncode == 2 and re.search(b"emulated RP2040: (the model does not fit: .*2 MB of flash|no )", full.stdout), full
    listed = json.loads(run("verify", names, "--list", "--json"))
    rows = {row["name"]: row for row in listed}
    assert "absent" not in rows["plan"] and len([row for row in listed if "instruction_set" in row]) >= 26, rows
    assert "does not fit" in rows["avr"]["absent"], rows["avr"]
    assert all(len(line.split()) >= 3 for line in run("verify", names, "--list").splitlines())
    inside = FOLDER / "inside.onnx"
    run("quantize", MODEL, "--with-sampler", "-o", inside)
    assert run("verify", inside, "--lines", 1, "--runtimes", "plan").endswith(" same\n")
    for setting in ("min_p=2", "top_p=2", "top_k=1.5", "temperature=1001"):
        assert setting in run("verify", names, "--settings", setting, status=2)
    assert "top_k is given twice" in run("verify", names, "--settings", "top_k=3,top_k=4", status=2)


def models_come_through_pipes():
    models = pathlib.Path(__file__).resolve().parent.parent / "models"
    names = (models / "names.onnx").read_bytes()
    run("verify", "/dev/stdin", "--lines", 1, "--runtimes", "plan,c", stdin=names)
    run("firmware", models / "quotes-small.onnx", "/dev/stdin", "--sources", FOLDER / "piped", stdin=names)
    run("firmware", models / "quotes-small.onnx", models / "names.onnx", "--sources", FOLDER / "plain")
    data = [[path.read_text().replace("stdin", "names.onnx") for path in sorted((FOLDER / name).rglob("*.[ch]"))] for name in ("piped", "plain")]
    assert len(data[0]) > 10 and data[0] == data[1]
    lines = run("generate", MODEL, "-n", 60, "--seed", 7, "--max-length", 80).encode()
    run("study", MODEL, "--train", "/dev/stdin", "--guard", FOLDER / "g.onnx", "--json", FOLDER / "g.json", "-n", 10, "--detail", 10, "-q", stdin=lines)


def verify_tells_in_a_pipe():
    names = pathlib.Path(__file__).resolve().parent.parent / "models/names.onnx"
    done = subprocess.run([QUILLET, "verify", names, "--lines", "1", "--runtimes", "plan", "--json"], capture_output=True, text=True)
    assert json.loads(done.stdout)["same"]
    assert re.fullmatch(r"plan: same, \d+ lines, \d+\.\d s\n", done.stderr), done.stderr


def firmware_tells_of_models_that_will_disappoint():
    models = pathlib.Path(__file__).resolve().parent.parent / "models"
    subprocess.run([RANDOM_MODEL, FOLDER / "slow.onnx", "gru", "1", "200", "40"], check=True, stdout=subprocess.DEVNULL)
    for slow, board in ((True, "pico"), (False, "pico2")):  # that one's core computes with floats
        done = subprocess.run([QUILLET, "firmware", FOLDER / "slow.onnx", models / "names.onnx", "--board", board, "--sources", FOLDER / board],
                              capture_output=True, text=True)
        told = re.fullmatch(r".*slow.onnx: is a float model, .* about (\S+) characters a second, .*quillet quantize.*\n", done.stderr)
        assert done.returncode == 0 and bool(told) == slow and (slow or done.stderr == ""), done.stderr
        assert not slow or 3 < float(told[1]) < 5  # 120,000 weights at 244 cycles and 40 for the flash
    # All that the device would write is in the training text.
    lines = file("lines.txt", run("generate", models / "names.onnx", "-n", 40, "--seed", 1))
    run("study", models / "names.onnx", "--train", lines, "--guard", FOLDER / "copies.onnx", "-n", 50, "-q", "-o", FOLDER / "s.html")
    message = run("firmware", models / "quotes-small.onnx", FOLDER / "copies.onnx", "--sources", FOLDER / "none", status=2)
    assert "24 of 24" in message and "training text" in message and "of its own" in message


def firmware_writes_all_sources_or_none():
    blocked = FOLDER / "sources"
    (blocked / "runtime/quillet_text.c").mkdir(parents=True)
    run("firmware", "--sources", blocked, status=2)
    assert [p.name for p in blocked.rglob("*") if p.is_file()] == []


def every_verb_refuses_a_broken_model():
    whole = pathlib.Path(MODEL).read_bytes()
    broken = {"empty": b"", "half": whole[:len(whole) // 2], "start": whole[:40], "end": whole[:-1],
              "text": b"Not a model.\n" * 9, "noise": bytes((i * 7919 + 13) % 251 for i in range(5000))}
    text, output = file("t", "ABC\n"), FOLDER / "nothing"
    for name, data in broken.items():
        model = file(name + ".onnx", data)
        for words in (["generate", model], ["score", model, text], ["compile", model, "-o", output]):
            assert str(model) in run(*words, status=2), (name, words)
            assert not output.exists()
    for model in (FOLDER / "absent.onnx", FOLDER):
        assert str(model) in run("generate", model, status=2)


def compile_writes_a_program():
    for name, options in (("a", []), ("b", [])):
        run("compile", MODEL, "-o", FOLDER / name, *options)
    files = {p.relative_to(FOLDER / "a"): p.read_bytes() for p in (FOLDER / "a").rglob("*") if p.is_file()}
    again = {p.relative_to(FOLDER / "b"): p.read_bytes() for p in (FOLDER / "b").rglob("*") if p.is_file()}
    assert files == again and {"tiny.c", "tiny.h", "main.c", "CMakeLists.txt"} <= {str(p) for p in files}
    assert str(FOLDER).encode() not in b"".join(files.values())
    for command in (["cmake", "-S", FOLDER / "a", "-B", FOLDER / "a/build"], ["cmake", "--build", FOLDER / "a/build"]):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    written = subprocess.run([FOLDER / "a/build/tiny", "7", "9"], check=True, capture_output=True).stdout.decode()
    assert written == run("generate", MODEL, "-n", 9, "--seed", 7)
    for words, told in ((["x"], "SEED: is 'x'"), (["1", "-2"], "COUNT: is '-2'"), (["4294967296"], "SEED: is '4294967296'"), (["1", ""], "COUNT: is ''")):
        done = subprocess.run([FOLDER / "a/build/tiny", *words], capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", f"tiny: {told}; expected a whole number, 0 .. 4294967295\n"), done


def compile_writes_one_file():
    run("compile", MODEL, "-o", FOLDER / "one.c")
    subprocess.run(["cc", "-std=c99", "-O1", "-ffp-contract=off", FOLDER / "one.c", "-o", FOLDER / "one"], check=True)
    written = subprocess.run([FOLDER / "one", "7", "2"], check=True, capture_output=True).stdout.decode()
    assert written == run("generate", MODEL, "-n", 2, "--seed", 7)
    run("compile", MODEL, "-o", FOLDER / "single", "--single-file", "--name", "Some model")
    assert [p.name for p in (FOLDER / "single").iterdir()] == ["some_model.c"]


def compile_for_two_cores():
    names = pathlib.Path(__file__).resolve().parent.parent / "models/names.onnx"
    run("compile", names, "--cores", "2", "--single-file", "-o", FOLDER / "two.c")
    assert "void two_step_part(" in (FOLDER / "two.c").read_text()
    subprocess.run(["cc", "-std=c99", "-O1", FOLDER / "two.c", "-o", FOLDER / "two"], check=True)
    written = subprocess.run([FOLDER / "two", "7", "2"], check=True, capture_output=True).stdout.decode()
    assert written == run("generate", names, "-n", 2, "--seed", 7)
    assert "integer" in run("compile", MODEL, "--cores", "2", "-o", FOLDER / "no.c", status=2)
    assert "--cores" in run("compile", names, "--cores", "2", "--target", "cortex-m33", "-o", FOLDER / "no.c", status=2)
    assert not (FOLDER / "no.c").exists()


def compile_writes_all_or_nothing():
    before = {p.name for p in FOLDER.iterdir()}
    assert "t/" in run("compile", MODEL, "-o", file("t", "a file"), status=2)
    blocked = FOLDER / "blocked"
    (blocked / "tiny.h").mkdir(parents=True)
    run("compile", MODEL, "-o", blocked, status=2)
    assert [p.name for p in blocked.rglob("*") if p.is_file()] == []
    assert {p.name for p in FOLDER.iterdir()} - before <= {"t", "blocked"}
    run("compile", MODEL, "--target", "abacus", status=2)


def a_mistyped_verb_is_named():
    message = run("genrate", MODEL, status=2)
    assert "'genrate'" in message and "'generate'" in message
    assert "'frobnicate'" in run("frobnicate", status=2)
    assert "quillet train --help" in run("train", "x", "--nonsense", status=2)


def main():
    for name, shape in (("tiny", ["gru", "1", "24", "40"]), ("least", ["gru", "1", "2", "40"])):
        subprocess.run([RANDOM_MODEL, FOLDER / (name + ".onnx"), *shape], check=True, stdout=subprocess.DEVNULL)
    tests = [(name, test) for name, test in globals().items()
             if callable(test) and getattr(test, "__module__", "") == "__main__" and name not in ("run", "complaint", "file", "main")]
    failed = 0
    for name, test in tests:
        try:
            test()
        except Exception as error:  # one failure does not hide the next
            failed += 1
            print(f"FAILED {name}: {type(error).__name__}: {error} (line {error.__traceback__.tb_next.tb_lineno if error.__traceback__.tb_next else 0})")
    shutil.rmtree(FOLDER)
    print(f"{len(tests) - failed} of {len(tests)} passed")
    sys.exit(failed > 0)


main()
