"""The goals' values, worked out by hand, and which of them are marked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.evaluation.contacts import ClipContacts
from training.evaluate.contenders import Contender
from training.evaluate.detectors import Finder
from training.evaluate.goals import GOALS, JudgedClip, goal_table

TRUE_DB = -40 + 10 * np.sin(np.arange(60.0))


def clip(name: str, found: list[float], confidence: float) -> ClipContacts:
    times_s = np.array(found)
    return ClipContacts(
        name, name, 10.0, np.array([1.0, 2.0]), ("hit", "scratch"), times_s,
        np.full(times_s.size, confidence), 0.5,
    )  # fmt: skip


# In a both are found, one of them 40 ms late; in b only one of two, beside a false alarm.
CLIPS = [clip("a", [1.0, 2.04], 0.95), clip("b", [2.0, 5.0], 0.85)]
LEVELS = {"a": (TRUE_DB, TRUE_DB + 12), "b": (TRUE_DB, np.roll(TRUE_DB, 1) - 3)}


def value(measure: str, *, levels: bool = True) -> float:
    goal = next(goal for goal in GOALS if goal.measure.startswith(measure))
    judged = [JudgedClip(one, LEVELS[one.name] if levels else None) for one in CLIPS]
    return goal.pooled([goal.part(one) for one in judged])


def test_values() -> None:
    assert value("F1 ±33 ms") == pytest.approx(2 * 2 / 8)
    assert value("F1 ±50 ms") == pytest.approx(2 * 3 / 8)
    assert value("scratches") == 1.0
    assert value("lowest F1") == pytest.approx(0.5)
    # Both of 0.95 are right, one of two of 0.85.
    assert value("calibration error of hits") == pytest.approx((2 * 0.05 + 2 * 0.35) / 4)
    assert value("level: r in clip") == pytest.approx(1.0)
    assert value("level: MAE", levels=False) != value("level: MAE", levels=False)  # NaN
    assert value("level: MAE") == pytest.approx(np.abs(_centred(*LEVELS["b"])).mean() / 2)


def _centred(true: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    return true - predicted - np.median(true - predicted)


def test_only_what_did_not_know_the_clips_is_marked() -> None:
    stranger = Contender(Finder("net", {}), "never saw them")
    shipped = Contender(Finder("net", {}), "saw them")
    both = [stranger, shipped]
    table = goal_table(both, {one.name: CLIPS for one in both}, {stranger.name: LEVELS})
    assert table.columns[1:3] == (stranger.name, shipped.name)
    rows = {row.name: row.cells for row in table.rows}
    assert rows["F1 ±50 ms"][0] == "≥ 0.80" and rows["F1 ±50 ms"][1].startswith("0.750 ✗\n")
    assert rows["scratches found, ±50 ms"][1].startswith("1.000 ✓\n")
    assert rows["lowest F1 of a clip, ±50 ms"][1] == "0.500 ✓"
    assert not any("✓" in row[2] or "✗" in row[2] for row in rows.values())
    assert rows["level: r in clip, best lag of each"][2] == "–"
    assert rows["F1 ±50 ms"][-1] == "0.72"


def test_a_value_is_judged_as_it_is_shown() -> None:
    goal = replace(GOALS[1], bound=0.8)
    assert goal.is_reached(0.7996) and not goal.is_reached(0.7994)
