"""How much a sound is like that of a blow or of a scrape: its cochleagram beside the mean of rendered ones.

A recording of the right material can still be wrong for a hit: it begins slowly, rattles on, or is dull where
a blow is all attack. The means are of several hundred hits and scratches with exact truth (`training/stage`);
a sound is compared from its onset on, at their level.

Nothing here loads torch, so that sounds can be measured while a library is read.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.bundled import bundled_models_folder
from engine.features.cochleagram import CochleagramConfig, cochleagram
from engine.models.description import CheckpointError
from engine.project.durable import reason

SHAPES_FILE = "blow_shapes.npy"
"""In the folder of the two towers, with which it is made."""

SHAPE_S = 0.6
"""So much of a sound is compared, from just before its onset on."""

_BANDS = CochleagramConfig(48_000).bands + 2
_FRAMES = CochleagramConfig(48_000).frames(round(SHAPE_S * 48_000))
_LEVEL = 0.1
_LEVEL_S = 1 / 30
_SMOOTHED_S = 0.002
_BEFORE_ONSET_S = 0.005
_ONSET_BELOW_PEAK_DB = 24.0
_SILENT_PEAK = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class BlowShapes:
    """Mean cochleagrams.

    Attributes
    ----------
    means
        float32 (2, frames, bands): of hits, and of scratches.
    """

    means: NDArray[np.float32]

    def distances(self, samples: NDArray[np.floating], sample_rate: int) -> tuple[float, float]:
        """How unlike a hit and how unlike a scratch a sound is: the mean difference of the cochleagrams.

        Parameters
        ----------
        samples
            (n,) mono or (n, channels), of any length.
        sample_rate
            In Hz.

        Returns
        -------
        (hit, scratch), each from 0 on; 0.04 is very like, 0.1 is not. NaN for a sound that is silent.
        """
        shape = sound_shape(samples, sample_rate)
        if shape is None:
            return float("nan"), float("nan")
        hit, scratch = np.abs(self.means - shape).mean(axis=(1, 2))
        return float(hit), float(scratch)


def sound_shape(samples: NDArray[np.floating], sample_rate: int) -> NDArray[np.float32] | None:
    """A sound's cochleagram from the onset of its loudest moment on, at a fixed level.

    Parameters
    ----------
    samples
        (n,) mono or (n, channels).
    sample_rate
        In Hz.

    Returns
    -------
    float32 (frames, bands), or None for a sound that is silent.
    """
    mono = np.asarray(samples, np.float32)
    mono = mono.mean(axis=1) if mono.ndim == 2 else mono
    if not mono.size or not float(np.abs(mono).max()) > _SILENT_PEAK:
        return None
    power = np.square(mono)
    smoothed = _means(power, max(1, round(_SMOOTHED_S * sample_rate)))
    loudest = int(smoothed.argmax())
    earliest = max(0, loudest - round(SHAPE_S / 2 * sample_rate))
    is_audible = smoothed[earliest : loudest + 1] >= smoothed[loudest] * 10.0 ** (-_ONSET_BELOW_PEAK_DB / 10)
    onset = earliest + int(np.argmax(is_audible)) - round(_BEFORE_ONSET_S * sample_rate)
    cut = np.zeros(round(SHAPE_S * sample_rate), np.float32)
    heard = mono[max(0, onset) : max(0, onset) + len(cut)]
    cut[: len(heard)] = heard
    level = float(np.sqrt(_means(np.square(cut), max(1, round(_LEVEL_S * sample_rate))).max()))
    shape = cochleagram(cut * (_LEVEL / max(level, 1e-9)), CochleagramConfig(sample_rate))
    return shape[:_FRAMES]


@lru_cache(maxsize=2)
def load_blow_shapes(folder: Path | None = None) -> BlowShapes:
    """The means that ship with the program, or those beside the two towers of a checkpoint.

    Raises
    ------
    CheckpointError
        When they are missing or damaged.
    """
    path = (folder or bundled_models_folder() / "two-tower") / SHAPES_FILE
    try:
        means = np.load(io.BytesIO(path.read_bytes()), allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        why = reason(error) if isinstance(error, OSError) else error
        raise CheckpointError(f"“{path}” can't be read: {why}.") from error
    if means.shape != (2, _FRAMES, _BANDS) or not np.isfinite(means).all():
        raise CheckpointError(f"“{path}” is damaged: it does not hold two cochleagrams.")
    return BlowShapes(means.astype(np.float32))


def shape_bytes(shapes: BlowShapes) -> bytes:
    """The contents of `SHAPES_FILE`."""
    file = io.BytesIO()
    np.save(file, shapes.means.astype(np.float16), allow_pickle=False)
    return file.getvalue()


def _means(values: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """(n,) running means, the same number as values."""
    from scipy.ndimage import uniform_filter1d

    return np.asarray(uniform_filter1d(values, width, mode="constant"), np.float32)
