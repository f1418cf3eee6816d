"""Writes a `foley.predictions`, the file by which `training.evaluate` gets to know what was predicted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.project.durable import reason, write_beside
from training.evaluate.predictions import SCHEMA, VERSION


def _nothing() -> NDArray[np.float64]:
    return np.zeros(0)


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """What was predicted for one clip: contacts (n,) and a level per picture (m,); either may be empty."""

    times_s: NDArray[np.float64] = field(default_factory=_nothing)
    confidence: NDArray[np.float64] = field(default_factory=_nothing)
    threshold: float = 0.5
    level_db: NDArray[np.float64] = field(default_factory=_nothing)


def write_predictions(path: Path, model: str, clips: Mapping[str, Predicted]) -> None:
    """Write the file in one piece.

    Raises
    ------
    UserFacingError
        When the disk refuses.
    """
    values = {
        "schema": SCHEMA,
        "version": VERSION,
        "model": model,
        "clips": {name: _plain(clip) for name, clip in clips.items()},
    }
    try:
        write_beside(path, json.dumps(values, allow_nan=False).encode()).replace(path)
    except OSError as error:
        raise UserFacingError(f"“{path}” can't be written: {reason(error)}.") from error


def _plain(clip: Predicted) -> dict[str, Any]:
    return {
        "hits": [
            {"time_s": round(float(time_s), 5), "confidence": round(float(confidence), 5)}
            for time_s, confidence in zip(clip.times_s, clip.confidence, strict=True)
        ],
        "threshold": clip.threshold,
        "level_db": [round(float(level_db), 2) for level_db in clip.level_db],
    }
