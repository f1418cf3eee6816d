"""Samples as one of 256 levels and back, evenly spaced or by mu-law, which spends them on what is quiet."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Quantisation = Literal["linear", "mu-law"]

LEVELS = 256
SILENCE = 128
"""The level of silence in both."""

_MU = LEVELS - 1.0
# Level 128 is 0: 128 levels below it, 127 above.
_BELOW = LEVELS // 2


def quantised(samples: NDArray[np.floating], quantisation: Quantisation) -> NDArray[np.uint8]:
    """The nearest level of each sample of -1..1; what lies outside is taken as the end of that range."""
    inside = np.clip(np.asarray(samples, np.float64), -1.0, 1.0)
    if quantisation == "mu-law":
        inside = np.sign(inside) * np.log1p(_MU * np.abs(inside)) / np.log1p(_MU)
    return np.clip(np.rint(inside * _BELOW) + _BELOW, 0, LEVELS - 1).astype(np.uint8)


def levels_as_samples(levels: NDArray[np.integer], quantisation: Quantisation) -> NDArray[np.float32]:
    """What each level stands for, -1..1."""
    return _STANDS_FOR[quantisation][levels]


def _stands_for(quantisation: Quantisation) -> NDArray[np.float32]:
    values = (np.arange(LEVELS) - _BELOW) / _BELOW
    if quantisation == "mu-law":
        values = np.sign(values) * np.expm1(np.abs(values) * np.log1p(_MU)) / _MU
    return values.astype(np.float32)


_STANDS_FOR: dict[Quantisation, NDArray[np.float32]] = {
    "linear": _stands_for("linear"),
    "mu-law": _stands_for("mu-law"),
}
