"""Eye and ear on the real clips: is what both say together better than either alone?

The eye is judged as `training.struck` judges it, each source by a model that learned from the others; the ear
has never learned from any of them. Both come to the labelled hits where the detector found them, and where it
did not, when they happened; one column counts the latter as wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.analysis.heard_materials import EAR_WEIGHT, fused, heard_hits, with_prior
from engine.analysis.struck_materials import hit_sight
from engine.evaluation import bootstrap
from engine.models.struck import StruckModel
from engine.project.materials import MATERIALS
from training.datasets.greatest_hits_clips import GreatestHitsClips
from training.datasets.opening import data_folder
from training.evaluate.score_table import RowKind, ScoreTable
from training.struck.fitting import LabelledLooks, corrected, table_model
from training.struck.judging import ToldHit, expected_calibration_error, told_by_others
from training.struck.scenes import LookedScenes, look_at_scenes

WEIGHTS = (0.25, 0.5, 1.0, 2.0)
"""Of the ear against the eye."""

Rows = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Witnesses:
    """Labelled hits of the clips that have sound, in order, and what is said of each.

    `seen` knows of the other hits of its shot; `alone` does not; `heard` is (17,) of each, all materials as
    common, and all alike where nothing is heard.
    """

    seen: list[ToldHit]
    alone: list[ToldHit]
    heard: Rows


def report(data: Path | None = None) -> None:
    """Print what the eye, the ear, and both together tell of the real clips.

    Raises
    ------
    UserFacingError
        When the clips or a network can't be had.
    """
    data = data or data_folder() / "greatest_hits"
    fusion_table(look_at_scenes(data, hit_sight()), data).show()


def fusion_table(scenes: LookedScenes, data: Path, *, calibrate: bool = True) -> ScoreTable:
    """The table of looks at the scenes of the folder of real data.

    Without `calibrate` the eye keeps its usual temperature, which saves most of the time.
    """
    found = _witnesses(scenes, data, calibrate)
    table = ScoreTable(
        f"Eye and ear on real clips: {len(found.seen)} labelled hits of {len(_sources(found.seen))} sources",
        ("top 1", "top 3", "class-averaged", "hard/soft", "ECE", "top 1, missed wrong"),
        notes=[
            f"Below: 95 % of bootstrap draws over sources. The program takes the ear's weight {EAR_WEIGHT:g}."
        ],
    )
    _row(table, "eye, hits by themselves", found.alone)
    _row(table, "eye, hits of a shot together", found.seen)
    _row(table, "ear, hits by themselves", _replaced(found.seen, with_prior(found.heard)))
    _row(table, "ear, hits of a clip together", _replaced(found.seen, _smoothed(found)))
    for weight in WEIGHTS:
        kind: RowKind = "ours" if weight == EAR_WEIGHT else "reference"
        _row(table, f"both, ear {weight:g}", _both(found.seen, found.heard, weight), kind)
    _row(table, f"both by themselves, ear {EAR_WEIGHT:g}", _both(found.alone, found.heard, EAR_WEIGHT))
    return table


def _witnesses(scenes: LookedScenes, data: Path, calibrate: bool) -> _Witnesses:
    clips = {recording.name: recording for recording in GreatestHitsClips(data).recordings()}

    base = table_model()

    def make(learned_from: LabelledLooks) -> StruckModel:
        return corrected(base, learned_from)

    seen = told_by_others(scenes, make, calibrate=calibrate)
    alone = told_by_others(scenes, make, smooth=False, calibrate=calibrate)
    kept = [number for number, one in enumerate(seen) if one.hit.clip in clips]
    heard = np.full((len(kept), len(MATERIALS)), 1 / len(MATERIALS))
    for name, recording in clips.items():
        hits = [hit for hit in scenes.hits if hit.clip == name and hit.found == "hit"]
        others = [hit for hit in scenes.hits if hit.clip == name and hit.found != "hit"]
        times_s = [hit.time_s for hit in (*hits, *others)]
        said = dict(zip(times_s, heard_hits(recording.picture, times_s, len(hits)).materials, strict=True))
        for place, number in enumerate(kept):
            one = seen[number]
            if one.hit.clip == name:
                heard[place] = said[one.hit.time_s]
    return _Witnesses([seen[number] for number in kept], [alone[number] for number in kept], heard)


def _both(seen: Sequence[ToldHit], heard: Rows, weight: float) -> list[ToldHit]:
    return _replaced(seen, fused(np.array([one.probabilities for one in seen]), heard, weight))


def _replaced(seen: Sequence[ToldHit], rows: Rows) -> list[ToldHit]:
    return [replace(one, probabilities=row) for one, row in zip(seen, rows, strict=True)]


def _smoothed(found: _Witnesses) -> Rows:
    """What is heard, the labelled hits of a clip knowing of each other as those of a shot do."""
    told, model = with_prior(found.heard), table_model()
    clips = np.array([one.hit.clip for one in found.seen])
    for clip in np.unique(clips):
        rows = np.flatnonzero(clips == clip)
        told[rows] = model.in_one_shot(told[rows])
    return told


def _row(table: ScoreTable, name: str, told: Sequence[ToldHit], kind: RowKind = "reference") -> None:
    right = np.array([one.is_among(1) for one in told])
    materials = np.array([one.hit.material for one in told])
    hardness = [answer for one in told if (answer := one.tells_hardness()) is not None]
    table.add(
        name,
        bootstrap.evaluate(
            right.tolist(), lambda some: float(np.mean(some)), groups=[one.hit.source for one in told]
        ),
        float(np.mean([one.is_among(3) for one in told])),
        float(np.mean([right[materials == material].mean() for material in np.unique(materials)])),
        float(np.mean(hardness)),
        expected_calibration_error(told),
        float(np.mean([one.hit.found == "hit" and one.is_among(1) for one in told])),
        kind=kind,
    )


def _sources(told: Sequence[ToldHit]) -> set[str]:
    return {one.hit.source for one in told}
