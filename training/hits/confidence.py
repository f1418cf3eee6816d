"""Confidences that suit clips whose contacts are known.

The log odds that a curve peaks with are brought to a straight line of themselves by logistic regression on
candidates of which it is known whether they are contacts, as Platt did. The threshold needs no fit: where
confidences are true, F1 is highest when contacts count from half of the best F1 on.

References
----------
Platt: Probabilistic Outputs for Support Vector Machines. Advances in Large Margin Classifiers, 1999.
Lipton, Elkan, Naryanaswamy: Optimal Thresholding of Classifiers to Maximize F1 Measure. ECML 2014.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.optimize

from engine.evaluation.detections import Detections, judge
from engine.models.picking import HitCurves, PickingConfig, probability
from training.datasets.recording import Recording
from training.hits.detection import CHOSEN_BY_S, Candidates, candidates_in, clip_contacts

THRESHOLD = 0.4
"""Half of the F1 that is aimed at."""
LEAST_CONFIDENCE = 0.03
_PULL = 1.0
"""How strongly the slope is held to 1 and the bias to 0."""


@dataclass(frozen=True, slots=True)
class Picks:
    """A clip and the curves of its shots, by a detector that did not learn from it."""

    recording: Recording
    curves: Sequence[HitCurves]


def fitted_picking(clips: Sequence[Picks], picking: PickingConfig) -> PickingConfig:
    """The picking with the confidences that suit these clips.

    The time shift stays: the few clips whose true times are known from their sound differ by 30 ms among
    themselves, and a median over them made other clips worse.
    """
    raw = replace(
        picking,
        slope=1.0,
        bias=0.0,
        rhythm=None,
        threshold=LEAST_CONFIDENCE,
        least_confidence=LEAST_CONFIDENCE,
    )
    found = [candidates_in(clip.curves, raw) for clip in clips]
    log_odds, is_right = _judged(clips, found)
    slope, bias = _line(log_odds, is_right)
    return replace(
        picking,
        slope=slope,
        bias=bias,
        threshold=THRESHOLD,
        least_confidence=LEAST_CONFIDENCE,
    )


def _judged(clips: Sequence[Picks], found: Sequence[Candidates]) -> tuple[np.ndarray, np.ndarray]:
    """Log odds of all candidates, and whether each is a contact."""
    log_odds: list[np.ndarray] = []
    is_right: list[np.ndarray] = []
    for clip, candidates in zip(clips, found, strict=True):
        own = clip_contacts(clip.recording, candidates, 0.0)
        judged = judge(Detections(own.true_s, own.found_s, own.confidence), CHOSEN_BY_S)
        log_odds.append(np.log(judged.confidence / (1 - judged.confidence)))
        is_right.append(judged.is_true)
    return np.concatenate(log_odds), np.concatenate(is_right)


def _line(log_odds: np.ndarray, is_right: np.ndarray) -> tuple[float, float]:
    def cost(line: np.ndarray) -> float:
        share = probability(np.exp(line[0]) * log_odds + line[1])
        surprise = -np.log(np.where(is_right, share, 1 - share) + 1e-12).sum()
        return float(surprise + _PULL * (line[0] ** 2 + line[1] ** 2))

    slope, bias = scipy.optimize.minimize(cost, np.zeros(2), method="Nelder-Mead").x
    return float(np.exp(slope)), float(bias)
