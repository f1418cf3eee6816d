"""Tables of how true confidences are, per tolerance and per range of confidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.evaluation import calibration, detections
from engine.evaluation.bootstrap import Interval
from engine.evaluation.calibration import Calibration
from engine.evaluation.contacts import ClipContacts
from engine.evaluation.detections import JudgedDetections
from engine.evaluation.onsets import TOLERANCES_S
from training.evaluate.contact_tables import shown_tolerance
from training.evaluate.score_table import ScoreTable

CALIBRATED_S = 0.05
"""The tolerance at which a confidence is meant: right is what is within ±50 ms of a contact of its own."""


@dataclass(frozen=True, slots=True)
class ShownAndAll:
    """How true the confidences are of the hits from the threshold on, and of candidates too."""

    shown: Calibration
    every: Calibration


def judged(clip: ClipContacts, tolerance_s: float) -> JudgedDetections:
    """Which of a clip's hits and candidates are right."""
    return detections.judge(detections.validate(clip.true_s, clip.found_s, clip.confidence), tolerance_s)


def judged_shown(clip: ClipContacts, tolerance_s: float) -> JudgedDetections:
    """Which of a clip's hits are right, those at or above its threshold."""
    is_shown = clip.confidence >= clip.threshold
    return detections.judge(
        detections.validate(clip.true_s, clip.found_s[is_shown], clip.confidence[is_shown]), tolerance_s
    )


def calibrations(clips: Sequence[ClipContacts], tolerance_s: float = CALIBRATED_S) -> ShownAndAll:
    """Of all clips together."""
    return ShownAndAll(
        calibration.evaluate(*calibration.pooled(judged_shown(clip, tolerance_s) for clip in clips)),
        calibration.evaluate(*calibration.pooled(judged(clip, tolerance_s) for clip in clips)),
    )


def calibration_table(clips: Mapping[str, Sequence[ClipContacts]]) -> ScoreTable:
    """The calibration error per tolerance, of hits and with candidates, beside what chance makes of it."""
    table = ScoreTable(
        "Calibration error: how far confidences are from the share that is right",
        tuple(
            f"{what} {shown_tolerance(tolerance_s)}"
            for what in ("hits", "and candidates")
            for tolerance_s in TOLERANCES_S
        ),
        notes=[
            "Ten ranges of confidence. Below: what as many hits, each right with exactly its confidence, "
            "would be charged with by chance.",
        ],
    )
    for name, own in clips.items():
        per_tolerance = [calibrations(own, tolerance_s) for tolerance_s in TOLERANCES_S]
        cells = [both.shown for both in per_tolerance] + [both.every for both in per_tolerance]
        table.add(name, *(f"{one.error:.3f}\nchance {one.by_chance:.3f}" for one in cells), kind="ours")
    return table


def reliability_table(name: str, clips: Sequence[ClipContacts]) -> ScoreTable:
    """Per range of confidence: how many there are, how sure they are, how many are right."""
    every = calibrations(clips).every
    table = ScoreTable(
        f"{name}: hits and candidates by confidence, right within {shown_tolerance(CALIBRATED_S)}",
        ("found", "mean confidence", "share that is right"),
        first="confidence",
        notes=[f"Brier score {every.brier:.3f}. {_thresholds(clips)}"],
    )
    for one in every.bins:
        right = Interval(round(one.right.value, 3), one.right.low, one.right.high)
        table.add(f"{one.low:.1f} to {one.high:.1f}", one.count, one.confidence, right, kind="ours")
    return table


def _thresholds(clips: Sequence[ClipContacts]) -> str:
    """From which confidence a hit counts: one number, or that there are several."""
    lowest, highest = (edge([clip.threshold for clip in clips]) for edge in (np.min, np.max))
    if lowest == highest:
        return f"A hit counts from {lowest:.2f} on, in every clip."
    return f"The threshold is NOT the same in every clip: {lowest:.2f} to {highest:.2f}."
