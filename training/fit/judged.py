"""How good recommended sounds are: whether they are of the struck material, and how near the true sound.

A *library* is judged as it is: names play no part here, only what was heard. Its sounds' materials may come
from a model that learned from these very recordings, or from one that learned without their makers; a user's
library is always of the second kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation import calibration
from engine.evaluation.calibration import Calibration
from engine.models.sound_fit import HitCues, SoundCues, SoundFit, fit_probability, parts_of
from training.fit.sounds import SoundRows

NEAR = 5
"""Precision is taken over so many sounds."""


@dataclass(frozen=True, slots=True, eq=False)
class JudgedHits:
    """n hits whose material is known, as a recommendation is asked for them.

    Attributes
    ----------
    cues
        What the program knows of each.
    material, is_scratch
        (n,) what is true.
    sources
        (n,) of which video each is.
    shapes
        (n, frames, bands) of their true sounds, NaN where nobody heard them.
    """

    cues: tuple[HitCues, ...]
    material: NDArray[np.intp]
    is_scratch: NDArray[np.bool_]
    sources: NDArray[np.str_]
    shapes: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.cues)

    def rows(self, which: NDArray[np.intp]) -> JudgedHits:
        """Those of some rows."""
        return JudgedHits(
            tuple(self.cues[row] for row in which),
            self.material[which],
            self.is_scratch[which],
            self.sources[which],
            self.shapes[which],
        )


@dataclass(frozen=True, slots=True)
class FitScores:
    """What was measured.

    Attributes
    ----------
    top_1, precision
        Share of the first, and of the first five sounds that are of the struck material.
    random
        The same of sounds drawn at random.
    nearness
        Distance of the first sound to the true one, as a share of the mean distance of the library's sounds
        of the same material as the first; below 1 it is nearer than one drawn from those. NaN where no true
        sound is known.
    calibration
        Of the probabilities of the first five, as to material and action.
    hits
        How many.
    """

    top_1: float
    precision: float
    random: float
    nearness: float
    calibration: Calibration
    hits: int


def judge(
    hits: JudgedHits, library: SoundRows, cues: SoundCues, fit: SoundFit | Sequence[SoundFit]
) -> FitScores:
    """Recommend from a library for every hit and score it.

    Parameters
    ----------
    hits
        n of them.
    library
        What is true of its sounds.
    cues
        What the program knows of them.
    fit
        How the parts count; one for each hit, or one for all.
    """
    fits = [fit] * len(hits) if isinstance(fit, SoundFit) else fit
    first, good, nearness = [], [], []
    probabilities, belongs = [], []
    for row, hit in enumerate(hits.cues):
        scores = fit_probability(parts_of(hit, cues, fits[row]), fits[row])
        best = np.argsort(-scores, kind="stable")[:NEAR]
        is_good = library.material[best] == hits.material[row]
        first.append(is_good[0])
        good.append(is_good.mean())
        probabilities.append(scores[best])
        belongs.append(is_good & (library.is_scratch[best] == hits.is_scratch[row]))
        nearness.append(_nearness(hits.shapes[row], library, int(best[0])))
    known = np.isfinite(nearness)
    return FitScores(
        float(np.mean(first)),
        float(np.mean(good)),
        float(np.mean([(library.material == material).mean() for material in hits.material])),
        float(np.mean(np.array(nearness)[known])) if known.any() else float("nan"),
        calibration.evaluate(np.concatenate(probabilities), np.concatenate(belongs)),
        len(hits),
    )


def pairs(
    hits: JudgedHits, library: SoundRows, cues: SoundCues, fit: SoundFit
) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.bool_], NDArray[np.intp]]:
    """Every hit with every sound: the parts by name (n,), whether they belong together, and the hit's row."""
    columns: dict[str, list[NDArray[np.float64]]] = {}
    belongs = []
    for row, hit in enumerate(hits.cues):
        for name, part in parts_of(hit, cues, fit).items():
            columns.setdefault(name, []).append(part)
        same = (library.material == hits.material[row]) & (library.is_scratch == hits.is_scratch[row])
        belongs.append(same)
    parts = {name: np.concatenate(values) for name, values in columns.items()}
    return parts, np.concatenate(belongs), np.repeat(np.arange(len(hits)), len(library))


def distances(shape: NDArray[np.floating], shapes: NDArray[np.floating]) -> NDArray[np.float64]:
    """Mean difference of a sound's shape and others' (n, frames, bands): (n,)."""
    return np.abs(shapes.astype(np.float32) - shape).mean(axis=(1, 2), dtype=np.float64)


def unlike_blows(rows: SoundRows, means: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n, 2) distances of sounds' shapes from the mean hit and the mean scratch (2, frames, bands)."""
    return np.stack([distances(mean, rows.shape) for mean in means], axis=1)


def without_makers(makers: Sequence[str] | NDArray[np.str_]) -> list[tuple[str, NDArray[np.bool_]]]:
    """Each maker with which sounds are its own."""
    names = np.asarray(makers)
    return [(str(maker), names == maker) for maker in np.unique(names)]


def _nearness(shape: NDArray[np.floating], library: SoundRows, chosen: int) -> float:
    if not np.isfinite(shape).all():
        return float("nan")
    same = np.flatnonzero(library.material == library.material[chosen])
    apart = distances(shape, library.shape[same])
    return float(apart[np.flatnonzero(same == chosen)[0]] / apart.mean())
