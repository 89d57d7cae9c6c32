"""The numpy port against PyTorch's outputs for its own exports (tests/models), and what it says of broken files. Needs numpy.

SPDX-License-Identifier: MIT
"""
import base64
import contextlib
import io
import itertools
import json
import math
import pathlib
import sys
import tempfile
import unittest

import numpy as np

HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1]))

from quillet.__main__ import main
from quillet.integer import _Gru, _Lstm
from quillet.model import Model, q10
from quillet.onnx import OnnxError, _attribute, _node, _signed, _tensor, read_onnx
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


def metadata(key, value):
    """An entry of metadata, to be put behind a model's bytes; it goes before one that the file has."""
    key, value = key.encode(), value.encode()
    entry = bytes([0x0A, len(key)]) + key + bytes([0x12, len(value)]) + value
    return bytes([0x72, len(entry)]) + entry


class Nodes(unittest.TestCase):
    def test_every_field_is_read(self):
        field = lambda number, data: bytes([number << 3 | 2, len(data)]) + data
        node = _node(field(1, b"x") + field(1, b"") + field(2, b"y") + field(3, b"the node") + field(4, b"Add") +
                     field(5, field(1, b"axis") + bytes([3 << 3, 7, 0xA0, 1, 2])) + field(6, b"a note") + field(7, b"ai.test") + field(9, b"{}"))
        self.assertEqual((node.inputs, node.outputs, node.name, node.op, node.domain, node.attributes),
                         (["x", ""], ["y"], "the node", "Add", "ai.test", {"axis": 7}))


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


def plain_asr(x, k):
    """The rounding shift of docs/integer.md; Python's >> is the floor shift."""
    return x if k == 0 else (x + (1 << (k - 1))) >> k


class Cells(unittest.TestCase):
    """Layers against docs/integer.md in Python's integers, states up to their limits."""

    HIDDEN = 5

    def layer(self, kind, gates, draw, least_shift):
        sigmoid = [round(16384 / (1 + math.exp(-(i - 512) / 64))) for i in range(1024)]
        tanh = [round(32512 * math.tanh((i - 512) / 64)) for i in range(1024)]
        rows = gates * self.HIDDEN
        self.sigmoid, self.tanh, self.bias_n = sigmoid, tanh, draw.integers(-900, 900, self.HIDDEN)
        self.q, self.m = draw.integers(-127, 128, (self.HIDDEN, rows)), draw.integers(64, 128, rows)
        self.k, self.b = draw.integers(least_shift, 12, rows), draw.integers(-900, 900, rows)
        take = {kind.__name__ + ".R": self.q, kind.__name__ + ".R_m": self.m.astype(np.int32),
                kind.__name__ + ".R_divisor": (1 << self.k).astype(np.int32), kind.__name__ + ".b": self.b.astype(np.int32),
                kind.__name__ + ".b_hn": self.bias_n.astype(np.int32), "sigmoid_table": np.array(sigmoid), "tanh_table": np.array(tanh)}
        return kind(take, take.__getitem__, kind.__name__, [], True)

    def p(self, x, row):
        total = sum(int(q) * int(value) for q, value in zip(self.q[:, row], x))
        return plain_asr(total * int(self.m[row]), int(self.k[row]))

    @staticmethod
    def at(table, x):
        return table[min(max(x, -512), 511) + 512]

    def test_lstm(self):
        draw, hidden = np.random.default_rng(1), self.HIDDEN
        layer = self.layer(_Lstm, 4, draw, 0)
        for step in range(200):
            wide = (40, 3000, 90000)[step % 3]
            g = draw.integers(-wide, wide + 1, 4 * hidden).astype(np.int32)
            if step % 5 == 4:
                layer.c = np.array([65535, -65535] * hidden, np.int32)[:hidden]
            x, before = layer.x.tolist(), layer.c.tolist()
            layer.step(0, g)
            for i in range(hidden):
                pre = [plain_asr(self.p(x, gate * hidden + i) + int(g[gate * hidden + i]) + int(self.b[gate * hidden + i]), 4)
                       for gate in range(4)]
                added = plain_asr(self.at(self.sigmoid, pre[0]) * self.at(self.tanh, pre[3]), 3)
                c = min(max(plain_asr(self.at(self.sigmoid, pre[2]) * before[i] + added, 14), -65535), 65535)
                h = plain_asr(self.at(self.sigmoid, pre[1]) * self.at(self.tanh, plain_asr(c * 129, 13)), 14)
                self.assertEqual([layer.c[i], layer.h[i], layer.x[i]], [c, h, (h + 128) >> 8], f"step {step}, unit {i}")

    def test_gru(self):
        draw, hidden = np.random.default_rng(2), self.HIDDEN
        layer = self.layer(_Gru, 3, draw, 8)  # so that r times p stays in 32 bits
        for step in range(200):
            wide = (40, 3000, 90000)[step % 3]
            g = draw.integers(-wide, wide + 1, 3 * hidden).astype(np.int32)
            x, before = layer.x.tolist(), layer.h.tolist()
            layer.step(0, g)
            for i in range(hidden):
                p = [self.p(x, gate * hidden + i) for gate in range(3)]
                own = [int(g[gate * hidden + i]) + int(self.b[gate * hidden + i]) for gate in range(3)]
                z, r = (self.at(self.sigmoid, plain_asr(p[gate] + own[gate], 4)) for gate in range(2))
                n = self.at(self.tanh, plain_asr(own[2] + plain_asr(r * (p[2] + int(self.bias_n[i])), 14), 4))
                self.assertEqual(layer.h[i], n + plain_asr(z * (before[i] - n), 14), f"step {step}, unit {i}")


class Wire(unittest.TestCase):
    def test_tensors_of_every_type_hold_what_their_shape_says(self):
        sizes = {1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 11: 8, 12: 4, 13: 8}
        for kind, size in sizes.items():
            def tensor(count):
                return bytes([0x08, 3, 0x10, kind, 0x4A, count * size]) + bytes(count * size)  # dims 3, type, raw_data
            self.assertEqual(_tensor(tensor(3))[1].shape, (3,))
            for wrong in (2, 4):
                with self.assertRaises(OnnxError):
                    _tensor(tensor(wrong))
            if kind in (2, 3, 4, 5, 6, 9, 12):  # int32_data: an element a number
                name, found = _tensor(bytes([0x08, 3, 0x10, kind, 0x2A, 3, 1, 2, 127]))
                self.assertEqual(found.data, b"".join(n.to_bytes(size, "little") for n in (1, 2, 127)))
                minus_one = bytes([0x08, 1, 0x10, kind, 0x2A, 10]) + bytes([0xFF] * 9 + [1])
                self.assertEqual(_tensor(minus_one)[1].data, b"\xFF" * size)
        with self.assertRaises(OnnxError):
            _tensor(bytes([0x08, 1, 0x10, 8, 0x4A, 1, 0]))
        for place in (0, 1):  # data_location: DEFAULT or EXTERNAL; a doc_string says nothing
            data = bytes([0x08, 1, 0x10, 3, 0x4A, 1, 5, 0x62, 1, 0x61, 0x70, place])
            if place:
                with self.assertRaisesRegex(OnnxError, "keeps its values in another file"):
                    _tensor(data)
            else:
                self.assertEqual(_tensor(data)[1].data, b"\x05")

    def test_attributes_that_are_zero_need_not_be_written(self):
        for kind, zero in ((1, 0.0), (2, 0), (3, b""), (7, [])):
            self.assertEqual(_attribute(bytes([0x0A, 1, 0x61, 0xA0, 1, kind])), ("a", zero))

    def test_attributes_of_every_kind(self):
        for field, value in (([0x15, 0, 0, 0x80, 0x3F], 1.0), ([0x18, 7], 7), ([0x22, 1, 0x62], b"b"), ([0x3A, 4, 0, 0, 0x80, 0x3F], [1.0]),
                             ([0x40, 7, 0x40, 8], [7, 8]), ([0x4A, 1, 0x62, 0x4A, 0], [b"b", b""])):
            self.assertEqual(_attribute(bytes([0x0A, 1, 0x61, *field])), ("a", value))

    def test_integers_are_64_bits(self):
        self.assertEqual(_signed((1 << 64) + 5), 5)
        self.assertEqual(_signed((1 << 64) - 1), -1)
        self.assertEqual(_signed(1 << 63), -(1 << 63))
        self.assertEqual(_signed((1 << 63) - 1), (1 << 63) - 1)

    def test_a_model_without_graph_or_opset_is_none(self):
        graph, opset = bytes([0x3A, 2, 0x0A, 0]), bytes([0x42, 2, 0x10, 17])  # a node without fields
        self.assertEqual(read_onnx(graph + opset).opset, 17)
        for data in (graph, opset):
            with self.assertRaisesRegex(OnnxError, "no graph or no opset"):
                read_onnx(data)

    def test_unknown_fields_are_skipped_by_their_wire_type(self):
        data = (ROOT / "models" / "names.onnx").read_bytes()
        metadata = read_onnx(data).metadata
        for skipped in (bytes([0x79]) + bytes(8), bytes([0x7D]) + bytes(4), bytes([0x7A, 1, 9]), bytes([0x78, 9])):
            self.assertEqual(read_onnx(data + skipped).metadata, metadata)
            with self.assertRaises(OnnxError):
                read_onnx(data + skipped[:-1])
        for wire in (3, 4, 6, 7):
            with self.assertRaises(OnnxError):
                read_onnx(data + bytes([0x78 | wire]) + bytes(8))


class Files(unittest.TestCase):
    def test_shipped_models_write(self):
        for name in ("names", "quotes"):
            model = Model.of_file(ROOT / "models" / f"{name}.onnx")
            tokens = list(line_tokens(model, Sampling.of_settings(0.7), Random(1), 200))
            self.assertGreater(len(tokens), 3)

    def test_every_cell_and_link_writes_the_programs_lines(self):
        for vector in json.loads((ROOT / "tests" / "vectors" / "integer_models.json").read_text())["models"]:
            data = base64.b64decode(vector["onnx"])
            for run, by_operators in itertools.product(vector["runs"], (False, True)):
                model, random = Model(data, by_operators=by_operators), Random(run["seed"])
                sampling = Sampling.of_settings(run["temperature"])
                lines = [model.tokenizer.decode(line_tokens(model, sampling, random, run["max_length"])) for _ in range(run["count"])]
                self.assertEqual(lines, run["lines"], vector["name"])

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
        with self.assertRaisesRegex(OnnxError, "no operator Gru [(]x.onnx: node '.*'"):
            Model(data.replace(b"\x03GRU", b"\x03Gru") + b"\x72\x15\x0a\x10quillet.alphabet\x12\x01\n", "x.onnx")

    def test_formats_of_other_versions_are_errors(self):
        data = (ROOT / "models" / "names.onnx").read_bytes()
        self.assertEqual(data.count(b"integer-1"), 1)
        writer = data + metadata("quillet.format", "integer-writer-1")
        for by_operators in (False, True):
            with self.assertRaisesRegex(OnnxError, "^x.onnx: is of format 'integer-9'; expected integer-1: "):
                Model(data.replace(b"integer-1", b"integer-9"), "x.onnx", by_operators)
            with self.assertRaisesRegex(OnnxError, "^x.onnx: is of format integer-writer-1, .*--with-sampler"):
                Model(writer, "x.onnx", by_operators)
        with self.assertRaisesRegex(OnnxError, "^x.onnx: has no metadata quillet.alphabet, .*--alphabet$"):
            Model(data.replace(b"quillet.alphabet", b"quillet.alphabeT"), "x.onnx")

    def test_settings_of_a_file(self):
        data = (ROOT / "models" / "names.onnx").read_bytes()
        settings = Model(data + metadata("quillet.sampling", '{"top_k": null, "min_p": 0.5}')).settings()
        self.assertEqual(settings, {"min_p": 0.5})
        for wrong in ("[]", "{", "7"):
            with self.assertRaisesRegex(OnnxError, "^x.onnx: metadata quillet.sampling: is not a JSON object$"):
                Model(data + metadata("quillet.sampling", wrong), "x.onnx").settings()


WHOLE = "expected a whole number from 0 to 4294967295"


class CommandLine(unittest.TestCase):
    """The command line: what it writes and what it refuses, in one line and with status 2."""

    MODEL = str(ROOT / "models" / "names.onnx")

    def run_main(self, *words):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status = main(list(words))
            except SystemExit as stop:
                status = stop.code
        return status, out.getvalue(), err.getvalue()

    def refused(self, words, told):
        status, out, err = self.run_main(*words)
        self.assertEqual((status, out, err), (2, "", f"quillet: {told}\n"), words)

    def test_numbers_out_of_bounds(self):
        rows = [("seed", value, WHOLE) for value in ("-1", "4294967296", "1.5", "", "0x10", "1e3", "+1", "x", "1_0", "9" * 5000)]
        rows += [("count", value, WHOLE) for value in ("-1", "1.5", "", "4294967296")]
        rows += [("top-k", value, WHOLE) for value in ("-1", "2.5", "4294967296")]
        rows += [("temperature", value, "expected a number from 0 to 1000") for value in ("-1", "nan", "inf", "1001", "", "x", "1_0", "1e999")]
        rows += [(name, value, "expected a number from 0 to 1") for name in ("min-p", "top-p") for value in ("1.5", "-0.1", "nan", "")]
        rows += [("max-length", value, "expected a whole number from 1 to 1000000000") for value in ("0", "-3", "2.5", "1000000001")]
        for name, value, expected in rows:
            self.refused([self.MODEL, f"--{name}", value], f"--{name}: is {value!r}; {expected}")
        self.refused([self.MODEL, "-n", "-1"], f"--count: is '-1'; {WHOLE}")

    def test_the_bounds_themselves(self):
        words = ["--seed", "4294967295", "--temperature", "1000", "--min-p", "1", "--top-p", "1.0", "--top-k", "4294967295", "--max-length", "1"]
        self.assertEqual(self.run_main(self.MODEL, *words)[0], 0)
        self.assertEqual(self.run_main(self.MODEL, "-n", "0", "--seed", "0", "--temperature", "1e-3"), (0, "", ""))

    def test_prompts(self):
        words = [self.MODEL, "--seed", "1", "--max-length", "3", "--prompt"]
        self.refused([*words, "Mary"], "--prompt: has 4 tokens; a line has 3 at most (--max-length)")
        self.assertEqual(self.run_main(*words, "Mar"), (0, "Mar\n", ""))

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder)
            self.refused([folder], f"{folder}: is a folder; expected the .onnx file of a model")
            self.refused([f"{folder}/no.onnx"], f"{folder}/no.onnx: cannot be opened: No such file or directory; give the .onnx file of a model")
            (place / "x.onnx").write_bytes(pathlib.Path(self.MODEL).read_bytes() + metadata("quillet.sampling", '{"top_p": 2}'))
            self.refused([f"{folder}/x.onnx"], f"{folder}/x.onnx: metadata quillet.sampling: top_p is 2; expected a number from 0 to 1")
        self.refused([self.MODEL, "--what"], "unrecognized arguments: --what")


if __name__ == "__main__":
    unittest.main()
