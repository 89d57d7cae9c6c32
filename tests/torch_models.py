#!/usr/bin/env python3
"""PyTorch exports as people make them (tools/make_torch_models.py --people DIR) through inspect, score and quantize.

  tests/torch_models.py QUILLET DIR

score's bits a character must be PyTorch's to 1e-4 (31 steps, states carried on), what inspect says must be what the
verbs do, and every refusal must name what to do. Without DIR it is skipped (status 77).
SPDX-License-Identifier: MIT
"""
import json
import pathlib
import subprocess
import sys
import tempfile


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout, (done.stderr.strip().splitlines() or [""])[-1]


def main():
    quillet, folder = sys.argv[1], pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    if not folder or not folder.is_dir():
        print("skipped: no folder of models; make them with tools/make_torch_models.py --people DIR")
        return 77
    compiled = quantized = count = failures = 0
    with tempfile.TemporaryDirectory() as temporary:
        temporary = pathlib.Path(temporary)
        for model in sorted(folder.glob("*.onnx")):
            count += 1
            record = json.loads(model.with_suffix(".json").read_text())
            alphabet = record["alphabet"].replace("\n", "\\n")
            status, out, _ = run(quillet, "inspect", str(model), "--json")
            said = json.loads(out)
            (temporary / "t.txt").write_text((record["text"] or "a") + "\n")
            options = ["--alphabet", alphabet]
            score = run(quillet, "score", str(model), str(temporary / "t.txt"), "--json", *options)
            quantize = run(quillet, "quantize", str(model), *options, "-o", str(temporary / "q.onnx"))
            problems = []
            takes = score[0] == 0
            if takes:
                compiled += 1
                bits = json.loads(score[1])["bpc"]
                if abs(bits - record["bits_per_character"]) > 1e-4:
                    problems.append(f"scores {bits}; PyTorch {record['bits_per_character']}")
            quantized += quantize[0] == 0
            if said["compile"].startswith("yes, as a character model") != takes:
                problems.append(f"inspect says '{said['compile']}'; score: {score[2]}")
            if said["quantize"].startswith("yes") != (quantize[0] == 0):
                problems.append(f"inspect says '{said['quantize']}'; quantize: {quantize[2]}")
            if not takes or quantize[0]:
                print(f"{model.stem}: {'' if takes else 'score: ' + score[2] + ' '}{quantize[2] if quantize[0] else ''}")
            for problem in problems:
                failures += 1
                print(f"FAILED {model.stem}: {problem}")
    print(f"{count} models: {compiled} run, {quantized} quantize, {failures} failures")
    return int(failures > 0 or compiled < 65 * count // 75 or quantized < 45 * count // 75)


sys.exit(main())
