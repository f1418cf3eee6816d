"""Confidences and levels from clips whose contacts and levels are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.models.level_shape import LevelShape
from engine.models.picking import HitCurves, PickingConfig, pick_contacts
from training.datasets.recording import Contact, Recording
from training.hits.confidence import THRESHOLD, Picks, fitted_picking
from training.hits.detection import candidates_in
from training.hits.levels import DECAYS_S, fitted_levels


def clip(number: int, late_s: float, slope: float, bias: float) -> Picks:
    """A detector that is late, and whose log odds want to be brought to a line."""
    rng = np.random.default_rng(number)
    times_s = np.arange(900) / 30
    onset = np.full(900, -9.0)
    contacts: list[Contact] = []
    for index in range(15, 885, 15):
        log_odds = rng.normal(0, 2)
        onset[index] = (log_odds - bias) / slope
        if rng.random() < 1 / (1 + np.exp(-log_odds)):
            contacts.append(Contact(float(times_s[index]) - late_s))
    curves = HitCurves(times_s, onset, np.zeros(900), np.full(900, -40.0), np.zeros(900))
    name = f"clip_{number}"
    return Picks(Recording(name, name, Path(name), None, 30.0, tuple(contacts)), [curves])


def test_the_line_that_made_the_confidences_is_found():
    clips = [clip(number, 0.02, 2.0, -1.0) for number in range(12)]
    picking = fitted_picking(clips, PickingConfig(shift_s=-0.02))
    assert picking.shift_s == -0.02
    assert picking.slope == pytest.approx(2.0, rel=0.2)
    assert picking.bias == pytest.approx(-1.0, abs=0.25)
    assert picking.threshold == THRESHOLD
    # Of new contacts shown with 80 %, four in five are right.
    right = shown = 0
    for one in (clip(number, 0.02, 2.0, -1.0) for number in range(50, 80)):
        true_s = np.array([contact.time_s for contact in one.recording.contacts])
        for contact in pick_contacts(one.curves[0], picking):
            if 0.7 < contact.confidence < 0.9:
                shown += 1
                right += int(np.abs(true_s - contact.time_s).min() < 0.05)
    assert shown > 100 and right / shown == pytest.approx(0.8, abs=0.06)


def test_nothing_known_leaves_things_as_they_are():
    silent = Recording("a", "a", Path("a"), None, 3.0)
    curves = HitCurves(np.arange(9) / 30, np.full(9, -9.0), np.zeros(9), np.zeros(9), np.zeros(9))
    picking = fitted_picking([Picks(silent, [curves])], PickingConfig())
    assert (picking.bias, picking.slope) == (pytest.approx(0.0, abs=1e-3), pytest.approx(1.0, abs=1e-3))
    assert fitted_levels([Picks(silent, [curves])], PickingConfig()) == LevelShape()


def test_the_shape_that_made_the_levels_is_found():
    shape = LevelShape(-35.0, 0.4, tuple(zip(DECAYS_S, (15.0, 8.0), strict=True)))
    clips: list[Picks] = []
    for number in range(6):
        rng = np.random.default_rng(number)
        picks = clip(number, 0.0, 1.0, 0.0)
        curves = replace(picks.curves[0], level_db=-30 + 5 * rng.standard_normal(900))
        found = candidates_in([curves], PickingConfig())
        level_db = shape.curve_db(found.frame_times_s, found.level_db, found.times_s, found.confidence)
        # Each recording's gain is its own, and a few moments are anything.
        level_db += 6 * (number - 2.5)
        level_db[rng.integers(0, 900, 30)] += 40
        clips.append(Picks(replace(picks.recording, level_db=tuple(level_db)), [curves]))
    fitted = fitted_levels(clips, PickingConfig())
    assert fitted.base_db == pytest.approx(-35.0, abs=1.5)
    assert fitted.share == pytest.approx(0.4, abs=0.05)
    assert [rise_db for _, rise_db in fitted.decays] == pytest.approx([15.0, 8.0], abs=1.0)
