"""A video of any length as the detector looks at it: shots in blocks of some seconds, in flat memory.

Conventions
-----------
Each block brings as many pictures on either side as the answer for its own pictures depends on, so that
answers do not depend on where blocks end. Blocks lie at fixed distances from the beginning of their shot. The
backdrop of a block is the median over the block and the seconds around it; a shot shorter than that has one
backdrop and is what `shot_views` makes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.features.flow import TimedPicture
from engine.models.shot_view import (
    SeenPicture,
    ShotView,
    ViewConfig,
    backdrop_of,
    between_grids,
    between_pictures,
    is_at_rate,
    place_of,
    seen_pictures,
)


@dataclass(frozen=True, slots=True)
class BlockConfig:
    """How long blocks are.

    Attributes
    ----------
    block_s
        How much is looked at at a time.
    around_s
        How much on either side counts for its backdrop.
    """

    block_s: float = 8.0
    around_s: float = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class ShotBlock:
    """Consecutive pictures of one shot at the detector's rate, with context.

    Attributes
    ----------
    shot
        Number of the shot, counted from 0.
    view
        The pictures, context and all.
    start, end
        Which of the view's pictures are the block's own: those from `start` up to and without `end`.
    """

    shot: int
    view: ShotView
    start: int
    end: int


def shot_blocks(
    frames: Iterable[TimedPicture],
    view: ViewConfig,
    rate_hz: float,
    context: int,
    *,
    is_variable_rate: bool = False,
    config: BlockConfig | None = None,
) -> Iterator[ShotBlock]:
    """Blocks in order of time, each as soon as what follows it is known.

    Parameters
    ----------
    frames
        Gray pictures in order of time, see `engine.features.flow.MotionConfig.picture_size`.
    view
        How they are looked at.
    rate_hz
        The detector's.
    context
        Pictures before and after that the answer for a picture depends on.
    is_variable_rate
        Whether pictures that come at the detector's rate now may not do so later on.
    """
    config = config or BlockConfig()
    shot: _GrowingShot | None = None
    for seen in seen_pictures(frames, view):
        if shot is None or seen.shot != shot.number:
            if shot is not None:
                yield from shot.rest()
            shot = _GrowingShot(seen, rate_hz, context, is_variable_rate, config)
        yield from shot.with_next(seen)
    if shot is not None:
        yield from shot.rest()


class _GrowingShot:
    """The pictures of a shot that blocks to come still need. Places count pictures at the detector's rate."""

    def __init__(
        self, first: SeenPicture, rate_hz: float, context: int, is_variable_rate: bool, config: BlockConfig
    ) -> None:
        self.number = first.shot
        self._first_s = first.time_s
        self._rate_hz = rate_hz
        self._context = context
        self._block = max(1, round(config.block_s * rate_hz))
        self._around = round(config.around_s * rate_hz)
        self._is_at_rate = False if is_variable_rate else None
        self._seen: list[SeenPicture] = []
        self._dropped = 0
        self._blocks = 0

    def with_next(self, seen: SeenPicture) -> Iterator[ShotBlock]:
        """Take in the next picture; the block that it completes, if any."""
        self._seen.append(seen)
        # Two pictures more than needed: one to interpolate with, and one for rounding.
        needed = (self._blocks + 1) * self._block + max(self._around, self._context) + 2
        if self._is_at_rate is None and seen.time_s < self._time_of(needed):
            return
        if self._count() >= needed:
            yield self._next_block(self._count())
            self._forget()

    def rest(self) -> Iterator[ShotBlock]:
        """The blocks that are left when the shot has ended."""
        count = self._count()
        while self._blocks * self._block < count:
            yield self._next_block(count)

    def _comes_at_rate(self) -> bool:
        """Whether pictures are taken as they come; decided once, when the first block is complete."""
        if self._is_at_rate is None:
            self._is_at_rate = is_at_rate(np.array([seen.time_s for seen in self._seen]), self._rate_hz)
        return self._is_at_rate

    def _count(self) -> int:
        """Pictures of the shot so far."""
        if self._comes_at_rate():
            return self._dropped + len(self._seen)
        return int(np.floor((self._seen[-1].time_s - self._first_s) * self._rate_hz + 1e-6)) + 1

    def _time_of(self, place: int) -> float:
        return self._first_s + place / self._rate_hz

    def _next_block(self, count: int) -> ShotBlock:
        start = self._blocks * self._block
        end = min(start + self._block, count)
        self._blocks += 1
        first, last = max(0, start - self._context), min(end + self._context, count)
        backdrop = backdrop_of(_pictures(self._stretch(start - self._around, end + self._around)))
        return ShotBlock(self.number, self._view(first, last, backdrop), start - first, end - first)

    def _view(self, first: int, last: int, backdrop: NDArray[np.uint8]) -> ShotView:
        """Pictures from `first` up to `last`."""
        if self._comes_at_rate():
            taken = self._stretch(first, last)
            times_s = np.array([seen.time_s for seen in taken])
            return ShotView(times_s, _grids(taken), _pictures(taken), backdrop)
        seen = self._stretch(first - 1, last + 1)
        wanted_s = self._first_s + np.arange(first, last) / self._rate_hz
        places = place_of(wanted_s, np.array([picture.time_s for picture in seen]))
        return ShotView(
            wanted_s, between_grids(_grids(seen), places), between_pictures(_pictures(seen), places), backdrop
        )

    def _stretch(self, first: int, last: int) -> list[SeenPicture]:
        """The video's own pictures from one place up to another, as far as the shot goes."""
        if self._comes_at_rate():
            return self._seen[max(0, first - self._dropped) : max(0, last - self._dropped)]
        times_s = [seen.time_s for seen in self._seen]
        before = int(np.searchsorted(times_s, self._time_of(first), side="right")) - 1
        after = int(np.searchsorted(times_s, self._time_of(last), side="left")) + 1
        return self._seen[max(0, before) : after]

    def _forget(self) -> None:
        """Drop the pictures that no block to come needs."""
        oldest = self._blocks * self._block - max(self._around, self._context) - 2
        if self._comes_at_rate():
            count = max(0, oldest - self._dropped)
        else:
            oldest_s = self._time_of(oldest)
            count = next(number for number, seen in enumerate(self._seen) if seen.time_s >= oldest_s)
        del self._seen[:count]
        self._dropped += count


def _grids(seen: list[SeenPicture]) -> NDArray[np.float32]:
    return np.stack([picture.grid for picture in seen])


def _pictures(seen: list[SeenPicture]) -> NDArray[np.uint8]:
    return np.stack([picture.picture for picture in seen])
