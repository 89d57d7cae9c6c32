"""Reads an ONNX file: its nodes, constants, inputs, outputs and metadata, by a small reader of protobuf's wire format.

SPDX-License-Identifier: MIT
Source: onnx.proto (ONNX 1.15) and protobuf's encoding. Needs the standard library alone.
"""
import struct
from dataclasses import dataclass, field


class OnnxError(ValueError):
    """What is wrong with the file, in one line."""


_NOT_ONNX = "is not an ONNX model, or is damaged; give the .onnx file of a model, or copy it again"
_CUT_SHORT = "is cut short, or is not an ONNX model; give the whole .onnx file of a model"


class NoOperator(OnnxError):
    """The file is sound, and has an operator that this port lacks."""


@dataclass
class Tensor:
    """A constant: `type` numbered as TensorProto.DataType, elements little-endian and row-major in `data`."""
    type: int = 1
    shape: tuple = ()
    data: bytes = b""


@dataclass
class Node:
    name: str = ""
    op: str = ""
    domain: str = ""
    inputs: list = field(default_factory=list)  # "" where an optional input is left out
    outputs: list = field(default_factory=list)
    attributes: dict = field(default_factory=dict)


@dataclass
class Value:
    """An input or output; -1 for a dimension that the file leaves open."""
    name: str = ""
    type: int = 1
    shape: tuple = ()


@dataclass
class Graph:
    opset: int = 0
    nodes: list = field(default_factory=list)
    constants: dict = field(default_factory=dict)  # name -> Tensor
    inputs: list = field(default_factory=list)     # without the constants
    outputs: list = field(default_factory=list)
    metadata: dict = field(default_factory=dict)


# --- the wire format ---

def _varint(data, at):
    value, shift = 0, 0
    while True:
        if at >= len(data) or shift > 63:
            raise OnnxError(_CUT_SHORT)
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _signed(value):
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value


def _fields(data):
    """Yields (field number, wire type, value): an int for varints, bytes for all else."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(data, at)
        else:
            if wire == 2:
                size, at = _varint(data, at)
            elif wire in (1, 5):
                size = 8 if wire == 1 else 4
            else:
                raise OnnxError(_NOT_ONNX)
            value, at = data[at:at + size], at + size
            if at > len(data):
                raise OnnxError(_CUT_SHORT)
        yield number, wire, value


def _integers(wire, value):
    """The one integer of a varint field, or all of a packed one."""
    if wire == 0:
        return [_signed(value)]
    result, at = [], 0
    while at < len(value):
        one, at = _varint(value, at)
        result.append(_signed(one))
    return result


def _floats(value, form="f"):
    return list(struct.unpack(f"<{len(value) // struct.calcsize(form)}{form}", value))


def _text(value):
    return value.decode("utf-8")


# --- ONNX's messages ---

_SIZES = {1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 11: 8, 12: 4, 13: 8}  # bytes an element by type


def _tensor(data):
    """(name, Tensor)"""
    name, tensor, shape, integers = "", Tensor(), [], []
    for number, wire, value in _fields(data):
        if number == 1:
            shape += _integers(wire, value)
        elif number == 2:
            tensor.type = value
        elif number in (4, 9, 10):  # float_data, raw_data, double_data: little-endian already
            tensor.data += value
        elif number in (5, 7, 11):  # int32_data (and all smaller types), int64_data, uint64_data
            integers += _integers(wire, value)
        elif number == 8:
            name = _text(value)
        elif number in (13, 14) and value:
            raise OnnxError(f"constant {name!r}: keeps its values in another file")
    if tensor.type not in _SIZES:
        raise OnnxError(f"constant {name!r}: element type {tensor.type} is not supported")
    size, count = _SIZES[tensor.type], 1
    tensor.data += b"".join((i & ((1 << 8 * size) - 1)).to_bytes(size, "little") for i in integers)
    for dimension in shape:
        count *= dimension
    if len(tensor.data) != count * size:
        raise OnnxError(f"constant {name!r}: {len(tensor.data)} bytes for shape {shape}")
    tensor.shape = tuple(shape)
    return name, tensor


def _attribute(data):
    """(name, value)"""
    name, result, many, kind = "", None, [], 0
    for number, wire, value in _fields(data):
        if number == 1:
            name = _text(value)
        elif number == 20:
            kind = value
        elif number == 2:
            result = _floats(value)[0]
        elif number == 3:
            result = _signed(value)
        elif number == 4:
            result = value
        elif number == 5:
            result = _tensor(value)[1]
        elif number == 7:
            many += _floats(value)
        elif number == 8:
            many += _integers(wire, value)
        elif number == 9:
            many.append(value)
    if result is None:
        result = {1: 0.0, 2: 0, 3: b""}.get(kind, many)  # a zero need not be written
    return name, result


def _node(data):
    node = Node()
    for number, _, value in _fields(data):
        if number == 1:
            node.inputs.append(_text(value))
        elif number == 2:
            node.outputs.append(_text(value))
        elif number == 3:
            node.name = _text(value)
        elif number == 4:
            node.op = _text(value)
        elif number == 5:
            name, attribute = _attribute(value)
            node.attributes[name] = attribute
        elif number == 7:
            node.domain = _text(value)
    return node


def _inside(data, number):
    """The message in field `number` of the message `data`; an empty one when there is none."""
    return next((value for n, wire, value in _fields(data) if n == number and wire == 2), b"")


def _value(data):
    tensor_type = _inside(_inside(data, 2), 1)
    element = next((value for n, _, value in _fields(tensor_type) if n == 1), 1)
    shape = [next((_signed(v) for n, _, v in _fields(dimension) if n == 1), -1)
             for number, _, dimension in _fields(_inside(tensor_type, 2)) if number == 1]
    return Value(_text(_inside(data, 1)), element, tuple(shape))


def _read_graph(data, graph):
    for number, _, value in _fields(data):
        if number == 1:
            graph.nodes.append(_node(value))
        elif number == 5:
            name, tensor = _tensor(value)
            graph.constants[name] = tensor
        elif number == 11:
            graph.inputs.append(_value(value))
        elif number == 12:
            graph.outputs.append(_value(value))
    graph.inputs = [value for value in graph.inputs if value.name not in graph.constants]


def read_onnx(data):
    """The Graph of the ModelProto `data`. Raises OnnxError for anything that is not one."""
    if not data:
        raise OnnxError("is empty; expected an ONNX model: give its .onnx file, or copy it again")
    graph = Graph()
    try:
        for number, wire, value in _fields(data):
            if number == 7 and wire == 2:
                _read_graph(value, graph)
            elif number == 8 and wire == 2:
                if _text(_inside(value, 1)) in ("", "ai.onnx"):
                    graph.opset = next((v for n, _, v in _fields(value) if n == 2), 0)
            elif number == 14 and wire == 2:
                graph.metadata[_text(_inside(value, 1))] = _text(_inside(value, 2))
    except (UnicodeDecodeError, struct.error, TypeError, AttributeError) as error:
        raise OnnxError(_NOT_ONNX) from error
    if not graph.nodes or not graph.opset:
        raise OnnxError("is not an ONNX model: it has no graph or no opset; give the .onnx file of a model")
    return graph


def check_format(metadata):
    """Raises OnnxError for a format of integer models that this package does not run."""
    form = metadata.get("quillet.format", "")
    if form == "integer-writer-1":
        raise OnnxError("is of format integer-writer-1, which has the sampler inside; quantize without --with-sampler, "
                        "or run it in ONNX Runtime, one run a character (docs/integer.md)")
    if form.startswith("integer-") and form != "integer-1":
        raise OnnxError(f"is of format '{form}'; expected integer-1: quantize it again, or use a package that knows '{form}'")
