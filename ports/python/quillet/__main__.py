"""Writes text with a model: python3 -m quillet MODEL.onnx -n 5 --seed 1.

SPDX-License-Identifier: MIT
"""
import argparse
import secrets
import sys

from .onnx import OnnxError
from .random import Random
from .sampler import Sampling
from .text import line_tokens


def parse(arguments):
    parser = argparse.ArgumentParser(prog="python3 -m quillet", description="Writes text with a Quillet model.")
    parser.add_argument("model", help="an ONNX file")
    parser.add_argument("-n", "--count", type=int, default=1, metavar="N", help="lines (1)")
    parser.add_argument("--seed", type=int, help="0 .. 2^32 - 1; without it a random one, printed to standard error")
    parser.add_argument("--temperature", type=float, help="0: the most likely token (the model's, else 0.7)")
    parser.add_argument("--min-p", type=float, help="drop tokens less likely than this share of the best")
    parser.add_argument("--top-k", type=int, help="keep the k most likely")
    parser.add_argument("--top-p", type=float, help="keep the most likely until their share reaches this")
    parser.add_argument("--prompt", default="", help="begin every line with this text")
    parser.add_argument("--max-length", type=int, metavar="N", help="tokens a line (the model's, else 1000)")
    return parser.parse_args(arguments)


def prompt_tokens(model, prompt):
    unknown = ["\n"] if "\n" in prompt else []
    tokens = model.tokenizer.encode(prompt, unknown)
    if unknown:
        raise OnnxError(f"{model.name}: cannot be prompted with {unknown[0]!r}, which its alphabet lacks")
    return tokens


def main(arguments):
    options = parse(arguments)
    try:
        from .model import Model
    except ModuleNotFoundError as error:
        print(f"quillet: {error.name} is missing, in which models run: pip install 'quillet[numpy]'", file=sys.stderr)
        return 2
    try:
        model = Model.of_file(options.model)
        prompt = prompt_tokens(model, options.prompt)
    except (OSError, OnnxError) as error:
        print(f"quillet: {error}", file=sys.stderr)
        return 2
    settings = {"temperature": 0.7, "min_p": 0.0, "top_k": 0, "top_p": 0.0, "max_length": 1000, **model.settings()}
    settings.update((name, getattr(options, name)) for name in settings if getattr(options, name, None) is not None)
    sampling = Sampling.of_settings(*(settings[name] for name in ("temperature", "min_p", "top_k", "top_p")))
    if options.seed is None:
        options.seed = secrets.randbelow(2**32)
        print(f"seed {options.seed}", file=sys.stderr)
    random = Random(options.seed)
    for _ in range(options.count):
        tokens = line_tokens(model, sampling, random, settings["max_length"], prompt)
        print(options.prompt + model.tokenizer.decode(tokens))
    return 0


def command():
    """quillet-py, as it is installed."""
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    command()
