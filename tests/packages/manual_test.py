#!/usr/bin/env python3
"""The manual page and the shells' completions: each verb and option is in each of them, and the shells offer what is there.

SPDX-License-Identifier: MIT
Usage: manual_test.py QUILLET. mandoc, fish and zsh take part where they are.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

QUILLET = os.path.realpath(sys.argv[1])
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="quillet_manual_"))


def run(*words, stdin=None, status=0):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, input=stdin, cwd=FOLDER)
    assert done.returncode == status, f"{words}: status {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def help_of(*path):
    """{verbs below}, {long options} of a command's own help."""
    text = run(QUILLET, *path, "--help")
    below = re.search(r"^Subcommands:\n((?:  .*\n)+)", text, re.M)
    verbs = re.findall(r"^  (\w+)", below.group(1), re.M) if below else []
    return verbs, set(re.findall(r"^  (?:-\w,)?(--[\w-]+)", text, re.M))


def commands(path=()):
    verbs, options = help_of(*path)
    yield path, verbs, options
    for verb in verbs:
        yield from commands((*path, verb))


FORMS = {form: run(QUILLET, "manual", "--as", form) for form in ("man", "bash", "fish", "zsh")}
for form, text in FORMS.items():
    (FOLDER / form).write_text(text)
EVERY = list(commands())


def everything_is_in_the_page():
    page = FORMS["man"].replace("\\-", "-")
    sections = dict(zip(re.findall(r"^\.SS \\fBquillet ([\w ]+)\\fR", page, re.M), re.split(r"^\.SS ", page, flags=re.M)[1:]))
    for path, _, options in EVERY[1:]:
        section = sections[" ".join(path)]
        for option in options - {"--help"}:
            assert f"\\fB{option}\\fR" in section, f"{path} {option}"
    assert len(sections) == len(EVERY) - 1
    print(f"manual page: {len(sections)} commands, {sum(len(options) - 1 for _, _, options in EVERY[1:])} options")


def mandoc_has_nothing_against_it():
    if not shutil.which("mandoc"):
        return print("manual page not checked: no mandoc")
    said = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", FOLDER / "man"], capture_output=True, text=True).stdout
    said = [line for line in said.splitlines() if "missing date" not in line]  # the page is the same on every day
    assert not said, said
    shown = run("mandoc", "-T", "utf8", FOLDER / "man")
    assert "quillet compile" in re.sub(".\b", "", shown)
    print("manual page: mandoc finds nothing")


def bash_offers():
    def offered(*words):
        program = f'source {FOLDER}/bash; COMP_WORDS=("$@"); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _quillet; printf "%s\\n" "${{COMPREPLY[@]}}"'
        return set(run("bash", "-c", program, "bash", "quillet", *words).split())
    count = 0
    for path, verbs, options in EVERY:
        assert set(verbs) <= offered(*path, ""), path
        assert options <= offered(*path, "--"), path
        count += len(verbs) + len(options)
    assert offered("comp") == {"compile"} and offered("bot", "po") == {"post"}
    assert offered("compile", "--target", "") == {"c99", "rp2040", "cortex-m33"}
    assert offered("compile", "x.onnx", "--target", "r") == {"rp2040"}
    assert "pico-sdk" in offered("export", "--as", "")
    assert offered("compile", "") == set()  # files, bash's own default
    print(f"bash: {count} words offered")


def fish_offers():
    if not shutil.which("fish"):
        return print("fish not tried: it is not installed")
    def offered(line):
        found = run("fish", "--no-config", "-c", f"source {FOLDER}/fish; complete -C '{line}'")
        return {entry.split("\t")[0] for entry in found.splitlines()}
    assert set(EVERY[0][1]) <= offered("quillet ")
    assert offered("quillet comp") == {"compile"} and offered("quillet bot po") == {"post"}
    assert {"--target", "--single-file"} <= offered("quillet compile --") and "--target" not in offered("quillet train --")
    assert offered("quillet compile --target ") == {"c99", "rp2040", "cortex-m33"}
    assert "--dry-run" in offered("quillet bot post --")
    print("fish: offers verbs, options and values")


def zsh_reads_it():
    if not shutil.which("zsh"):
        return print("zsh not tried: it is not installed")
    run("zsh", "-n", FOLDER / "zsh")
    # _arguments and _describe stand in here for zsh's own, and print what they are given.
    program = (f'_arguments() {{ print -rl -- "$@" }}; _describe() {{ print -rl -- ${{(P)2}} }}; local -a words; words=("$@"); integer CURRENT=$#words; '
               f'source {FOLDER}/zsh')
    def given(*words):
        return run("zsh", "-f", "-c", "f() { " + program + ' }; f "$@"', "zsh", "quillet", *words)
    assert "compile:A model as C99" in given("")
    assert "--target[" in given("compile", "-") and ":(c99 rp2040 cortex-m33)" in given("compile", "-")
    assert "post:" in given("bot", "") and "--dry-run[" in given("bot", "post", "-")
    print("zsh: the file is read and describes verbs, options and values")


try:
    for check in (everything_is_in_the_page, mandoc_has_nothing_against_it, bash_offers, fish_offers, zsh_reads_it):
        check()
finally:
    shutil.rmtree(FOLDER)
