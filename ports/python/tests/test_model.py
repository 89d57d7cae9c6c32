"""The numpy port against PyTorch's outputs for its own exports (tests/models), and what it says of broken files. Needs numpy.

SPDX-License-Identifier: MIT
"""
import json
import pathlib
import sys
import unittest

import numpy as np

HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1]))

from quillet.model import Model, q10
from quillet.onnx import OnnxError, read_onnx
from quillet.operators import DTYPES, OPERATORS, Site
from quillet.program import Program
from quillet.random import Random
from quillet.sampler import Sampling
from quillet.text import line_tokens

ROOT = HERE.parents[3]


def apply(op, *arrays, opset=17, **attributes):
    """An operator's output; none of its inputs is constant."""
    site = Site(attributes, opset, [str(i) for i in range(len(arrays))], [None] * len(arrays))
    return OPERATORS[op](site)(*arrays)


class Exports(unittest.TestCase):
    def test_outputs_are_pytorchs(self):
        files = sorted((ROOT / "tests" / "models").glob("*.json"))
        self.assertGreaterEqual(len(files), 6)
        for file in files:
            graph = read_onnx(file.with_suffix(".onnx").read_bytes())
            program = Program(graph, file.stem)
            for run in json.loads(file.read_text())["runs"]:
                arrays = [np.array(run["inputs"][value.name]["values"], DTYPES[value.type])
                          .reshape(run["inputs"][value.name]["shape"]) for value in graph.inputs]
                outputs = dict(zip([value.name for value in graph.outputs], program.run(arrays)))
                for name, expected in run["outputs"].items():
                    with self.subTest(file.stem, output=name):
                        self.assertEqual(list(outputs[name].shape), expected["shape"])
                        np.testing.assert_allclose(outputs[name].ravel(), expected["values"], rtol=0, atol=2e-6)


class Operators(unittest.TestCase):
    def test_integers_divide_towards_zero_and_wrap(self):
        a = np.array([7, -7, 8, -8, -1, -(2**31)], np.int32)
        self.assertEqual(apply("Div", a, np.array([2], np.int32)).tolist(), [3, -3, 4, -4, 0, -(2**30)])
        self.assertEqual(apply("Div", a[:2], np.array([-2, -2], np.int32)).tolist(), [-3, 3])
        big = np.array([2**31 - 1], np.int32)
        self.assertEqual(apply("Add", big, np.array([1], np.int32)).tolist(), [-(2**31)])
        self.assertEqual(apply("Mul", big, big).tolist(), [1])

    def test_integer_products_are_exact_beyond_doubles(self):
        a = np.array([[2**30 + 1, 3]], np.int64)
        b = np.array([[2**31 + 1], [5]], np.int64)
        self.assertEqual(apply("MatMul", a, b).tolist(), [[(2**30 + 1) * (2**31 + 1) + 15]])
        bytes_ = np.array([[255, 254]], np.uint8), np.array([[-128], [127]], np.int8)
        self.assertEqual(apply("MatMulInteger", *bytes_).tolist(), [[255 * -128 + 254 * 127]])
        self.assertEqual(apply("MatMulInteger", *bytes_, np.uint8(255), np.int8(-1)).tolist(), [[-128]])

    def test_places(self):
        x = np.arange(6, dtype=np.int64).reshape(2, 3)
        self.assertEqual(apply("TopK", np.array([3, 9, 9, 1], np.int64), np.array([3]))[1].tolist(), [1, 2, 0])
        self.assertEqual(apply("Slice", x, [2], [-4], [1], [-1]).tolist(), [[2, 1, 0], [5, 4, 3]])
        self.assertEqual(apply("CumSum", x, np.array(1), exclusive=1, reverse=1).tolist(), [[3, 2, 0], [9, 5, 0]])
        self.assertEqual([part.tolist() for part in apply("Split", x, np.array([1, 2]), axis=1)],
                         [[[0], [3]], [[1, 2], [4, 5]]])
        hot = apply("OneHot", np.array([1, -1]), np.array(3), np.array([0.0, 1.0], np.float32))
        self.assertEqual(hot.tolist(), [[0, 1, 0], [0, 0, 1]])

    def test_logits_round_half_away_from_zero(self):
        values = np.array([0.5, -0.5, 1.5, 2.5, -2.5, 0.49999997, 1e30, -1e30, np.nan], np.float32) / np.float32(1024)
        self.assertEqual(q10(values), [1, -1, 2, 3, -3, 0, 2**24, -(2**24), -(2**24)])


class Files(unittest.TestCase):
    def test_shipped_models_write(self):
        for name in ("names", "quotes"):
            model = Model.of_file(ROOT / "models" / f"{name}.onnx")
            tokens = list(line_tokens(model, Sampling.of_settings(0.7), Random(1), 200))
            self.assertGreater(len(tokens), 3)

    def test_integer_cells_are_the_operators(self):
        data = (ROOT / "models" / "names.onnx").read_bytes()
        cells, operators = Model(data), Model(data, by_operators=True)
        for step in range(90):
            if step % 40 == 0:
                cells.reset()
                operators.reset()
            token = (step * step * 7 + step) % len(cells.alphabet)
            self.assertEqual(cells.step(token), operators.step(token))
            for index in range(len(cells.outputs)):
                np.testing.assert_array_equal(cells.output(index), operators.output(index))

    def test_broken_files_are_errors(self):
        data = (ROOT / "models" / "names.onnx").read_bytes()
        for broken in (b"", b"\n", data[:1], data[:len(data) // 2], data[:-1], b"PK\x03\x04" + data, b"# a text\n" * 9,
                       bytes(reversed(data[:4000]))):
            with self.assertRaises(OnnxError) as caught:
                Model(broken, "x.onnx")
            self.assertTrue(str(caught.exception).startswith("x.onnx: "))
            self.assertNotIn("\n", str(caught.exception))

    def test_other_models_are_errors(self):
        data = (ROOT / "tests" / "models" / "gru1-embedding-state-opset17.onnx").read_bytes()
        with self.assertRaisesRegex(OnnxError, "alphabet"):
            Model(data, "x.onnx")
        with self.assertRaisesRegex(OnnxError, "node '.*': operator Gru"):
            Model(data.replace(b"\x03GRU", b"\x03Gru") + b"\x72\x15\x0a\x10quillet.alphabet\x12\x01\n", "x.onnx")


if __name__ == "__main__":
    unittest.main()
