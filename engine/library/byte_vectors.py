"""Unit vectors in bytes, and the cosines between one vector and very many of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.compiled import compiled

_LARGEST = 127.0
_LARGEST_OF_QUERY = 8191.0
"""Finer than a byte, and with 2,000 numbers to a vector the sums still fit into 32 bits."""


def bytes_of(vectors: ArrayLike) -> NDArray[np.int8]:
    """Vectors in bytes: each times what makes its largest number 127.

    Parameters
    ----------
    vectors
        (n, length) of any scale.

    Returns
    -------
    (n, length) int8
        A row of zeros stays one.
    """
    rows = np.asarray(vectors, np.float32)
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0.0)
    return np.rint(rows * (_LARGEST / np.where(largest > 0.0, largest, 1.0))).astype(np.int8)


def cosines(codes: NDArray[np.int8], rows: NDArray[np.int64], query: ArrayLike) -> NDArray[np.float32]:
    """How alike some rows are to a vector.

    Parameters
    ----------
    codes
        (all, length) int8 of `bytes_of`.
    rows
        (n,) int64: which of them; a row that isn't there gets 0.
    query
        (length,) of any scale.

    Returns
    -------
    (n,) float32
        In -1..1; 0 where a vector is all zeros.
    """
    asked = np.asarray(query, np.float32)
    largest = float(np.abs(asked).max(initial=0.0))
    found = np.zeros(len(rows), np.float32)
    if largest > 0.0 and len(codes):
        wanted = np.rint(asked * (_LARGEST_OF_QUERY / largest)).astype(np.int16)
        _fill_cosines(np.ascontiguousarray(codes), np.asarray(rows, np.int64), wanted, found)
    return found


def best(scores: NDArray[np.floating], k: int) -> NDArray[np.int64]:
    """Where the k highest of many numbers stand, the highest first; equal ones in their order.

    Parameters
    ----------
    scores
        (n,) finite.
    """
    k = max(0, min(k, len(scores)))
    if not k:
        return np.zeros(0, np.int64)
    # Every one that equals the k-th is looked at, so that it is always the same ones of them.
    least = np.partition(scores, len(scores) - k)[len(scores) - k]
    among = np.flatnonzero(scores >= least)
    return among[np.argsort(-scores[among], kind="stable")[:k]].astype(np.int64)


@compiled(
    "void(Array(int8, 2, 'C', readonly=True), Array(int64, 1, 'C', readonly=True),"
    " Array(int16, 1, 'C', readonly=True), float32[::1])",
    may_reorder_sums=True,
)
def _fill_cosines(
    codes: NDArray[np.int8],
    rows: NDArray[np.int64],
    wanted: NDArray[np.int16],
    found: NDArray[np.float32],
) -> None:
    own = np.float32(0.0)
    for place in range(len(wanted)):
        own += np.float32(wanted[place]) * np.float32(wanted[place])
    for number in range(len(rows)):
        row = rows[number]
        if row < 0 or row >= len(codes):
            continue
        product, square = np.int32(0), np.int32(0)
        # Sums of 32-bit numbers are 64-bit ones to numba, which no processor adds as fast: hence the casts.
        for place in range(len(wanted)):
            code = np.int32(codes[row, place])
            product = np.int32(product + np.int32(code * np.int32(wanted[place])))
            square = np.int32(square + np.int32(code * code))
        if square > 0:
            found[number] = np.float32(product) / np.sqrt(np.float32(square) * own)
