"""Where the ruler's ticks lie and what they say, in round timecodes at any zoom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from engine.project.timebase import TimecodeFormat, frame_to_samples, nominal_rate, samples_to_frame
from foley_app.timeline.time_axis import TimeAxis

_SECONDS_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
_SECONDS_PER_DAY = 86_400
_LABEL_GAP_PIXELS = 20
_MINOR_PIXELS = 10


@dataclass(frozen=True, slots=True)
class Tick:
    """One tick: where, and its label; minor ticks have none."""

    position: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Counting:
    """How positions become timecodes."""

    timecode: TimecodeFormat
    start_frame: int
    sample_rate: int


def ruler_ticks(axis: TimeAxis, counting: Counting, label_width: float) -> list[Tick]:
    """Ticks of the visible part of the document, in the order of time.

    Parameters
    ----------
    label_width
        Width of a label in pixels; labels are at least this and a gap apart.
    """
    frame_rate = counting.timecode.frame_rate
    frame_pixels = counting.sample_rate / float(frame_rate) / axis.samples_per_pixel
    steps = _steps(frame_rate)
    major = next((s for s in steps if s * frame_pixels >= label_width + _LABEL_GAP_PIXELS), steps[-1])
    minor = next((s for s in steps if major % s == 0 and s * frame_pixels >= _MINOR_PIXELS), major)
    first = samples_to_frame(max(round(axis.start), 0), frame_rate, counting.sample_rate)
    last = samples_to_frame(min(max(round(axis.end), 0), axis.length), frame_rate, counting.sample_rate)
    # The tick on the left edge itself belongs to the frame before.
    first = max(first - 1, 0)
    ticks = []
    for number, count in _round_numbers(
        counting.timecode, first + counting.start_frame, last + counting.start_frame, minor
    ):
        frame = number - counting.start_frame
        position = frame_to_samples(frame, frame_rate, counting.sample_rate)
        label = counting.timecode.format(number) if count % major == 0 else ""
        if 0 <= position <= axis.length:
            ticks.append(Tick(position, label))
    return ticks


def _steps(frame_rate: Fraction) -> list[int]:
    """Sensible distances between ticks in timecode frames, ascending."""
    nominal = nominal_rate(frame_rate)
    parts = [step for step in range(1, nominal) if nominal % step == 0]
    return parts + [seconds * nominal for seconds in _SECONDS_STEPS]


def _round_numbers(timecode: TimecodeFormat, first: int, last: int, step: int) -> Iterator[tuple[int, int]]:
    """Frame numbers whose timecode is a multiple of `step`, with that timecode in frames.

    Drop-frame counting skips the first numbers of most minutes: there the first that exists stands
    for the round one, so that the minute keeps its tick.
    """
    nominal = nominal_rate(timecode.frame_rate)
    seconds_step = max(step // nominal, 1)
    frames_per_day = timecode.parse_nearest(f"23:59:59:{nominal - 1:02d}") + 1
    second = _second_of(timecode, first, frames_per_day) // seconds_step * seconds_step
    while True:
        day, of_day = divmod(second, _SECONDS_PER_DAY)
        text = f"{of_day // 3600:02d}:{of_day // 60 % 60:02d}:{of_day % 60:02d}"
        start = timecode.parse_nearest(f"{text}:00") + day * frames_per_day
        if start > last:
            return
        skipped = int(timecode.format(start)[9:])
        for frame in range(0, nominal, step) if step < nominal else (0,):
            number = start + max(frame - skipped, 0)
            if first <= number <= last and (frame == 0 or frame >= skipped):
                yield number, second * nominal + frame
        second += seconds_step


def _second_of(timecode: TimecodeFormat, number: int, frames_per_day: int) -> int:
    """The second of timecode in which a frame number lies."""
    hours, minutes, seconds = (int(part) for part in timecode.format(number)[:8].split(":"))
    return number // frames_per_day * _SECONDS_PER_DAY + hours * 3600 + minutes * 60 + seconds
