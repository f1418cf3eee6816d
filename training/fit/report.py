"""The table of what recommendations come to on real hits, beside chance and simpler ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.models.blow_shape import BlowShapes
from engine.models.sound_fit import PartWeights, SoundCues, SoundFit
from engine.models.two_tower import TwoTower
from engine.project.materials import MATERIALS
from training.evaluate.score_table import ScoreTable
from training.fit.judged import FitScores, JudgedHits, judge
from training.fit.sounds import SoundRows
from training.fit.towers import TowerData, TowerRecipe
from training.fit.train import begun_fit, fit_to_hits, seen_cues, unseen_cues
from training.fit.weights import ByHand

_COLUMNS = ("top-1", "precision@5", "first / random of its material", "calibration error", "by chance")
_MATERIAL_ALONE = PartWeights(0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
_NOTHING = (None, None, None)
GOALS = ("≥ 0.55", "≥ 0.50", "< 1", None, None)


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """Recordings with what the program knows of them.

    Attributes
    ----------
    name
        What a table calls it.
    cues
        What it knows.
    """

    name: str
    cues: SoundCues


def libraries(towers: TwoTower, shapes: BlowShapes, data: TowerData, recipe: TowerRecipe) -> list[Library]:
    """The recordings as a library that was learned from, that was not, and whose names tell."""
    seen = seen_cues(towers, shapes, data.recordings)
    named = np.eye(len(MATERIALS), dtype=np.float32)[data.recordings.material]
    return [
        Library("learned from", seen),
        Library("makers not learned from", unseen_cues(towers, shapes, data, recipe)),
        Library("names visible", replace(seen, materials=0.9 * named + 0.1 * seen.materials)),
    ]


def match_table(
    towers: TwoTower,
    shapes: BlowShapes,
    data: TowerData,
    hits: JudgedHits,
    recipe: TowerRecipe,
    title: str,
) -> ScoreTable:
    """How good recommendations are, each source's by weights that were fitted to the other sources.

    Parameters
    ----------
    towers, shapes
        As trained.
    data
        Its recordings are the library.
    hits
        To judge by.
    recipe
        How the towers learned.
    title
        What is judged.
    """
    right = [hit.materials.argmax() == true for hit, true in zip(hits.cues, hits.material, strict=True)]
    table = ScoreTable(
        title,
        _COLUMNS,
        notes=[
            f"The likeliest material, as seen, is right for {np.mean(right):.3f} of the {len(hits)} hits. "
            "Weights are fitted without the hit's source. Calibration: of the first five, as to material and "
            "action.",
        ],
    )
    table.add("what is to be reached", *GOALS)
    chance = float(np.mean([(data.recordings.material == material).mean() for material in hits.material]))
    table.add("sounds at random", chance, chance, 1.0, None, None)
    table.add(
        "the likeliest material, sounds known to be of it", *_by_label(hits, data.recordings), *_NOTHING
    )
    offered = libraries(towers, shapes, data, recipe)
    fits = fits_without_source(begun_fit(data, shapes, ByHand()), hits, data.recordings, offered[1].cues)
    alone = replace(towers.fit, with_picture=_MATERIAL_ALONE, without_picture=_MATERIAL_ALONE)
    for library in offered:
        _add(table, f"{library.name}: material alone", judge(hits, data.recordings, library.cues, alone))
        of_all = judge(hits, data.recordings, library.cues, fits)
        _add(table, f"{library.name}: all parts", of_all, is_ours=True)
    return table


def fits_without_source(
    begun: SoundFit, hits: JudgedHits, library: SoundRows, cues: SoundCues
) -> list[SoundFit]:
    """For each hit the weights that were fitted to hits of other sources."""
    fits = [begun] * len(hits)
    for source in np.unique(hits.sources):
        fit = fit_to_hits(begun, hits, library, cues, np.flatnonzero(hits.sources != source))
        for row in np.flatnonzero(hits.sources == source):
            fits[row] = fit
    return fits


def _add(table: ScoreTable, name: str, scores: FitScores, *, is_ours: bool = False) -> None:
    cells = (
        scores.top_1,
        scores.precision,
        scores.nearness,
        scores.calibration.error,
        scores.calibration.by_chance,
    )
    table.add(name, *cells, kind="ours" if is_ours else "reference")


def _by_label(hits: JudgedHits, library: SoundRows) -> Sequence[float]:
    """Top-1 and precision at 5 of sounds whose label is the likeliest material seen, then the next one's."""
    counts = np.bincount(library.material, minlength=len(MATERIALS))
    first, good = [], []
    for hit, true in zip(hits.cues, hits.material, strict=True):
        order: NDArray[np.intp] = np.argsort(-hit.materials, kind="stable")
        listed = np.repeat(order, counts[order])[:5]
        first.append(float(listed[0] == true))
        good.append(float(np.mean(listed == true)))
    return float(np.mean(first)), float(np.mean(good))


def own_sounds_table(towers: TwoTower, data: TowerData) -> ScoreTable:
    """Where a rendered hit's own sound stands among those of its material, by the learned parts alone."""
    table = ScoreTable(
        f"The learned part on {len(data.hits)} rendered hits",
        ("place of its own sound",),
        notes=[
            "0: before all true sounds of its material, 0.5: chance. Hits of these clips were learned from."
        ],
    )
    table.add("chance", 0.5)
    table.add("the towers", own_place(towers, data), kind="ours")
    return table


def own_place(towers: TwoTower, data: TowerData) -> float:
    """The share of the true sounds of a hit's material, of other clips, that lie nearer than its own."""
    known = len(MATERIALS)
    pictures = towers.picture_vectors(data.hits.features, data.materials)[:, known:]
    sounds = towers.sound_vectors(data.true_sounds)[:, known:]
    places = []
    for row, material in enumerate(data.hits.materials):
        others = np.flatnonzero(
            (data.true_sounds.material == material)
            & (data.true_sounds.makers != data.true_sounds.makers[row])
        )
        if others.size:
            near = sounds[others] @ pictures[row]
            own = float(sounds[row] @ pictures[row])
            places.append(float(np.mean((near > own) + 0.5 * (near == own))))
    return float(np.mean(places))
