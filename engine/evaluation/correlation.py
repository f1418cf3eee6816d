"""Pearson's correlation, said to be undefined where it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def pearson(first: ArrayLike, second: ArrayLike) -> float:
    """Correlation of two rows (n,), -1..1; NaN when there are fewer than two, or one side never changes."""
    one, other = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if one.shape != other.shape or one.ndim != 1:
        raise ValueError(f"rows of shape {one.shape} and {other.shape} can't be correlated")
    if one.size < 2:
        return float("nan")
    one, other = one - one.mean(), other - other.mean()
    scale = np.sqrt((one**2).sum() * (other**2).sum())
    # A constant keeps some rounding noise when its mean is taken away.
    constant = 1e-12 * max(1.0, float(np.abs(first).max()), float(np.abs(second).max())) ** 2 * one.size
    return float((one * other).sum() / scale) if scale > constant else float("nan")
