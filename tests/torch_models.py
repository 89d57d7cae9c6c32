#!/usr/bin/env python3
"""PyTorch exports as people make them (tools/make_torch_models.py --people DIR) through inspect, score, quantize and verify.

  tests/torch_models.py QUILLET [DIR]     the few of tests/models/pytorch, or all of DIR, each integer model verified

score's bits a character must be PyTorch's to 1e-5 (31 steps, states carried on), integer models must write the same
text in every runtime, what inspect says must be what the verbs do, and a refusal must name the node and what to do.
SPDX-License-Identifier: MIT
"""
import json
import pathlib
import subprocess
import sys
import tempfile

KEPT = pathlib.Path(__file__).resolve().parent / "models/pytorch"
LOSS = 0.01  # bits a character that eight bits may cost, of the model's own (random weights, 31 characters)
VERIFIED = 5  # one integer model in so many is verified where no folder is given

# What does not run, and what runs but has no integer form: a part of the message.
NO_STATE = "export forward(token, h)"
REFUSED = {"gru1-no-state": NO_STATE, "lstm1-no-state": NO_STATE}
FLOAT_ALONE = {
    "attention": "'/Mul_4'", "gru1-bidirectional": "'/rnn/GRU'", "gru1-gelu": "Erf", "gru1-layernorm": "LayerNormalization",
    "gru1-silu": "'/head/head.0/Sigmoid' (Sigmoid): is not read as a linear function", "rnn1-relu": "the states of ReLU grow beyond 10000",
    "gru2-gated": "'/Sigmoid'", "gru2-layernorm": "LayerNormalization", "gru2-side-by-side": "layers side by side",
}


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout, (done.stderr.strip().splitlines() or [""])[-1]


def check_refusal(verb, result, expected):
    """Problems of a verb that must refuse with `expected` in its message; of one that must not where that is empty."""
    status, _, message = result
    if not expected:
        return [f"{verb}: {message}"] if status else []
    if status != 2:
        return [f"{verb} gives status {status}; expected a refusal"]
    return [] if expected in message and "export" in message else [f"{verb} says: {message}"]


def check_model(quillet, model, temporary, verifies):
    record = json.loads(model.with_suffix(".json").read_text())
    options = ["--alphabet", record["alphabet"].replace("\n", "\\n")]
    said = json.loads(run(quillet, "inspect", str(model), "--json")[1])
    text, integer = temporary / "t.txt", temporary / "q.onnx"
    text.write_text((record["text"] or "a") + "\n")
    score = run(quillet, "score", str(model), str(text), "--json", *options)
    quantize = run(quillet, "quantize", str(model), *options, "-o", str(integer))
    refused = REFUSED.get(model.stem, "")
    problems = check_refusal("score", score, refused)
    problems += check_refusal("quantize", quantize, refused or FLOAT_ALONE.get(model.stem, ""))
    expected = record["bits_per_character"]
    if score[0] == 0 and abs(json.loads(score[1])["bpc"] - expected) > 1e-5 * max(1, expected):
        problems.append(f"scores {json.loads(score[1])['bpc']}; PyTorch {expected}")
    for verb, result in (("compile", score), ("quantize", quantize)):
        says = said[verb].startswith("yes") and not said[verb].startswith("yes, as a network")
        if says != (result[0] == 0):
            problems.append(f"inspect says of {verb} '{said[verb]}'; {result[2]}")
    if quantize[0] == 0 and record["text"]:
        loss = abs(json.loads(run(quillet, "score", str(integer), str(text), "--json")[1])["bpc"] - expected)
        if loss > LOSS * expected:
            problems.append(f"loses {loss} bits a character by quantizing; the float model has {expected}")
    if quantize[0] == 0 and verifies:
        status, out, message = run(quillet, "verify", str(integer), "--runtimes", "plan,c,js,python", "--lines", "2", "--settings",
                                   "temperature=0.8", "--json")
        if status not in (0, 2) or not out or not json.loads(out)["same"]:
            problems.append(f"verify of the integer model: status {status} {message or out[:300]}")
    return score[0] == 0, quantize[0] == 0, problems


def main():
    quillet, folder = sys.argv[1], pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else KEPT
    models = sorted(folder.glob("*.onnx"))
    ran = quantized = failures = 0
    with tempfile.TemporaryDirectory() as temporary:
        for i, model in enumerate(models):
            runs, quantizes, problems = check_model(quillet, model, pathlib.Path(temporary), folder != KEPT or i % VERIFIED == 0)
            ran, quantized, failures = ran + runs, quantized + quantizes, failures + len(problems)
            for problem in problems:
                print(f"FAILED {model.stem}: {problem}")
    print(f"{len(models)} models: {ran} run, {quantized} quantize, {failures} failures")
    return int(failures > 0 or not models)


sys.exit(main())
