"""Makes the sound that goes into the ring: the mix at the wanted speed, looped, faded at every cut.

A feed knows nothing of time: it writes ahead into an output's ring and notes in a `SpanChain` which
position lies in which frame. What it wrote and nobody has heard yet can be replaced: the new sound
cross-fades with the old one a few milliseconds ahead of what the callback takes next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.media.player.output import Output
from engine.media.player.spans import Span, SpanChain
from engine.media.player.varispeed import read_varispeed
from engine.project.timebase import SAMPLE_RATE

Samples = NDArray[np.float32]

_BLOCK = 1024
_AHEAD_S = 0.2
_CUT_MARGIN_S = 0.006
_CROSS_FADE_S = 0.004
_FADE_IN_S = 0.001
_GRAIN_S = 0.09
_GRAIN_FADE_S = 0.01


@dataclass(frozen=True, slots=True)
class Sound:
    """Something to play: `samples` (n, 1 or 2) float32 from position `start` on.

    Playing ends at `end_exclusive` (in reverse, at `start`); silence fills what the samples don't reach.
    """

    samples: Samples
    start: int = 0
    end_exclusive: int = 0


@dataclass(frozen=True, slots=True)
class Loop:
    """The range that repeats, in positions."""

    start: int
    end_exclusive: int


class Feed:
    """Fills one output's ring; every method is called under the transport's lock.

    Attributes
    ----------
    chain
        Which position lies in which frame of the ring.
    end_frame
        The ring frame at which the sound ends by itself; `None` while that is not written yet.
    """

    def __init__(self, output: Output, position: float) -> None:
        self._ring = output.ring
        self._block_frames = output.block_frames
        self._device_step = SAMPLE_RATE / self._ring.sample_rate
        self._resampler: soxr.ResampleStream | None = None
        self._rate = 0.0
        self._position = position
        self._next_frame = 0.0
        # What is left of the sound that was cut, faded out, and of the ramp its successor comes in on.
        self._fading = np.zeros((0, self._ring.channels), np.float32)
        self._ramp = np.zeros(0, np.float32)
        self.end_frame: int | None = None
        self.chain = SpanChain(position)

    def start(self, position: float, rate: float) -> None:
        """Play from a position; until its sound is heard, the playhead stands there."""
        cut = self._cut()
        self.chain.hold(position)
        self._begin(cut, position, rate)

    def change(self, rate: float) -> None:
        """Go on, from where the ring can still be changed, at another rate or with another sound."""
        cut = self._cut()
        self._begin(cut, self.chain.position_at(cut), rate)

    def halt(self, position: float) -> None:
        """Fall silent, the playhead at a position."""
        self._cut()
        self._ring.write(self._fading)
        self._stand(position)

    def grain(self, position: float, sound: Sound) -> None:
        """A short piece of the sound, faded at both ends; the playhead stands at its start."""
        self._cut()
        count = int(_GRAIN_S * SAMPLE_RATE)
        block = read_varispeed(sound.samples, position - sound.start, 1.0, count)
        block *= _hump(count, int(_GRAIN_FADE_S * SAMPLE_RATE))[:, np.newaxis]
        block = self._for_channels(block)
        if self._ring.sample_rate != SAMPLE_RATE:
            block = soxr.resample(block, SAMPLE_RATE, self._ring.sample_rate)
        block[: len(self._fading)] += self._fading
        self._ring.write(block)
        self._stand(position)

    def fill(self, sound: Sound, loop: Loop | None) -> None:
        """Write until the ring is as far ahead as it should be, or the sound ends."""
        ahead = max(int(_AHEAD_S * self._ring.sample_rate), 4 * self._block_frames)
        while self._rate != 0.0 and self._ring.waiting < ahead:
            self._write_next(sound, loop)

    def _begin(self, cut: int, position: float, rate: float) -> None:
        self._position = float(round(position)) if abs(rate) == 1.0 else position
        self._rate = rate
        self._next_frame = float(cut)
        self.end_frame = None
        self._resampler = None
        if self._ring.sample_rate != SAMPLE_RATE:
            self._resampler = soxr.ResampleStream(
                SAMPLE_RATE, self._ring.sample_rate, self._ring.channels, dtype="float32"
            )

    def _stand(self, position: float) -> None:
        self._fading = self._fading[:0]
        self._rate = 0.0
        self.end_frame = None
        self.chain.hold(position)

    def _cut(self) -> int:
        """Take back what can be; keep its first milliseconds, faded out, for what comes instead."""
        rate = self._ring.sample_rate
        margin = 2 * self._block_frames + int(_CUT_MARGIN_S * rate)
        cut = min(self._ring.written, self._ring.taken + margin)
        length = min(self._ring.written - cut, int(_CROSS_FADE_S * rate))
        self._fading = self._ring.read_back(cut, length)
        self._fading *= np.linspace(1.0, 0.0, length, endpoint=False, dtype=np.float32)[:, np.newaxis]
        self._ramp = np.linspace(0.0, 1.0, length or int(_FADE_IN_S * rate), endpoint=False, dtype=np.float32)
        self._ring.rewind(cut)
        return self._ring.written

    def _write_next(self, sound: Sound, loop: Loop | None) -> None:
        forward = self._rate > 0
        first, last = sound.start, sound.end_exclusive - 1
        if loop is not None and forward and self._position < loop.end_exclusive:
            last = loop.end_exclusive - 1
        elif loop is not None and not forward and self._position >= loop.start:
            first = loop.start
        else:
            loop = None
        room = last - self._position if forward else self._position - first
        if room < 0:
            self._write_end(float(sound.end_exclusive if forward else first))
            return
        count = min(_BLOCK, int(room / abs(self._rate)) + 1)
        self.chain.add(Span(self._next_frame, self._position, self._rate * self._device_step))
        block = read_varispeed(sound.samples, self._position - sound.start, self._rate, count)
        self._write(self._for_channels(block), is_last=False)
        self._position += count * self._rate
        self._next_frame += count / self._device_step
        if loop is not None and not first <= self._position <= last:
            self._position = float(loop.start if forward else loop.end_exclusive - 1)

    def _write_end(self, position: float) -> None:
        self._write(np.zeros((0, self._ring.channels), np.float32), is_last=True)
        self.end_frame = self._ring.written
        self.chain.add(Span(self.end_frame, position, 0.0))
        self._rate = 0.0

    def _write(self, block: Samples, *, is_last: bool) -> None:
        if self._resampler is not None:
            block = self._resampler.resample_chunk(block, last=is_last)
        fade = min(len(block), len(self._ramp))
        if fade:
            block[:fade] *= self._ramp[:fade, np.newaxis]
            old = self._fading[:fade]
            block[: len(old)] += old
            self._ramp, self._fading = self._ramp[fade:], self._fading[fade:]
        self._ring.write(block)

    def _for_channels(self, block: Samples) -> Samples:
        channels = self._ring.channels
        if block.shape[1] == channels:
            return block
        if channels == 1:
            return block.mean(axis=1, keepdims=True)
        return np.repeat(block, channels, axis=1)


def _hump(length: int, fade: int) -> NDArray[np.float32]:
    """Ones with raised-cosine fades at both ends, (length,)."""
    hump = np.ones(length, np.float32)
    rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(fade) + 0.5) / fade)
    hump[:fade] = rise
    hump[length - fade :] = rise[::-1]
    return hump
