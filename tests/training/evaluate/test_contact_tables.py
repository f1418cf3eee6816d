"""Scores by what clips are of, and near misses that were taken for contacts."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.evaluation.contacts import ClipContacts
from training.datasets.recording import Recording
from training.evaluate.contact_tables import called_table, category_table, near_miss_counts
from training.evaluate.detectors import Finder, Found


def film(name: str, category: str | None, near_misses_s: tuple[float, ...] = ()) -> Recording:
    path = Path(f"{name}.mp4")
    return Recording(name, name, path, None, 10.0, category=category, near_misses_s=near_misses_s)


def found(name: str, true: list[float], found_s: list[float]) -> ClipContacts:
    times_s = np.array(found_s, np.float64)
    sure = np.full(times_s.size, 0.9)
    return ClipContacts(name, name, 10.0, np.array(true), (None,) * len(true), times_s, sure, 0.5)


def test_a_near_miss_is_taken_for_a_contact_only_by_a_hit_that_belongs_to_none() -> None:
    # The near miss at 1.03 lies beside a contact that was found; that at 4 was fallen for, that at 8 not.
    clip = found("a", [1.0, 6.0], [4.02, 1.01, 6.0])
    assert near_miss_counts(film("a", None, (1.03, 4.0, 8.0)), clip, 0.05) == (1, 3)
    assert near_miss_counts(film("a", None, (4.0,)), found("a", [], [4.0]), 0.05) == (1, 1)
    assert near_miss_counts(film("a", None), clip, 0.05) == (0, 0)


def test_clips_are_pooled_by_what_they_are_of() -> None:
    films = [film("a", "steps"), film("b", "steps", (3.0,)), film("c", None)]
    clips = [found("a", [1.0], [1.0]), found("b", [1.0], [1.04, 3.0]), found("c", [2.0], [])]
    rows = {row.name: row.cells for row in category_table("net", films, clips).rows}
    # Of three hits two are right at ±50 ms, one of them only at more than ±33 ms.
    assert rows["steps"] == ("2", "2", "0.667", "1.000", "0.400", "0.800", "0.800", "1 of 1")
    assert rows["unsaid"] == ("1", "1", "0.000", "0.000", "0.000", "0.000", "0.000", "–")


def test_hit_or_scratch() -> None:
    true = np.array([1.0, 2.0, 3.0])
    times_s, sure = np.array([3.0, 1.01, 2.0, 5.0]), np.full(4, 0.9)
    clip = ClipContacts("a", "a", 10.0, true, ("hit", "scratch", "scratch"), times_s, sure, 0.5)
    told = Found(times_s, sure, 0.5, None, np.zeros(0), ("hit", "hit", "scratch", "scratch"))
    untold = Found(times_s, sure, 0.5, None, np.zeros(0))
    finders = {"net": Finder("net", {"a": told}), "mute": Finder("mute", {"a": untold})}
    table = called_table({"net": [clip], "mute": [clip]}, finders)
    assert table is not None
    assert [(row.name, row.cells) for row in table.rows] == [("net", ("1 of 1", "1 of 2"))]
    assert called_table({"mute": [clip]}, finders) is None
    nobody = Finder("nobody", {"a": Found(times_s, sure, 0.5, None, np.zeros(0), (None,) * 4)})
    assert called_table({"nobody": [clip]}, {"nobody": nobody}) is None
