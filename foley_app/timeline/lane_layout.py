"""How the lanes share the height: natural heights, shrunk or grown within their limits."""

from __future__ import annotations

from collections.abc import Sequence

from foley_app.timeline.lane import LaneHeight

LANE_GAP = 4


def lane_heights(limits: Sequence[LaneHeight], available: int) -> list[int]:
    """Heights of the lanes in logical pixels.

    Spare room goes to all lanes in proportion to what each can still grow; too little is taken in
    proportion to what each can give. Where even the least heights do not fit, the lanes keep them and
    are scrolled.

    Parameters
    ----------
    available
        Height for all lanes without the gaps between them.
    """
    natural = [limit.natural for limit in limits]
    spare = available - sum(natural)
    room = [limit.maximum - limit.natural if spare > 0 else limit.natural - limit.minimum for limit in limits]
    total_room = sum(room)
    if not total_room:
        return natural
    share = min(max(spare / total_room, -1.0), 1.0)
    heights = [height + round(share * part) for height, part in zip(natural, room, strict=True)]
    # Rounding must not make the lanes a pixel too tall, which would call for a scroll bar.
    excess = sum(heights) - max(available, sum(limit.minimum for limit in limits))
    for index in range(len(heights)):
        if excess <= 0:
            break
        if heights[index] > limits[index].minimum:
            heights[index] -= 1
            excess -= 1
    return heights
