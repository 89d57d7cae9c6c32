#!/usr/bin/env python3
"""Every package of `quillet export`, consumed as its ecosystem does: what it writes must be what `quillet generate` writes.

SPDX-License-Identifier: MIT
Usage: export_test.py QUILLET RANDOM_MODEL [ECOSYSTEM...]. CMake is the real one; the others' build systems and devices are
stubs/ on the host, and the real ones where they are: PICO_SDK_PATH for the Pico SDK, arduino-cli and pio on the PATH.
arm-none-eabi-gcc and -g++ compile what a Cortex-M0+ would run.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

QUILLET, RANDOM_MODEL = map(os.path.realpath, sys.argv[1:3])
ROOT = pathlib.Path(__file__).resolve().parents[2]
STUBS = pathlib.Path(__file__).resolve().parent / "stubs"
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="quillet_export_"))
MODELS = [ROOT / "models/names.onnx", ROOT / "examples/01_hello_model/hello.onnx"]
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]


def run(*words, status=0, folder=None, **environment):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, cwd=folder,
                          env={**os.environ, **environment})
    assert done.returncode == status, f"{words}: status {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout if status == 0 else done.stderr


def export(ecosystem, *words, models=MODELS):
    package = FOLDER / ecosystem
    run(QUILLET, "export", *models, "--as", ecosystem, "-o", package, *words)
    for path in package.rglob("*"):
        if path.is_file():
            assert not re.search(r"@[a-zA-Z_]+@", path.read_text()), f"{path}: a word was not replaced"
            assert path.suffix != ".h" or path.name.startswith(("ql_", "quillet_")), f"{path}: a general name"
    return package


def expected():
    return "".join(run(QUILLET, "generate", model, "--seed", "1", "-n", "5") for model in MODELS)


def check(found, what):
    assert found == EXPECTED, f"{what} wrote\n{found}not\n{EXPECTED}"


def cmake(source, build, *options, **environment):
    run("cmake", "-S", source, "-B", build, *options, **environment)
    run("cmake", "--build", build)
    return build


def cross(package, example, flags, compiler):
    """Compiles the package's sources and an example for a Cortex-M0+, with an ecosystem's stub headers."""
    if not shutil.which("arm-none-eabi-gcc"):
        return "not for Cortex-M0+: no arm-none-eabi-gcc"
    chip = ["-mcpu=cortex-m0plus", "-mthumb", "-Os", f"-I{package}/src"]
    for source in [*package.glob("src/*.c"), *package.glob("src/runtime/*.[cS]")]:
        run("arm-none-eabi-gcc", *chip, "-std=c99", *STRICT, "-c", source, "-o", FOLDER / "cross.o")
    if example:
        if not shutil.which(compiler):
            return f"its example not for Cortex-M0+: no {compiler}"
        run(compiler, *chip, *flags, "-c", example, "-o", FOLDER / "cross.o")
    return "compiled for Cortex-M0+"


def with_cmake():
    package = export("cmake")
    check(run(cmake(package / "examples/lines", FOLDER / "added") / "lines"), "the folder added")
    build = cmake(package, FOLDER / "built", "-DCMAKE_C_FLAGS=" + " ".join(STRICT))
    run("cmake", "--install", build, "--prefix", FOLDER / "prefix")
    shutil.move(FOLDER / "prefix", FOLDER / "moved")
    shutil.rmtree(package / "src")  # only what was installed is left
    found = cmake(package / "examples/lines", FOLDER / "found", f"-DCMAKE_PREFIX_PATH={FOLDER / 'moved'}")
    check(run(found / "lines"), "the installed package")
    version = run(QUILLET, "version").split()[-1]
    user = FOLDER / "user"
    user.mkdir()
    (user / "CMakeLists.txt").write_text(f"cmake_minimum_required(VERSION 3.13)\nproject(user C)\nfind_package(ql_names 9.9 REQUIRED)\n")
    refused = run("cmake", "-S", user, "-B", user / "build", f"-DCMAKE_PREFIX_PATH={FOLDER / 'moved'}", status=1)
    assert f"version: {version}" in refused, refused
    return "CMake: added, installed, found, a version that is too high refused"


def with_pico_sdk():
    package = export("pico-sdk")
    check(run(cmake(package / "examples/lines", FOLDER / "pico", f"-DPICO_SDK_PATH={STUBS / 'pico-sdk'}") / "lines"), "pico-sdk")
    said = ["stub SDK on the host", cross(package, None, [], "")]
    if os.environ.get("PICO_SDK_PATH"):
        options = ["-G", "Ninja", f"-DPICO_SDK_PATH={os.environ['PICO_SDK_PATH']}", "-DPICO_NO_PICOTOOL=1"]
        build = cmake(package / "examples/lines", FOLDER / "pico-real", *options)
        assert (build / "lines.elf").stat().st_size > 100_000
        symbols = run("arm-none-eabi-nm", build / "lines.elf")
        place = re.search(r"^(20[0-9a-f]{6}) \w ql_hello_weights_gru_r", symbols, re.M | re.I) or re.search(r"^(20[0-9a-f]{6}) \w ql_\w+_weights", symbols, re.M)
        assert place, "no weights in SRAM"
        said.append("real SDK: lines.elf, weights in SRAM")
    else:
        said.append("not with the real SDK: PICO_SDK_PATH is not set")
    return "; ".join(said)


def run_sketch(package, sketch, what, flags):
    """Compiles a package as Arduino's and PlatformIO's builders do: every file of src/ by its language, the sketch as C++."""
    objects = []
    for source in [*package.glob("src/*.c"), *package.glob("src/runtime/*.[cS]")]:
        objects.append(FOLDER / f"{what}-{len(objects)}.o")
        run("gcc", "-O2", *flags, f"-I{package}/src", "-c", source, "-o", objects[-1])
    stub = STUBS / "arduino"
    for source in (sketch, stub / "main.cpp"):
        objects.append(FOLDER / f"{what}-{len(objects)}.o")
        run("g++", "-O2", "-std=gnu++11", "-Wall", "-Wextra", "-Werror", *flags, "-include", stub / "Arduino.h", f"-I{package}/src", f"-I{stub}",
            "-x", "c++", "-c", source, "-o", objects[-1])
    run("g++", *objects, "-o", FOLDER / f"{what}-program")
    check(run(FOLDER / f"{what}-program"), what)


def on_arduino_core():
    """A small model's package with Arduino's own core for AVR, as Debian has it, on an emulated ATmega1284P: 16 kB of memory."""
    core = pathlib.Path("/usr/share/arduino/hardware/arduino/avr")
    missing = [tool for tool in ("avr-gcc", "avr-g++", "simavr") if not shutil.which(tool)] + ([] if core.is_dir() else ["arduino-core-avr"])
    if missing:
        return f"not with Arduino's core: no {missing[0]}"
    tiny, model, package, objects = FOLDER / "avr.onnx", FOLDER / "avr8.onnx", FOLDER / "avr", []
    run(RANDOM_MODEL, tiny, "gru", "1", "8", "30")
    run(QUILLET, "quantize", tiny, "-o", model)
    run(QUILLET, "export", model, "--as", "arduino", "-o", package)
    # DECIMAL_DIG: GCC 5 has it for C alone.
    flags = ["-mmcu=atmega1284p", "-DF_CPU=16000000L", "-DARDUINO=10819", "-DARDUINO_ARCH_AVR", "-DDECIMAL_DIG=__DECIMAL_DIG__", f"-I{core}/cores/arduino",
             f"-I{core}/variants/standard", f"-I{package}/src", "-Os", "-ffunction-sections", "-fdata-sections"]
    own = [*package.glob("src/*.c"), *package.glob("src/runtime/*.[cS]"), package / "examples/lines/lines.ino"]
    for source in [*core.glob("cores/arduino/*.c"), *core.glob("cores/arduino/*.cpp"), *own]:
        objects.append(FOLDER / f"avr-{len(objects)}.o")
        strict = ["-Wall", "-Wextra", "-Werror"] if source in own else ["-w"]
        if source.suffix in (".c", ".S"):
            run("avr-gcc", *flags, *strict, "-c", source, "-o", objects[-1])
        else:
            run("avr-g++", *flags, *strict, "-std=gnu++11", "-fpermissive", "-fno-exceptions", "-fno-threadsafe-statics", "-include", "Arduino.h", "-x", "c++",
                "-c", source, "-o", objects[-1])
    run("avr-gcc", "-mmcu=atmega1284p", "-Wl,--gc-sections", *objects, "-o", FOLDER / "avr.elf", "-lm")
    expected = run(QUILLET, "generate", model, "--seed", "1", "-n", "5").splitlines()
    found = []
    # simavr shows the serial port in colour, with a '.' for what ends a line; a sketch does not end.
    with subprocess.Popen(["timeout", "120", "simavr", "-m", "atmega1284p", "-f", "16000000", FOLDER / "avr.elf"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True) as chip:
        for line in chip.stderr:
            shown = re.search(r"\x1b\[32m(.*)\.$", line)
            found += [shown.group(1)] if shown else []
            if len(found) == 5:
                break
        chip.terminate()
    assert found == expected, f"the sketch wrote {found}, not {expected}"
    return "Arduino's core for AVR: the sketch's lines on an emulated ATmega1284P"


def with_arduino():
    package = export("arduino")
    properties = dict(line.split("=", 1) for line in (package / "library.properties").read_text().splitlines())
    needed = {"name", "version", "author", "maintainer", "sentence", "paragraph", "category", "url", "architectures", "includes"}
    assert set(properties) == needed and properties["name"] == "ql_names" and re.fullmatch(r"\d+\.\d+\.\d+", properties["version"])
    assert all((package / "src" / header).is_file() for header in properties["includes"].split(","))
    sketch = package / "examples/lines/lines.ino"
    run_sketch(package, sketch, "arduino", [])
    said = ["stub core on the host", cross(package, sketch, ["-include", STUBS / "arduino/Arduino.h", "-x", "c++"], "arm-none-eabi-g++"), on_arduino_core()]
    return "; ".join(said)


def with_platformio():
    package = export("platformio")
    library = json.loads((package / "library.json").read_text())
    assert library["name"] == "ql_names" and all((package / "src" / header).is_file() for header in library["headers"])
    for example in library["examples"]:
        assert all((package / example["base"] / file).is_file() for file in example["files"])
    program = package / "examples/lines/src/main.cpp"
    run_sketch(package, program, "platformio", library["build"]["flags"].split())
    return "stub core on the host; " + cross(package, program, [f"-I{STUBS}/arduino"], "arm-none-eabi-g++")


def with_zephyr():
    package = export("zephyr")
    options = [f"-DZephyr_DIR={STUBS / 'zephyr'}", f"-DEXTRA_ZEPHYR_MODULES={package}"]
    check(run(cmake(package / "samples/lines", FOLDER / "zephyr-build", *options) / "app"), "zephyr")
    return "stub of Zephyr's build on the host; " + cross(package, package / "samples/lines/src/main.c", [f"-I{STUBS}/zephyr/include"], "arm-none-eabi-gcc")


def with_espidf():
    package = export("espidf")
    check(run(cmake(package / "examples/lines", FOLDER / "idf-build", IDF_PATH=str(STUBS / "idf")) / "lines"), "espidf")
    return "stub of ESP-IDF's build on the host; " + cross(package, package / "examples/lines/main/main.c", [], "arm-none-eabi-gcc")


def hostile_names():
    """Names from outside cannot break a template, meet a system's header, or leave their place in a file."""
    for name in ('a"b$(touch x).onnx', "math.onnx", "while.onnx", "@version@.onnx", "../x|`y\\.onnx", "é.onnx", "quillet_text.onnx", "1.onnx",
                 "a\nb*/.onnx", "x" * 100 + ".onnx"):
        model = FOLDER / "hostile" / pathlib.Path(name).name
        model.parent.mkdir(exist_ok=True)
        shutil.copy(MODELS[1], model)
        package = FOLDER / "hostile-package"
        run(QUILLET, "export", model, "--as", "cmake", "-o", package)
        build = cmake(package / "examples/lines", FOLDER / "hostile-build")
        assert run(build / "lines") == run(QUILLET, "generate", MODELS[1], "--seed", "1", "-n", "5"), name
        run(QUILLET, "export", model, "--as", "platformio", "-o", package)
        json.loads((package / "library.json").read_text())
        shutil.rmtree(package), shutil.rmtree(FOLDER / "hostile-build"), shutil.rmtree(model.parent)
    assert not pathlib.Path("x").exists()
    again = FOLDER / "again"
    again.mkdir()
    shutil.copy(MODELS[1], again)
    told = run(QUILLET, "export", MODELS[1], again / "hello.onnx", "--as", "cmake", "-o", FOLDER / "none", status=2)
    assert "second model called 'ql_hello'" in told and not (FOLDER / "none").exists(), told
    return "hostile names: built all the same, or refused"


def float_models():
    """A float model's package links the mathematical library where it needs it."""
    model = FOLDER / "tiny.onnx"
    run(RANDOM_MODEL, model, "gru", "1", "8", "40")
    package = export("cmake", models=[model])
    written = run(cmake(package / "examples/lines", FOLDER / "float") / "lines")
    assert written == run(QUILLET, "generate", model, "--seed", "1", "-n", "5"), written
    return "a float model: CMake, the same text"


def older_packages():
    """Another model's package in the same folder: the old one's files go, the user's stay, and nothing of theirs is overwritten."""
    package = export("arduino")
    files = lambda: {str(path.relative_to(package)) for path in package.rglob("*") if path.is_file()}
    (package / "src/mine.c").write_text("mine\n")
    (package / "src/ql_hello.h").write_text("changed\n")
    told = subprocess.run([QUILLET, "export", MODELS[0], "--as", "platformio", "-o", package], capture_output=True, text=True)
    assert told.returncode == 0 and "ql_hello.h: is of an older package and was changed" in told.stderr, told.stderr
    assert "library.properties: of an older package, removed" in told.stderr, told.stderr
    fresh = FOLDER / "fresh"
    run(QUILLET, "export", MODELS[0], "--as", "platformio", "-o", fresh)
    expected = {str(path.relative_to(fresh)) for path in fresh.rglob("*") if path.is_file()}
    assert files() == expected | {"src/mine.c", "src/ql_hello.h"}, files() ^ expected
    run("sha256sum", "--check", "--strict", ".quillet-files", folder=package)
    (package / "examples/lines/src/main.cpp").write_text("// mine\n")
    told = run(QUILLET, "export", MODELS[1], "--as", "platformio", "-o", package, status=2)
    assert "main.cpp: was changed after quillet export wrote it" in told and not (package / "src/ql_hello.c").exists(), told
    project = FOLDER / "project"
    project.mkdir()
    (project / "CMakeLists.txt").write_text("project(mine C)\n")
    told = run(QUILLET, "export", MODELS[1], "--as", "cmake", "-o", project, status=2)
    assert "CMakeLists.txt: is there, and no quillet export wrote it" in told and [path.name for path in project.iterdir()] == ["CMakeLists.txt"], told
    return "over an older package: its files go, changed ones stay or are asked about"


CHECKS = {"cmake": with_cmake, "pico-sdk": with_pico_sdk, "arduino": with_arduino, "platformio": with_platformio, "zephyr": with_zephyr,
          "espidf": with_espidf, "hostile": hostile_names, "float": float_models, "older": older_packages}
EXPECTED = expected()
try:
    known = re.search(r"\{([a-z,-]+)\}", run(QUILLET, "export", "--help")).group(1).split(",")
    assert set(known) <= set(CHECKS), f"no check for one of {known}"
    for name in sys.argv[3:] or CHECKS:
        print(f"{name}: {CHECKS[name]()}")
finally:
    shutil.rmtree(FOLDER)
