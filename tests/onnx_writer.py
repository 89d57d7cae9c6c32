"""A small writer of ONNX files for tests: only what they need, and whatever else bytes can say.

SPDX-License-Identifier: MIT
"""
import struct

FLOAT, INT64, BOOL = 1, 7, 9


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def field(number, value):
    """One field of a protobuf message: an integer, text or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def attribute(name, value):
    """An attribute: an integer, a float, a text, a tensor (bytes), a graph (Graph) or a list of integers or texts."""
    out = field(1, name)
    if isinstance(value, int):
        return out + field(3, value) + field(20, 2)
    if isinstance(value, float):
        return out + varint(2 << 3 | 5) + struct.pack("<f", value) + field(20, 1)
    if isinstance(value, str):
        return out + field(4, value) + field(20, 3)
    if isinstance(value, bytes):
        return out + field(5, value) + field(20, 4)
    if isinstance(value, Graph):
        return out + field(6, value.bytes()) + field(20, 5)
    if value and isinstance(value[0], str):
        return out + b"".join(field(9, text) for text in value) + field(20, 8)
    return out + b"".join(field(8, number) for number in value) + field(20, 7)


def node(op, inputs, outputs, name="", **attributes):
    return b"".join(field(1, i) for i in inputs) + b"".join(field(2, o) for o in outputs) + field(3, name) + field(4, op) + \
        b"".join(field(5, attribute(key, value)) for key, value in attributes.items())


def tensor(name, dims, values, kind=FLOAT):
    """A TensorProto of floats or 64-bit integers."""
    return raw_tensor(name, dims, struct.pack(f"<{len(values)}{'f' if kind == FLOAT else 'q'}", *values), kind)


def raw_tensor(name, dims, data, kind=FLOAT):
    return b"".join(field(1, d) for d in dims) + field(2, kind) + field(8, name) + field(9, data)


def value_info(name, dims, kind=FLOAT):
    """dims: integers, or texts for dimensions with a name."""
    shape = b"".join(field(1, field(2 if isinstance(d, str) else 1, d)) for d in dims)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, shape)))


class Graph:
    def __init__(self, nodes, inputs, outputs, initializers=(), name="g"):
        self.nodes, self.inputs, self.outputs, self.initializers, self.name = nodes, inputs, outputs, initializers, name

    def bytes(self):
        return b"".join(field(1, n) for n in self.nodes) + field(2, self.name) + \
            b"".join(field(5, t) for t in self.initializers) + b"".join(field(11, i) for i in self.inputs) + \
            b"".join(field(12, o) for o in self.outputs)


def model(graph, opset=17, metadata=()):
    return field(1, 8) + field(7, graph if isinstance(graph, bytes) else graph.bytes()) + field(8, field(2, opset)) + \
        b"".join(field(14, field(1, key) + field(2, value)) for key, value in metadata)


def fields(data):
    """(number, value, bytes) of each field of a protobuf message; the value of a length-delimited one is bytes."""
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            value |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
            if byte < 128:
                return value

    while at < len(data):
        begin, key = at, number()
        if key & 7 == 0:
            value = number()
        else:
            size = {1: 8, 5: 4}.get(key & 7) or number()
            value, at = data[at:at + size], at + size
        yield key >> 3, value, data[begin:at]


def with_weights(data, fill):
    """`data`, a model, with fill(name, count) (bytes; None: as it is) as the data of each float initializer."""
    def filled(initializer):
        name, count, kind = "", 1, 0
        for number, value, _ in fields(initializer):
            name = value.decode() if number == 8 else name
            kind = value if number == 2 else kind
            count *= value if number == 1 else 1
        raw = fill(name, count) if kind == FLOAT else None
        if raw is None:
            return initializer
        return b"".join(whole for number, _, whole in fields(initializer) if number != 9) + (field(9, raw) if raw else b"")

    def filled_graph(graph):
        return b"".join(field(5, filled(value)) if number == 5 else whole for number, value, whole in fields(graph))
    return b"".join(field(7, filled_graph(value)) if number == 7 else whole for number, value, whole in fields(data))
