"""Timecode against a clerk who counts frame by frame, and against numbers from the standards."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from engine.errors import UserFacingError
from engine.project.timebase import (
    SAMPLE_RATE,
    TimecodeError,
    TimecodeFormat,
    frame_to_samples,
    nominal_rate,
    samples_to_frame,
    samples_to_seconds,
    seconds_to_samples,
    snap_frame_rate,
    supports_drop_frame,
)


def ntsc(nominal: int) -> Fraction:
    return Fraction(nominal * 1000, 1001)


FORMATS = {
    "23.976": TimecodeFormat(ntsc(24)),
    "24": TimecodeFormat(Fraction(24)),
    "25": TimecodeFormat(Fraction(25)),
    "29.97 ndf": TimecodeFormat(ntsc(30)),
    "29.97 df": TimecodeFormat(ntsc(30), drop_frame=True),
    "30": TimecodeFormat(Fraction(30)),
    "47.952": TimecodeFormat(ntsc(48)),
    "48": TimecodeFormat(Fraction(48)),
    "50": TimecodeFormat(Fraction(50)),
    "59.94 ndf": TimecodeFormat(ntsc(60)),
    "59.94 df": TimecodeFormat(ntsc(60), drop_frame=True),
    "60": TimecodeFormat(Fraction(60)),
    "100": TimecodeFormat(Fraction(100)),
    "119.88 ndf": TimecodeFormat(ntsc(120)),
    "119.88 df": TimecodeFormat(ntsc(120), drop_frame=True),
    "120": TimecodeFormat(Fraction(120)),
}
each_format = pytest.mark.parametrize("counted", FORMATS.values(), ids=FORMATS.keys())


def frames_per_day(counted: TimecodeFormat) -> int:
    """Frames between two midnights of the timecode; drop-frame loses 24 * 54 minutes' dropped numbers."""
    nominal = nominal_rate(counted.frame_rate)
    dropped = nominal // 15 * 54 * 24 if counted.drop_frame else 0
    return nominal * 86_400 - dropped


@pytest.mark.parametrize(
    ("rate", "frame", "text"),
    [
        ("23.976", 86_400, "01:00:00:00"),
        ("23.976", 24, "00:00:01:00"),
        ("24", 24 * 3_661 + 23, "01:01:01:23"),
        ("25", 90_000, "01:00:00:00"),
        ("25", 2_159_999, "23:59:59:24"),
        ("29.97 ndf", 1_800, "00:01:00:00"),
        ("29.97 ndf", 108_000, "01:00:00:00"),
        # SMPTE 12M: numbers 0 and 1 are dropped each minute but every tenth.
        ("29.97 df", 1_799, "00:00:59;29"),
        ("29.97 df", 1_800, "00:01:00;02"),
        ("29.97 df", 3_597, "00:01:59;29"),
        ("29.97 df", 3_598, "00:02:00;02"),
        ("29.97 df", 17_981, "00:09:59;29"),
        ("29.97 df", 17_982, "00:10:00;00"),
        ("29.97 df", 107_892, "01:00:00;00"),
        ("29.97 df", 2_589_407, "23:59:59;29"),
        ("29.97 df", 2_589_408, "00:00:00;00"),
        ("30", 107_999, "00:59:59:29"),
        ("47.952", 172_800, "01:00:00:00"),
        ("48", 47, "00:00:00:47"),
        ("50", 180_000, "01:00:00:00"),
        ("59.94 ndf", 216_000, "01:00:00:00"),
        ("59.94 df", 3_599, "00:00:59;59"),
        ("59.94 df", 3_600, "00:01:00;04"),
        ("59.94 df", 35_964, "00:10:00;00"),
        ("59.94 df", 215_784, "01:00:00;00"),
        ("60", 5_184_000 - 1, "23:59:59:59"),
        ("100", 199, "00:00:01:99"),
        ("119.88 ndf", 432_000, "01:00:00:000"),
        ("119.88 df", 7_199, "00:00:59;119"),
        ("119.88 df", 7_200, "00:01:00;008"),
        ("119.88 df", 71_928, "00:10:00;000"),
        ("119.88 df", 431_568, "01:00:00;000"),
        ("120", 119, "00:00:00:119"),
        ("25", -1, "23:59:59:24"),
    ],
)
def test_known_timecodes(rate: str, frame: int, text: str) -> None:
    counted = FORMATS[rate]
    assert counted.format(frame) == text
    assert counted.parse(text) == frame % frames_per_day(counted)


@each_format
def test_a_clerk_counting_frame_by_frame_agrees(counted: TimecodeFormat) -> None:
    """Count labels up one by one through the first eleven minutes, skipping what is dropped."""
    nominal = nominal_rate(counted.frame_rate)
    dropped = {30: 2, 60: 4, 120: 8}[nominal] if counted.drop_frame else 0
    minute = second = label = 0
    for frame in range(nominal * 60 * 11):
        if frame % 7 == 0 or label < 10:
            fields = counted.format(frame).replace(";", ":").split(":")
            assert [int(field) for field in fields] == [0, minute, second, label]
        label += 1
        if label == nominal:
            label, second = 0, second + 1
        if second == 60:
            second, minute = 0, minute + 1
            label = dropped if minute % 10 else 0


@each_format
def test_round_trip_over_a_day(counted: TimecodeFormat) -> None:
    day = frames_per_day(counted)
    chance = random.Random(7)
    for frame in (0, 1, day - 1, *(chance.randrange(day) for _ in range(2_000))):
        assert counted.parse(counted.format(frame)) == frame
    assert counted.format(day) == counted.format(0)


@pytest.mark.parametrize("rate", ["29.97 df", "59.94 df", "119.88 df"])
def test_drop_frame_follows_the_wall_clock(rate: str) -> None:
    """After 24 hours of timecode the true time differs by under 0.1 s; without dropping by 86 s."""
    counted = FORMATS[rate]
    assert abs(frames_per_day(counted) / counted.frame_rate - 86_400) < Fraction(1, 10)


@pytest.mark.parametrize("minute", range(60))
def test_skipped_numbers_are_refused(minute: int) -> None:
    counted = FORMATS["29.97 df"]
    for frame in (0, 1):
        text = f"00:{minute:02d}:00;{frame:02d}"
        if minute % 10:
            with pytest.raises(TimecodeError, match="skips"):
                counted.parse(text)
            assert counted.format(counted.parse_nearest(text)) == f"00:{minute:02d}:00;02"
        else:
            assert counted.format(counted.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "1", "00:00:00", "aa:bb:cc:dd", "00:00:00:25", "24:00:00:00", "00:60:00:00", "00:00:60:00",
     "-01:00:00:00", "00:00:00:00:00", "00:00:00:1", "٠٠:٠٠:٠٠:٠٠"],
)  # fmt: skip
def test_what_is_no_timecode_at_25_is_refused(text: str) -> None:
    with pytest.raises(UserFacingError, match=r"timecode|out of range"):
        FORMATS["25"].parse(text)


def test_a_label_of_another_rate_becomes_the_nearest_frame() -> None:
    assert FORMATS["24"].parse_nearest("01:00:00:29") == 86_400 + 23
    assert FORMATS["24"].parse_nearest("01:00:00;10") == 86_400 + 10
    with pytest.raises(TimecodeError):
        FORMATS["24"].parse_nearest("an hour")


@pytest.mark.parametrize("rate", ["23.976", "24", "25", "30", "47.952", "48", "50", "60", "100", "120"])
def test_drop_frame_is_refused_where_it_does_not_exist(rate: str) -> None:
    frame_rate = FORMATS[rate].frame_rate
    assert not supports_drop_frame(frame_rate)
    with pytest.raises(TimecodeError, match=r"29\.97"):
        TimecodeFormat(frame_rate, drop_frame=True)


@each_format
def test_frames_and_samples_agree(counted: TimecodeFormat) -> None:
    """A frame's first sample shows that frame; the sample before it still shows the one before."""
    rate = counted.frame_rate
    chance = random.Random(3)
    for frame in (0, 1, *(chance.randrange(10_000_000) for _ in range(300))):
        position = frame_to_samples(frame, rate)
        assert samples_to_frame(position, rate) == frame
        assert samples_to_frame(position - 1, rate) == frame - 1
        assert 0 <= position - Fraction(frame) / rate * SAMPLE_RATE < 1


def test_known_sample_positions() -> None:
    assert frame_to_samples(1, Fraction(25)) == 1_920
    assert frame_to_samples(1, ntsc(30)) == 1_602  # 1601.6, and the frame is not shown before it
    assert frame_to_samples(30_000, ntsc(30)) == 1_001 * SAMPLE_RATE
    assert seconds_to_samples(0.5) == 24_000
    assert seconds_to_samples(Fraction(1, 96_000)) == 1
    assert seconds_to_samples(-Fraction(1, 96_000)) == -1
    assert samples_to_seconds(72_000) == 1.5


@pytest.mark.parametrize(
    ("measured", "meant"),
    [
        (23.976, ntsc(24)), (Fraction(2398, 100), ntsc(24)), (23.976024, ntsc(24)), (24.0, Fraction(24)),
        (Fraction(2997, 100), ntsc(30)), (29.9697, ntsc(30)), (29.97003, ntsc(30)), (30.001, Fraction(30)),
        (47.952, ntsc(48)), (59.94, ntsc(60)), (119.88, ntsc(120)), (25, Fraction(25)),
        (12.5, Fraction(25, 2)), (15, Fraction(15)), (1e-9, Fraction(1, 1001)),
    ],
)  # fmt: skip
def test_measured_rates_become_broadcast_rates(measured: float | Fraction, meant: Fraction) -> None:
    assert snap_frame_rate(measured) == meant


@pytest.mark.parametrize("rate", [0, -25])
def test_a_rate_must_be_positive(rate: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        snap_frame_rate(rate)
