"""Confidences and time shift from clips whose contacts are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.models.picking import HitCurves, PickingConfig, pick_contacts
from training.datasets.recording import Contact, Recording
from training.hits.confidence import THRESHOLD, Picks, fitted_picking


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
    picking = fitted_picking(clips, PickingConfig())
    assert picking.shift_s == pytest.approx(-0.02, abs=1e-6)
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
    assert (picking.shift_s, picking.bias) == (0.0, pytest.approx(0.0, abs=1e-3))
    assert picking.slope == pytest.approx(1.0, abs=1e-3)
