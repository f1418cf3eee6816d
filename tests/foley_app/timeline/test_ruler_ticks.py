"""Ticks and labels of the ruler."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from engine.project.timebase import TimecodeFormat, frame_to_samples
from foley_app.timeline.ruler_ticks import Counting, Tick, ruler_ticks
from foley_app.timeline.time_axis import TimeAxis

RATE = 48_000
LABEL = 77.0
NTSC = Fraction(30000, 1001)


def labelled(ticks: list[Tick]) -> list[str]:
    return [tick.label for tick in ticks if tick.label]


def counting(rate: Fraction = Fraction(30), *, drop: bool = False, start: str = "01:00:00:00") -> Counting:
    timecode = TimecodeFormat(rate, drop)
    return Counting(timecode, timecode.parse(start), RATE)


def test_ten_seconds_have_a_label_each_second() -> None:
    ticks = ruler_ticks(TimeAxis.fitted(1400, 10 * RATE), counting(), LABEL)
    assert labelled(ticks) == [f"01:00:{second:02d}:00" for second in range(11)]
    assert [tick.position for tick in ticks if tick.label] == [second * RATE for second in range(11)]


@pytest.mark.parametrize("seconds", [0.2, 1, 7, 60, 600, 5400, 40_000])
@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(25), NTSC, Fraction(60), Fraction(120)])
def test_labels_never_touch_and_some_are_there(seconds: float, rate: Fraction) -> None:
    length = round(seconds * RATE)
    axis = TimeAxis.fitted(1400, length)
    ticks = ruler_ticks(axis, counting(rate, start="00:00:00:00" if rate < 100 else "00:00:00:000"), LABEL)
    positions = [axis.x_of(tick.position) for tick in ticks if tick.label]
    assert all(after - before >= LABEL + 8 for before, after in pairwise(positions))
    assert positions
    assert len(ticks) < 400


def test_zoomed_in_every_frame_has_its_own_timecode_at_its_own_position() -> None:
    axis = TimeAxis.fitted(1400, 10 * RATE).zoomed(100, 700)
    for tick in ruler_ticks(axis, counting(NTSC), LABEL):
        if tick.label:
            frame = TimecodeFormat(NTSC).parse(tick.label) - TimecodeFormat(NTSC).parse("01:00:00:00")
            assert tick.position == frame_to_samples(frame, NTSC, RATE)


def test_drop_frame_minutes_keep_their_tick_on_the_first_number_that_exists() -> None:
    counted = counting(NTSC, drop=True, start="00:00:00;00")
    axis = TimeAxis.fitted(1400, 180 * RATE)
    ticks = ruler_ticks(axis, counted, LABEL)
    # Number 00 and 01 of minute one are skipped: frame 1800 is 00:01:00;02.
    assert Tick(frame_to_samples(1800, NTSC, RATE), "00:01:00;02") in ticks


def test_drop_frame_ticks_between_seconds_skip_what_does_not_exist() -> None:
    counted = counting(NTSC, drop=True, start="00:00:00;00")
    axis = TimeAxis.fitted(1400, 180 * RATE).showing(58 * RATE, 62 * RATE)
    labels = labelled(ruler_ticks(axis, counted, LABEL))
    assert "00:01:00;02" in labels
    assert {int(label[-2:]) % 10 for label in labels if label != "00:01:00;02"} == {0}
    assert "00:01:00;10" in labels
    assert not {"00:01:00;00", "00:01:00;01"} & set(labels)


def test_timecode_goes_on_after_midnight() -> None:
    ticks = ruler_ticks(TimeAxis.fitted(1400, 10 * RATE), counting(start="23:59:55:00"), LABEL)
    assert labelled(ticks)[4:7] == ["23:59:59:00", "00:00:00:00", "00:00:01:00"]
