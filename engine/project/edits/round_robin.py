"""Dealing sounds along a row of hits so that none comes back too soon.

Within any `window` slots in a row no sound plays twice, wherever the options allow that. A dead end is
undone by trying other choices for the slots just before it; only when that fails too does a sound
repeat, and then the one whose other uses lie farthest away.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

_MAX_TRIES_PER_DEAD_END = 400


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the row: one with a sound that stays, or one with options to choose from in order."""

    fixed: Hashable | None = None
    options: tuple[Hashable, ...] = ()


def deal(slots: Sequence[Slot], window: int) -> list[int | None]:
    """Choose an option for each slot: depth-first, in order, with bounded tries per dead end.

    Returns
    -------
    list of int or None
        The index of the option each slot plays; None where there was nothing to choose.
    """
    row = _Row(slots, window)
    untried = [0] * len(slots)
    settled, dead_end, tries = 0, -1, 0
    up_to_dead_end: list[int | None] = []
    index = 0
    while index < len(slots):
        if not slots[index].options:
            index += 1
            continue
        option = row.first_free(index, untried[index])
        if option is not None:
            row.play(index, option)
            untried[index] = option + 1
            index += 1
            continue
        untried[index] = 0
        if index > dead_end:
            dead_end, tries, up_to_dead_end = index, 0, row.chosen[:index]
        tries += 1
        back = next((at for at in range(index - 1, settled - 1, -1) if slots[at].options), None)
        if back is not None and tries < _MAX_TRIES_PER_DEAD_END:
            row.play(back, None)
            index = back
        else:
            row.restore(settled, up_to_dead_end)
            row.play(dead_end, row.least_near(dead_end))
            settled = index = dead_end + 1
    return row.chosen


class _Row:
    """What plays where so far."""

    def __init__(self, slots: Sequence[Slot], window: int) -> None:
        self._slots = slots
        self._window = window
        self._playing: list[Hashable | None] = [slot.fixed for slot in slots]
        self.chosen: list[int | None] = [None] * len(slots)

    def play(self, at: int, option: int | None) -> None:
        self.chosen[at] = option
        self._playing[at] = None if option is None else self._slots[at].options[option]

    def restore(self, start: int, chosen: Sequence[int | None]) -> None:
        for at in range(start, len(chosen)):
            if self._slots[at].options:
                self.play(at, chosen[at])

    def first_free(self, at: int, first: int) -> int | None:
        """The first option from `first` on that plays nowhere near."""
        near = {self._playing[other] for other in self._others_near(at)}
        options = self._slots[at].options
        return next((n for n in range(first, len(options)) if options[n] not in near), None)

    def least_near(self, at: int) -> int:
        """The option whose closest other use is farthest away."""
        options = self._slots[at].options
        distances = [self._window] * len(options)
        for other in self._others_near(at):
            for option, sound in enumerate(options):
                if sound == self._playing[other]:
                    distances[option] = min(distances[option], abs(other - at))
        return distances.index(max(distances))

    def _others_near(self, at: int) -> list[int]:
        nearby = range(max(0, at - self._window + 1), min(len(self._slots), at + self._window))
        return [other for other in nearby if other != at]
