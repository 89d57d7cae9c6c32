#!/usr/bin/env python3
"""Graphs made to break the reader, or to leave the comment, string or file name that they are printed into.

  tests/hostile.py QUILLET

Each is refused in one line, at once and in little memory, or compiled to C that gcc and CMake take and that holds
nothing of what the names say to do. SPDX-License-Identifier: MIT
"""
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile

from onnx_writer import BOOL, FLOAT, INT64, Graph, attribute, field, model, node, raw_tensor, tensor, value_info, varint

MEMORY = 3 << 30  # of one quillet; the sanitized program, which maps terabytes, has no limit
SECONDS = 120
SANITIZED = b"__asan_init" in pathlib.Path(sys.argv[1]).read_bytes()

X, Y = value_info("x", [1, 3]), value_info("y", [1, 3])


def graph(nodes, inputs=(X,), outputs=(Y,), initializers=()):
    return model(Graph(nodes, inputs, outputs, initializers))


def pad(amount):
    return graph([node("Pad", ["x", "p"], ["y"], "pad")], initializers=[tensor("p", [4], [0, 0, 0, amount], INT64)])


def shaped(dims):
    return graph([node("ConstantOfShape", ["s"], ["y"], "fill")], inputs=[], initializers=[tensor("s", [len(dims)], dims, INT64)])


def nested(depth):
    inner = Graph([node("Relu", ["x"], ["y"])], [], [Y])
    for _ in range(depth):
        inner = Graph([node("If", ["c"], ["y"], then_branch=inner, else_branch=inner)] if depth < 12 else
                      [node("If", ["c"], ["y"], then_branch=inner)], [], [Y])
    return model(inner)


def boolean(name, value):
    return raw_tensor(name, [], bytes([value]), BOOL)


def loop(trips, nodes=None, condition="yes", name="loop", states=1, outputs=None, **attributes):
    """A Loop of `trips` turns (None: no count) that adds x to itself, or does `nodes`."""
    body = Graph(nodes or [node("Add", ["s", "s"], ["s2"]), node("Identity", ["go"], ["go2"])],
                 [value_info("i", [], INT64), value_info("go", [], BOOL)] + [value_info("s", [1, 3])] * states,
                 outputs if outputs is not None else [value_info("go2", [], BOOL), value_info("s2", [1, 3])])
    return graph([node("Loop", ["" if trips is None else "n", condition, "x"], ["y"], name, body=body, **attributes)],
                 initializers=[boolean("yes", 1)] + ([] if trips is None else [tensor("n", [], [trips], INT64)]))


def loops(depth, trips):
    """Loops in loops, each of `trips` turns."""
    nodes = [node("Add", [f"s{depth}", f"s{depth}"], [f"r{depth}"]), node("Identity", [f"g{depth}"], [f"h{depth}"])]
    for level in range(depth, 0, -1):
        body = Graph(nodes, [value_info(f"i{level}", [], INT64), value_info(f"g{level}", [], BOOL), value_info(f"s{level}", [1, 3])],
                     [value_info(f"h{level}", [], BOOL), value_info(f"r{level}", [1, 3])])
        up = level - 1
        nodes = [node("Loop", ["n", "yes", f"s{up}" if up else "x"], [f"r{up}" if up else "y"], f"loop{up}", body=body)]
        nodes += [node("Identity", [f"g{up}"], [f"h{up}"])] if up else []
    return graph(nodes, initializers=[boolean("yes", 1), tensor("n", [], [trips], INT64)])


def choice(then_nodes, else_nodes, condition=(), **attributes):
    """An If whose condition is an input; its branches make y1 and y2."""
    branches = {"then_branch": Graph(then_nodes, [], [value_info("y1", [1, 3])]), "else_branch": Graph(else_nodes, [], [value_info("y2", [1, 3])])}
    return graph([node("If", ["c"], ["y"], "if", **{**branches, **attributes})], inputs=[X, value_info("c", condition, BOOL)])


def mel(high):
    return graph([node("MelWeightMatrix", ["b", "l", "r", "low", "high"], ["w"], "mel"), node("MatMul", ["x", "w"], ["y"])], initializers=[
        tensor("b", [], [3], INT64), tensor("l", [], [4], INT64), tensor("r", [], [16], INT64), tensor("low", [], [0.0]), tensor("high", [], [high])])


ONE, TWO = [node("Relu", ["x"], ["y1"])], [node("Neg", ["x"], ["y2"])]
DOUBLED = [node("Concat", ["s", "s"], ["s2"], axis=0), node("Identity", ["go"], ["go2"])]
COMPARED = [node("Add", ["s", "s"], ["s2"]), node("ReduceMax", ["s2"], ["top"], keepdims=0), node("Less", ["top", "top"], ["go2"])]
LONG = "a" * 100000
RELU = node("Relu", ["x"], ["y"], "relu")
BIG = 1 << 62

# What must be refused, and a part of the message.
REFUSED = {
    "a cycle of two": (graph([node("Add", ["x", "b"], ["a"], "first"), node("Relu", ["a"], ["b"], "second"),
                              node("Relu", ["a"], ["y"], "third")]), ""),
    "a node that reads itself": (graph([node("Add", ["x", "y"], ["y"], "self")]), "'self'"),
    "nodes in the wrong order and a cycle": (graph([node("Relu", ["a"], ["y"]), node("Relu", ["y"], ["a"])]), ""),
    "an initializer that is missing": (graph([node("Add", ["x", "weights"], ["y"], "add")]), "weights"),
    "an output that nothing makes": (graph([node("Relu", ["x"], ["z"])]), "'y'"),
    "two makers of a value": (graph([RELU, node("Neg", ["x"], ["y"], "again")]), "y"),
    "a value that is an input too": (graph([node("Relu", ["x"], ["x"]), RELU]), "x"),
    "two inputs of a name": (graph([RELU], inputs=[X, X]), "x"),
    "no outputs": (graph([RELU], outputs=[]), ""),
    "an operator without inputs": (graph([node("Relu", [], ["y"], "bare")]), "'bare'"),
    "an operator without outputs": (graph([node("Relu", ["x"], [], "mute"), RELU]), ""),
    "an operator without a name": (graph([node("", ["x"], ["y"])]), ""),
    "a shape that overflows": (graph([RELU], inputs=[value_info("x", [BIG, BIG])]), ""),
    "a shape that overflows to a little": (graph([RELU], inputs=[value_info("x", [1 << 32, 1 << 32])]), ""),
    "a negative dimension": (graph([RELU], inputs=[value_info("x", [-5, 3])]), ""),
    "weights whose count overflows": (graph([node("Add", ["x", "w"], ["y"])], initializers=[raw_tensor("w", [1 << 32, 1 << 32], b"")]), "w"),
    "weights of 2 GB in 20 bytes": (graph([node("Add", ["x", "w"], ["y"])], initializers=[raw_tensor("w", [1 << 29], b"1234")]), "w"),
    "weights of a negative size": (graph([node("Add", ["x", "w"], ["y"])], initializers=[raw_tensor("w", [-4], b"1234")]), "w"),
    "a length beyond the file": (field(1, 8) + varint(7 << 3 | 2) + varint(1 << 31) + b"x" * 12, ""),
    "a length of 64 bits": (field(1, 8) + varint(7 << 3 | 2) + varint((1 << 64) - 1), ""),
    "a pad of 2^61": (pad(1 << 61), "'pad'"),
    "a pad to less than nothing": (pad(-9), "'pad'"),
    "ConstantOfShape of 2^62": (shaped([BIG]), "'fill'"),
    "ConstantOfShape that overflows": (shaped([1 << 40, 1 << 40]), "'fill'"),
    "ConstantOfShape of less than nothing": (shaped([-2]), "'fill'"),
    "a Tile of 2^40": (graph([node("Tile", ["x", "r"], ["y"], "tile")], initializers=[tensor("r", [2], [1 << 40, 1], INT64)]), "'tile'"),
    "an Expand of 2^40": (graph([node("Expand", ["x", "r"], ["y"], "expand")], initializers=[tensor("r", [3], [1 << 40, 1, 3], INT64)]), "'expand'"),
    "a Range that never ends": (graph([node("Range", ["a", "b", "c"], ["y"], "range")], inputs=[], initializers=[
        tensor("a", [], [0.0]), tensor("b", [], [1e30]), tensor("c", [], [1e-30])]), "'range'"),
    "a Range by zero": (graph([node("Range", ["a", "b", "c"], ["y"], "range")], inputs=[], initializers=[
        tensor("a", [], [0], INT64), tensor("b", [], [5], INT64), tensor("c", [], [0], INT64)]), "'range'"),
    "a scale of infinity": (graph([node("Resize", ["x", "", "s"], ["y"], "resize")], initializers=[
        tensor("s", [2], [1.0, float("inf")])]), "'resize'"),
    "an axis far out": (graph([node("Softmax", ["x"], ["y"], "softmax", axis=1 << 40)]), "'softmax'"),
    "a permutation of nothing": (graph([node("Transpose", ["x"], ["y"], "t", perm=[0, 0])]), "'t'"),
    "a stride of zero": (graph([node("MaxPool", ["x"], ["y"], "pool", kernel_shape=[1], strides=[0])], inputs=[
        value_info("x", [1, 1, 3])]), "'pool'"),
    "an interpolation of nothing": (graph([node("Resize", ["x", "", "", "s"], ["y"], "resize", mode="linear")], inputs=[value_info("x", [1, 0])],
                                          initializers=[tensor("s", [2], [1, 4], INT64)]), "'resize'"),
    "batches of indices below none": (graph([node("GatherND", ["x", "i"], ["y"], "gather", batch_dims=-1)], inputs=[X, value_info("i", [1, 1], INT64)]),
                                      "'gather'"),
    "blocks of 2^32": (graph([node("DepthToSpace", ["x"], ["y"], "blocks", blocksize=1 << 32)], inputs=[value_info("x", [1, 4, 1, 1])]), "'blocks'"),
    "a window of 2^40": (graph([node("MaxPool", ["x"], ["y"], "pool", kernel_shape=[1 << 40])], inputs=[value_info("x", [1, 1, 3])]), "'pool'"),
    "an index beyond": (graph([node("Gather", ["w", "i"], ["y"], "gather")], inputs=[], initializers=[
        tensor("w", [2], [1.0, 2.0]), tensor("i", [1], [7], INT64)]), "'gather'"),
    "a split of other sizes": (graph([node("Split", ["x", "s"], ["y", "z"], "split", axis=1)], initializers=[
        tensor("s", [2], [1, 9], INT64)]), "'split'"),
    "a hidden size of 2^40": (graph([node("GRU", ["x", "w", "r"], ["", "y"], "gru", hidden_size=1 << 40)], inputs=[value_info("x", [1, 1, 2])],
                                    initializers=[tensor("w", [1, 3, 2], [0.0] * 6), tensor("r", [1, 3, 1], [0.0] * 3)]), "'gru'"),
    "an equation of Einsum that is none": (graph([node("Einsum", ["x"], ["y"], "sum", equation="ij->>k,,")]), "'sum'"),
    "graphs in graphs": (nested(40), ""),
    "graphs in graphs in graphs": (nested(3000), ""),
    "an external file above its folder": (graph([node("Add", ["x", "w"], ["y"])], initializers=[
        field(1, 3) + field(2, FLOAT) + field(8, "w") + field(13, field(1, "location") + field(2, "../../../../etc/passwd")) + field(14, 1)]), "w"),
    "an external file by an absolute path": (graph([node("Add", ["x", "w"], ["y"])], initializers=[
        field(1, 3) + field(2, FLOAT) + field(8, "w") + field(13, field(1, "location") + field(2, "/etc/passwd")) + field(14, 1)]), "w"),
    "a loop of 2^62 turns": (loop(1 << 62), "'loop'"),
    "a loop without an end": (loop(None), "'loop'"),
    "a loop without count and condition": (loop(None, condition=""), "'loop'"),
    "a loop that ends by a number computed": (loop(None, COMPARED), "trip count"),
    "loops of a million turns in loops": (loops(3, 100), "'loop"),
    "loops in loops eight deep": (loops(8, 50), "'loop"),
    "a loop that doubles 60 times": (loop(60, DOUBLED), ""),
    "a loop of long names": (loop(10000, [node("Add", ["s", "s"], [LONG]), node("Identity", [LONG], ["s2"]), node("Identity", ["go"], ["go2"])]), "'loop'"),
    "a loop that forgets its state": (loop(3, outputs=[value_info("go2", [], BOOL)]), "'loop'"),
    "a loop of too many states": (loop(3, states=0), "'loop'"),
    "a loop that says it has begun": (loop(9, quillet_turn=3), ""),
    "a loop that says it began long ago": (loop(9, quillet_turn=-(1 << 62)), ""),
    "a body's output that nothing makes": (loop(3, [node("Identity", ["go"], ["go2"])]), "'s2'"),
    "a body that reads what comes after it": (loop(3, [node("Add", ["s", "y"], ["s2"]), node("Identity", ["go"], ["go2"])]), "'y'"),
    "a body that names a value of the graph around": (loop(3, [node("Neg", ["s"], ["x"]), node("Neg", ["x"], ["s2"]),
                                                               node("Identity", ["go"], ["go2"])]), "'x'"),
    "a loop without a body": (graph([node("Loop", ["", "", "x"], ["y"], "loop")]), "'loop'"),
    "a loop of nothing": (graph([node("Loop", [], ["y"], "loop", body=Graph(ONE, [], [value_info("y1", [1, 3])]))]), "'loop'"),
    "a scan of 2^24 steps": (graph([node("Scan", ["h", "x"], ["y"], "scan", num_scan_inputs=1, body=Graph(
        [node("Add", ["s", "v"], ["s2"])], [value_info("s", [1]), value_info("v", [1])], [value_info("s2", [1])]))],
        inputs=[value_info("h", [1]), value_info("x", [1 << 24, 1])], outputs=[value_info("y", [1])]), "'scan'"),
    "a scan of -1 inputs": (graph([node("Scan", ["x"], ["y"], "scan", num_scan_inputs=-1, body=Graph(ONE, [], [value_info("y1", [1, 3])]))]), "'scan'"),
    "a scan along axis 9": (graph([node("Scan", ["x"], ["y"], "scan", num_scan_inputs=1, scan_input_axes=[9], body=Graph(
        [node("Relu", ["v"], ["w"])], [value_info("v", [3])], [value_info("w", [3])]))]), "'scan'"),
    "a scan of a scalar": (graph([node("Scan", ["x"], ["y"], "scan", num_scan_inputs=1, body=Graph(
        [node("Relu", ["v"], ["w"])], [value_info("v", [3])], [value_info("w", [3])]))], inputs=[value_info("x", [])]), "'scan'"),
    "a scan of no steps": (graph([node("Scan", ["x"], ["y"], "scan", num_scan_inputs=1, body=Graph(
        [node("Relu", ["v"], ["w"])], [value_info("v", [3])], [value_info("w", [3])]))], inputs=[value_info("x", [0, 3])]), "'scan'"),
    "branches of other shapes": (choice([node("Relu", ["x"], ["y1"])], [node("ReduceMax", ["x"], ["y2"])]), "'if'"),
    "branches of other types": (choice([node("Relu", ["x"], ["y1"])], [node("Cast", ["x"], ["y2"], to=INT64)]), "'if'"),
    "a condition of three": (choice(ONE, TWO, [3]), "'if'"),
    "an If with one branch": (graph([node("If", ["c"], ["y"], "if", then_branch=Graph(ONE, [], [value_info("y1", [1, 3])]))],
                                    inputs=[X, value_info("c", [], BOOL)]), "'if'"),
    "a branch that is a number": (choice(ONE, TWO, else_branch=3), "'if'"),
    "a branch of no outputs": (choice(ONE, TWO, else_branch=Graph(TWO, [], [])), ""),
    "a branch of two outputs": (choice(ONE, TWO, else_branch=Graph(TWO, [], [value_info("y2", [1, 3]), value_info("x", [1, 3])])), "'if'"),
    "graphs in graphs nine deep": (nested(9), "deeper"),
    "a loop that repeats constants of 32 MB": (loop(9, [
        node("Identity", ["go"], ["go2"]), node("ReduceMax", ["s"], ["top"], keepdims=0), node("Less", ["top", "top"], ["c"]),
        node("If", ["c"], ["s2"], "if", else_branch=Graph([node("Neg", ["s"], ["b"])], [], [value_info("b", [1, 3])]), then_branch=Graph(
            [node("Gather", ["big", "at"], ["g"]), node("Cast", ["g"], ["f"], to=FLOAT), node("Add", ["s", "f"], ["a"])], [], [value_info("a", [1, 3])],
            [raw_tensor("big", [1 << 25], bytes(1 << 25), 3), tensor("at", [], [0], INT64)]))]), "MB of constants"),
    "a loop of many constants": (graph([node("Loop", ["n", "", "x"], ["y"], "loop", body=Graph(
        [node("Add", ["s", "s"], ["s2"]), node("Identity", ["go"], ["go2"])],
        [value_info("i", [], INT64), value_info("go", [], BOOL), value_info("s", [1, 3])], [value_info("go2", [], BOOL), value_info("s2", [1, 3])],
        [tensor(f"k{i}", [], [1.0]) for i in range(20000)]))], initializers=[tensor("n", [], [500], INT64)]), "to go through"),
    "a scan of many constants": (graph([node("Scan", ["h", "x"], ["y"], "scan", num_scan_inputs=1, body=Graph(
        [node("Add", ["s", "v"], ["s2"])], [value_info("s", [1]), value_info("v", [1])], [value_info("s2", [1])],
        [tensor(f"k{i}", [], [1.0]) for i in range(20000)]))],
        inputs=[value_info("h", [1]), value_info("x", [5000, 1])], outputs=[value_info("y", [1])]), "to go through"),
    "a mel scale up to 3e38": (mel(3e38), "'mel'"),
    "a mel scale up to infinity": (mel(float("inf")), "'mel'"),
    "a mel scale up to 10^14": (mel(1e14), "'mel'"),
    "a training_mode that is a float": (graph([node("Dropout", ["x", "", "t"], ["y"], "drop")], initializers=[tensor("t", [], [1.0])]), "training_mode"),
    "a training_mode of nothing": (graph([node("Dropout", ["x", "", "t"], ["y"], "drop")], initializers=[raw_tensor("t", [0], b"", BOOL)]), "training_mode"),
    "a ratio that is an integer": (graph([node("Dropout", ["x", "r", "t"], ["y"], "drop")], initializers=[
        boolean("t", 1), tensor("r", [], [0], INT64)]), "ratio"),
    "a transform of 2^23 numbers": (graph([node("DFT", ["x"], ["y"], "dft", axis=0)], inputs=[value_info("x", [1 << 23, 1])]), "'dft'"),
    "a window of 2^40 samples": (graph([node("HannWindow", ["n"], ["y"], "window")], inputs=[], initializers=[
        tensor("n", [], [1 << 40], INT64)]), "'window'"),
    "an attribute of a wrong type": (graph([node("Softmax", ["x"], ["y"], "softmax", axis="one")]), "'softmax'"),
    "an attribute twice": (graph([RELU + b"".join(field(5, attribute("alpha", v)) for v in (1, 2)),
                                  node("Softmax", ["x"], ["z"], "s", axis=1) + field(5, attribute("axis", 9))], outputs=[value_info("z", [1, 3])]), ""),
}

SLOW = {"a loop of 2^62 turns", "a loop without an end", "a loop without count and condition", "a loop of many constants", "a scan of many constants",
        "a loop that repeats constants of 32 MB", "a loop of long names", "loops of a million turns in loops", "loops in loops eight deep"}
assert SLOW <= REFUSED.keys()

NAMES = ["int", "for", "memory", "main", "NULL", "INFINITY", "errno", "stdin", "x_run", "a b", "a-b", "a.b", "a/b", "9lives", "_", "__x", "",
         "new\nline", "#error out", "\n#error out\n", "*/ int hidden = 1; /*", "*\\\n/ #error out", "??/\n#error", "// \\", "\"quoted\"", "'", "\\", "\\n",
         "${CMAKE_COMMAND}", "$(touch pwned)", "`touch pwned`", "]] execute_process(COMMAND touch pwned) #[[", "; touch pwned;", "%s%n%d",
         "../../pwned", "/etc/pwned", "con", "caf\u00e9", "\u202eabc", "\x01\x02", "a" * 3000, "input_x", "output_y", "quillet_relu_f32"]

# Control characters are refused, and what no file system takes as the name of a file.
REFUSED_NAMES = [name for name in NAMES if any(c < " " or c == "\u202e" for c in name)] + ["a" * 3000]


def named(name):
    """A network whose every name is `name` and a number, as values need names of their own."""
    x, h, w, y = (f"{name}{suffix}" for suffix in ("", "1", "2", "3"))
    if name == "":
        x = "only"
    return model(Graph([node("Add", [x, w], [h], name), node("Softsign", [h], [y], name)], [value_info(x, [1, 3])],
                       [value_info(y, [1, 3])], [tensor(w, [3], [1.0, 2.0, 3.0])], name), metadata=[(name, name)])


def limit_memory():
    if not SANITIZED:
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def run(words, folder):
    try:
        return subprocess.run([*map(str, words)], capture_output=True, timeout=SECONDS, cwd=folder, preexec_fn=limit_memory)
    except subprocess.TimeoutExpired:
        return None


def check_refused(quillet, folder, what, data, part):
    (folder / "m.onnx").write_bytes(data)
    complaints = []
    # What takes long is refused where all verbs read a graph: once is enough.
    for verb, *rest in (("compile", "-o", "out"), ("inspect",), ("verify", "--network"))[:1 if what in SLOW else 3]:
        done = run([quillet, verb, "m.onnx", *rest], folder)
        if done is None:
            complaints.append(f"{verb} takes more than {SECONDS} s")
            continue
        message = done.stderr.decode(errors="replace")
        if verb == "inspect" and done.returncode == 0:
            continue  # says in words what is in the way
        if done.returncode != 2 or message.count("\n") != 1 or not message.startswith("quillet: "):
            complaints.append(f"{verb}: status {done.returncode}: {message[-300:]}")
        elif verb == "compile" and part not in message:
            complaints.append(f"{verb} does not name {part}: {message}")
    if (folder / "out").exists():
        complaints.append("leaves out/ behind")
        shutil.rmtree(folder / "out")
    for complaint in complaints:
        print(f"FAILED {what}: {complaint}")
    return len(complaints)


def external(location, offset=0, length=12):
    entries = [("location", location), ("offset", str(offset)), ("length", str(length))]
    return graph([node("Add", ["x", "w"], ["y"])], initializers=[
        field(1, 3) + field(2, FLOAT) + field(8, "w") + b"".join(field(13, field(1, k) + field(2, v)) for k, v in entries) + field(14, 1)])


def check_external(quillet, folder):
    """Data beside the model are read; nothing outside its folder is, by whatever name."""
    home, failed = folder / "home: of a model", 0  # what messages part places by
    (home / "inner").mkdir(parents=True)
    (folder / "outside").write_bytes(b"\0" * 64)
    for name in ("m.data", "inner/m.data", ".data"):
        (home / name).write_bytes(b"\0" * 16)
    os.mkfifo(home / "pipe")
    (home / "beside").symlink_to("m.data")
    (home / "leads_out").symlink_to("../outside")
    (home / "folder_out").symlink_to("..")
    (home / "device").symlink_to("/dev/zero")
    taken = [("m.data", 0), ("m.data", 4), ("./m.data", 0), ("inner/m.data", 0), ("inner/../m.data", 0), (".data", 0), ("beside", 0)]
    refused = [("leads_out", 0), ("folder_out/outside", 0), ("device", 0), ("pipe", 0), ("inner", 0), ("../outside", 0), ("inner/../../outside", 0),
               (str(folder / "outside"), 0), (str(home / "m.data"), 0), ("missing", 0), ("", 0), (".", 0), ("..", 0), ("m.data", 8),
               ("m.data", 1 << 63), ("m.data\0", 0), ("outside", 0)]
    for location, offset in taken + refused:
        (home / "m.onnx").write_bytes(external(location, offset))
        done = run([quillet, "compile", home / "m.onnx", "-o", home / "out"], folder)
        expected = 0 if (location, offset) in taken else 2
        if done is None or done.returncode != expected or done.stderr.count(b"\n") != (1 if expected else 2):
            print(f"FAILED external data in {location!r} from {offset}: {done and (done.returncode, done.stderr[-300:])}")
            failed += 1
        shutil.rmtree(home / "out", ignore_errors=True)
    return failed


def check_names(quillet, folder):
    """Compiles a network of each name; gcc and CMake take all of them at once."""
    failed, sources = 0, []
    for i, name in enumerate(NAMES):
        (folder / "m.onnx").write_bytes(named(name))
        done = run([quillet, "compile", "m.onnx", "-o", f"n{i}", "--name", name or "empty"], folder)
        if done is None or done.returncode not in (0, 2) or (done.returncode == 2 and done.stderr.count(b"\n") != 1):
            print(f"FAILED name {name[:40]!r}: {done and done.stderr[-300:]}")
            failed += 1
            continue
        if done.returncode == 0:
            sources.append(folder / f"n{i}")
            if name in REFUSED_NAMES:
                print(f"FAILED name {name[:40]!r} was taken")
                failed += 1
        elif name not in REFUSED_NAMES:
            print(f"FAILED name {name[:40]!r}: {done.stderr.decode()}")
            failed += 1
        if i % 8:
            continue
        done = run([quillet, "verify", "m.onnx", "--network"], folder)
        if done is None or done.returncode != 0:
            print(f"FAILED verify of the name {name[:40]!r}: {done and (done.stdout + done.stderr)[-400:]}")
            failed += 1
    for made in sources:
        files = [path for path in made.iterdir() if path.suffix == ".c"]
        done = run(["gcc", "-std=c99", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-I", made, *files], made)
        if done.returncode != 0:
            print(f"FAILED gcc of {made.name}, {NAMES[int(made.name[1:])][:40]!r}: {done.stderr.decode()[:400]}")
            failed += 1
    if shutil.which("cmake"):
        text = "cmake_minimum_required(VERSION 3.13)\nproject(all C)\n" + "".join(f"add_subdirectory({made.name})\n" for made in sources[::6])
        (folder / "CMakeLists.txt").write_text(text)
        done = run(["cmake", "-S", folder, "-B", folder / "build"], folder)
        if done.returncode != 0:
            print(f"FAILED cmake: {done.stderr.decode()[:600]}")
            failed += 1
    shutil.copy(folder / "m.onnx", folder / "m\nmessage(FATAL_ERROR x)\n#error x\n.onnx")
    done = run([quillet, "compile", "m\nmessage(FATAL_ERROR x)\n#error x\n.onnx", "-o", "newline", "--name", "n"], folder)
    texts = [path.read_text() for path in (folder / "newline").iterdir() if path.is_file()] if done and done.returncode == 0 else [""]
    if not texts[0] or any(line.startswith(("message(", "#error")) for text in texts for line in text.splitlines()):
        print(f"FAILED a file's name with line ends: {done and done.stderr}")
        failed += 1
    stray = [str(path) for path in folder.rglob("pwned")] + [p for p in ("/etc/pwned", str(folder.parent.parent / "pwned")) if os.path.exists(p)]
    if stray:
        print(f"FAILED a name made {stray}")
    return failed + len(stray)


def main():
    quillet = os.path.abspath(sys.argv[1])
    if not shutil.which("gcc"):
        print("skipped: no gcc")
        return 77
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary) / "a" / "b"
        folder.mkdir(parents=True)
        failed = sum(check_refused(quillet, folder, what, *case) for what, case in REFUSED.items() if only in what)
        failed += 0 if only else check_external(quillet, folder)
        failed += 0 if only else check_names(quillet, folder)
    print(f"{len(REFUSED)} graphs, {len(NAMES)} names, {failed} failures")
    return int(failed > 0)


sys.exit(main())
