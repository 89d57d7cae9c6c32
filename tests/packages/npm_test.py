#!/usr/bin/env python3
"""The npm package as its users have it: packed, installed into an empty folder without a network, run by Node.js and a browser.

SPDX-License-Identifier: MIT
Usage: npm_test.py QUILLET. Without npm: status 77. Types are compiled where tsc is, the browser is run where chromium is.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

QUILLET = os.path.realpath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parents[2]
PORT, MODEL = ROOT / "ports/js", ROOT / "models/names.onnx"
SCRIPT = """
import { readFileSync } from "node:fs";
import { IntegerModel, lines } from "quillet";
const model = new IntegerModel(new Uint8Array(readFileSync(process.argv[2])));
for await (const line of lines(model, { seed: 7, count: 3 })) console.log(line);
for await (const line of lines(model, { seed: 7, count: 2, prompt: "An", temperature: 0.4, topK: 5 })) console.log(line);
"""
TYPED = """
import { IntegerModel, lines, sample, samplingOf, Random, type Sampling } from "quillet";
const model = new IntegerModel(new Uint8Array(0), "x");
const logits: Int32Array = model.step(model.lineToken);
const settings: Sampling = samplingOf(model.settings);
const token: number = sample(logits, settings, new Random(1));
for await (const line of lines(model, { seed: 1, count: 2, minP: 0.1 })) console.log(line.length + token);
// @ts-expect-error
lines(model, { sed: 1 });
"""
PAGE = """<!DOCTYPE html><meta charset="utf-8"><pre></pre><script type="module">
import { IntegerModel, lines } from "./node_modules/quillet/index.js";
const bytes = Uint8Array.from(atob("%s"), (c) => c.charCodeAt(0));
for await (const line of lines(new IntegerModel(bytes), { seed: 7, count: 3 })) document.querySelector("pre").append(line + "\\n");
document.querySelector("pre").className = "done";
</script>"""


def run(*words, folder=None):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, f"{words}: status {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def declared():
    """What index.d.ts declares is what index.js exports."""
    types = set(re.findall(r"^export (?:class|function|const) (\w+)", (PORT / "index.d.ts").read_text(), re.M))
    names = set(json.loads(run("node", "--input-type=module", "-e", f'console.log(JSON.stringify(Object.keys(await import("{PORT}/index.js"))))')))
    assert types == names, f"index.d.ts and index.js differ in {types ^ names}"


def in_browser(folder, expected):
    chromium = shutil.which("chromium")
    if not chromium:
        return "not in a browser: no chromium"
    import base64
    page = folder / "page.html"
    page.write_text(PAGE % base64.b64encode(MODEL.read_bytes()).decode())
    found = run(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--allow-file-access-from-files",
                f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=60000", "--dump-dom", page.as_uri())
    text = re.search(r'<pre class="done">(.*?)</pre>', found, re.S)
    assert text and text.group(1) == expected, found[-1500:]
    return "Chromium"


def with_types(folder):
    if not shutil.which("tsc"):
        return "types not compiled: no tsc"
    (folder / "typed.mts").write_text(TYPED)
    run("tsc", "--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck", "false", "typed.mts", folder=folder)
    return "types by tsc"


def main(folder):
    declared()
    version = run(QUILLET, "version").split()[-1]
    assert json.loads((PORT / "package.json").read_text())["version"] == version, f"package.json is not of version {version}"
    told = json.loads(run("npm", "pack", "--offline", "--json", "--pack-destination", folder, folder=PORT))[0]
    files = {file["path"] for file in told["files"]}
    assert {"package.json", "README.md", "index.js", "index.d.ts", "quillet-js.js"} <= files, files
    assert not any("test" in file or file in ("jobs.js", "run_once.js", "package-lock.json") for file in files), files
    user = folder / "user"
    user.mkdir()
    (user / "package.json").write_text('{"private": true, "type": "module"}')
    run("npm", "install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts", folder / told["filename"], folder=user)
    installed = {path.name for path in (user / "node_modules").iterdir()} - {".package-lock.json", ".bin"}
    assert installed == {"quillet"}, f"came along: {installed}"
    (user / "lines.js").write_text(SCRIPT)
    expected = run(QUILLET, "generate", MODEL, "--seed", "7", "-n", "3")
    prompted = run(QUILLET, "generate", MODEL, "--seed", "7", "-n", "2", "--prompt", "An", "--temperature", "0.4", "--top-k", "5")
    found = run("node", "lines.js", MODEL, folder=user)
    assert found == expected + prompted, f"Node.js wrote\n{found}not\n{expected}{prompted}"
    assert run("npx", "--offline", "quillet-js", MODEL, "-n", "3", "--seed", "7", folder=user) == expected
    print(f"{told['filename']}, {told['size']} bytes: Node.js;", in_browser(user, expected) + ";", with_types(user))


if not shutil.which("npm"):
    print("skipped: no npm")
    sys.exit(77)
with tempfile.TemporaryDirectory(prefix="quillet_npm_") as scratch:
    main(pathlib.Path(scratch))
