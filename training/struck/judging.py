"""How well the materials of real hits are told, each source's by a model that learned from the others.

Hits of one source look alike, so that intervals are over sources.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation import bootstrap, calibration
from engine.evaluation.bootstrap import Interval
from engine.models.struck import StruckModel
from engine.project.materials import MATERIALS, RIGID_MATERIALS, SOFT_MATERIALS, Action
from training.struck.fitting import LabelledLooks
from training.struck.scenes import Found, LookedHit, LookedScenes

Make = Callable[[LabelledLooks], StruckModel]
"""Makes a model from the looks it may learn from."""

ANY: frozenset[Found] = frozenset({"hit", "candidate", "missed"})
SHOWN: frozenset[Found] = frozenset({"hit", "candidate"})
HITS: frozenset[Found] = frozenset({"hit"})

_TEMPERATURES = (0.7, 0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0, 2.5)


@dataclass(frozen=True, slots=True, eq=False)
class ToldHit:
    """A labelled hit, and the probabilities (17,) told for it."""

    hit: LookedHit
    probabilities: NDArray[np.float64]

    @property
    def confidence(self) -> float:
        """Probability of the likeliest material."""
        return float(self.probabilities.max())

    def is_among(self, count: int) -> bool:
        """Whether its material is one of the `count` likeliest."""
        likeliest = np.argsort(-self.probabilities, kind="stable")[:count]
        return self.hit.material in [MATERIALS[place] for place in likeliest]

    def tells_hardness(self) -> bool | None:
        """Whether hard or soft is told rightly; None for what is neither."""
        if self.hit.material not in RIGID_MATERIALS | SOFT_MATERIALS:
            return None
        hard, soft = (
            sum(self.probabilities[MATERIALS.index(name)] for name in names)
            for names in (RIGID_MATERIALS, SOFT_MATERIALS)
        )
        return (hard > soft) == (self.hit.material in RIGID_MATERIALS)


def told_by_others(
    scenes: LookedScenes, make: Make, *, smooth: bool = True, calibrate: bool = True
) -> list[ToldHit]:
    """Every labelled hit, told by a model made from the labelled hits of all other sources.

    The temperature of each source is chosen on what was told of the others. What remains is of second order:
    the others' models had learned from that source.

    Parameters
    ----------
    make
        Makes a model.
    smooth
        Whether hits of one shot know of each other.
    calibrate
        Whether a temperature is chosen.
    """
    labelled = scenes.labelled
    sources = [scenes.hits[row].source for row in labelled]
    told: list[ToldHit] = []
    for source in sorted(set(sources)):
        others = labelled[[name != source for name in sources]]
        told += _told(scenes, source, make(scenes.looks(others)), smooth)
    if not calibrate:
        return told
    temperatures = {
        source: best_temperature([one for one in told if one.hit.source != source]) for source in set(sources)
    }
    return [tempered(one, temperatures[one.hit.source]) for one in told]


def best_temperature(told: Sequence[ToldHit]) -> float:
    """The temperature with which what was told comes true most often."""
    return min(_TEMPERATURES, key=lambda value: log_loss([tempered(one, value) for one in told]))


def tempered(one: ToldHit, temperature: float) -> ToldHit:
    """What a model of another temperature would have told, whether or not hits know of each other."""
    odds = np.maximum(one.probabilities, 1e-12) ** (1 / temperature)
    return ToldHit(one.hit, odds / odds.sum())


def share(
    told: Sequence[ToldHit], is_right: Callable[[ToldHit], bool | None], counts: frozenset[Found] = ANY
) -> Interval:
    """Share of hits told rightly, with its interval over sources.

    Parameters
    ----------
    is_right
        Whether one is; those for which the answer is None are left out.
    counts
        As what a hit must have been found; others are wrong.
    """
    asked = [one for one in told if is_right(one) is not None]
    return bootstrap.evaluate(
        asked,
        lambda some: float(np.mean([one.hit.found in counts and bool(is_right(one)) for one in some])),
        groups=[one.hit.source for one in asked],
    )


def class_balanced(told: Sequence[ToldHit], counts: frozenset[Found] = ANY) -> Interval:
    """Mean over materials of the share of hits told rightly, with its interval over sources."""

    def mean(some: Sequence[ToldHit]) -> float:
        rights: dict[str | None, list[bool]] = {}
        for one in some:
            rights.setdefault(one.hit.material, []).append(one.hit.found in counts and one.is_among(1))
        return float(np.mean([np.mean(right) for right in rights.values()]))

    return bootstrap.evaluate(told, mean, groups=[one.hit.source for one in told])


def expected_calibration_error(told: Sequence[ToldHit]) -> float:
    """Mean distance of the likeliest material's probability from how often it is right."""
    return calibration.evaluate([one.confidence for one in told], [one.is_among(1) for one in told]).error


def log_loss(told: Sequence[ToldHit]) -> float:
    """Mean of minus the logarithm of the true material's probability."""
    true = [float(one.probabilities[MATERIALS.index(str(one.hit.material))]) for one in told]
    return float(-np.log(np.maximum(true, 1e-9)).mean())


def _told(scenes: LookedScenes, source: str, model: StruckModel, smooth: bool) -> list[ToldHit]:
    """The labelled hits of a source; one that was not found is told by itself."""
    rows = np.flatnonzero([hit.source == source for hit in scenes.hits])
    actions: list[Action] = [scenes.hits[row].action for row in rows]
    alone = model.materials(scenes.seen.features[rows], actions).astype(np.float64)
    together, shots = alone.copy(), scenes.seen.shots[rows]
    is_found = np.array([scenes.hits[row].found != "missed" for row in rows])
    for shot in np.unique(shots) if smooth else ():
        here = np.flatnonzero((shots == shot) & is_found)
        together[here] = model.in_one_shot(alone[here])
    return [
        ToldHit(scenes.hits[row], said)
        for row, said in zip(rows, together, strict=True)
        if scenes.hits[row].material is not None
    ]
