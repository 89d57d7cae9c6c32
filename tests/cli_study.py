#!/usr/bin/env python3
"""quillet study at the command line: one page that needs nothing else, the same for a seed, and a guard that changes no line.

SPDX-License-Identifier: MIT
Usage: cli_study.py QUILLET
"""
import json
import pathlib
import subprocess
import sys
import tempfile

QUILLET = sys.argv[1]
ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="quillet_study_"))
MODEL = ROOT / "models/names.onnx"
FEW = ["-n", "30", "--detail", "20", "--temperatures", "1,0.5", "--top-p", "1,0.8", "--top-k", "0", "--min-p", "0", "-q"]


def run(*words, status=0):
    done = subprocess.run([QUILLET, *map(str, words)], capture_output=True, text=True)
    assert done.returncode == status, f"{words}: status {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout if status == 0 else done.stderr


def left_out(text, figures):
    """A temperature without lines of people's lengths is left out, and no claim is made where none is left."""
    def study(human, temperatures):
        few = [temperatures if word == "1,0.5" else "200" if word in ("30", "20") else word for word in FEW]
        told = run("study", MODEL, "--train", human, "--held-out", "none", *few, "--json", figures)
        return told, json.loads(figures.read_text())["sections"]["diversity"]

    told, section = study(text, "0,1")  # of two words; at temperature 0 the model writes three
    assert "Left out, because it writes too few lines of the usual lengths: temperature 0." in section["text"], section["text"]
    distinct = section["charts"][1]
    assert distinct["ticks"] == ["1", "0"] and all(series["x"] == [0] and series["y"][0]["value"] > 0 for series in distinct["series"]), distinct
    assert "diverse as people's (" in told or "are nearest" in told, told
    told, section = study(text, "0")
    assert "charts" not in section and "No temperature is left to compare" in section["text"][-1], section
    assert "varied" not in told and "at temperature 0." in told, told
    told, section = study(text, "1")  # one temperature is told once
    assert " at 1." not in told, told


def sentences(figures):
    """All sections of a model of sentences: every text has its row, every setting its place, a value lies in its interval."""
    model, text = ROOT / "models/quotes-small.onnx", FOLDER / "sentences.txt"
    lines = [line for line in run("generate", model, "-n", 400, "--seed", 3).splitlines() if len(line.split()) > 2]
    text.write_text("".join(line + "\n" for line in lines))
    four = ["1,0.7,0.5,0.3" if word == "1,0.5" else word for word in FEW]
    run("study", model, "--train", text, "--held-out", "10%", *four, "--json", figures)
    sections = json.loads(figures.read_text())["sections"]
    assert list(sections) == ["bias", "novelty", "diversity", "rhetoric"], list(sections)
    titles = {name: [chart["title"] for chart in section["charts"]] for name, section in sections.items()}
    assert titles["bias"] == ["Lines that begin with …, by temperature", "Lines that begin with …, by top-p",
                              "Lines that have the word … anywhere"], titles
    assert titles["novelty"] == ["New n-grams of characters", "New n-grams of words", "Lines that are training lines, word for word",
                                 "The longest part in common with the training text", "Similarity to the nearest training line", "Invented words"], titles
    assert titles["diversity"] == ["Diversity against probability", "Distinct n-grams of words", "Self-BLEU", "Compression",
                                   "Bits per character by a character n-gram"], titles
    assert titles["rhetoric"] == [figure + ", by temperature" for figure in ("Repetition", "Anaphora", "Epiphora", "Chiasmus", "Antithesis", "Isocolon")]
    assert [len(chart["series"]) for chart in sections["bias"]["charts"]] == [5, 5, 6] and len(sections["bias"]["tables"]) == 3, sections["bias"]
    dots = sections["rhetoric"]["dots"]
    assert len(dots) == 6
    for figure in dots:
        assert list(figure["rows"]) == ["model, T 1", "model, T .5", "model, T .3", "model, own setting", "training text", "held-out lines",
                                        "shuffled words", "character n-gram"], figure
    for section in sections.values():
        for chart in section["charts"]:
            for series in chart["series"]:
                assert len(series["x"]) == len(series["y"]) > 0, chart["title"]
                for value in series["y"]:
                    assert value["low"] <= value["value"] <= value["high"], (chart["title"], value)
    by_temperature = {chart["title"]: chart for chart in sections["diversity"]["charts"] + sections["rhetoric"]["charts"]}
    for title in ("Self-BLEU", "Compression", "Repetition, by temperature", "Isocolon, by temperature"):
        assert by_temperature[title]["ticks"] == ["1", ".7", ".5", ".3"] and by_temperature[title]["series"][0]["x"] == [0, 1, 2, 3], title
    # The text is the model's own, so its figures are the model's at its own setting, nearly; and a lower temperature says less that is new.
    distinct = [value["value"] for value in by_temperature["Distinct n-grams of words"]["series"][1]["y"]]
    assert distinct == sorted(distinct, reverse=True) and .8 < distinct[0] <= 1, distinct
    bits = by_temperature["Diversity against probability"]["series"][0]["x"]
    assert bits == sorted(bits, reverse=True), bits
    repetition = dots[0]["rows"]
    assert repetition["model, T .3"]["value"] > repetition["shuffled words"]["value"], repetition


def main():
    text = FOLDER / "names.txt"
    first = ["John", "Mary", "James", "Anna"]
    last = ["Smith", "Miller", "Brown", "Keller", "Stone"]
    text.write_text("".join(f"{a} {b}\n" for a in first for b in last))
    page, figures, again = FOLDER / "report.html", FOLDER / "report.json", FOLDER / "again.json"
    told = run("study", MODEL, "--train", text, "--held-out", "10%", *FEW, "-o", page, "--json", figures)
    assert "Temperature and how lines begin" in told, told
    html = page.read_text()
    assert html.count("<svg") >= 8 and "prefers-color-scheme" in html and "://" not in html and len(html) < 400000
    run("study", MODEL, "--train", text, "--held-out", "10%", *FEW, "--threads", 1, "--json", again)
    assert again.read_text() == figures.read_text(), "a report depends on the number of threads"
    run("study", MODEL, "--train", text, "--held-out", "10%", *FEW, "--seed", 2, "--json", again)
    assert again.read_text() != figures.read_text(), "a report does not depend on its seed"
    report = json.loads(figures.read_text())
    john = report["sections"]["bias"]["charts"][0]
    assert john["title"].startswith("John, compared with") and john["series"][1]["name"] == "John"
    # The lines are those of generate, seed by seed; the own setting's copies are counted over all of them.
    lines = [run("generate", MODEL, "--seed", seed).strip() for seed in (1, 2)]
    guarded = FOLDER / "guarded.onnx"
    known = FOLDER / "known.txt"
    known.write_text("".join(line + "\n" for line in lines))
    told = run("study", MODEL, "--train", known, "--guard", guarded, "--guard-bytes", 128)
    assert "bytes" in told and "%" in told, told
    assert [run("generate", guarded, "--seed", seed).strip() for seed in (1, 2)] == lines
    assert "collection" in run("inspect", guarded)
    assert "has a filter of words" in run("study", ROOT / "models/quotes.onnx", "--train", known, "--guard", guarded, status=2)
    assert "writes nothing" in run("study", MODEL, "--train", text, status=2)
    # A quotation mark before the first word is none of it.
    quoted, model = FOLDER / "quoted.txt", FOLDER / "quoted.onnx"
    quoted.write_text('"To be."\n"To do."\n' * 40)
    run("train", quoted, "-o", model, "--hidden", 12, "--epochs", 40, "--batch", 4, "--quiet")
    cold = ["1,0.05" if word == "1,0.5" else word for word in FEW]
    run("study", model, "--train", quoted, "--held-out", "none", *cold, "--json", again)
    begin = json.loads(again.read_text())["sections"]["bias"]["charts"][0]
    assert "begin with" in begin["title"] and begin["series"][0]["name"] == "To", begin
    left_out(text, again)
    sentences(again)
    for setting in (["--temperatures=-1"], ["--top-k=-5,0"], ["--top-p", "2"], ["--min-p=nan"], ["--temperatures", "1,,2"], ["--top-k", "5,"],
                    ["--min-p", ""]):
        run("study", MODEL, "--train", text, *setting, "--json", again, status=2)
    print("study: as it should be")


main()
