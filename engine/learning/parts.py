"""Parts of what is learned from, each held out once, so that a detector is judged on what it has not seen.

Parts hold whole videos; a single video is parted into its beginning and its end.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.errors import UserFacingError
from engine.learning.example import Example, SoundLevels, Stretch

MOST_PARTS = 3


def parted(examples: Sequence[Example]) -> list[int]:
    """The number of each example's part, from 0; at least two parts, each with about as many contacts.

    Raises
    ------
    UserFacingError
        When there are contacts for one part only.
    """
    videos = list(dict.fromkeys(example.stretch.video for example in examples))
    if len(videos) > 1:
        weights = [sum(len(one.seen_s) for one in examples if one.stretch.video == video) for video in videos]
        part_of = dict(zip(videos, _spread(weights, min(MOST_PARTS, len(videos))), strict=True))
        parts = [part_of[example.stretch.video] for example in examples]
    else:
        until = np.cumsum([len(example.seen_s) for example in examples])
        first_half = 1 + int(np.abs(2 * until[:-1] - until[-1]).argmin()) if len(until) > 1 else 1
        parts = [int(index >= first_half) for index in range(len(examples))]
    filled = {part for part, example in zip(parts, examples, strict=True) if len(example.seen_s)}
    if len(filled) < 2:
        raise UserFacingError(
            "There is too little to learn from: a part of it is held back to see what the learning brings, "
            "and the contacts are all in one part. Review more of the video, or give more clips."
        )
    return parts


def halves(example: Example) -> list[Example]:
    """An example cut in two, with as many contacts before the cut as after it."""
    times_s = np.array([contact.time_s for contact in example.contacts], np.float64)
    middle = len(times_s) // 2
    cut_s = float(times_s[middle - 1 : middle + 1].mean()) if middle else example.stretch.end_s
    first = Stretch(example.stretch.video, example.stretch.start_s, cut_s)
    second = Stretch(example.stretch.video, cut_s, example.stretch.end_s)
    return [_within(example, stretch) for stretch in (first, second)]


def _within(example: Example, stretch: Stretch) -> Example:
    contacts = [contact for contact in example.contacts if stretch.start_s <= contact.time_s < stretch.end_s]
    levels = example.levels
    if levels is not None:
        inside = stretch.holds(levels.times_s)
        levels = SoundLevels(levels.times_s[inside], levels.level_db[inside]) if inside.any() else None
    return Example(stretch, tuple(contacts), levels)


def _spread(weights: Sequence[int], parts: int) -> list[int]:
    """A part for each weight, so that their sums are about the same: the heaviest first, to the lightest."""
    sums, chosen = [0] * parts, [0] * len(weights)
    for index in sorted(range(len(weights)), key=lambda index: -weights[index]):
        lightest = sums.index(min(sums))
        chosen[index] = lightest
        sums[lightest] += max(weights[index], 1)
    return chosen
