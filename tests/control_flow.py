#!/usr/bin/env python3
"""If, Loop, Scan, floats of 16 bits, axes that are not the last and layers whose buffers share memory: compiled, run and held against numbers worked out here; then `quillet verify`.

  tests/control_flow.py QUILLET [PART OF A NAME]

Each model is compiled to C, built with gcc and run; verify then compares a few in the plan, in compiled C and, where it is
there, in ONNX Runtime. Skipped (status 77) without gcc. SPDX-License-Identifier: MIT
"""
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

from onnx_writer import BOOL, FLOAT, INT64, Graph, field, model, node, raw_tensor, tensor, value_info

ROOT = pathlib.Path(__file__).resolve().parent.parent
HALF, BRAIN, DOUBLE = 10, 16, 11
CODES = {FLOAT: "f", INT64: "q", BOOL: "?", HALF: "e", BRAIN: "H", DOUBLE: "d"}


def number(name, value, kind=INT64):
    return raw_tensor(name, [], struct.pack("<" + CODES[kind], value), kind)


def untyped(name):
    """A body's input of which the file says neither type nor shape."""
    return field(1, name)


TURN, GO = value_info("i", [], INT64), value_info("go", [], BOOL)
COND, TRIPS = value_info("c", [], BOOL), value_info("n", [], INT64)
X, Y = value_info("x", [3]), value_info("y", [3])


def branches(condition_is_input=True, constant=True):
    """y = c ? x * w : x + x, where the branch reads x and w of the graph around it, and both call a value t."""
    then_graph = Graph([node("Mul", ["x", "w"], ["t"]), node("Identity", ["t"], ["a"])], [], [value_info("a", [3])])
    else_graph = Graph([node("Add", ["x", "x"], ["t"])], [], [value_info("t", [3])])
    return model(Graph([node("If", ["c"], ["t2"], "if0", then_branch=then_graph, else_branch=else_graph), node("Neg", ["t2"], ["y"])],
                       [COND, X] if condition_is_input else [X], [Y],
                       [tensor("w", [3], [2.0, 3.0, 4.0])] + ([] if condition_is_input else [number("c", constant, BOOL)])))


def power(trips=None, stop=None, opset=17):
    """s = s * 2 + i, `trips` times (None: an input), while s[0] < stop; the scan output is each s."""
    nodes = [node("Mul", ["s", "two"], ["m"]), node("Cast", ["i"], ["f"], to=1), node("Add", ["m", "f"], ["s2"])]
    if stop is None:
        nodes.append(node("Identity", ["go"], ["go2"]))
    else:
        nodes += [node("ReduceMax", ["s2"], ["top"], keepdims=0), node("Less", ["top", "stop"], ["go2"])]
    outputs = [value_info("go2", [], BOOL), value_info("s2", [3])]
    body_initializers = [tensor("two", [], [2.0])] + ([tensor("stop", [], [stop])] if stop is not None else [])
    scans = stop is None
    if scans:
        nodes.append(node("Identity", ["s2"], ["each"]))
        outputs.append(value_info("each", [3]))
    body = Graph(nodes, [TURN, GO, value_info("s", [3])], outputs, body_initializers)
    inputs, initializers = [X], [number("yes", True, BOOL)]
    if trips is None:
        inputs.insert(0, TRIPS)
    else:
        initializers.append(number("n", trips))
    results = [value_info("y", [3])] + ([value_info("z", [trips, 3])] if scans else [])
    return model(Graph([node("Loop", ["n", "yes", "x"], ["y", "z"] if scans else ["y"], "loop0", body=body)], inputs, results,
                       initializers), opset=opset)


def powers(x, trips, stop=None):
    made = []
    for i in range(trips):
        x = [2 * v + i for v in x]
        made += x
        if stop is not None and max(x) >= stop:
            break
    return x, made


def scan(opset=17, **attributes):
    """y = the sum over time, z = the running sums; x is [2, 4]."""
    axis = attributes.get("scan_input_axes", [0])[0]
    back = attributes.get("scan_output_axes", [0])[0]
    width, steps = (2, 4) if axis == 1 else (4, 2)
    body = Graph([node("Add", ["sum", "next"], ["sum2"]), node("Identity", ["sum2"], ["out"])],
                 [value_info(name, [width]) for name in ("sum", "next")], [value_info(name, [width]) for name in ("sum2", "out")])
    shapes = [value_info("h", [width]), value_info("x", [2, 4])], \
        [value_info("y", [width]), value_info("z", [width, steps] if back else [steps, width])]
    return model(Graph([node("Scan", ["h", "x"], ["y", "z"], "scan0", body=body, num_scan_inputs=1, **attributes)], *shapes), opset=opset)


def scan_of_batches():
    body = Graph([node("Add", ["sum", "next"], ["sum2"]), node("Identity", ["sum2"], ["out"])],
                 [value_info("sum", [1]), value_info("next", [1])], [value_info("sum2", [1]), value_info("out", [1])])
    return model(Graph([node("Scan", ["", "h", "x"], ["y", "z"], "scan0", body=body, num_scan_inputs=1)],
                       [value_info("h", [2, 1]), value_info("x", [2, 3, 1])], [value_info("y", [2, 1]), value_info("z", [2, 3, 1])]), opset=8)


def nested():
    """Three turns of: s = c ? s + w * turn : s - (two turns of s / 2), the inner graphs reading all the graphs around them."""
    inner = Graph([node("Mul", ["p", "half"], ["p2"]), node("Identity", ["q"], ["q2"])],
                  [untyped("j"), untyped("q"), untyped("p")], [value_info("q2", [], BOOL), value_info("p2", [3])], [tensor("half", [], [0.5])])
    then_graph = Graph([node("Mul", ["w", "f"], ["step"]), node("Add", ["s", "step"], ["r"])], [], [value_info("r", [3])])
    else_graph = Graph([node("Loop", ["two", "", "s"], ["small"], body=inner), node("Sub", ["s", "small"], ["r"])], [], [value_info("r", [3])])
    body = Graph([node("Cast", ["i"], ["f"], to=1), node("If", ["c"], ["s2"], then_branch=then_graph, else_branch=else_graph),
                  node("Identity", ["go"], ["go2"])], [untyped("i"), untyped("go"), untyped("s")],
                 [value_info("go2", [], BOOL), value_info("s2", [3])])
    return model(Graph([node("Loop", ["n", "", "x"], ["y"], body=body)], [COND, X], [Y],
                       [number("n", 3), number("two", 2), tensor("w", [3], [1.0, 2.0, 3.0])]))


def grown():
    """A state that grows: three turns of Concat(s, s)."""
    body = Graph([node("Concat", ["s", "s"], ["s2"], axis=0), node("Identity", ["go"], ["go2"])],
                 [untyped("i"), untyped("go"), untyped("s")], [value_info("go2", [], BOOL), value_info("s2", ["k"])])
    return model(Graph([node("Loop", ["n", "", "x"], ["y"], body=body)], [value_info("x", [1])], [value_info("y", [8])], [number("n", 3)]))


def while_constant():
    """A loop without a trip count, whose condition depends on its turn alone: i < 4."""
    body = Graph([node("Less", ["i", "three"], ["go2"]), node("Add", ["s", "x"], ["s2"])],
                 [TURN, GO, value_info("s", [3])], [value_info("go2", [], BOOL), value_info("s2", [3])], [number("three", 3)])
    return model(Graph([node("Loop", ["", "yes", "x"], ["y"], body=body)], [X], [Y], [number("yes", True, BOOL)]))


def halves(kind):
    """float16: y = (x + w) * x, w a constant; s is -y through a cast that rounds. bfloat16: y in float32."""
    w = raw_tensor("w", [3], struct.pack("<3" + ("e" if kind == HALF else "H"), *([1.5, 0.25, 3.0] if kind == HALF else
                                                                                   [brain(v) for v in (1.5, 0.25, 3.0)])), kind)
    nodes = [node("Add", ["x", "w"], ["a"]), node("Mul", ["a", "x"], ["y" if kind == HALF else "y16"])]
    if kind == BRAIN:
        return model(Graph(nodes + [node("Cast", ["y16"], ["y"], to=FLOAT)], [value_info("x", [3], kind)], [Y], [w]))
    nodes += [node("Cast", ["y"], ["z"], to=FLOAT), node("Cast", ["z"], ["r"], to=kind), node("Neg", ["r"], ["r2"]),
              node("Cast", ["r2"], ["s"], to=FLOAT)]
    return model(Graph(nodes, [value_info("x", [3], kind)], [value_info("y", [3], kind), value_info("s", [3])], [w]))


def brain(value):
    bits = struct.unpack("<I", struct.pack("<f", value))[0]
    return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16


def unbrain(bits):
    return struct.unpack("<f", struct.pack("<I", bits << 16))[0]


def half(value):
    return struct.unpack("<e", struct.pack("<e", value))[0]


NEVER = [1.0, -2.0, 0.5]
LONG, SEEN = powers(NEVER, 5)
STOPPED = powers(NEVER, 9, 20)[0]
HALVES = [0.1, 5.1, -0.3]
PRODUCT = [(half(a) + w) * half(a) for a, w in zip(HALVES, (1.5, 0.25, 3.0))]
BRAINS = [unbrain(brain(v)) for v in HALVES]
BRAIN_PRODUCT = [(a + w) * a for a, w in zip(BRAINS, (1.5, 0.25, 3.0))]


def small(rows, columns):
    """A matrix of -1, 0 and 1, whose products float32 has exactly."""
    return [float((5 * i + 3 * j + i * j) % 7 % 3 - 1) for i in range(rows) for j in range(columns)]


def product(x, rows, columns):
    w = small(rows, columns)
    return [sum(x[i] * w[i * columns + j] for i in range(rows)) for j in range(columns)]


def layers(*sizes, skip=None):
    """Products of such matrices, a Relu after each but the last; the one of layer `skip` is added in the end."""
    nodes, weights, x = [], [], "x"
    for i, (rows, columns) in enumerate(zip(sizes, sizes[1:])):
        nodes.append(node("MatMul", [x, f"w{i}"], [f"p{i}"]))
        weights.append(tensor(f"w{i}", [rows, columns], small(rows, columns)))
        last = i == len(sizes) - 2
        nodes.append(node("Identity" if last else "Relu", [f"p{i}"], [x := f"h{i}"]))
    nodes.append(node("Add", [x, f"h{skip}"], ["y"]) if skip is not None else node("Neg", [x], ["y"]))
    return model(Graph(nodes, [value_info("x", [1, sizes[0]])], [value_info("y", [1, sizes[-1]])], weights))


def layers_by_hand(x, *sizes, skip=None):
    kept = []
    for i, (rows, columns) in enumerate(zip(sizes, sizes[1:])):
        x = product(x, rows, columns)
        if i < len(sizes) - 2:
            x = [max(v, 0.0) for v in x]
        kept.append(x)
    return [a + b for a, b in zip(x, kept[skip])] if skip is not None else [-v for v in x]


def layers_case(*sizes, skip=None):
    x = [float(i % 5 - 2) for i in range(sizes[0])]
    return layers(*sizes, skip=skip), [(FLOAT, x)], [(FLOAT, layers_by_hand(x, *sizes, skip=skip))]


COLUMNS = [3.0, -1.0, 2.0, 5.0, 4.0, 2.0, -2.0, 4.0, 7.0, 0.0, 1.0, 2.5]  # [4, 3]; ties in the second column


def along_columns():
    """What runs along an axis that others follow; of TopK ONNX's node tests have the last axis only."""
    nodes = [node("TopK", ["x", "k"], ["top", "where"], axis=0), node("TopK", ["x", "k"], ["least", "there"], axis=0, largest=0),
             node("ArgMin", ["x"], ["low"], axis=0, keepdims=0), node("ArgMax", ["x"], ["high"], axis=0, keepdims=0, select_last_index=1),
             node("CumSum", ["x", "zero"], ["sums"], exclusive=1, reverse=1), node("ReduceMax", ["x"], ["most"], axes=[0], keepdims=0),
             node("Mul", ["most", "two"], ["twice"])]
    outputs = [value_info(name, [2, 3], kind) for name, kind in (("top", FLOAT), ("where", INT64), ("least", FLOAT), ("there", INT64))]
    outputs += [value_info("low", [3], INT64), value_info("high", [3], INT64), value_info("sums", [4, 3]), value_info("twice", [3])]
    constants = [raw_tensor("k", [1], struct.pack("<q", 2), INT64), number("zero", 0), tensor("two", [], [2.0])]
    return model(Graph(nodes, [value_info("x", [4, 3])], outputs, constants), opset=13)


def columns_by_hand():
    columns = [COLUMNS[c::3] for c in range(3)]

    def rows(of_column, count):
        return [of_column(column)[r] for r in range(count) for column in columns]

    def places(column, largest):
        return sorted(range(4), key=lambda i: -column[i] if largest else column[i])[:2]

    outputs = []
    for largest in (True, False):
        outputs += [(FLOAT, rows(lambda c: [c[i] for i in places(c, largest)], 2)), (INT64, rows(lambda c: places(c, largest), 2))]
    return outputs + [(INT64, [c.index(min(c)) for c in columns]), (INT64, [3 - c[::-1].index(max(c)) for c in columns]),
                      (FLOAT, rows(lambda c: [sum(c[i + 1:]) for i in range(4)], 4)), (FLOAT, [2 * max(c) for c in columns])]


# name: (model, [(type, values)] of the inputs, [(type, values)] of the outputs, further options)
CASES = {
    "layers": layers_case(24, 48, 32, 24, 48),
    "layers_and_a_skip": layers_case(10, 120, 100, 150, 100, skip=1),
    "along_columns": (along_columns(), [(FLOAT, COLUMNS)], columns_by_hand()),
    "if_true": (branches(), [(BOOL, [True]), (FLOAT, NEVER)], [(FLOAT, [-2.0, 6.0, -2.0])]),
    "if_false": (branches(), [(BOOL, [False]), (FLOAT, NEVER)], [(FLOAT, [-2.0, 4.0, -1.0])]),
    "if_always": (branches(False, True), [(FLOAT, NEVER)], [(FLOAT, [-2.0, 6.0, -2.0])]),
    "if_never": (branches(False, False), [(FLOAT, NEVER)], [(FLOAT, [-2.0, 4.0, -1.0])]),
    "loop_counted": (power(5), [(FLOAT, NEVER)], [(FLOAT, LONG), (FLOAT, SEEN)]),
    "loop_counted_opset11": (power(5, opset=11), [(FLOAT, NEVER)], [(FLOAT, LONG), (FLOAT, SEEN)]),
    "loop_set": (power(None, 1e9), [(FLOAT, NEVER)], [(FLOAT, LONG)], "--set=n=5"),
    "loop_stopped": (power(9, 20.0), [(FLOAT, NEVER)], [(FLOAT, STOPPED)]),
    "loop_of_none": (power(0, 20.0), [(FLOAT, NEVER)], [(FLOAT, NEVER)]),
    "loop_grown": (grown(), [(FLOAT, [3.0])], [(FLOAT, [3.0] * 8)]),
    "loop_while": (while_constant(), [(FLOAT, NEVER)], [(FLOAT, [5 * v for v in NEVER])]),
    "nested_true": (nested(), [(BOOL, [True]), (FLOAT, NEVER)], [(FLOAT, [4.0, 4.0, 9.5])]),
    "nested_false": (nested(), [(BOOL, [False]), (FLOAT, NEVER)], [(FLOAT, [v * 27 / 64 for v in NEVER])]),
    "scan": (scan(), [(FLOAT, [0.0] * 4), (FLOAT, [1.0, 2, 3, 4, 5, 6, 7, 8])], [(FLOAT, [6.0, 8, 10, 12]), (FLOAT, [1.0, 2, 3, 4, 6, 8, 10, 12])]),
    "scan_back": (scan(scan_input_directions=[1], scan_output_directions=[1]), [(FLOAT, [0.0] * 4), (FLOAT, [1.0, 2, 3, 4, 5, 6, 7, 8])],
                  [(FLOAT, [6.0, 8, 10, 12]), (FLOAT, [6.0, 8, 10, 12, 5, 6, 7, 8])]),
    "scan_axes": (scan(scan_input_axes=[1], scan_output_axes=[-1]), [(FLOAT, [0.0] * 2), (FLOAT, [1.0, 2, 3, 4, 5, 6, 7, 8])],
                  [(FLOAT, [10.0, 26]), (FLOAT, [1.0, 3, 6, 10, 5, 11, 18, 26])]),
    "scan_batches": (scan_of_batches(), [(FLOAT, [0.0, 1.0]), (FLOAT, [1.0, 2, 3, 4, 5, 6])], [(FLOAT, [6.0, 16.0]), (FLOAT, [1.0, 3, 6, 5, 10, 16])]),
    "float16": (halves(HALF), [(HALF, HALVES)], [(HALF, PRODUCT), (FLOAT, [-half(v) for v in PRODUCT])]),
    "bfloat16": (halves(BRAIN), [(BRAIN, [brain(v) for v in HALVES])], [(FLOAT, BRAIN_PRODUCT)]),
}


# Those that verify runs too, which builds the C once more.
VERIFIED = ("if_true", "loop_stopped", "nested_true", "scan_axes", "float16")


def packed(values):
    return b"".join(struct.pack(f"<{len(list_)}{CODES[kind]}", *list_) for kind, list_ in values)


def run(words, **options):
    return subprocess.run([*map(str, words)], capture_output=True, **options)


def runtime_objects(folder):
    objects = []
    for name in ("elementwise", "tensor", "window", "recurrent_f32", "kernels_f32"):
        objects.append(folder / f"{name}.o")
        run(["gcc", "-std=c99", "-O1", "-ffp-contract=off", "-I", ROOT, "-c", ROOT / f"runtime/quillet_{name}.c", "-o", objects[-1]], check=True)
    return objects


def complaint_of(quillet, name, case, folder, objects):
    data, inputs, outputs, *options = case
    made, file = folder / name, folder / f"{name}.onnx"
    file.write_bytes(data)
    done = run([quillet, "compile", file, "--network", "-o", made, "--name", "net", *options])
    if done.returncode != 0:
        return done.stderr.decode()
    done = run(["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-I", made, made / "net.c", made / "main.c", *objects, "-lm", "-o", made / "net"])
    if done.returncode != 0:
        return done.stderr.decode()
    done = run([made / "net"], input=packed(inputs))
    expected = packed(outputs)
    if done.returncode != 0 or done.stdout != expected:
        found = [struct.unpack_from(f"<{len(v)}{CODES[k]}", done.stdout.ljust(len(expected), b"\0"), len(packed(outputs[:i])))
                 for i, (k, v) in enumerate(outputs)]
        return f"status {done.returncode}, {found}, expected {outputs}"
    done = run([quillet, "verify", file, "--network", *options]) if name in VERIFIED else done
    if done.returncode != 0:
        return (done.stdout + done.stderr).decode()
    return ""


def main():
    quillet, only = os.path.abspath(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    if not shutil.which("gcc"):
        print("skipped: no gcc")
        return 77
    failed = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        objects = runtime_objects(folder)
        cases = {name: case for name, case in CASES.items() if only in name}
        for name, case in cases.items():
            complaint = complaint_of(quillet, name, case, folder, objects)
            if complaint:
                print(f"FAILED {name}: {complaint}")
                failed += 1
    print(f"{len(cases)} models, {failed} failures")
    return int(failed > 0)


sys.exit(main())
