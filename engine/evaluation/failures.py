"""What a detector got wrong in a clip: contacts that it missed, that it found elsewhere, and that are none.

Conventions
-----------
Contacts and hits are matched one to one within a tolerance as in `engine.evaluation.onsets`. A contact and a
hit that are both left over and lie less than `SAME_EVENT_S` apart are one failure, a mistimed one; else each
is one of its own. So the contacts that count as not found are the missed and the mistimed ones, and the hits
that count as wrong are the false alarms and the mistimed ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.evaluation.contacts import ClipContacts
from engine.evaluation.onsets import match_onsets

FailureKind = Literal["missed", "mistimed", "false alarm"]

SAME_EVENT_S = 0.2
"""A contact and a hit nearer than this are meant to be the same."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that went wrong.

    Attributes
    ----------
    true_s
        When the contact is that was missed or mistimed; None of a false alarm.
    action
        What that contact is, where somebody told.
    found_s, confidence
        The hit that is wrong, or the likeliest candidate below the threshold where a contact was missed;
        None when there was none.
    nearest_s
        How far the nearest true contact is after (or, negative, before) a false alarm; None without any.
    """

    clip: str
    kind: FailureKind
    true_s: float | None
    action: str | None
    found_s: float | None
    confidence: float | None
    nearest_s: float | None = None

    @property
    def time_s(self) -> float:
        """When to look."""
        time_s = self.found_s if self.true_s is None else self.true_s
        assert time_s is not None
        return time_s

    @property
    def sentence(self) -> str:
        """What happened, for a person."""
        if self.kind == "false alarm":
            return f"false alarm with {self.confidence:.2f}; {_apart(self.nearest_s)}"
        contact = self.action or "contact"
        if self.kind == "mistimed":
            assert self.found_s is not None and self.true_s is not None
            late_s = self.found_s - self.true_s
            word = "late" if late_s > 0 else "early"
            return f"{contact} found {1000 * abs(late_s):.0f} ms too {word} with {self.confidence:.2f}"
        if self.confidence is None:
            return f"{contact} missed; not even a candidate"
        return f"{contact} missed; a candidate of {self.confidence:.2f} is below the threshold"


def failures_of(clip: ClipContacts, tolerance_s: float) -> list[Failure]:
    """Everything that went wrong in a clip, in order of time."""
    counted = np.flatnonzero(clip.confidence >= clip.threshold)
    pairs = _matched(clip.true_s, clip.found_s[counted], tolerance_s)
    true_left = [index for index in range(clip.true_s.size) if index not in {true for true, _ in pairs}]
    found_left = [hit for place, hit in enumerate(counted) if place not in {found for _, found in pairs}]
    failures: list[Failure] = []
    same = _matched(clip.true_s[true_left], clip.found_s[found_left], SAME_EVENT_S)
    for place, hit_place in same:
        true, hit = true_left[place], found_left[hit_place]
        failures.append(
            Failure(
                clip.name,
                "mistimed",
                float(clip.true_s[true]),
                clip.actions[true],
                float(clip.found_s[hit]),
                float(clip.confidence[hit]),
            )
        )
    for place in sorted(set(range(len(true_left))) - {place for place, _ in same}):
        failures.append(_missed(clip, true_left[place], tolerance_s))
    for place in sorted(set(range(len(found_left))) - {place for _, place in same}):
        failures.append(_false_alarm(clip, int(found_left[place])))
    return sorted(failures, key=lambda failure: failure.time_s)


def _missed(clip: ClipContacts, true: int, tolerance_s: float) -> Failure:
    time_s = float(clip.true_s[true])
    is_near = (np.abs(clip.found_s - time_s) <= tolerance_s) & (clip.confidence < clip.threshold)
    near = np.flatnonzero(is_near)
    best = int(near[clip.confidence[near].argmax()]) if near.size else None
    return Failure(
        clip.name,
        "missed",
        time_s,
        clip.actions[true],
        None if best is None else float(clip.found_s[best]),
        None if best is None else float(clip.confidence[best]),
    )


def _false_alarm(clip: ClipContacts, hit: int) -> Failure:
    distances = clip.true_s - clip.found_s[hit]
    nearest = float(distances[np.abs(distances).argmin()]) if distances.size else None
    return Failure(
        clip.name,
        "false alarm",
        None,
        None,
        float(clip.found_s[hit]),
        float(clip.confidence[hit]),
        nearest,
    )


def _matched(true_s: np.ndarray, found_s: np.ndarray, tolerance_s: float) -> list[tuple[int, int]]:
    """Pairs of places in both rows; the matching itself takes sorted ones."""
    if not true_s.size or not found_s.size:
        return []
    order = np.argsort(found_s, kind="stable")
    return [(true, int(order[found])) for true, found in match_onsets(true_s, found_s[order], tolerance_s)]


def _apart(nearest_s: float | None) -> str:
    if nearest_s is None:
        return "there is no contact in the clip"
    where = "after" if nearest_s > 0 else "before"
    return f"the nearest contact is {abs(nearest_s):.2f} s {where} it"
