#!/usr/bin/env python3
"""Runs the cases that people found, where ../shared/cases is at hand: cases.py QUILLET.

A row of CASES says what to run in a folder of cases and what must, and must not, come of it. Other areas append their own rows.
Exits with 77 (skipped) where the folder is missing. SPDX-License-Identifier: MIT
"""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CASES = ROOT.parent / "shared/cases"

# (name, folder, arguments, return code, lines that must be the whole output or None, parts that must appear in output and
# messages, parts that must not)
HEDGES = [
    "The hedgerow keeps its counsel better than the magistrate, for it has heard the same quarrels and has never once been asked for an opinion on them.",
    "A baker who sleeps late will find that the whole village has learned to do without bread before it has learned to do without him in the morning.",
    "Old bridges complain of carts in summer and of silence in winter, so that the toll keeper never knows which of his two sorrows he is being paid for.",
]
KETTLE = "The kettle knows the hour better than the clock."
BOATS = "Slow boats carry the best letters home."


def corpus(name, folder, arguments, rc=0, lines=None, has=(), lacks=()):
    return (name, folder, ["corpus", *arguments.split()], rc, lines, has, lacks)


CORPUS = [
    *(corpus(f"header of {book}", "gutenberg-header-leaks", f"{book}.txt -f gutenberg --style {style} -q", lines=HEDGES)
      for book in ("the", "this", "wrapped", "old") for style in ("paragraphs", "proverbs")),
    corpus("italics and page numbers", "gutenberg-header-leaks", "italic.txt -f gutenberg --style paragraphs -q",
           lines=["The hedgerow keeps its counsel better than the magistrate, for it has heard the same quarrels and has never once been asked about them."]),
    corpus("Latin-1 as declared", "corpus", "latin1-book.txt -f gutenberg --style paragraphs -q", has=["A cafe is a kitchen that listens"]),
    corpus("a book without its header", "corpus", "no-header-book.txt", has=["what it knows it tells to all the house.", "by paragraphs"]),
    corpus("insertions and marks in brackets", "corpus", "brackets.txt -q",
           lacks=["[", "264", "He the old", "she the baker", "other.a"], has=["long memories.", "the ropes it keeps"]),
    corpus("dots", "corpus", "dots.txt -q", has=["called it .NET so", "Gardens ... Look"]),
    corpus("an ellipsis with spaces", "spaced-ellipsis", "el.txt -q --without near-duplicates,language,cut-short",
           has=["harbour ... makes", "a .NET book", "called .com there"], lacks=[". .."]),
    corpus("a bad byte in JSON", "corpus", "badbyte.json --format json -q", lines=[KETTLE, "Slow boats carry the best letters."]),
    corpus("a bad byte in JSON Lines", "corpus", "badbyte.jsonl --format jsonl -q", lines=[KETTLE, "Slow boats carry the best letters."]),
    corpus("a dash U+2015 before an author", "corpus", "bar.fortune --format fortune --names -q", lines=["Ann Rowe", "Max Ford"]),
    corpus("an author and a work on the line", "corpus", "bar.fortune --format fortune -q", lacks=["Max Ford", "Clocks"]),
    corpus("two dashes on a line", "corpus", "one-line.fortune --format fortune -q", lacks=["Ann Rowe"], has=["said the clock."]),
    corpus("names alone", "corpus", "names.txt --names -q", lines=["Nell Philbert", "Fenton C. Laurie"]),
    corpus("foreign lines", "corpus", "foreign.txt -q", rc=1, has=["none of 3 items is left"]),
    corpus("pairs", "corpus", "pairs.json -q", lines=[KETTLE, BOATS]),
    corpus("nested fields", "corpus", "nested.json -q", lines=[KETTLE]),
    corpus("fields by a path", "corpus", "nested.json -q --names --text quote.text --author quote.author.name", lines=["Ann Rowe"]),
    corpus("other names of columns", "corpus", "other-columns.json -q", lines=[KETTLE]),
    corpus("a table without a header", "corpus", "noheader.csv -q --columns 1,2", lines=[KETTLE, BOATS]),
    corpus("a table without a header, unasked", "corpus", "noheader.csv -q", lines=[KETTLE, BOATS]),
    corpus("bars between columns", "corpus", "pipe.csv -q", lines=[KETTLE]),
    corpus("capitals in names of columns", "corpus", "upper.csv -q", lines=[KETTLE]),
    corpus("bullets", "corpus", "bullets.wikitext -q --without near-duplicates",
           lines=["The kettle knows the hour better than the clock, and says so.", "The kettle knows the hour better than the clock in the hall."]),
    corpus("authors on the line", "author-in-text", "inline --format fortune -q", lacks=["Ann Rowe", "Tom Bell", "Eve Hill", "--"]),
    corpus("names on the line", "author-in-text", "inline --format fortune --names -q", lines=["Ann Rowe", "Tom Bell", "Eve Hill"]),
    corpus("dashes of every length", "author-in-text", "emdash --format fortune --names -q", lines=["Ann Rowe", "Tom Bell", "Eve Hill", "Max Ford"]),
    corpus("a person's own signature", "author-in-text", "Edna_Marlowe.wikitext -q --without near-duplicates", lacks=["Marlowe", "Long Path"]),
    corpus("speakers and signatures", "author-in-text", "Running.wikitext -q --without near-duplicates",
           lacks=["Rowe", "Bell", "Hill:", "Max Ford", "Penn", "Kim Vale", "Marsh", "Stone", "Field", "Brook", "Ruth", "Ned Shore"]),
    corpus("titles are no people", "names-are-no-names", "R.wikitext --names -q", lines=["Max Ford"]),
    corpus("the German Wikiquote", "non-english-wikiquote", "de.xml", rc=1, has=["de.wikiquote.org", "English Wikiquote"]),
    corpus("the French Wikiquote", "non-english-wikiquote", "fr.xml", rc=1, has=["fr.wikiquote.org", "English Wikiquote"]),
    corpus("Wikipedia", "non-english-wikiquote", "wp.xml", rc=1, has=["Wikipedia", "English Wikiquote"]),
    corpus("a row with too many columns", "table-one-bad-row", "q500.csv --text quote --author author", has=["rows with more or fewer columns"]),
    corpus("three rows of four", "table-one-bad-row", "q500.csv --text quote --author author -q",
           lines=["A calm harbour makes the longest stories shorter.", "Bread shared at dusk tastes better than a feast at noon.", "Nobody thanks the hinge until the door begins to complain."]),
    corpus("nulls", "table-one-bad-row", "null.jsonl -q",
           lines=["A calm harbour makes the longest stories shorter.", "The gardener who hurries will water only the path.", "Bread shared at dusk tastes better than a feast at noon."]),
    corpus("fields of other kinds", "table-one-bad-row", "a.json -q",
           lines=["A calm harbour makes the longest stories shorter.", "The gardener who hurries will water only the path.", "Bread shared at dusk tastes better than a feast at noon."]),
    corpus("backslashes before marks", "table-one-bad-row", "backslash.csv -q", has=['She said "a calm harbour", and the stories', "only the path."]),
    corpus("marks in front of a field", "table-one-bad-row", "lead.csv -q", has=['"Calm" is what', "only the path."]),
    corpus("sep=", "table-one-bad-row", "sep.csv -q", has=["A calm harbour"]),
    corpus("spaces before marks", "table-one-bad-row", "spaceq.csv --names -q", lines=["Ann Rowe", "Tom Bell"]),
    corpus("parser functions", "wikitext-holes", "F1.wikitext --without near-duplicates -q",
           lacks=["counted boats", "wrote in the", "knew by", "gave to", "had daughters", "lived until and", "read aloud", "took lamps"]),
    corpus("sources after colons", "wikitext-source-after-colon", "Olive_Penn2.wikitext -q --without near-duplicates",
           lacks=["1977", "Chapter", "1980", "1981", "1982", "Windows", "Interview"], has=["polite enough to wait for the light."]),
    corpus("struck-out text", "wikitext-struck-text", "F2.wikitext --without near-duplicates -q", lacks=["nothing everything", "evri", "hidden"]),
]


THREE = ["--alphabet", "\\nab"]
MANY = ["--alphabet", "\\n" + "".join(chr(0x4E00 + i) for i in range(70))]  # any 71


def pytorch(name, verb, model, options, rc=0, has=(), lacks=()):
    return (name, "pytorch", [verb, model + ".onnx", *options], rc, None, has, lacks)


PYTORCH = [
    pytorch("a GRU in int8", "quantize", "tiny-gru", [*THREE, "-o", "/dev/null"], has=["gru of 4 units", "proven"]),
    pytorch("the first device's model in int8", "quantize", "lstm3-author", [*MANY, "-o", "/dev/null"], has=["lstm of 96 units, 3 layers"]),
    pytorch("a residual is not rebuilt", "verify", "tiny-gru-residual", [*THREE, "--lines", "1", "--runtimes", "plan,torch"], rc=2,
            has=["a residual", "not run"], lacks=["DIFFERENT"]),
    pytorch("the state before the token", "verify", "tiny-gru-state-first", [*THREE, "--lines", "1", "--runtimes", "plan,c"],
            has=["same"], lacks=["DIFFERENT", "FAILED"]),
    *(pytorch(f"{model} generates", "generate", model, [*MANY, "-n", "1"])
      for model in ("gru1-logsoftmax", "rnn1", "gru1-onehot", "gru1-half-weights-cast", "lstm3-swapped-outputs")),
    pytorch("the softmax is left out in words", "inspect", "gru1-logsoftmax", [], has=["LogSoftmax", "left out"]),
    pytorch("states pair by name", "inspect", "lstm3-swapped-outputs", [], has=["by name"]),
]


def run(quillet, case, folder):
    name, _, arguments, rc, lines, has, lacks = case
    done = subprocess.run([quillet, *arguments], cwd=folder, capture_output=True, text=True, timeout=120)
    wrong = []
    if (done.returncode != 0) != (rc != 0):
        wrong.append(f"return code {done.returncode}")
    if lines is not None and done.stdout.splitlines() != lines:
        wrong.append("lines:\n      " + "\n      ".join(done.stdout.splitlines()))
    both = done.stdout + done.stderr
    wrong += [f"lacks {part!r}" for part in has if part not in both]
    wrong += [f"has {part!r}" for part in lacks if part in done.stdout]
    return [f"{name}: quillet {' '.join(arguments)}: " + "; ".join(wrong) + ("\n      " + done.stderr.strip()[-300:] if wrong else "")] if wrong else []


def redirected_output(quillet):
    """Standard output that is a file is never taken for one of ours."""
    with tempfile.TemporaryDirectory() as folder:
        text = pathlib.Path(folder, "in.txt")
        stray = pathlib.Path("/dev/stdout.provenance.json")
        before = stray.exists()
        text.write_text("A sentence that is kept by all of the rules.\n")
        with open(pathlib.Path(folder, "out.txt"), "w") as out:
            rc = subprocess.run([quillet, "corpus", str(text), "-q"], stdout=out, stderr=subprocess.PIPE).returncode
        beside = sorted(p.name for p in pathlib.Path(folder).iterdir())
        ok = rc == 0 and beside == ["in.txt", "out.txt"] and stray.exists() == before
        return [] if ok else [f"corpus TEXT > file: return code {rc}, files {beside}"]


def main():
    if not CASES.is_dir():
        print(f"skipped: {CASES} is not here")
        sys.exit(77)
    quillet = str(pathlib.Path(sys.argv[1]).resolve())
    cases = CORPUS + PYTORCH
    wrong = [line for case in cases for line in run(quillet, case, CASES / case[1])] + redirected_output(quillet)
    print("\n".join(wrong) or f"{len(cases) + 1} cases are right")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
