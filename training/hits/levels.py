"""The level shape that suits clips whose levels are known: robust regression on what a detector says of them.

Levels differ from recording to recording by a constant that no picture shows, so that every clip is taken
around its own mean; the mean over the clips is the base.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.models.level_shape import LevelShape, raised
from engine.models.picking import PickingConfig
from training.hits.confidence import Picks
from training.hits.detection import Candidates, candidates_in

DECAYS_S = (0.06, 0.18)
_PULL = 10.0
_ROUNDS = 15
_LEAST_ERROR_DB = 1.0


def fitted_levels(clips: Sequence[Picks], picking: PickingConfig) -> LevelShape:
    """The shape with the least absolute errors on these clips, those of their constants taken out."""
    seen: list[NDArray[np.float64]] = []
    true_db: list[NDArray[np.float64]] = []
    for clip in clips:
        if clip.recording.level_db:
            found = candidates_in(clip.curves, picking)
            seen.append(_seen(found))
            true_db.append(_true_db(clip, found.frame_times_s))
    if not seen:
        return LevelShape()
    x = np.concatenate([one - one.mean(0) for one in seen])
    y = np.concatenate([one - one.mean() for one in true_db])
    spread = x.std(0) + 1e-9
    x, weight = x / spread, np.ones(len(y))
    shares = np.zeros(x.shape[1])
    for _ in range(_ROUNDS):
        curvature = x.T @ (x * weight[:, None]) + _PULL * np.eye(x.shape[1])
        shares = np.linalg.solve(curvature, x.T @ (y * weight))
        weight = 1 / np.maximum(np.abs(y - x @ shares), _LEAST_ERROR_DB)
    shares = shares / spread
    bases = [float(np.median(levels - one @ shares)) for one, levels in zip(seen, true_db, strict=True)]
    decays = tuple(zip(DECAYS_S, (float(rise_db) for rise_db in shares[1:]), strict=True))
    return LevelShape(float(np.mean(bases)), float(shares[0]), decays)


def _seen(found: Candidates) -> NDArray[np.float64]:
    """(pictures, 1 + decays): the networks' level, and how much is heard of the contacts."""
    heard = [raised(found.frame_times_s, found.times_s, found.confidence, decay_s) for decay_s in DECAYS_S]
    return np.stack([found.level_db, *heard], axis=1)


def _true_db(clip: Picks, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    levels_db = np.array(clip.recording.level_db)
    interval_s = clip.recording.duration_s / len(levels_db)
    return np.interp(times_s, np.arange(len(levels_db)) * interval_s, levels_db)
