"""What the kinds of samples have in common: where in which recording they are, and what is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from training.datasets.recording import Contact, DatasetError, Problem, Recording


@dataclass(frozen=True, slots=True)
class ContactPlace:
    """A contact and the number of its recording."""

    recording: int
    contact: Contact


@dataclass(frozen=True, slots=True)
class WindowPlace:
    """Where a window begins, and the number of its recording."""

    recording: int
    start_s: float


def places_of_contacts(
    recordings: Sequence[Recording], *, needs_sound: bool
) -> tuple[list[ContactPlace], tuple[Problem, ...]]:
    """The contacts that can be seen, and where needed heard; and what was left out.

    Raises
    ------
    DatasetError
        When none is left.
    """
    places: list[ContactPlace] = []
    left_out: list[Problem] = []
    for number, recording in enumerate(recordings):
        if needs_sound and recording.sound is None:
            left_out.append(Problem(recording.name, "has no sound.", "missing"))
            continue
        seen = [contact for contact in recording.contacts if contact.in_picture]
        unseen = len(recording.contacts) - len(seen)
        if unseen:
            left_out.append(Problem(recording.name, f"{unseen} of its contacts are heard only.", "doubtful"))
        places += [ContactPlace(number, contact) for contact in seen]
    if not places:
        raise DatasetError(f"No sample can be taken: {_why(recordings, left_out, 'contact')}")
    return places, tuple(left_out)


def places_of_windows(
    recordings: Sequence[Recording],
    window_s: float,
    stride_s: float,
    refused: Callable[[Recording], str | None],
) -> tuple[list[WindowPlace], tuple[Problem, ...]]:
    """Windows that lie within the recordings, one every `stride_s`; and the recordings that give none.

    Parameters
    ----------
    recordings
        The clips.
    window_s, stride_s
        Length of a window, and from the beginning of one to that of the next.
    refused
        Tells why a recording can't be used, in words that follow its name; None when it can.

    Raises
    ------
    DatasetError
        When no recording gives any.
    """
    places: list[WindowPlace] = []
    left_out: list[Problem] = []
    for number, recording in enumerate(recordings):
        reason = refused(recording)
        # The last picture of a video may be announced a little too short.
        fitting = int((recording.duration_s - window_s + 1e-3) / stride_s + 1)
        if reason is None and recording.duration_s < window_s - 1e-3:
            reason = f"lasts {recording.duration_s:.2f} s, and a window {window_s:.2f} s."
        if reason is not None:
            left_out.append(Problem(recording.name, reason, "missing"))
            continue
        places += [WindowPlace(number, index * stride_s) for index in range(max(fitting, 1))]
    if not places:
        raise DatasetError(f"No sample can be taken: {_why(recordings, left_out, 'window')}")
    return places, tuple(left_out)


def without_sound(recording: Recording) -> str | None:
    """Refuses recordings that can't be heard."""
    return None if recording.sound is not None else "has no sound."


def _why(recordings: Sequence[Recording], left_out: Sequence[Problem], noun: str) -> str:
    if not recordings:
        return "there is no recording."
    if left_out:
        first = left_out[0]
        return f"{len(left_out)} recordings were left out; the first, “{first.name}”, {first.reason}"
    return f"none of the {len(recordings)} recordings has a {noun}."
