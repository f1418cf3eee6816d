"""Parting recordings for training, for choosing and for judging, never through the middle of a source video.

Two clips of one video show the same room, the same stick and often the same stroke twice: a model that is
judged on one after training on the other is judged on what it has seen.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence

from training.datasets.recording import DatasetError, Recording, Split


def drawn_split(
    recordings: Sequence[Recording],
    protocol: str,
    *,
    test_share: float,
    validation_share: float = 0.0,
    draw: str = "",
) -> Split:
    """Part recordings by lot.

    Parameters
    ----------
    recordings
        All of them.
    protocol
        Name of the way of parting, for messages.
    test_share
        Share of all recordings to be judged on.
    validation_share
        Share of the others to choose by.
    draw
        Another text draws others; the test recordings do not depend on it. A recording that is added later
        moves the others to another side only where the numbers demand it.

    Raises
    ------
    DatasetError
        When there are fewer sources than sides.
    """
    sources = {recording.source for recording in recordings}
    sides = 2 + (validation_share > 0)
    if len(sources) < sides:
        raise DatasetError(
            f"{_count(len(recordings), 'clip')} from {_count(len(sources), 'source')} can't be parted in "
            f"{sides} by the split “{protocol}”, because clips of one source must stay together."
        )
    rest, test = hold_out(recordings, test_share, "test")
    training, validation = hold_out(rest, validation_share, f"validation/{draw}")
    return checked(Split(protocol, tuple(training), tuple(validation), tuple(test)))


def listed_split(
    recordings: Sequence[Recording],
    protocol: str,
    *,
    training_names: Collection[str],
    test_names: Collection[str],
    validation_share: float = 0.0,
    draw: str = "",
) -> Split:
    """Part recordings by lists of names, and hold out a share of those for training to choose by.

    Raises
    ------
    DatasetError
        When the lists put one source on both sides.
    """
    rest = [recording for recording in recordings if recording.name in training_names]
    test = [recording for recording in recordings if recording.name in test_names]
    # First what the lists themselves say: a source on both sides must not be hidden by the holding out.
    checked(Split(protocol, tuple(rest), (), tuple(test)))
    training, validation = hold_out(rest, validation_share, f"validation/{draw}")
    return checked(Split(protocol, tuple(training), tuple(validation), tuple(test)))


def hold_out(
    recordings: Sequence[Recording], share: float, draw: str
) -> tuple[list[Recording], list[Recording]]:
    """Take whole sources out until the share is reached as nearly as it goes without passing it.

    Returns
    -------
    kept, held
        In the order given. With a share above 0 and two sources or more, neither is empty.

    Raises
    ------
    DatasetError
        When a share is to be taken of recordings that all come from one source.
    """
    if share <= 0 or not recordings:
        return list(recordings), []
    clips_of: dict[str, int] = defaultdict(int)
    for recording in recordings:
        clips_of[recording.source] += 1
    if len(clips_of) < 2:
        raise DatasetError(
            f"{_count(len(recordings), 'clip')} can't be parted: they all come from one source, “"
            f"{recordings[0].source}”, and clips of one source must stay together."
        )
    wanted = round(share * len(recordings))
    order = sorted(clips_of, key=lambda source: _lot(draw, source))
    held: set[str] = set()
    taken = 0
    for source in order:
        if taken + clips_of[source] <= wanted:
            held.add(source)
            taken += clips_of[source]
    if not held:
        held.add(min(order, key=lambda source: clips_of[source]))
    if len(held) == len(clips_of):
        held.remove(order[-1])
    kept = [recording for recording in recordings if recording.source not in held]
    return kept, [recording for recording in recordings if recording.source in held]


def checked(split: Split) -> Split:
    """The split, if no source stands on two of its sides.

    Raises
    ------
    DatasetError
        When one does; the text names it and a clip on either side.
    """
    side_of: dict[str, tuple[str, str]] = {}
    sides = (("training", split.training), ("validation", split.validation), ("test", split.test))
    for side, recordings in sides:
        for recording in recordings:
            other_side, other_name = side_of.setdefault(recording.source, (side, recording.name))
            if other_side != side:
                raise DatasetError(
                    f"The split “{split.protocol}” leaks: “{other_name}” ({other_side}) and "
                    f"“{recording.name}” ({side}) come from the same video, “{recording.source}”, so a model "
                    "would be judged on what it has seen. Put both on one side."
                )
    return split


def _lot(draw: str, source: str) -> str:
    return hashlib.sha256(f"{draw}/{source}".encode()).hexdigest()


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
