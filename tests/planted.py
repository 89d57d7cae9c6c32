#!/usr/bin/env python3
"""verify finds mistakes that are planted in the C: in one kernel of the runtime at a time, and in a function of another compiler's.

  tests/planted.py QUILLET

Each mistake must be named by its node within one run while every other runtime stays the same, and the node that
--trace saves must show it again, alone (tried for one in REPLAYED). SPDX-License-Identifier: MIT
"""
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

from onnx_writer import INT64, Graph, model, node, tensor, value_info

ROOT = pathlib.Path(__file__).resolve().parent.parent

REPLAYED = 5

# file of runtime/, what stands there, what is planted, the node that must be named
PLANTED = [
    ("quillet_window.c", "from = line + in.begin * w->stride[2] + in.shift", "from = line + in.begin * w->stride[2]", "conv"),
    ("quillet_kernels_f32.c", "x[i] > 0.0f ? x[i] : 0.0f", "x[i] > 0.0f ? x[i] : x[i] * 0.01f", "relu"),
    ("quillet_window.c", "x[j * stride] > y[j] ? x[j * stride] : y[j]", "x[j * stride] < y[j] ? x[j * stride] : y[j]", "maxpool"),
    ("quillet_window.c", "count > 0 ? sum / (float)count : 0", "sum / (float)w.window_count", "avgpool"),
    ("quillet_tensor.c", "float most = x[i], sum = 0;\n            for (uint32_t k = 1; k < size; k++)\n                most = x[k * inner + i]"
     " > most ? x[k * inner + i] : most;\n            for (uint32_t k = 0; k < size; k++) {",
     "float most = x[i], sum = 0;\n            for (uint32_t k = 1; k < size; k++) {", "softmax"),
    ("quillet_recurrent_f32.c", "n + z * (h[i] - n)", "h[i] + z * (n - h[i])", "gru"),
    ("quillet_recurrent_f32.c", "const float next = f * c[k] + i * g;", "const float next = f * c[k] + i;", "lstm"),
    ("quillet_kernels_f32.c", "y[i] = quillet_sigmoid_f32(x[i])", "y[i] = quillet_tanh_f32(x[i])", "sigmoid"),
    ("quillet_kernels_f32.c", "y[i] = a[i] - b[i]", "y[i] = b[i] - a[i]", "subtract"),
    ("quillet_tensor.c", "place_of(indices[i], size)) * row", "place_of(indices[0], size)) * row", "gather"),
    ("quillet_kernels_f32.c", "y[r] = bias[r]", "y[r] = 0.0f", "linear"),
]


def numbers(count, seed, scale=0.5):
    draw = random.Random(seed)
    return [draw.gauss(0, scale) for _ in range(count)]


def network():
    """A network in which each of the kernels above has a node of its own."""
    weights = [tensor("filters", [4, 4, 3, 3], numbers(144, 1)), tensor("shape", [2], [4, 4], INT64),
               tensor("linear.w", [5, 4], numbers(20, 2)), tensor("linear.b", [5], numbers(5, 3)),
               tensor("steps", [3], [4, 1, 4], INT64), tensor("row", [1], [0], INT64), tensor("flat", [1], [-1], INT64),
               tensor("zero", [1], [0], INT64), tensor("four", [1], [4], INT64), tensor("vector", [2], [1, 4], INT64),
               *(t for name, gates in (("gru", 3), ("lstm", 4)) for t in (
                   tensor(f"{name}.w", [1, gates * 3, 4], numbers(gates * 12, 4)),
                   tensor(f"{name}.r", [1, gates * 3, 3], numbers(gates * 9, 5))))]
    nodes = [node("Conv", ["x", "filters"], ["c"], "conv", pads=[1, 1, 1, 1]),
             node("Relu", ["c"], ["r"], "relu"),
             node("MaxPool", ["c"], ["m"], "maxpool", kernel_shape=[2, 2], strides=[2, 2]),
             node("AveragePool", ["c"], ["a"], "avgpool", kernel_shape=[2, 2], strides=[2, 2], pads=[1, 1, 0, 0]),
             node("Sub", ["m", "m"], ["zeros"], "nothing"),
             node("Sub", ["c", "r"], ["s"], "subtract"),
             node("Reshape", ["m", "flat"], ["m.flat"], "flatten"),
             node("Slice", ["m.flat", "zero", "four"], ["four.values"], "slice"),
             node("Reshape", ["four.values", "vector"], ["v"], "vector"),
             node("Gemm", ["v", "linear.w", "linear.b"], ["l"], "linear", transB=1),
             node("Softmax", ["c"], ["p"], "softmax", axis=1),
             node("Gather", ["c", "index"], ["picked"], "gather", axis=2),
             node("Sigmoid", ["c"], ["g"], "sigmoid"),
             node("Slice", ["m.flat", "zero", "sixteen"], ["values"], "slice16"),
             node("Reshape", ["values", "steps"], ["sequence"], "sequence"),
             node("GRU", ["sequence", "gru.w", "gru.r"], ["gy", "gh"], "gru", hidden_size=3, linear_before_reset=1),
             node("LSTM", ["sequence", "lstm.w", "lstm.r"], ["ly", "lh", "lc"], "lstm", hidden_size=3)]
    weights.append(tensor("sixteen", [1], [16], INT64))
    outputs = [("s", [1, 4, 6, 6]), ("l", [1, 5]), ("p", [1, 4, 6, 6]), ("picked", [1, 4, 2, 6]), ("g", [1, 4, 6, 6]),
               ("a", [1, 4, 3, 3]), ("gh", [1, 1, 3]), ("lh", [1, 1, 3])]
    return model(Graph(nodes, [value_info("x", [1, 4, 6, 6]), value_info("index", [2], INT64)],
                       [value_info(*output) for output in outputs], weights))


def layout(folder):
    """Inputs in ONNX's test layout."""
    folder.mkdir(parents=True)
    (folder / "input_0.pb").write_bytes(tensor("x", [1, 4, 6, 6], numbers(144, 6, 1.0)))
    (folder / "input_1.pb").write_bytes(tensor("index", [2], [4, 1], INT64))
    return folder


def verify(quillet, home, *arguments):
    done = subprocess.run([quillet, "verify", *map(str, arguments)], capture_output=True, text=True,
                          env={**os.environ, "QUILLET_HOME": str(home)})
    rows = {name: verdict for name, verdict in re.findall(r"^(plan|compiled C|onnxruntime-node|\S+\.c) .*?(same|DIFFERENT|not run)$",
                                                           done.stdout, re.M)}
    return done.returncode, rows, done.stdout + done.stderr


def planted_home(folder, plant=None):
    """A folder of resources whose runtime has one change."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copytree(ROOT / "runtime", folder / "runtime", ignore=shutil.ignore_patterns("*_test*"))
    (folder / "ports").symlink_to(ROOT / "ports")
    if plant:
        name, right, wrong, _ = plant
        text = (folder / "runtime" / name).read_text()
        assert right in text, f"{name} has no {right!r}; plant another mistake"
        (folder / "runtime" / name).write_text(text.replace(right, wrong))
    return folder


def check(condition, what, output):
    if not condition:
        print(f"FAILED {what}\n{output}")
    return not condition


def check_plant(quillet, folder, net, inputs, plant, replays):
    home, trace, name = planted_home(folder / "home", plant), folder / f"trace-{plant[3]}", plant[3]
    status, rows, out = verify(quillet, home, net, "--inputs", inputs, "--trace", trace)
    others = {key: verdict for key, verdict in rows.items() if key != "compiled C"}
    named = re.search(r"compiled C: node '([^']*)' \((\w+)\) departs first: '[^']*'\[\d+\] is \S+; its inputs give \S+", out)
    failed = check(status == 1 and rows.get("compiled C") == "DIFFERENT" and "DIFFERENT" not in others.values(), f"{name}: rows", out)
    failed += check(named and named[1] == name, f"{name} is not named", out)
    if not replays:
        return failed
    replay = [trace / "model.onnx", "--inputs", trace / "test_data_set_0"]
    status, _, out = verify(quillet, home, *replay)
    failed += check(status == 1 and f"'{name}'" in out, f"{name}: the saved node does not show it", out)
    status, _, out = verify(quillet, planted_home(folder / "home"), *replay)
    return failed + check(status == 0, f"{name}: the saved node departs without the mistake", out)


# What another compiler may have made of y = softmax(x w), right and wrong.
FOREIGN = """#include <math.h>
static const float w[3][4] = {{%s}};
void entry(const float x[1][3], float y[1][4]) {
    float sum = 0;
    for (int j = 0; j < 4; j++) {
        y[0][j] = 0;
        for (int i = 0; i < %d; i++) y[0][j] += x[0][i] * w[i][j];
        y[0][j] = expf(y[0][j]);
        sum += y[0][j];
    }
    for (int j = 0; j < 4; j++) y[0][j] /= sum;
}
"""


def check_foreign(quillet, folder):
    weights = numbers(12, 9)
    (folder / "small.onnx").write_bytes(model(Graph(
        [node("MatMul", ["x", "w"], ["z"], "product"), node("Softmax", ["z"], ["y"], "softmax", axis=1)],
        [value_info("x", [1, 3])], [value_info("y", [1, 4])], [tensor("w", [3, 4], weights)])))
    rows_of_w = "}, {".join(", ".join(f"{v!r}f" for v in weights[4 * i:4 * i + 4]) for i in range(3))
    failed = 0
    for file, columns, expected in (("right.c", 3, "same"), ("wrong.c", 2, "DIFFERENT")):
        (folder / file).write_text(FOREIGN % (rows_of_w, columns))
        status, rows, out = verify(quillet, ROOT, folder / "small.onnx", "--c", folder / file)
        failed += check(rows.get(file) == expected and status == (expected != "same"), f"--c {file}", out)
        if expected != "same":
            failed += check(re.search(r"wrong.c: .* departs first: 'y'\[\d\] is \S+; its inputs give \S+", out), "--c names no value", out)
    (folder / "broken.c").write_text("int entry(\n")
    status, _, out = verify(quillet, ROOT, folder / "small.onnx", "--c", folder / "broken.c")
    return failed + check(status == 2 and "broken.c" in out and "does not compile" in out, "--c that does not compile", out)


def main():
    quillet = os.path.abspath(sys.argv[1])
    if not shutil.which(os.environ.get("CC") or "cc"):
        print("skipped: no C compiler")
        return 77
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "net.onnx").write_bytes(network())
        inputs = layout(folder / "data")
        status, _, out = verify(quillet, planted_home(folder / "home"), folder / "net.onnx", "--inputs", inputs)
        failed = check(status == 0, "without a mistake", out)
        failed += sum(check_plant(quillet, folder, folder / "net.onnx", inputs, plant, i % REPLAYED == 0)
                      for i, plant in enumerate(PLANTED))
        failed += check_foreign(quillet, folder)
    print(f"{len(PLANTED)} mistakes planted, {failed} failures")
    return int(failed > 0)


sys.exit(main())
