"""What the model that ships is worth on real scenes, and what else was tried: one table, one row a try."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.models.sight import SightFeatures
from engine.models.struck import StruckConfig, StruckModel
from engine.project.materials import MATERIALS
from training.evaluate.score_table import ScoreTable
from training.struck.fitting import LabelledLooks, corrected, table_model
from training.struck.judging import (
    ANY,
    HITS,
    SHOWN,
    ToldHit,
    class_balanced,
    expected_calibration_error,
    share,
    told_by_others,
)
from training.struck.scenes import LookedScenes

_COLUMNS = ("top 1", "top 3", "class-balanced", "hard or soft", "calibration error")
_GOALS = (">= 0.55", ">= 0.80", ">= 0.45", ">= 0.85", "<= 0.10")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to tell materials.

    Attributes
    ----------
    name
        What tables call it.
    make
        Makes the model from the looks it may learn from.
    smooth
        Whether hits of one shot know of each other.
    """

    name: str
    make: Callable[[LabelledLooks], StruckModel]
    smooth: bool = False


def attempts() -> list[Attempt]:
    """What was tried, the simplest first; the last is what ships."""
    base = table_model()
    nothing = StruckConfig(table=0.0, prior=1.0, correction=0.0)
    learned = replace(base.config, table=0.0)
    return [
        Attempt("how often each is struck", lambda looks: table_model(nothing)),
        Attempt("table", lambda looks: base),
        Attempt("table, hits know of each other", lambda looks: base, smooth=True),
        Attempt("learned from other real scenes alone", lambda looks: corrected(table_model(learned), looks)),
        Attempt("table and correction", lambda looks: corrected(base, looks)),
        Attempt(
            "what ships: both, hits know of each other", lambda looks: corrected(base, looks), smooth=True
        ),
    ]


def report(scenes: LookedScenes) -> list[ScoreTable]:
    """All tables: the tries, what ships by what counts, and each material by itself."""
    told = {
        attempt.name: told_by_others(scenes, attempt.make, smooth=attempt.smooth) for attempt in attempts()
    }
    shipped = told[attempts()[-1].name]
    return [_tries(told), _readings(shipped), _materials(shipped)]


def one_view(looks: SightFeatures, view: str) -> SightFeatures:
    """Looks in which one view, "whole" or "crop", stands for both."""
    vectors, posteriors = getattr(looks, view), getattr(looks, f"{view}_posteriors")
    return SightFeatures(vectors, posteriors, vectors, posteriors)


def _tries(told: dict[str, list[ToldHit]]) -> ScoreTable:
    some = next(iter(told.values()))
    sources = len({one.hit.source for one in some})
    table = ScoreTable(
        f"Material of {len(some)} labelled hits of {sources} sources, each told without its source",
        _COLUMNS,
        notes=["All labelled hits are looked at, whether or not the detector finds them."],
    )
    table.add("goal", *_GOALS)
    for name, hits in told.items():
        table.add(name, *_scores(hits), kind="ours" if name.startswith("what ships") else "reference")
    return table


def _readings(told: Sequence[ToldHit]) -> ScoreTable:
    """What ships, by which hits are asked and what counts as found."""
    table = ScoreTable(
        "What ships, by what is counted",
        ("hits", *_COLUMNS),
        notes=["“Sure” hits are those annotated, or marked as plain to see. 95 % over sources below."],
    )
    table.add("goal", "", *_GOALS)
    sure = [one for one in told if one.hit.certainty in ("annotated", "certain")]
    silent = [one for one in told if one.hit.certainty != "annotated"]
    for name, some in (("all", told), ("sure", sure), ("silent scenes", silent)):
        for how, counts in (
            ("each looked at", ANY),
            ("found as hit or candidate, else wrong", SHOWN),
            ("found as hit, else wrong", HITS),
        ):
            table.add(f"{name}, {how}", len(some), *_scores(some, counts))
    either = [one for one in told if one.hit.or_material is not None]
    right = [one.is_among(1) or _says(one) == one.hit.or_material for one in either]
    table.notes.append(
        f"{len(either)} hits may be on either of two materials; one of both is told for {sum(right)} of them."
    )
    return table


def _materials(told: Sequence[ToldHit]) -> ScoreTable:
    table = ScoreTable("By material", ("hits", "sources", "top 1", "top 3", "told instead"))
    for material in sorted({str(one.hit.material) for one in told}):
        some = [one for one in told if one.hit.material == material]
        instead = [_says(one) for one in some if not one.is_among(1)]
        wrong = sorted(set(instead), key=lambda name: -instead.count(name))[:3]
        table.add(
            material,
            len(some),
            len({one.hit.source for one in some}),
            float(np.mean([one.is_among(1) for one in some])),
            float(np.mean([one.is_among(3) for one in some])),
            ", ".join(f"{name} {instead.count(name)}" for name in wrong) or None,
        )
    return table


def _scores(told: Sequence[ToldHit], counts: frozenset = ANY) -> tuple[object, ...]:
    found = [one for one in told if one.hit.found in counts]
    return (
        share(told, lambda one: one.is_among(1), counts),
        share(told, lambda one: one.is_among(3), counts),
        class_balanced(told, counts),
        share(told, ToldHit.tells_hardness, counts),
        expected_calibration_error(found) if found else None,
    )


def _says(one: ToldHit) -> str:
    return MATERIALS[int(one.probabilities.argmax())]
