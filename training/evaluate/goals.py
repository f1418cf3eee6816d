"""What a detector of contacts is to reach on real clips that are new to it, beside what it reaches.

Every number is given with the range in which it would lie, 19 times out of 20, on other source videos of the
same kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.evaluation import bootstrap, calibration, level_curves
from engine.evaluation.contacts import ClipContacts
from engine.evaluation.correlation import pearson
from engine.evaluation.detections import JudgedDetections
from engine.evaluation.onsets import OnsetCounts, count_onsets, match_onsets, metronome_f1
from training.evaluate.calibration_tables import CALIBRATED_S, judged, judged_shown
from training.evaluate.contact_tables import shown_tolerance
from training.evaluate.contenders import Contender
from training.evaluate.envelope_error import LevelPairs
from training.evaluate.score_table import ScoreTable, shown

Curves = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class JudgedClip:
    """One clip as all measures take it: its contacts, and its (true, predicted) levels, if any."""

    contacts: ClipContacts
    levels: Curves | None


@dataclass(frozen=True, slots=True)
class Goal:
    """One measure and what it is to be.

    Attributes
    ----------
    measure
        What a table calls it.
    part
        What the measure needs of one clip.
    pooled
        From the parts of clips to the value; NaN where it can't be said.
    bound
        What it is to reach, or, when `is_least` is false, not to exceed.
    study
        What was reached before this program, as a table shows it.
    blind
        What one scores that knows the clips' rhythm or loudness and does not look.
    has_interval
        Whether drawing other clips says anything.
    """

    measure: str
    part: Callable[[JudgedClip], Any]
    pooled: Callable[[Sequence[Any]], float]
    bound: float
    is_least: bool = True
    study: str | None = None
    blind: Callable[[Sequence[JudgedClip]], float] | None = None
    has_interval: bool = True

    def is_reached(self, value: float) -> bool:
        """Whether a value, rounded as it is shown, is good enough."""
        rounded = round(value, 3)
        return rounded >= self.bound if self.is_least else rounded <= self.bound


def f1_goal(tolerance_s: float, bound: float, study: str) -> Goal:
    """F1 of all clips together."""

    def counts(clip: JudgedClip) -> OnsetCounts:
        return count_onsets(clip.contacts.true_s, clip.contacts.counted_s, tolerance_s)

    def metronome(clips: Sequence[JudgedClip]) -> float:
        return metronome_f1(((one.contacts.true_s, one.contacts.duration_s) for one in clips), tolerance_s)

    return Goal(f"F1 {shown_tolerance(tolerance_s)}", counts, pooled_f1, bound, True, study, metronome)


def pooled_f1(counts: Sequence[OnsetCounts]) -> float:
    """F1 of counts that are added up."""
    return sum(counts, start=OnsetCounts()).f1


def scratch_counts(clip: JudgedClip) -> OnsetCounts:
    """How many of a clip's scratches were found at ±50 ms."""
    contacts = clip.contacts
    matched = 0
    if contacts.true_s.size and contacts.counted_s.size:
        pairs = match_onsets(contacts.true_s, contacts.counted_s, CALIBRATED_S)
        matched = sum(contacts.actions[index] == "scratch" for index, _ in pairs)
    return OnsetCounts(matched, 0, contacts.actions.count("scratch"))


def pooled_recall(counts: Sequence[OnsetCounts]) -> float:
    """Recall of counts that are added up; NaN when there was nothing to find."""
    total = sum(counts, start=OnsetCounts())
    return total.recall if total.true else float("nan")


def clip_f1(clip: JudgedClip) -> float:
    """F1 of one clip at ±50 ms."""
    return count_onsets(clip.contacts.true_s, clip.contacts.counted_s, CALIBRATED_S).f1


def pooled_calibration(judgements: Sequence[JudgedDetections]) -> float:
    """The calibration error of several clips' detections together."""
    return calibration.calibration_error(*calibration.pooled(judgements))


def clip_correlation(clip: JudgedClip) -> float:
    """Correlation of the level curves at this clip's best lag."""
    return level_curves.evaluate_clip(*clip.levels).correlation_at_lag if clip.levels else float("nan")


def known_mean(values: Sequence[float]) -> float:
    """Mean of those that are known; NaN without any."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def delayed_levels(clip: JudgedClip) -> Curves | None:
    """The level curves, the prediction delayed by this clip's best lag."""
    if clip.levels is None:
        return None
    return level_curves.delayed_by(*clip.levels, level_curves.evaluate_clip(*clip.levels).lag)


def pooled_correlation(curves: Sequence[Curves | None]) -> float:
    """Correlation over all pictures of all clips."""
    known = [pair for pair in curves if pair is not None]
    if not known:
        return float("nan")
    return pearson(*(np.concatenate(side) for side in zip(*known, strict=True)))


def level_errors(clip: JudgedClip) -> NDArray[np.float64]:
    """Absolute errors in dB per picture after one constant is taken out."""
    if clip.levels is None:
        return np.zeros(0)
    difference = clip.levels[0] - clip.levels[1]
    return np.abs(difference - np.median(difference))


def pooled_error(errors: Sequence[NDArray[np.float64]]) -> float:
    """Mean over all pictures."""
    together = np.concatenate(errors)
    return float(together.mean()) if together.size else float("nan")


def constant_error(clips: Sequence[JudgedClip]) -> float:
    """What a level that never changes is off by, each clip's own."""
    true = [clip.levels[0] for clip in clips if clip.levels]
    return pooled_error([np.zeros(0), *(np.abs(own - np.median(own)) for own in true)])


GOALS = (
    f1_goal(0.033, 0.75, "0.71"),
    f1_goal(0.05, 0.80, "0.72"),
    f1_goal(0.1, 0.85, "0.75"),
    Goal("scratches found, ±50 ms", scratch_counts, pooled_recall, 0.55, study="0.3–0.4"),
    Goal("lowest F1 of a clip, ±50 ms", clip_f1, min, 0.5, has_interval=False),
    Goal(
        "calibration error of hits",
        lambda clip: judged_shown(clip.contacts, CALIBRATED_S),
        pooled_calibration,
        0.08,
        is_least=False,
    ),
    Goal(
        "calibration error, candidates too",
        lambda clip: judged(clip.contacts, CALIBRATED_S),
        pooled_calibration,
        0.08,
        is_least=False,
    ),
    Goal("level: r in clip, best lag of each", clip_correlation, known_mean, 0.7),
    Goal("level: r over all, best lag of each", delayed_levels, pooled_correlation, 0.7),
    Goal(
        "level: MAE dB, a constant per clip out", level_errors, pooled_error, 5.0, False, blind=constant_error
    ),
)


def goal_table(
    contenders: Sequence[Contender],
    clips: Mapping[str, Sequence[ClipContacts]],
    levels: Mapping[str, LevelPairs],
) -> ScoreTable:
    """Every goal in a line, every contender in a column, by its name.

    Parameters
    ----------
    clips
        By the contender's name.
    levels
        By the contender's name; those that predict none are missing.
    """
    table = ScoreTable(
        "What is to be reached on clips that are new to the detector",
        ("goal", *(contender.name for contender in contenders), "not looking", "study"),
        first="measure",
        notes=[
            "✓ reached, ✗ not; without a mark: it knew the clips, or is here for comparison. Below: 95 % of "
            "bootstrap draws over source videos.",
            "Not looking: a metronome that knows each clip's number of contacts; a level that never changes.",
        ],
    )
    own = [
        [JudgedClip(clip, levels.get(one.name, {}).get(clip.name)) for clip in clips[one.name]]
        for one in contenders
    ]
    for goal in GOALS:
        cells = [_cell(goal, one, judged_clips) for one, judged_clips in zip(contenders, own, strict=True)]
        sign = "≥" if goal.is_least else "≤"
        blind = goal.blind(own[0]) if goal.blind else None
        table.add(goal.measure, f"{sign} {goal.bound:.2f}", *cells, blind, goal.study)
    return table


def _cell(goal: Goal, contender: Contender, clips: Sequence[JudgedClip]) -> str | None:
    parts = [goal.part(clip) for clip in clips]
    value = goal.pooled(parts)
    if np.isnan(value):
        return None
    mark = (" ✓" if goal.is_reached(value) else " ✗") if contender.is_held_to_goals else ""
    if not goal.has_interval:
        return f"{value:.3f}{mark}"
    interval = bootstrap.evaluate(parts, goal.pooled, groups=[clip.contacts.source for clip in clips])
    return f"{value:.3f}{mark}\n{shown(interval.low)}–{shown(interval.high)}"
