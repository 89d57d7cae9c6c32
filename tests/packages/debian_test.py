#!/usr/bin/env python3
"""The Debian package: made by CPack, its content and dependencies right, and its program at work where it was unpacked.

SPDX-License-Identifier: MIT
Usage: debian_test.py BUILD QUILLET. Without cpack or dpkg-deb: status 77.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BUILD, QUILLET = map(os.path.realpath, sys.argv[1:3])
ROOT = pathlib.Path(__file__).resolve().parents[2]
NEEDED = ["usr/bin/quillet", "usr/share/man/man1/quillet.1", "usr/share/bash-completion/completions/quillet", "usr/share/doc/quillet/copyright",
          "usr/share/fish/vendor_completions.d/quillet.fish", "usr/share/quillet/models/quotes.onnx", "usr/share/quillet/runtime/quillet_text.h",
          "usr/share/quillet/ecosystems/arduino/library.properties.in", "usr/share/quillet/ports/js/integer.js", "usr/include/quillet/model.h",
          "usr/share/quillet/verify/machines/machine.h", "usr/share/quillet/verify/machines/bare/string.h"]
NEVER = re.compile(r"node_modules|__pycache__|_(test|fuzz)\.|/(tests|seeds)/|\.git|^(?!usr/)")


def run(*words, folder=None):
    clean = {name: value for name, value in os.environ.items() if name != "QUILLET_HOME"}
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, cwd=folder, env=clean)
    assert done.returncode == 0, f"{words}: status {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def check_formula():
    """Homebrew's formula depends on what ./dev installs there, and on nothing else."""
    formula = (ROOT / "packaging/quillet.rb").read_text()
    packages = re.search(r'^BREW_PACKAGES="([^"]+)"', (ROOT / "dev").read_text(), re.M).group(1).split()
    tests_alone = {"googletest", "google-benchmark", "numpy", "node"}
    depends = set(re.findall(r'depends_on "([^"]+)"', formula))
    assert depends == set(packages) - tests_alone, depends ^ (set(packages) - tests_alone)
    if shutil.which("ruby"):
        run("ruby", "-c", ROOT / "packaging/quillet.rb")
    print(f"Homebrew formula: {len(depends)} dependencies, those of ./dev; not run (no brew)")


def main(folder):
    run("cpack", "-G", "DEB", "--config", f"{BUILD}/CPackConfig.cmake", "-B", folder)
    package, = folder.glob("*.deb")
    version, architecture = run(QUILLET, "version").split()[-1], run("dpkg", "--print-architecture").strip()
    assert package.name == f"quillet_{version}_{architecture}.deb", package.name
    field = lambda name: run("dpkg-deb", "-f", package, name).strip()
    assert (field("Package"), field("Version"), field("Architecture")) == ("quillet", version, architecture)
    if shutil.which("dpkg-shlibdeps"):
        depends = field("Depends")
        assert all(re.search(rf"\b{name}", depends) for name in ("libc6", "libstdc\\+\\+6", "libpng16-16", "libsqlite3-0")), depends
    root = folder / "root"
    run("dpkg-deb", "-x", package, root)
    files = [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]
    missing, strange = [file for file in NEEDED if file not in files], [file for file in files if NEVER.search(file)]
    assert not missing and not strange, f"missing: {missing}; strange: {strange}"
    program = root / "usr/bin/quillet"
    words = ["generate", "--seed", "7", "-n", "3"]
    lines = run(QUILLET, *words)
    assert run(program, *words, folder=folder) == lines
    run(program, "export", "--as", "cmake", "-o", "package", folder=folder)
    run(program, "compile", root / "usr/share/quillet/models/names.onnx", "-o", "names.c", folder=folder)
    run("cc", "-O2", "-ffp-contract=off", "names.c", "-o", "names", "-lm", folder=folder)
    names = run(program, "generate", root / "usr/share/quillet/models/names.onnx", *words[1:], folder=folder)
    assert run("./names", "7", "3", folder=folder) == names
    assert (root / "usr/share/man/man1/quillet.1").read_text() == run(QUILLET, "manual")
    print(f"{package.name}, {package.stat().st_size} bytes, {len(files)} files: unpacked, it generates, compiles and exports")


check_formula()
if not (shutil.which("cpack") and shutil.which("dpkg-deb")):
    print("skipped: no cpack and dpkg-deb")
    sys.exit(77)
with tempfile.TemporaryDirectory(prefix="quillet_debian_") as scratch:
    main(pathlib.Path(scratch))
