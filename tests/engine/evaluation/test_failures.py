"""What went wrong in a clip, told one by one; it adds up to what F1 counts."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.contacts import ClipContacts
from engine.evaluation.failures import failures_of
from engine.evaluation.onsets import count_onsets


def clip(true: list[float], actions: list[str | None], found: list[tuple[float, float]]) -> ClipContacts:
    times_s, confidences = np.array(found, np.float64).reshape(-1, 2).T
    return ClipContacts("a", "a", 10.0, np.array(true), tuple(actions), times_s, confidences, 0.5)


MIXED = clip(
    [1.0, 2.0, 3.0, 4.0],
    ["hit", "scratch", None, "hit"],
    [(7.0, 0.8), (1.01, 0.9), (2.12, 0.7), (3.03, 0.3), (3.01, 0.1)],
)


def test_each_failure_is_told() -> None:
    late, missed, unseen, alarm = failures_of(MIXED, 0.05)
    assert (late.kind, late.true_s, late.found_s, late.action) == ("mistimed", 2.0, 2.12, "scratch")
    assert late.sentence == "scratch found 120 ms too late with 0.70"
    assert (missed.kind, missed.time_s, missed.found_s) == ("missed", 3.0, 3.03)
    assert missed.sentence == "contact missed; a candidate of 0.30 is below the threshold"
    assert unseen.sentence == "hit missed; not even a candidate"
    assert (alarm.kind, alarm.time_s, alarm.nearest_s) == ("false alarm", 7.0, -3.0)
    assert alarm.sentence == "false alarm with 0.80; the nearest contact is 3.00 s before it"


def test_a_hit_that_belongs_to_another_contact_is_no_candidate() -> None:
    (missed,) = failures_of(clip([1.0, 1.04], [None, None], [(1.02, 0.9)]), 0.05)
    assert missed.kind == "missed" and missed.confidence is None


def test_a_clip_without_contacts() -> None:
    (alarm,) = failures_of(clip([], [], [(1.0, 0.9), (2.0, 0.2)]), 0.05)
    assert alarm.sentence == "false alarm with 0.90; there is no contact in the clip"


@pytest.mark.parametrize("seed", range(6))
def test_failures_add_up_to_what_f1_counts(seed: int) -> None:
    random = np.random.default_rng(seed)
    true = np.sort(random.uniform(0, 9, 12))
    found = [(time_s, sure) for time_s, sure in zip(random.uniform(0, 9, 30), random.random(30), strict=True)]
    own = clip(true.tolist(), [None] * 12, found)
    kinds = [failure.kind for failure in failures_of(own, 0.05)]
    counts = count_onsets(own.true_s, own.counted_s, 0.05)
    assert kinds.count("missed") + kinds.count("mistimed") == counts.true - counts.matched
    assert kinds.count("false alarm") + kinds.count("mistimed") == counts.found - counts.matched
