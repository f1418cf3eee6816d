"""Parts of what is learned from, each held out once, so that a detector is judged on what it has not seen.

Parts hold whole videos; a single video is parted into its beginning and its end.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.errors import UserFacingError
from engine.learning.example import Example

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


def _spread(weights: Sequence[int], parts: int) -> list[int]:
    """A part for each weight, so that their sums are about the same: the heaviest first, to the lightest."""
    sums, chosen = [0] * parts, [0] * len(weights)
    for index in sorted(range(len(weights)), key=lambda index: -weights[index]):
        lightest = sums.index(min(sums))
        chosen[index] = lightest
        sums[lightest] += max(weights[index], 1)
    return chosen
