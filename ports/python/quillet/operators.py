"""ONNX's operators in numpy, one row each: float32 as numpy rounds it, integers exactly, wrapping around.

SPDX-License-Identifier: MIT
A row makes, from a node's attributes and constant inputs, the function from its input arrays to its output array (or a
tuple of several). Source: ONNX operators, opsets 7 to 23.
"""
from dataclasses import dataclass

import numpy as np

from .recurrent import make_gru, make_lstm, make_rnn, sigmoid

DTYPES = {1: np.float32, 2: np.uint8, 3: np.int8, 4: np.uint16, 5: np.int16, 6: np.int32, 7: np.int64, 9: np.bool_,
          11: np.float64, 12: np.uint32, 13: np.uint64}


def array_of(tensor):
    """The numpy array of an onnx.Tensor."""
    return np.frombuffer(tensor.data, np.dtype(DTYPES[tensor.type]).newbyteorder("<")).astype(
        DTYPES[tensor.type]).reshape(tensor.shape)


@dataclass
class Site:
    """Where an operator stands: its attributes, the opset, and its inputs, an array each where they are constant."""
    attributes: dict
    opset: int
    inputs: list  # names, "" where left out
    constants: list  # arrays or None

    def has_input(self, index):
        return index < len(self.inputs) and self.inputs[index] != ""

    def constant(self, index):
        return self.constants[index] if self.has_input(index) else None


def _plain(function):
    """The row of an operator without attributes."""
    return lambda site: function


# --- arithmetic ---

def _divide(a, b):
    if np.issubdtype(np.asarray(a).dtype, np.floating):
        return np.divide(a, b)
    quotient = a // b  # towards minus infinity; ONNX's runtimes divide towards zero
    inexact = quotient * b != a
    return quotient + (inexact & ((a < 0) != (b < 0))).astype(np.asarray(a).dtype)


def _make_mod(site):
    return np.fmod if site.attributes.get("fmod", 0) else np.mod


def _make_bit_shift(site):
    return np.left_shift if site.attributes["direction"] == b"LEFT" else np.right_shift


_EXACT = 2.0 ** 53


def _integer_product(left, right):
    """Exact where no sum leaves 64 bits; by way of doubles where they hold every sum, as numpy's integer products are slow."""
    bound = float(np.abs(left).max(initial=0)) * float(np.abs(right).max(initial=0)) * right.shape[0]
    if bound < _EXACT:
        return (left.astype(np.float64) @ right.astype(np.float64)).astype(np.int64)
    return left.astype(np.int64) @ right.astype(np.int64)


def _make_matmul(site):
    right = site.constant(1)
    if right is None:
        return lambda a, b: np.matmul(a, b) if a.dtype.kind == "f" else _integer_product(a, b).astype(a.dtype)
    if right.dtype.kind == "f":
        right = np.ascontiguousarray(right)
        return lambda a, b: np.matmul(a, right)
    doubles = np.ascontiguousarray(right.astype(np.float64))
    column_bound = float(np.abs(doubles).sum(axis=0).max(initial=0))

    def product(a, b):
        if float(np.abs(a).max(initial=0)) * column_bound < _EXACT:
            return (a.astype(np.float64) @ doubles).astype(np.int64).astype(a.dtype)
        return (a.astype(np.int64) @ right.astype(np.int64)).astype(a.dtype)

    return product


def _make_matmul_integer(site):
    def product(a, b, a_zero=None, b_zero=None):
        a, b = a.astype(np.int64), b.astype(np.int64)
        if a_zero is not None:  # one value, or one a row
            a = a - (a_zero.astype(np.int64)[:, None] if a_zero.ndim == 1 and a_zero.size > 1 else a_zero.astype(np.int64))
        if b_zero is not None:  # one value, or one a column
            b = b - b_zero.astype(np.int64)
        return _integer_product(a, b).astype(np.int32)

    return product


def _make_gemm(site):
    alpha, beta = np.float32(site.attributes.get("alpha", 1.0)), np.float32(site.attributes.get("beta", 1.0))
    flip_a, flip_b = site.attributes.get("transA", 0), site.attributes.get("transB", 0)

    def gemm(a, b, c=None):
        y = (a.T if flip_a else a) @ (b.T if flip_b else b)
        y = y if alpha == 1 else y * alpha
        return y if c is None else y + (c if beta == 1 else c * beta)

    return gemm


def _make_clip(site):
    if site.opset < 11:
        low, high = np.float32(site.attributes.get("min", -np.inf)), np.float32(site.attributes.get("max", np.inf))
        return lambda x: np.clip(x, low, high)

    def clip(x, low=None, high=None):
        x = x if low is None else np.maximum(x, low)
        return x if high is None else np.minimum(x, high)

    return clip


def _many(function):
    def run(first, *others):
        for other in others:
            first = function(first, other)
        return first
    return _plain(run)


def _make_cast(site):
    to = DTYPES.get(site.attributes["to"])
    if to is None:
        raise NotImplementedError(f"element type {site.attributes['to']} is not supported")
    return lambda x: x.astype(to)


def _make_softmax(site, log=False):
    axis = site.attributes.get("axis", -1 if site.opset >= 13 else 1)

    def softmax(x):
        over = axis if site.opset >= 13 else tuple(range(axis % x.ndim, x.ndim))
        shifted = x - x.max(axis=over, keepdims=True)
        total = np.exp(shifted).sum(axis=over, keepdims=True)
        return shifted - np.log(total) if log else np.exp(shifted) / total

    return softmax


# --- reductions ---

def _reduction(function):
    def make(site):
        keep = bool(site.attributes.get("keepdims", 1))
        fixed = site.attributes.get("axes")
        identity = site.attributes.get("noop_with_empty_axes", 0)

        def reduce(x, axes=None):
            over = fixed if axes is None else [int(axis) for axis in axes]
            if not over and identity:
                return x
            return function(x, axis=tuple(over) if over else None, keepdims=keep).astype(x.dtype)

        return reduce
    return make


def _make_argument(function):
    def make(site):
        axis, keep = site.attributes.get("axis", 0), site.attributes.get("keepdims", 1)
        if site.attributes.get("select_last_index", 0):
            raise NotImplementedError("select_last_index is not supported")

        def argument(x):
            result = function(x, axis=axis).astype(np.int64)
            return np.expand_dims(result, axis) if keep else result

        return argument
    return make


def _make_cumulative_sum(site):
    exclusive, reverse = site.attributes.get("exclusive", 0), site.attributes.get("reverse", 0)

    def cumulative_sum(x, axis):
        axis = int(axis)
        x = np.flip(x, axis) if reverse else x
        total = np.cumsum(x, axis=axis, dtype=x.dtype)
        total = total - x if exclusive else total
        return np.flip(total, axis) if reverse else total

    return cumulative_sum


def _make_top_k(site):
    axis, largest = site.attributes.get("axis", -1), site.attributes.get("largest", 1)

    def top_k(x, k):
        ranked = -x.astype(np.int64) if largest and x.dtype.kind in "iu" else -x if largest else x
        order = np.take(np.argsort(ranked, axis=axis, kind="stable"), range(int(k.ravel()[0])), axis=axis)
        return np.take_along_axis(x, order, axis), order.astype(np.int64)

    return top_k


# --- shapes and places ---

def _axes(site):
    """The axes of Squeeze or Unsqueeze: an attribute before opset 13, then an input, by now often constant."""
    axes = site.attributes.get("axes")
    constant = site.constant(1)
    return axes if constant is None else [int(axis) for axis in constant]


def _make_unsqueeze(site):
    known = _axes(site)

    def unsqueeze(x, axes=None):
        axes = [int(axis) for axis in axes] if known is None else known
        rank = x.ndim + len(axes)
        sizes = iter(x.shape)
        places = {axis % rank for axis in axes}
        return x.reshape([1 if i in places else next(sizes) for i in range(rank)])

    return unsqueeze


def _make_squeeze(site):
    known = _axes(site)

    def squeeze(x, axes=None):
        axes = [int(axis) for axis in axes] if known is None and axes is not None else known
        return np.squeeze(x, tuple(axes) if axes else None)

    return squeeze


def _make_reshape(site):
    keep_zero = site.attributes.get("allowzero", 0)

    def reshape(x, shape):
        return x.reshape([x.shape[i] if size == 0 and not keep_zero else int(size) for i, size in enumerate(shape)])

    return reshape


def _make_flatten(site):
    axis = site.attributes.get("axis", 1)
    return lambda x: x.reshape(int(np.prod(x.shape[:axis])), -1)


def _make_gather(site):
    axis = site.attributes.get("axis", 0)
    return lambda x, indices: x.take(indices, axis)


def _make_gather_elements(site):
    axis = site.attributes.get("axis", 0)
    return lambda x, indices: np.take_along_axis(x, np.where(indices < 0, indices + x.shape[axis], indices), axis)


def _make_one_hot(site):
    axis = site.attributes.get("axis", -1)
    depth, values = site.constant(1), site.constant(2)
    if depth is not None and values is not None and axis == -1:
        depth = int(depth.ravel()[0])
        rows = np.where(np.eye(depth, dtype=bool), values[1], values[0])
        return lambda indices, *unused: rows[indices % depth]

    def one_hot(indices, depth, values):
        depth = int(np.ravel(depth)[0])
        hot = (indices.astype(np.int64) % depth)[..., None] == np.arange(depth)
        return np.moveaxis(np.where(hot, values[1], values[0]), -1, axis)

    return one_hot


def _make_concat(site):
    axis = site.attributes["axis"]
    return lambda *parts: np.concatenate(parts, axis)


def _make_split(site):
    axis, fixed, count = (site.attributes.get(key) for key in ("axis", "split", "num_outputs"))
    axis = axis or 0

    def split(x, sizes=None):
        sizes = fixed if sizes is None else [int(size) for size in sizes]
        if not sizes:
            size = -(-x.shape[axis] // count)
            return tuple(np.split(x, range(size, x.shape[axis], size), axis))
        return tuple(np.split(x, np.cumsum(sizes)[:-1], axis))

    return split


def _make_slice(site):
    fixed = [site.attributes.get(key) for key in ("starts", "ends", "axes")]

    def cut(x, starts=fixed[0], ends=fixed[1], axes=fixed[2], steps=None):
        axes = range(len(starts)) if axes is None else axes
        steps = [1] * len(starts) if steps is None else steps
        where = [slice(None)] * x.ndim
        for start, end, axis, step in zip(starts, ends, axes, steps):
            backwards_to_the_start = step < 0 and end < -x.shape[axis]
            where[axis] = slice(int(start), None if backwards_to_the_start else int(end), int(step))
        return x[tuple(where)]

    return cut


def _make_transpose(site):
    order = site.attributes.get("perm")
    return lambda x: np.transpose(x, order)


def _make_constant(site):
    for key, dtype in (("value_float", np.float32), ("value_floats", np.float32), ("value_int", np.int64),
                       ("value_ints", np.int64)):
        if key in site.attributes:
            value = np.array(site.attributes[key], dtype)
            return lambda: value
    value = array_of(site.attributes["value"])
    return lambda: value


def _make_constant_of_shape(site):
    value = array_of(site.attributes["value"]).ravel()[0] if "value" in site.attributes else np.float32(0)
    return lambda shape: np.full([int(size) for size in shape], value)


def _expand(x, shape):
    return np.broadcast_to(x, np.broadcast_shapes(x.shape, tuple(int(size) for size in shape)))


OPERATORS = {
    "Abs": _plain(np.abs), "Add": _plain(np.add), "And": _plain(np.logical_and),
    "ArgMax": _make_argument(np.argmax), "ArgMin": _make_argument(np.argmin),
    "BitShift": _make_bit_shift, "BitwiseAnd": _plain(np.bitwise_and), "BitwiseNot": _plain(np.bitwise_not),
    "BitwiseOr": _plain(np.bitwise_or), "BitwiseXor": _plain(np.bitwise_xor),
    "Cast": _make_cast, "Ceil": _plain(np.ceil), "Clip": _make_clip, "Concat": _make_concat,
    "Constant": _make_constant, "ConstantOfShape": _make_constant_of_shape, "CumSum": _make_cumulative_sum,
    "Div": _plain(_divide), "Dropout": _plain(lambda x, *unused: x), "Equal": _plain(np.equal), "Exp": _plain(np.exp),
    "Expand": _plain(_expand), "Flatten": _make_flatten, "Floor": _plain(np.floor), "GRU": make_gru,
    "Gather": _make_gather, "GatherElements": _make_gather_elements, "Gemm": _make_gemm,
    "Greater": _plain(np.greater), "GreaterOrEqual": _plain(np.greater_equal),
    "Identity": _plain(lambda x: x), "LSTM": make_lstm, "Less": _plain(np.less),
    "LessOrEqual": _plain(np.less_equal), "Log": _plain(np.log),
    "LogSoftmax": lambda site: _make_softmax(site, log=True),
    "MatMul": _make_matmul, "MatMulInteger": _make_matmul_integer, "Max": _many(np.maximum), "Min": _many(np.minimum),
    "Mod": _make_mod, "Mul": _plain(np.multiply), "Neg": _plain(np.negative), "Not": _plain(np.logical_not),
    "OneHot": _make_one_hot, "Or": _plain(np.logical_or), "Pow": _plain(lambda x, y: np.power(x, y).astype(x.dtype)),
    "Range": _plain(lambda start, limit, delta: np.arange(start, limit, delta, dtype=start.dtype)),
    "ReduceMax": _reduction(np.max), "ReduceMin": _reduction(np.min), "ReduceSum": _reduction(np.sum),
    "Relu": _plain(lambda x: np.maximum(x, 0)), "Reshape": _make_reshape, "RNN": make_rnn, "Round": _plain(np.rint),
    "Shape": _plain(lambda x: np.array(x.shape, np.int64)), "Sigmoid": _plain(sigmoid), "Sign": _plain(np.sign),
    "Slice": _make_slice, "Softmax": _make_softmax, "Split": _make_split, "Sqrt": _plain(np.sqrt),
    "Squeeze": _make_squeeze, "Sub": _plain(np.subtract), "Sum": _many(np.add), "Tanh": _plain(np.tanh),
    "Tile": _plain(lambda x, repeats: np.tile(x, [int(n) for n in repeats])), "TopK": _make_top_k,
    "Transpose": _make_transpose, "Unsqueeze": _make_unsqueeze, "Where": _plain(np.where), "Xor": _plain(np.logical_xor),
}
SEVERAL_OUTPUTS = {"GRU", "LSTM", "RNN", "Split", "TopK"}  # those whose function returns a tuple
