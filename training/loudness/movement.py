"""Does a model of loudness say anything, or only the mean? Two numbers that tell.

The gain of a recording is not in its picture, so both are taken after each clip's mean is taken out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.evaluation.level_curves import validate

_STILL = 0.1


@dataclass(frozen=True, slots=True)
class Movement:
    """How predicted curves move beside the true ones.

    Attributes
    ----------
    movement
        Standard deviation within clips over that of the true levels: 0 for a model that says one number.
    explained
        Share of the true levels' variance within clips that is gone once the prediction is subtracted: 0 for
        one number, 1 for the truth, below 0 for what does harm.
    """

    movement: float
    explained: float

    @property
    def verdict(self) -> str:
        """A sentence."""
        numbers = f"(moves {self.movement:.2f} as much as the sound, explains {self.explained:+.2f} of it)"
        if self.movement < _STILL:
            return f"It predicts hardly more than the mean {numbers}."
        if self.explained <= 0:
            return f"It moves, but not with the sound {numbers}."
        return f"It follows the sound {numbers}."


def evaluate(clips: Iterable[tuple[ArrayLike, ArrayLike]]) -> Movement:
    """Compare (true, predicted) level curves in dB, one pair per clip."""
    true_power = predicted_power = left_power = 0.0
    for true, predicted in validate(clips):
        one, other = true - true.mean(), predicted - predicted.mean()
        true_power += float(np.square(one).sum())
        predicted_power += float(np.square(other).sum())
        left_power += float(np.square(one - other).sum())
    if not true_power:
        raise ValueError("the true levels never change")
    return Movement(float(np.sqrt(predicted_power / true_power)), 1 - left_power / true_power)
