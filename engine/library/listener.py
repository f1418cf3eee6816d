"""Who listens to the library's sounds: the networks that ship, behind one small interface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Impressions:
    """What n sounds were heard as.

    Attributes
    ----------
    vectors
        (n, length) float32 of length 1 each, to be held against pictures'; length 0 without a tower.
    materials
        (n, 17) float32 probabilities in the order of `MATERIALS`.
    hard, scratch
        (n,) float32 probabilities.
    unlike
        (n, 2) float32 distances from the shape of a hit and of a scratch (`engine.models.blow_shape`); NaN
        where there are no shapes to hold it against.
    """

    vectors: NDArray[np.float32]
    materials: NDArray[np.float32]
    hard: NDArray[np.float32]
    scratch: NDArray[np.float32]
    unlike: NDArray[np.float32]


class EarLike(Protocol):
    """Whose impressions are kept: enough to look them up without loading a network."""

    @property
    def version(self) -> str:
        """Changes whenever an impression would be another."""
        ...

    @property
    def vector_length(self) -> int:
        """Numbers in a vector."""
        ...


class Listener(EarLike, Protocol):
    """Hears sounds."""

    def hear(self, sounds: Sequence[NDArray[np.float32]], sample_rate: int) -> Impressions:
        """Listen to mono sounds, (samples,) float32 each."""
        ...
