"""Writes text with a model: python3 -m quillet MODEL.onnx -n 5 --seed 1.

SPDX-License-Identifier: MIT
"""
import argparse
import re
import secrets
import sys

from .onnx import OnnxError
from .random import Random
from .sampler import BOUNDS, Sampling
from .text import line_tokens


_WORD = 0xFFFFFFFF
_NUMBERS = {"count": (0, _WORD, True), "seed": (0, _WORD, True), **BOUNDS}  # by destination, as sampler.BOUNDS
_DECIMAL = r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong."""

    def error(self, message):
        self.exit(2, f"quillet: {message}\n")


def _expected(least, most, whole):
    return f"expected a {'whole ' if whole else ''}number from {least} to {most}"


def _number_of(text, least, most, whole):
    """The number in `text`; None where it is none or out of bounds."""
    if not re.fullmatch("[0-9]{1,4000}" if whole else _DECIMAL, text):
        return None
    number = int(text) if whole else float(text)
    return number if least <= number <= most else None


def parse(arguments):
    parser = _Parser(prog="python3 -m quillet", description="Writes text with a Quillet model.")
    parser.add_argument("model", help="an ONNX file")
    parser.add_argument("-n", "--count", default="1", metavar="N", help="lines (1)")
    parser.add_argument("--seed", help="0 .. 2^32 - 1; without it a random one, printed to standard error")
    parser.add_argument("--temperature", help="0: the most likely token, at most 1000 (the model's, else 0.7)")
    parser.add_argument("--min-p", help="drop tokens less likely than this share of the best")
    parser.add_argument("--top-k", help="keep the k most likely")
    parser.add_argument("--top-p", help="keep the most likely until their share reaches this")
    parser.add_argument("--prompt", default="", help="begin every line with this text")
    parser.add_argument("--max-length", metavar="N", help="tokens a line (the model's, else 1000)")
    options = parser.parse_args(arguments)
    for name, bounds in _NUMBERS.items():
        text = getattr(options, name)
        if text is None:
            continue
        number = _number_of(text, *bounds)
        if number is None:
            parser.error(f"--{name.replace('_', '-')}: is {text!r}; {_expected(*bounds)}")
        setattr(options, name, number)
    return options


def settings_of(model, options):
    """The options' settings, else the model's, else the defaults. Raises OnnxError for a model's that are out of bounds."""
    settings = {"temperature": 0.7, "min_p": 0.0, "top_k": 0, "top_p": 0.0, "max_length": 1000}
    recommended = model.settings()
    for name, (least, most, whole) in BOUNDS.items():
        value = recommended.get(name, settings[name])
        is_number = type(value) in (int, float) and least <= value <= most
        if not is_number or (whole and value != int(value)):
            raise OnnxError(f"{model.name}: metadata quillet.sampling: {name} is {value!r}; {_expected(least, most, whole)}")
        given = getattr(options, name)
        settings[name] = (int(value) if whole else value) if given is None else given
    return settings


def prompt_tokens(model, prompt, max_length):
    unknown = ["\n"] if "\n" in prompt else []
    tokens = model.tokenizer.encode(prompt, unknown)
    if unknown:
        raise OnnxError(f"{model.name}: cannot be prompted with {unknown[0]!r}, which its alphabet lacks")
    if len(tokens) > max_length:
        raise OnnxError(f"--prompt: has {len(tokens)} tokens; a line has {max_length} at most (--max-length)")
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
        settings = settings_of(model, options)
        prompt = prompt_tokens(model, options.prompt, settings["max_length"])
    except IsADirectoryError:
        print(f"quillet: {options.model}: is a folder; expected the .onnx file of a model", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"quillet: {options.model}: cannot be opened: {error.strerror}; give the .onnx file of a model", file=sys.stderr)
        return 2
    except OnnxError as error:
        print(f"quillet: {error}", file=sys.stderr)
        return 2
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
