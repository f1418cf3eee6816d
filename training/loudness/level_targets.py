"""True levels of windows and of whole recordings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.models.loudness_net import LevelMeasure
from training.datasets.footage import Footage
from training.datasets.level_windows import sum_levels_db
from training.datasets.recording import Recording


def true_levels_db(
    footage: Footage, recording: Recording, start_s: float, count: int, step_s: float, measure: LevelMeasure
) -> NDArray[np.float64]:
    """Level of `count` stretches of `step_s` from `start_s` on, float64 (count,)."""
    if measure == "sum":
        return sum_levels_db(footage, recording, start_s, count, step_s)
    return footage.levels_db(recording, start_s, count, step_s)


def refused(recording: Recording, measure: LevelMeasure) -> str | None:
    """Why a recording's levels can't be had, in words that follow its name; None when they can."""
    if recording.sound is not None or (measure == "rms" and recording.level_db is not None):
        return None
    return "has no sound."
