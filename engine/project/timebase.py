"""Sample positions, frame rates and timecode: the only place that converts between them.

Conventions
-----------
Positions and lengths are `int` samples at the project's rate (48 kHz unless said otherwise). Frame
rates are `Fraction`. A frame *is shown* from its own position until the next frame's, so the frame at
a position is the floor. Timecode counts frames at the nominal rate (24 for 23.976, 30 for 29.97);
drop-frame counting skips frame *numbers*, never frames, so that timecode follows the wall clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from engine.errors import UserFacingError

SAMPLE_RATE = 48_000
"""The project's default sample rate in Hz."""

_NTSC_NOMINAL_RATES = (24, 30, 48, 60, 120)
_SNAP_TOLERANCE = Fraction(2, 10_000)
_TIMECODE = re.compile(r"^(\d{1,2}):(\d{2}):(\d{2})[:;.,](\d{2,3})$", re.ASCII)


class TimecodeError(UserFacingError, ValueError):
    """A text is not a timecode, or names a frame that drop-frame counting skips."""


def seconds_to_samples(time_s: float | Fraction, sample_rate: int = SAMPLE_RATE) -> int:
    """Nearest sample position of a time in seconds (halves away from zero)."""
    exact = Fraction(time_s) * sample_rate
    whole, rest = divmod(abs(exact), 1)
    nearest = int(whole) + (1 if rest >= Fraction(1, 2) else 0)
    return nearest if exact >= 0 else -nearest


def samples_to_seconds(position: int, sample_rate: int = SAMPLE_RATE) -> float:
    """Time in seconds of a sample position."""
    return position / sample_rate


def frame_to_samples(frame: int, frame_rate: Fraction, sample_rate: int = SAMPLE_RATE) -> int:
    """First sample position at which `frame` is on screen (constant frame rate)."""
    return -((-frame * sample_rate * frame_rate.denominator) // frame_rate.numerator)


def samples_to_frame(position: int, frame_rate: Fraction, sample_rate: int = SAMPLE_RATE) -> int:
    """Index of the frame on screen at a sample position (constant frame rate)."""
    return (position * frame_rate.numerator) // (sample_rate * frame_rate.denominator)


def snap_frame_rate(rate: float | Fraction) -> Fraction:
    """The broadcast rate a measured rate stands for, else the rate itself with a small denominator.

    Containers round: 29.97 is written as 2997/100 or measured as 29.9697, 23.976 is written as 23.98
    (0.017 % off, the coarsest of these spellings). A rate within 0.02 % of a whole number or of a
    broadcast rate times 1000/1001 is that number; the two kinds lie 0.1 % apart.
    """
    exact = Fraction(rate)
    if exact <= 0:
        raise ValueError(f"a frame rate must be positive, got {float(exact):g}")
    nominal = round(exact)
    for candidate in (
        Fraction(nominal),
        *(Fraction(n * 1000, 1001) for n in _NTSC_NOMINAL_RATES if abs(n - exact) < 1),
    ):
        if candidate > 0 and abs(exact / candidate - 1) < _SNAP_TOLERANCE:
            return candidate
    return max(exact.limit_denominator(1001), Fraction(1, 1001))


def nominal_rate(frame_rate: Fraction) -> int:
    """Frame numbers per second of timecode: 30 for 29.97, 24 for 23.976."""
    return max(1, round(frame_rate))


def supports_drop_frame(frame_rate: Fraction) -> bool:
    """Whether drop-frame counting is defined: 29.97 and its multiples."""
    nominal = nominal_rate(frame_rate)
    return nominal % 30 == 0 and frame_rate == Fraction(nominal * 1000, 1001)


@dataclass(frozen=True, slots=True)
class TimecodeFormat:
    """How frames are counted: a rate, and whether frame numbers are dropped."""

    frame_rate: Fraction
    drop_frame: bool = False

    def __post_init__(self) -> None:
        if self.drop_frame and not supports_drop_frame(self.frame_rate):
            raise TimecodeError(
                "drop-frame timecode exists for 29.97, 59.94 and 119.88 fps, "
                f"not for {float(self.frame_rate):g}"
            )

    @property
    def _dropped_per_minute(self) -> int:
        return nominal_rate(self.frame_rate) // 15 if self.drop_frame else 0

    @property
    def _digits(self) -> int:
        return 3 if nominal_rate(self.frame_rate) > 100 else 2

    def format(self, frame: int) -> str:
        """Timecode of a frame number counted from 00:00:00:00; wraps after 24 hours."""
        nominal = nominal_rate(self.frame_rate)
        dropped = self._dropped_per_minute
        frames_per_minute = nominal * 60 - dropped
        frames_per_ten_minutes = frames_per_minute * 10 + dropped
        number = frame % (frames_per_ten_minutes * 6 * 24)
        if dropped:
            tens, rest = divmod(number, frames_per_ten_minutes)
            number += dropped * 9 * tens
            if rest >= nominal * 60:
                number += dropped * ((rest - nominal * 60) // frames_per_minute + 1)
        seconds, frames = divmod(number, nominal)
        separator = ";" if self.drop_frame else ":"
        return (
            f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
            f"{separator}{frames:0{self._digits}d}"
        )

    def parse(self, text: str) -> int:
        """Frame number of a timecode text.

        Raises
        ------
        TimecodeError
            When the text is no timecode, a field is out of range, or the frame is one that
            drop-frame counting skips.
        """
        hours, minutes, seconds, frames = self._fields(text)
        nominal = nominal_rate(self.frame_rate)
        if frames >= nominal:
            raise TimecodeError(f"“{text}” is out of range at {nominal} frames per second")
        if self._is_skipped(minutes, seconds, frames):
            raise TimecodeError(f"“{text}” does not exist: drop-frame timecode skips that number")
        return self._number(hours, minutes, seconds, frames)

    def parse_nearest(self, text: str) -> int:
        """Frame number of a timecode text that was counted at another rate or in the other way.

        A frame beyond this rate's last one is that last one; a number that drop-frame counting skips
        is the next one that exists.

        Raises
        ------
        TimecodeError
            When the text is no timecode at any rate.
        """
        hours, minutes, seconds, frames = self._fields(text)
        frames = min(frames, nominal_rate(self.frame_rate) - 1)
        if self._is_skipped(minutes, seconds, frames):
            frames = self._dropped_per_minute
        return self._number(hours, minutes, seconds, frames)

    def _fields(self, text: str) -> tuple[int, int, int, int]:
        match = _TIMECODE.match(text.strip())
        if match is None:
            raise TimecodeError(f"“{text}” is not a timecode; write hours:minutes:seconds:frames")
        hours, minutes, seconds, frames = int(match[1]), int(match[2]), int(match[3]), int(match[4])
        if hours > 23 or minutes > 59 or seconds > 59:
            raise TimecodeError(f"“{text}” is out of range; timecode runs from 00:00:00:00 to 23:59:59")
        return hours, minutes, seconds, frames

    def _is_skipped(self, minutes: int, seconds: int, frames: int) -> bool:
        return frames < self._dropped_per_minute and seconds == 0 and minutes % 10 != 0

    def _number(self, hours: int, minutes: int, seconds: int, frames: int) -> int:
        total_minutes = hours * 60 + minutes
        number = (total_minutes * 60 + seconds) * nominal_rate(self.frame_rate) + frames
        return number - self._dropped_per_minute * (total_minutes - total_minutes // 10)
