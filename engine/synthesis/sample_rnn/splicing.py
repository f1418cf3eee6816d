"""From levels to sound files: at the project's rate, alone or in place of a stretch of an older take.

Conventions
-----------
Positions and lengths are in samples at the project's rate. Blocks of sound are float32 (n,).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.mixer.levels import fade_ramp

Samples = NDArray[np.float32]

CROSS_FADE = round(0.03 * SAMPLE_RATE)
EDGE_FADE = round(0.005 * SAMPLE_RATE)
"""A sound that begins or ends in the middle of a film does so without a click."""

_BLOCK = 1 << 16
_MARGIN_S = 0.16
"""So much more is resampled on either side; a whole number of samples at all usual rates."""


@dataclass(frozen=True, slots=True)
class OldSound:
    """The file of an older take, and where it lies in the film."""

    path: Path
    position: int

    @property
    def length(self) -> int:
        """How many samples it has.

        Raises
        ------
        MediaError
            When it can't be read, or is not at the project's rate.
        """
        with self._opened() as file:
            return file.frames

    def read(self, start: int, count: int) -> Samples:
        """Samples from a place of the film on; silence outside the sound."""
        result = np.zeros(count, np.float32)
        with self._opened() as file:
            begin, end = (min(max(0, place), file.frames) for place in self._inside(start, count))
            file.seek(begin)
            read = file.read(end - begin, dtype="float32", always_2d=True)
        into = begin - (start - self.position)
        if len(read):
            result[into : into + len(read)] = read.mean(axis=1)
        return result

    def heard(self, start: float, count: int, sample_rate: int) -> Samples:
        """The sound at a generator's rate: `count` of its samples from a place of the film on, (count,)."""
        margin = round(_MARGIN_S * SAMPLE_RATE)
        wanted = round(count * SAMPLE_RATE / sample_rate)
        read = self.read(round(start) - margin, wanted + 2 * margin)
        heard = soxr.resample(read, SAMPLE_RATE, sample_rate)
        begin = round(_MARGIN_S * sample_rate)
        return heard[begin : begin + count]

    def blocks(self, start: int, end: int) -> Iterator[Samples]:
        """Its samples from one place of the film to another."""
        for begin in range(start, end, _BLOCK):
            yield self.read(begin, min(_BLOCK, end - begin))

    def _inside(self, start: int, count: int) -> tuple[int, int]:
        return start - self.position, start - self.position + count

    def _opened(self) -> soundfile.SoundFile:
        try:
            file = soundfile.SoundFile(self.path)
        except (soundfile.LibsndfileError, OSError) as error:
            raise MediaError(f"The sound “{self.path.name}” can't be read.") from error
        if file.samplerate != SAMPLE_RATE:
            file.close()
            raise MediaError(
                f"The sound “{self.path.name}” is not at {SAMPLE_RATE} Hz, as generated ones are."
            )
        return file


def at_project_rate(
    blocks: Iterable[Samples], sample_rate: int, skipped: int, length: int
) -> Iterator[Samples]:
    """A sound at the project's rate, without its first `skipped` samples, exactly `length` long."""
    stream = soxr.ResampleStream(sample_rate, SAMPLE_RATE, 1, dtype="float32")
    left = length

    def cut(block: Samples) -> Samples:
        nonlocal skipped, left
        block = block[skipped:] if (dropped := min(skipped, len(block))) else block
        skipped -= dropped
        block = block[:left]
        left -= len(block)
        return block

    for block in blocks:
        yield cut(stream.resample_chunk(np.ascontiguousarray(block)))
    yield cut(stream.resample_chunk(np.zeros(0, np.float32), last=True))
    if left:
        yield np.zeros(left, np.float32)


def faded(blocks: Iterable[Samples], length: int, fade_in: int, fade_out: int) -> Iterator[Samples]:
    """A sound of so many samples with an equal-power fade at either end."""
    begin = 0
    for block in blocks:
        yield block * _weights(begin, len(block), length, fade_in, fade_out)
        begin += len(block)


def spliced(old: OldSound, new: Iterable[Samples], start: int, length: int) -> Iterator[Samples]:
    """An older take whose stretch from `start` on is another sound now, cross-faded within that stretch."""
    begin, end = old.position, old.position + old.length
    fade = min(CROSS_FADE, length // 2)
    fade_in, fade_out = fade * (start > begin), fade * (start + length < end)
    yield from old.blocks(begin, start)
    place = 0
    for block in new:
        weights = _weights(place, len(block), length, fade_in, fade_out)
        others = np.sqrt(np.maximum(1.0 - weights * weights, 0.0), dtype=np.float32)
        yield block * weights + old.read(start + place, len(block)) * others
        place += len(block)
    yield from old.blocks(start + length, end)


def _weights(begin: int, count: int, length: int, fade_in: int, fade_out: int) -> Samples:
    weights = np.ones(count, np.float32)
    places = np.arange(begin, begin + count)
    rising, falling = places < fade_in, places >= length - fade_out
    weights[rising] = fade_ramp(fade_in)[places[rising]] if fade_in else 1.0
    if fade_out:
        weights[falling] *= fade_ramp(fade_out)[length - 1 - places[falling]]
    return weights
