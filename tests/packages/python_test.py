#!/usr/bin/env python3
"""The Python package as its users have it: installed by pip from the tree without a network, with numpy and without.

SPDX-License-Identifier: MIT
Usage: python_test.py QUILLET. Without a python3 that has pip, setuptools and wheel: status 77.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

QUILLET = os.path.realpath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "models/names.onnx"
README_PROGRAM = re.search(r"```python\n(.*?)```", (ROOT / "ports/python/README.md").read_text(), re.S).group(1)


def run(*words, status=0, folder=None, **environment):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, cwd=folder,
                          env={**clean, "PIP_CONFIG_FILE": os.devnull, **environment})
    assert done.returncode == status, f"{words}: status {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout if status == 0 else done.stderr


def python_that_has(*modules):
    """The first python3 in which all of `modules` are; None where there is none."""
    for python in dict.fromkeys([sys.executable, "python3", "/usr/bin/python3"]):
        check = f"import importlib.util as u, sys; sys.exit(any(u.find_spec(m) is None for m in {modules!r}))"
        if subprocess.run([python, "-c", check], capture_output=True).returncode == 0:
            return python
    return None


def main(folder, builder):
    version = run(QUILLET, "version").split()[-1]
    tree = folder / "tree"  # a build leaves its own folders there
    shutil.copytree(ROOT / "ports/python", tree, ignore=shutil.ignore_patterns("__pycache__"))
    site = folder / "site"
    run(builder, "-m", "pip", "install", "--no-build-isolation", "--no-index", "--no-deps", "--quiet", "--target", site, tree)
    assert (site / f"quillet-{version}.dist-info").is_dir(), f"not version {version}: {sorted(os.listdir(site))}"
    assert {entry.name for entry in site.iterdir()} == {"quillet", "bin", f"quillet-{version}.dist-info"}
    metadata = (site / f"quillet-{version}.dist-info/METADATA").read_text()
    assert "extra == 'numpy'" in metadata.replace('"', "'") and not re.search(r"^Requires-Dist: (?!.*extra)", metadata, re.M), metadata
    # The standard library alone, site-packages left out.
    plain = "from quillet.random import Random; print([Random(0).next(), *map(lambda r: r.next(), [Random(1)])])"
    assert run(builder, "-S", "-c", plain, folder=folder, PYTHONPATH=str(site)) == "[1789933344, 393288148]\n"
    told = run(builder, "-S", "-m", "quillet", MODEL, status=2, folder=folder, PYTHONPATH=str(site))
    assert "numpy is missing" in told and told.count("\n") == 1, told
    print(f"wheel {version}: installed by pip, run without numpy")
    numeric = python_that_has("numpy")
    if not numeric:
        print("not run with numpy: no python3 has it")
        return
    expected = run(QUILLET, "generate", MODEL, "--seed", "7", "-n", "3")
    words = [MODEL, "--seed", "7", "-n", "3"]
    assert run(numeric, "-m", "quillet", *words, folder=folder, PYTHONPATH=str(site)) == expected
    assert run(numeric, site / "bin/quillet-py", *words, folder=folder, PYTHONPATH=str(site)) == expected
    program = README_PROGRAM.replace("quotes.onnx", str(MODEL))
    first = run(QUILLET, "generate", MODEL, "--seed", "1", "-n", "1", "--temperature", "0.7", "--min-p", "0.05", "--top-k", "0", "--top-p", "0",
                "--max-length", "100")
    assert run(numeric, "-c", program, folder=folder, PYTHONPATH=str(site)) == first
    print("with numpy: python -m quillet, quillet-py and the README's program write what quillet generate writes")


PYTHON = python_that_has("pip", "setuptools", "wheel")
if not PYTHON:
    print("skipped: no python3 has pip, setuptools and wheel (python3-pip, python3-setuptools, python3-wheel)")
    sys.exit(77)
with tempfile.TemporaryDirectory(prefix="quillet_python_") as scratch:
    main(pathlib.Path(scratch), PYTHON)
