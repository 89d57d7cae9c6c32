"""Runs verify's job file and prints JSON lines: python3 -m quillet.jobs [--torch] MODEL.onnx JOBS.json (docs/FORMATS.md).

SPDX-License-Identifier: MIT
Exit statuses: 0 done, 77 this runtime cannot run this model (why: standard error), else failed.
"""
import base64
import json
import sys
import time

from .random import Random
from .sampler import Sampling, sample
from .text import line_tokens

CANNOT = 77


def start_of(job):
    """The generator that a job starts with: from a seed or from four words."""
    return Random(job["seed"]) if "seed" in job else Random.of_words(job["random"])


class CountedModel:
    """A model that counts its steps."""

    def __init__(self, model):
        self.line_token, self.reset, self._step, self.steps = model.line_token, model.reset, model.step, 0

    def step(self, token):
        self.steps += 1
        return self._step(token)


def run_text(model, job):
    """Yields a record a line, then one with steps and seconds."""
    random, sampling, counted = start_of(job), Sampling(*job["sampling"]), CountedModel(model)
    begin = time.perf_counter()
    for index in range(job["count"]):
        tokens = list(line_tokens(counted, sampling, random, job["max_length"], job["prompt"]))
        yield {"line": index, "tokens": tokens, "random": random.words}
    yield {"steps": counted.steps, "seconds": time.perf_counter() - begin}


def record_of(array, type_number):
    data = base64.b64encode(array.astype(array.dtype.newbyteorder("<")).tobytes()).decode()
    return {"type": type_number, "shape": list(array.shape), "data": data}


def run_trace(model, job):
    """Yields the generator's start, then a record a step: every output, the Q10 logits, and what is drawn from them."""
    random, sampling = start_of(job), Sampling(*job["sampling"])
    fed = [model.line_token] + job["prompt"] + job["tokens"]
    model.reset()
    yield {"random": random.words}
    for index, token in enumerate(fed):
        logits = model.step(token)
        drawn = sample(logits, sampling, random) if index >= len(job["prompt"]) else None
        outputs = [record_of(model.output(i), model.output_types[i]) for i in range(len(model.outputs))]
        yield {"step": index, "outputs": outputs, "logits": logits, "drawn": drawn, "random": random.words}


KINDS = {"text": run_text, "trace": run_trace}


def main(arguments):
    use_torch = arguments[:1] == ["--torch"]
    path, jobs_path = arguments[use_torch:]
    if use_torch:
        from .torch_model import CannotRun, TorchModel as Runner
    else:
        from .model import Model as Runner
        from .onnx import NoOperator as CannotRun
    try:
        model = Runner.of_file(path)
    except CannotRun as error:
        print(error, file=sys.stderr)
        return CANNOT
    with open(jobs_path, encoding="utf-8") as file:
        jobs = json.load(file)["jobs"]
    for number, job in enumerate(jobs):
        for record in KINDS[job["kind"]](model, job):
            print(json.dumps({"job": number, **record}, separators=(",", ":")), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
