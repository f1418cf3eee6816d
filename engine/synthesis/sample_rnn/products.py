"""Products of weights and a few vectors for compiled loops, in float32 or with weights of eight bits.

numba alone finds no good machine code for either. So the inner loop, four rows of weights at once, is written
in the compiler's own language; from it the compiler makes the best that the machine has (on x86 a
multiply-add of sixteen pairs at a time).

A sum has the same order whatever number of vectors are multiplied together, so a stream of sound comes out
the same alone and beside others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload

ROWS = 4
"""Weights must have a multiple of so many rows."""
LANES = 16
"""Weights must have a multiple of so many columns."""
LARGEST = 8191
"""Of a vector for weights of eight bits: 127 * 8191 fits 2,000 times into a sum of 32 bits."""

_I8, _I16, _I32, _I64, _F32 = ir.IntType(8), ir.IntType(16), ir.IntType(32), ir.IntType(64), ir.FloatType()


def _at(builder: Any, address: Any, place: Any, kind: Any, count: int) -> Any:
    """Load `count` numbers from element `place` after an address."""
    start = builder.gep(builder.inttoptr(address, kind.as_pointer()), [place])
    aligned = 1 if kind is _I8 else 2 if kind is _I16 else 4
    return builder.load(builder.bitcast(start, ir.VectorType(kind, count).as_pointer()), align=aligned)


def _eight_bit_step(builder: Any, weights: list[Any], vectors: list[Any]) -> list[Any]:
    """Products of sixteen pairs, neighbours added: this is what compilers know as one instruction."""
    wide = ir.VectorType(_I32, LANES)
    half = ir.VectorType(_I32, LANES // 2)
    even = ir.Constant(half, list(range(0, LANES, 2)))
    odd = ir.Constant(half, list(range(1, LANES, 2)))
    nothing = ir.Constant(wide, ir.Undefined)
    steps = []
    for vector in [builder.sext(vector, wide) for vector in vectors]:
        for weight in [builder.sext(weight, wide) for weight in weights]:
            product = builder.mul(weight, vector)
            pairs = [builder.shuffle_vector(product, nothing, mask) for mask in (even, odd)]
            steps.append(builder.add(*pairs))
    return steps


def _block(vectors: int, *, eight_bit: bool) -> Any:
    """An intrinsic: four rows of weights by one or two vectors."""
    kinds = (_I8, _I16, _I32) if eight_bit else (_F32, _F32, _F32)
    lanes = LANES // 2 if eight_bit else LANES

    @intrinsic
    def block(_context: Any, _weights: Any, _vectors: Any, _apart: Any, _columns: Any, _sums: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            at_weights, at_vectors, apart, columns, at_sums = arguments
            of_weights, of_vectors, of_sums = kinds
            width = ir.Constant(_I64, 1 if eight_bit else 4)
            zero = ir.Constant(ir.VectorType(of_sums, lanes), [0] * lanes)
            sums = [cgutils.alloca_once_value(builder, zero) for _ in range(ROWS * vectors)]
            start, step = ir.Constant(_I64, 0), ir.Constant(_I64, LANES)
            with cgutils.for_range_slice(builder, start, columns, step, _I64) as (place, _count):
                rows = []
                for row in range(ROWS):
                    offset = builder.mul(builder.mul(columns, width), ir.Constant(_I64, row))
                    rows.append(_at(builder, builder.add(at_weights, offset), place, of_weights, LANES))
                seen = []
                for number in range(vectors):
                    offset = builder.mul(apart, ir.Constant(_I64, number))
                    seen.append(_at(builder, builder.add(at_vectors, offset), place, of_vectors, LANES))
                if eight_bit:
                    steps = _eight_bit_step(builder, rows, seen)
                    added = [builder.add(builder.load(at), one) for at, one in zip(sums, steps, strict=True)]
                else:
                    pairs = [(row, vector) for vector in seen for row in rows]
                    fused = ("contract",)
                    added = [
                        builder.fadd(builder.load(at), builder.fmul(row, vector, flags=fused), flags=fused)
                        for at, (row, vector) in zip(sums, pairs, strict=True)
                    ]
                for at, value in zip(sums, added, strict=True):
                    builder.store(value, at)
            out = builder.inttoptr(at_sums, of_sums.as_pointer())
            for number, at in enumerate(sums):
                total = _total(builder, builder.load(at), lanes, eight_bit=eight_bit)
                builder.store(total, builder.gep(out, [ir.Constant(_I64, number)]))
            return context.get_dummy_value()

        return types.void(*[types.intp] * 5), generate

    return block


def _total(builder: Any, vector: Any, lanes: int, *, eight_bit: bool) -> Any:
    """The sum of a vector's lanes, halves added to halves."""
    add = builder.add if eight_bit else builder.fadd
    while lanes > 1:
        lanes //= 2
        nothing = ir.Constant(vector.type, ir.Undefined)
        masks = [ir.Constant(ir.VectorType(_I32, lanes), list(range(at, at + lanes))) for at in (0, lanes)]
        vector = add(*[builder.shuffle_vector(vector, nothing, mask) for mask in masks])
    return builder.extract_element(vector, ir.Constant(_I32, 0))


_one_eight, _two_eight = _block(1, eight_bit=True), _block(2, eight_bit=True)
_one_float, _two_float = _block(1, eight_bit=False), _block(2, eight_bit=False)


def multiply(weights: Any, row_scales: Any, vectors: Any, whole: Any, scales: Any, out: Any) -> None:
    """`out[s] += weights @ vectors[s]` for each stream s, in compiled code.

    Parameters
    ----------
    weights
        (rows, columns), float32, or int8 to be scaled by `row_scales` (rows,).
    vectors
        (streams, columns) float32.
    whole, scales
        The same as whole numbers, int16 (streams, columns), and what they are scaled by (streams,): made by
        `make_whole`; looked at for weights of eight bits only.
    out
        (streams, rows) float32.
    """
    raise NotImplementedError("for compiled code only")


@overload(multiply, strict=False)
def _multiply(weights: Any, row_scales: Any, vectors: Any, whole: Any, scales: Any, out: Any) -> Any:
    return _multiply_eight if weights.dtype == types.int8 else _multiply_float


def _multiply_float(weights, row_scales, vectors, whole, scales, out):  # type: ignore[no-untyped-def]
    rows, columns = weights.shape
    streams = vectors.shape[0]
    sums = np.empty(2 * ROWS, np.float32)
    for row in range(0, rows, ROWS):
        at_weights = weights.ctypes.data + row * columns * 4
        stream = 0
        while stream + 1 < streams:
            at_vectors = vectors.ctypes.data + stream * columns * 4
            _two_float(at_weights, at_vectors, columns * 4, columns, sums.ctypes.data)
            for number in range(ROWS):
                out[stream, row + number] += sums[number]
                out[stream + 1, row + number] += sums[ROWS + number]
            stream += 2
        if stream < streams:
            at_vectors = vectors.ctypes.data + stream * columns * 4
            _one_float(at_weights, at_vectors, columns * 4, columns, sums.ctypes.data)
            for number in range(ROWS):
                out[stream, row + number] += sums[number]


def _multiply_eight(weights, row_scales, vectors, whole, scales, out):  # type: ignore[no-untyped-def]
    rows, columns = weights.shape
    streams = whole.shape[0]
    sums = np.empty(2 * ROWS, np.int32)
    for row in range(0, rows, ROWS):
        at_weights = weights.ctypes.data + row * columns
        stream = 0
        while stream + 1 < streams:
            at_vectors = whole.ctypes.data + stream * columns * 2
            _two_eight(at_weights, at_vectors, columns * 2, columns, sums.ctypes.data)
            for number in range(ROWS):
                scale = row_scales[row + number]
                out[stream, row + number] += np.float32(sums[number]) * scale * scales[stream]
                out[stream + 1, row + number] += np.float32(sums[ROWS + number]) * scale * scales[stream + 1]
            stream += 2
        if stream < streams:
            at_vectors = whole.ctypes.data + stream * columns * 2
            _one_eight(at_weights, at_vectors, columns * 2, columns, sums.ctypes.data)
            for number in range(ROWS):
                scale = row_scales[row + number]
                out[stream, row + number] += np.float32(sums[number]) * scale * scales[stream]


def make_whole(weights: Any, vectors: Any, whole: Any, scales: Any) -> None:
    """Vectors (streams, columns) as whole numbers up to `LARGEST`, where the weights have eight bits."""
    raise NotImplementedError("for compiled code only")


@overload(make_whole, strict=False)
def _make_whole(weights: Any, vectors: Any, whole: Any, scales: Any) -> Any:
    return _make_whole_eight if weights.dtype == types.int8 else _leave


def _leave(weights, vectors, whole, scales):  # type: ignore[no-untyped-def]
    pass


def _make_whole_eight(weights, vectors, whole, scales):  # type: ignore[no-untyped-def]
    streams, columns = vectors.shape
    for stream in range(streams):
        largest = np.float32(1e-20)
        for column in range(columns):
            largest = max(largest, abs(vectors[stream, column]))
        scales[stream] = largest / np.float32(LARGEST)
        up = np.float32(LARGEST) / largest
        for column in range(columns):
            whole[stream, column] = np.int16(np.rint(vectors[stream, column] * up))
