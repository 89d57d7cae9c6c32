"""The port against tests/vectors/contract.json, which the C runtime and the JavaScript port are tested against as well.

SPDX-License-Identifier: MIT
"""
import json
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1]))

from quillet.onnx import OnnxError
from quillet.random import Random
from quillet.sampler import Sampling, sample
from quillet.text import line_tokens
from quillet.tokenizer import Tokenizer

CONTRACT = json.loads((HERE.parents[3] / "tests" / "vectors" / "contract.json").read_text())


class TableModel:
    """A model whose logits are a table, by step (repeating) and token."""

    def __init__(self, vector):
        self.line_token, self.logits = vector["line_token"], vector["logits"]

    def reset(self):
        self.steps = 0

    def step(self, token):
        self.steps += 1
        return self.logits[(self.steps - 1) % len(self.logits)][token]


class Contract(unittest.TestCase):
    def test_generator(self):
        self.assertGreaterEqual(len(CONTRACT["generator"]), 9)
        for vector in CONTRACT["generator"]:
            random = Random(vector["seed"])
            self.assertEqual(random.words, vector["start"])
            self.assertEqual([random.next() for _ in vector["outputs"]], vector["outputs"])
            self.assertEqual(Random.of_words(random.words).words, vector["end"])

    def test_bounded_draws(self):
        self.assertGreaterEqual(len(CONTRACT["bounded"]), 16)
        for vector in CONTRACT["bounded"]:
            random = Random(vector["seed"])
            self.assertEqual([random.below(vector["bound"]) for _ in vector["outputs"]], vector["outputs"])
            self.assertEqual(random.words, vector["end"], vector["bound"])

    def test_settings(self):
        self.assertGreaterEqual(len(CONTRACT["settings"]), 13)
        for vector in CONTRACT["settings"]:
            sampling = Sampling.of_settings(vector["temperature"], vector["min_p"], vector["top_k"], vector["top_p"])
            self.assertEqual(list(sampling), vector["sampling"], vector)

    def test_sampler(self):
        self.assertGreaterEqual(len(CONTRACT["sampler"]), 400)
        for vector in CONTRACT["sampler"]:
            random, sampling = Random(vector["seed"]), Sampling(*vector["sampling"])
            tokens = [sample(vector["logits"], sampling, random) for _ in vector["tokens"]]
            self.assertEqual(tokens, vector["tokens"], vector)
            self.assertEqual(random.words, vector["end"], vector)

    def test_text_loop(self):
        self.assertGreaterEqual(len(CONTRACT["text"]), 4)
        for vector in CONTRACT["text"]:
            model = TableModel(vector["model"])
            for run in vector["runs"]:
                random, sampling = Random(run["seed"]), Sampling(*run["sampling"])
                lines = [list(line_tokens(model, sampling, random, run["max_length"], run["prompt"]))
                         for _ in range(run["count"])]
                self.assertEqual(lines, run["lines"], run)
                self.assertEqual(random.words, run["end"], run)

    def test_tokens(self):
        self.assertGreaterEqual(len(CONTRACT["tokens"]), 28)
        for vector in CONTRACT["tokens"]:
            metadata = {"quillet.alphabet": vector["alphabet"]}
            if vector["merges"] is not None:
                metadata["quillet.merges"] = vector["merges"]
            if vector["pieces"] is None:
                with self.assertRaises(OnnxError, msg=vector):
                    Tokenizer(metadata)
                continue
            tokenizer = Tokenizer(metadata)
            self.assertEqual(tokenizer.pieces, vector["pieces"])
            for text in vector["texts"]:
                unknown = []
                self.assertEqual(tokenizer.encode(text["text"], unknown), text["tokens"])
                self.assertEqual("".join(unknown), text["unknown"])
                kept = "".join(character for character in text["text"] if character not in unknown)
                self.assertEqual(tokenizer.decode(text["tokens"]), kept)


if __name__ == "__main__":
    unittest.main()
