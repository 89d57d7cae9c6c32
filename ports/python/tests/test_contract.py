"""The port against tests/vectors/contract.json, which the C runtime and the JavaScript port are tested against as well.

SPDX-License-Identifier: MIT
"""
import json
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1]))

from quillet.onnx import OnnxError, check_format, read_onnx
from quillet.random import Random
from quillet.sampler import NO_GAP, Sampling, sample
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

    def test_settings_are_clipped_or_no_numbers(self):
        self.assertEqual(Sampling.of_settings(top_k=-4), Sampling.of_settings())
        self.assertEqual(Sampling.of_settings(top_k=5.0).top_k, 5)
        self.assertEqual(Sampling.of_settings(top_k=float("inf")).top_k, 2**32 - 1)
        self.assertEqual(Sampling.of_settings(-1, -2, 0, -3), (0, NO_GAP, 0, 0))
        self.assertEqual(Sampling.of_settings(0.7, 3, 0, 3), (528, 0, 0, 0))
        for wrong in ({"temperature": float("nan")}, {"temperature": "0.7"}, {"min_p": None}, {"top_k": 2.5}, {"top_p": float("nan")}):
            with self.assertRaisesRegex(ValueError, f"^{next(iter(wrong))}: is .*; expected a "):
                Sampling.of_settings(**wrong)

    def test_seeds_are_32_bits(self):
        for seed in (0, 2**32 - 1):
            self.assertEqual(len(Random(seed).words), 4)
        for seed in (-1, 2**32, 1.5, "1", None):
            with self.assertRaisesRegex(ValueError, "^seed: is .*; expected a whole number from 0 to 4294967295$"):
                Random(seed)

    def test_prompts_are_tokens(self):
        model, sampling = TableModel(CONTRACT["text"][0]["model"]), Sampling(0, NO_GAP, 0, 0)
        for wrong in (-1, 1.5, "a"):
            with self.assertRaisesRegex(ValueError, "^prompt: has the token .*; expected whole numbers from 0 on$"):
                list(line_tokens(model, sampling, Random(1), 9, [0, wrong]))
        model.alphabet = ["\n", "a"]
        with self.assertRaisesRegex(ValueError, "^prompt: has the token 2; expected whole numbers from 0 to 1$"):
            list(line_tokens(model, sampling, Random(1), 9, [2]))

    def test_formats(self):
        for runs in ({}, {"quillet.format": "float-1"}, {"quillet.format": "integer-1"}):
            check_format(runs)
        for form, told in (("integer-9", "'integer-9'; expected integer-1"), ("integer-writer-1", "without --with-sampler"),
                           ("integer-10", "'integer-10'")):
            with self.assertRaisesRegex(OnnxError, told):
                check_format({"quillet.format": form})

    def test_files_that_are_not_onnx(self):
        for data, told in ((b"", "^is empty; expected an ONNX model"), (b"# a text\n" * 9, "^is not an ONNX model"),
                           (b"The text of a story.\n", "^is not an ONNX model"), (b"\x3a\x7fab", "^is cut short, or is not an ONNX model"),
                           (b"\x0a\x01a", "^is not an ONNX model: it has no graph")):
            with self.assertRaisesRegex(OnnxError, told + ".*give ") as caught:
                read_onnx(data)
            self.assertNotIn("\n", str(caught.exception))

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
