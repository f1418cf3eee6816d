"""Epochs instead of steps, and the curve of a run by epoch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from training.frame.distributed import process_count
from training.frame.loop_config import LoopConfig
from training.frame.run_folder import read_curve


def in_epochs(loop: LoopConfig, epochs: int, samples: int) -> LoopConfig:
    """The loop with as many steps as so many epochs take, and a validation after each; 0 leaves it."""
    if not epochs:
        return loop
    steps = max(1, samples // (loop.batch_size * process_count()))
    return replace(loop, steps=epochs * steps, validate_every=steps)


@dataclass(frozen=True, slots=True)
class EpochCurve:
    """A measure over epochs.

    Attributes
    ----------
    epochs
        Epochs done at each validation; validations, where a run is not counted in epochs.
    training
        Mean over the points since the validation before; NaN where there is none.
    validation
        What the validation measured.
    """

    epochs: tuple[int, ...]
    training: tuple[float, ...]
    validation: tuple[float, ...]


def epoch_curve(run: Path, measure: str) -> EpochCurve:
    """The curve of a run's folder."""
    training: list[float] = []
    validation: list[float] = []
    since: list[float] = []
    for point in read_curve(run):
        if "validation" in point:
            training.append(float(np.mean(since)) if since else float("nan"))
            validation.append(float(point["validation"].get(measure, float("nan"))))
            since = []
        elif measure in point:
            since.append(float(point[measure]))
    return EpochCurve(tuple(range(1, len(validation) + 1)), tuple(training), tuple(validation))
