"""The report of a detector, worked out by hand for two clips."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.contacts import ClipContacts, evaluate
from engine.evaluation.onsets import OnsetCounts, metronome_f1


def clip(name: str, true, actions, found, confidence, source: str = "") -> ClipContacts:
    return ClipContacts(
        name, source or name, 10.0, np.array(true, float), tuple(actions), np.array(found, float),
        np.array(confidence, float), 0.5,
    )  # fmt: skip


CLIPS = [
    clip("a", [1.0, 2.0, 5.0], ["hit", "scratch", None], [1.02, 2.2, 5.0], [0.9, 0.8, 0.4]),
    clip("b", [3.0], ["hit"], [3.04, 8.0], [0.6, 0.7]),
    clip("c", [4.0], ["scratch"], [], []),
]


def test_counts_scores_and_recall_per_action() -> None:
    report = evaluate(CLIPS, (0.033, 0.05), draws=50)
    narrow, wide = report.scores
    # The contact at 5.0 was found below the threshold: it counts for the curve only.
    assert wide.counts == OnsetCounts(matched=2, found=4, true=5)
    assert narrow.counts.matched == 1
    assert wide.f1.value == pytest.approx(2 * 2 / 9)
    assert wide.f1.low <= wide.f1.value <= wide.f1.high
    assert wide.recall_of["hit"] == OnsetCounts(2, 0, 2)
    assert wide.recall_of["scratch"] == OnsetCounts(0, 0, 2)
    # Ranked: 0.9 right, 0.8 wrong, 0.7 wrong, 0.6 right, 0.4 right; one of five is never found.
    assert wide.average_precision.value == pytest.approx((1 + 2 / 4 + 3 / 5) / 5)
    assert wide.metronome_f1 == metronome_f1([(one.true_s, 10.0) for one in CLIPS], 0.05)
    assert report.per_clip["a"] == (OnsetCounts(1, 2, 3), OnsetCounts(1, 2, 3))
    assert report.per_clip["c"] == (OnsetCounts(0, 0, 1), OnsetCounts(0, 0, 1))


def test_sources_are_drawn_whole() -> None:
    same = [clip("a", [1.0], ["hit"], [1.0], [0.9], "s"), clip("b", [1.0], ["hit"], [4.0], [0.9], "s")]
    interval = evaluate(same, (0.05,), draws=50).scores[0].f1
    assert interval.low == interval.value == interval.high == 0.5


@pytest.mark.parametrize(
    ("clips", "message"),
    [
        ([], "no clip"),
        ([CLIPS[0], CLIPS[0]], "same name"),
        ([clip("a", [1.0], [], [], [])], "1 contacts and 0 actions"),
        ([clip("a", [2.0, 1.0], [None, None], [], [])], "in order"),
        ([clip("a", [11.0], [None], [], [])], "beyond its 10 s"),
    ],
)
def test_nonsense_is_refused(clips, message) -> None:
    with pytest.raises(ValueError, match=message):
        evaluate(clips)
