"""Running a network over whole clips, and choosing the threshold and the time shift on some of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.contacts import ClipContacts
from engine.evaluation.onsets import OnsetCounts, count_onsets, match_onsets
from engine.models.hit_net import HitNet
from engine.models.hits import hit_curves
from engine.models.picking import HitCurves, PickingConfig, pick_contacts
from engine.models.shot_view import ShotView
from training.datasets.recording import Recording

CHOSEN_BY_S = 0.05
"""Threshold and shift are chosen for F1 at this tolerance."""

_THRESHOLDS = np.arange(0.06, 0.95, 0.02)
_NEARLY_BEST = 0.01
"""Footage of another kind is met with less confidence: among thresholds this near to the best F1 the lowest
is taken."""
_SHIFT_REACH_S = 0.1
_UNSEEN_REACH_S = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Everything that was found in one clip.

    Attributes
    ----------
    times_s, confidence
        (found,), in order of time; scratches too.
    frame_times_s, level_db
        (pictures,) the level curve.
    actions
        Of each of the found, what it is called.
    """

    times_s: NDArray[np.float64]
    confidence: NDArray[np.float64]
    frame_times_s: NDArray[np.float64]
    level_db: NDArray[np.float64]
    actions: tuple[str, ...] = ()


def find_candidates(network: HitNet, views: Sequence[ShotView], picking: PickingConfig) -> Candidates:
    """Contacts and candidates of a clip; the network is in evaluation mode."""
    return candidates_in(hit_curves(network, views), picking)


def candidates_in(curves: Sequence[HitCurves], picking: PickingConfig) -> Candidates:
    """Contacts and candidates in the curves of a clip's shots."""
    found = [contact for shot in curves for contact in pick_contacts(shot, picking)]
    found.sort(key=lambda contact: contact.time_s)
    return Candidates(
        np.array([contact.time_s for contact in found], np.float64),
        np.array([contact.confidence for contact in found], np.float64),
        np.concatenate([shot.times_s for shot in curves]),
        np.concatenate([shot.level_db for shot in curves]),
        tuple(contact.action for contact in found),
    )


def clip_contacts(
    recording: Recording, candidates: Candidates, threshold: float, shift_s: float = 0.0
) -> ClipContacts:
    """A clip as the measures take it: contacts that are only heard are neither asked for nor held against."""
    seen = [contact for contact in recording.contacts if contact.in_picture]
    unseen_s = np.array([contact.time_s for contact in recording.contacts if not contact.in_picture])
    true_s = np.array([contact.time_s for contact in seen], np.float64)
    found_s = np.maximum(candidates.times_s + shift_s, 0.0)
    is_asked = _distance(found_s, unseen_s) > _UNSEEN_REACH_S
    is_asked |= _distance(found_s, true_s) <= _UNSEEN_REACH_S
    return ClipContacts(
        recording.name,
        recording.source,
        recording.duration_s,
        true_s,
        tuple(contact.action for contact in seen),
        found_s[is_asked],
        candidates.confidence[is_asked],
        threshold,
    )


def calibrated(
    picking: PickingConfig, recordings: Sequence[Recording], found: Mapping[str, Candidates]
) -> tuple[PickingConfig, float]:
    """The shift that the matched contacts ask for, then the lowest threshold with nearly the best F1.

    Returns
    -------
    tuple
        The settings, and the F1 they give on these recordings.
    """
    shift_s = picking.shift_s + _median_lateness_s(recordings, found)
    clips = [
        clip_contacts(recording, found[recording.name], 0.0, shift_s - picking.shift_s)
        for recording in recordings
    ]
    scores = [pooled_f1(clips, float(threshold)) for threshold in _THRESHOLDS]
    best = int(np.flatnonzero(np.asarray(scores) >= max(scores) - _NEARLY_BEST)[0])
    threshold = float(_THRESHOLDS[best])
    chosen = replace(
        picking,
        threshold=threshold,
        least_confidence=min(picking.least_confidence, threshold),
        shift_s=shift_s,
    )
    return chosen, scores[best]


def pooled_f1(clips: Sequence[ClipContacts], threshold: float, tolerance_s: float = CHOSEN_BY_S) -> float:
    """F1 over all clips at another threshold than their own."""
    counts = (
        count_onsets(clip.true_s, clip.found_s[clip.confidence >= threshold], tolerance_s) for clip in clips
    )
    return sum(counts, start=OnsetCounts()).f1


def _median_lateness_s(recordings: Sequence[Recording], found: Mapping[str, Candidates]) -> float:
    """By how much true contacts are later than the likely ones found for them; 0 without any."""
    lateness: list[float] = []
    for recording in recordings:
        candidates = found[recording.name]
        times_s = candidates.times_s[candidates.confidence >= 0.2]
        true_s = np.array([contact.time_s for contact in recording.contacts if contact.in_picture])
        if times_s.size and true_s.size:
            pairs = match_onsets(true_s, times_s, _SHIFT_REACH_S)
            lateness += [float(true_s[true] - times_s[index]) for true, index in pairs]
    return float(np.median(lateness)) if lateness else 0.0


def _distance(times_s: NDArray[np.float64], others_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """From each time to the nearest of the others; infinite where there are none."""
    if not others_s.size:
        return np.full(times_s.shape, np.inf)
    return np.abs(times_s[:, None] - others_s[None, :]).min(axis=1)
