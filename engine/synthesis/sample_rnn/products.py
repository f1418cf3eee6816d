"""Products of weights and a few vectors for compiled loops, in float32 or with weights of eight bits.

numba alone finds no good machine code for either. So the inner loop, four rows of weights at once, is
written in the compiler's own language; from it the compiler makes the best that the machine has (on x86 a
multiply-add of sixteen pairs at a time).

A sum has the same order whatever number of vectors are multiplied together, so a stream of sound comes out
the same alone and beside others.

Compiled loops are kept by the text of their own file: whoever changes something here must change them too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload

LANES = 16
"""Weights must have a multiple of so many rows and columns."""
LARGEST = 8191
"""Of a vector for weights of eight bits."""
WIDEST = 2048
"""So often does 127 * LARGEST fit into a sum of 32 bits."""

_ROWS = 4
"""So many rows are multiplied at once, a quarter of all rows apart: few long reads come faster than many
short ones."""
_SUMS = 8
"""A sum is added up as so many, which are added in the end."""

_I8, _I16, _I32, _I64, _F32 = ir.IntType(8), ir.IntType(16), ir.IntType(32), ir.IntType(64), ir.FloatType()
_BYTES = {_I8: 1, _I16: 2, _I32: 4, _F32: 4}


def _vector_at(builder: Any, address: Any, kind: Any, count: int) -> Any:
    """Where `count` numbers lie, to be loaded or stored."""
    return builder.inttoptr(address, ir.VectorType(kind, count).as_pointer())


def _load(builder: Any, address: Any, kind: Any, count: int) -> Any:
    return builder.load(_vector_at(builder, address, kind, count), align=_BYTES[kind])


def _shuffled(builder: Any, first: Any, second: Any, places: list[int]) -> Any:
    return builder.shuffle_vector(first, second, ir.Constant(ir.VectorType(_I32, len(places)), places))


def _product(builder: Any, before: Any, weights: Any, vector: Any) -> Any:
    """What the products of some pairs of float32 add up to."""
    fused = ("contract",)
    return builder.fadd(before, builder.fmul(weights, vector, flags=fused), flags=fused)


def _eight_bit_product(builder: Any, before: Any, weights: Any, vector: Any) -> Any:
    """The same of whole numbers, neighbours added: this is what compilers know as one instruction."""
    wide = ir.VectorType(_I32, LANES)
    product = builder.mul(builder.sext(weights, wide), builder.sext(vector, wide))
    nothing = ir.Constant(wide, ir.Undefined)
    parts = [_shuffled(builder, product, nothing, list(range(start, LANES, 2))) for start in (0, 1)]
    return builder.add(before, builder.add(*parts))


def _block(vectors: int, *, eight_bit: bool) -> Any:
    """An intrinsic: four rows of weights, so many rows apart, by some vectors, added to what is there.

    It takes addresses, of the first row, the first vector, the first row's number for the first vector, the
    first row's and the first vector's scale, and then how far rows are apart, and the numbers of columns and
    of all rows.
    """
    of_weights, of_vectors, of_sums = (_I8, _I16, _I32) if eight_bit else (_F32, _F32, _F32)
    lanes = LANES if eight_bit else _SUMS
    product = _eight_bit_product if eight_bit else _product

    @intrinsic
    def block(_context: Any, _w: Any, _v: Any, _o: Any, _rs: Any, _vs: Any, _a: Any, _c: Any, _r: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            weights_at, vectors_at, out_at, row_scales_at, scales_at, apart, columns, all_rows = arguments

            def after(address: Any, length: Any, kind: Any, number: int = 1) -> Any:
                return builder.add(address, builder.mul(length, ir.Constant(_I64, _BYTES[kind] * number)))

            zero = ir.Constant(ir.VectorType(of_sums, _SUMS), [0] * _SUMS)
            sums = [[cgutils.alloca_once_value(builder, zero) for _ in range(_ROWS)] for _ in range(vectors)]
            rows_at = [
                after(weights_at, builder.mul(apart, columns), of_weights, row) for row in range(_ROWS)
            ]
            start, step = ir.Constant(_I64, 0), ir.Constant(_I64, lanes)
            with cgutils.for_range_slice(builder, start, columns, step, _I64) as (place, _count):
                now = after(vectors_at, place, of_vectors)
                seen = [
                    _load(builder, after(now, columns, of_vectors, number), of_vectors, lanes)
                    for number in range(vectors)
                ]
                for row, row_at in enumerate(rows_at):
                    weights = _load(builder, after(row_at, place, of_weights), of_weights, lanes)
                    for vector, sums_of_vector in zip(seen, sums, strict=True):
                        at = sums_of_vector[row]
                        builder.store(product(builder, builder.load(at), weights, vector), at)
            for number, sums_of_vector in enumerate(sums):
                totals = _totals(builder, [builder.load(at) for at in sums_of_vector], eight_bit=eight_bit)
                if eight_bit:
                    scale = _load(builder, after(scales_at, ir.Constant(_I64, 1), _F32, number), _F32, 1)
                    totals = builder.sitofp(totals, ir.VectorType(_F32, _ROWS))
                    totals = builder.fmul(totals, _shuffled(builder, scale, scale, [0] * _ROWS))
                for row in range(_ROWS):
                    total = _shuffled(builder, totals, totals, [row])
                    if eight_bit:
                        row_scale = _load(builder, after(row_scales_at, apart, _F32, row), _F32, 1)
                        total = builder.fmul(total, row_scale)
                    at = after(after(out_at, all_rows, _F32, number), apart, _F32, row)
                    total = builder.fadd(_load(builder, at, _F32, 1), total)
                    builder.store(total, _vector_at(builder, at, _F32, 1), align=_BYTES[_F32])
            return context.get_dummy_value()

        return types.void(*[types.intp] * 8), generate

    return block


def _totals(builder: Any, sums: list[Any], *, eight_bit: bool) -> Any:
    """The sums of four vectors' lanes, as one vector.

    Neighbours are added, then pairs, then the vectors' halves: so nothing has to cross halves before the end.
    """
    add = builder.add if eight_bit else builder.fadd
    while len(sums) > 1:
        sums = [
            add(
                _shuffled(builder, first, second, [0, 2, 8, 10, 4, 6, 12, 14]),
                _shuffled(builder, first, second, [1, 3, 9, 11, 5, 7, 13, 15]),
            )
            for first, second in zip(sums[::2], sums[1::2], strict=True)
        ]
    return add(*[_shuffled(builder, sums[0], sums[0], list(range(half, half + 4))) for half in (0, 4)])


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
    all_rows, streams = out.shape[1], vectors.shape[0]
    apart = rows // _ROWS
    weights_at, vectors_at, out_at = weights.ctypes.data, vectors.ctypes.data, out.ctypes.data
    for row in range(apart):
        for stream in range(0, streams - 1, 2):
            _two_float(
                weights_at + row * columns * 4,
                vectors_at + stream * columns * 4,
                out_at + (stream * all_rows + row) * 4,
                0,
                0,
                apart,
                columns,
                all_rows,
            )
        if streams % 2:
            _one_float(
                weights_at + row * columns * 4,
                vectors_at + (streams - 1) * columns * 4,
                out_at + ((streams - 1) * all_rows + row) * 4,
                0,
                0,
                apart,
                columns,
                all_rows,
            )


def _multiply_eight(weights, row_scales, vectors, whole, scales, out):  # type: ignore[no-untyped-def]
    rows, columns = weights.shape
    all_rows, streams = out.shape[1], whole.shape[0]
    apart = rows // _ROWS
    weights_at, whole_at, out_at = weights.ctypes.data, whole.ctypes.data, out.ctypes.data
    row_scales_at, scales_at = row_scales.ctypes.data, scales.ctypes.data
    for row in range(apart):
        for stream in range(0, streams - 1, 2):
            _two_eight(
                weights_at + row * columns,
                whole_at + stream * columns * 2,
                out_at + (stream * all_rows + row) * 4,
                row_scales_at + row * 4,
                scales_at + stream * 4,
                apart,
                columns,
                all_rows,
            )
        if streams % 2:
            _one_eight(
                weights_at + row * columns,
                whole_at + (streams - 1) * columns * 2,
                out_at + ((streams - 1) * all_rows + row) * 4,
                row_scales_at + row * 4,
                scales_at + (streams - 1) * 4,
                apart,
                columns,
                all_rows,
            )


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
    # Of two floats without their signs the larger has the larger bits, and compilers compare many of those.
    bits = vectors.view(np.int32)
    for stream in range(streams):
        most = np.int32(0)
        for column in range(columns):
            most = np.int32(max(most, np.int32(bits[stream, column] & np.int32(0x7FFFFFFF))))
        largest = max(np.int32(most).view(np.float32), np.float32(1e-20))
        scales[stream] = largest / np.float32(LARGEST)
        up = np.float32(LARGEST) / largest
        for column in range(columns):
            whole[stream, column] = np.int16(np.rint(vectors[stream, column] * up))
