"""Choosing the threshold and the time shift."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.models.picking import PickingConfig
from training.datasets.recording import Contact, Recording
from training.hits.detection import Candidates, calibrated, clip_contacts, pooled_f1


def recording(name: str, *times_s: float, unseen_s: tuple[float, ...] = ()) -> Recording:
    contacts = [Contact(time_s) for time_s in times_s]
    contacts += [Contact(time_s, in_picture=False) for time_s in unseen_s]
    contacts.sort(key=lambda contact: contact.time_s)
    return Recording(name, name, Path(name), None, 10.0, tuple(contacts))


def candidates(*found: tuple[float, float]) -> Candidates:
    times_s, confidence = zip(*found, strict=True) if found else ((), ())
    return Candidates(np.array(times_s, float), np.array(confidence, float), np.zeros(0), np.zeros(0))


def test_threshold_and_shift_of_a_detector_that_is_60_ms_early():
    recordings = [recording("a", 1.0, 2.0, 3.0), recording("b", 4.0), recording("c")]
    found = {
        "a": candidates((0.94, 0.9), (1.94, 0.8), (2.5, 0.5), (2.94, 0.7)),
        "b": candidates((3.94, 0.65), (6.0, 0.3)),
        "c": candidates(),
    }
    picking, f1 = calibrated(PickingConfig(shift_s=0.002), recordings, found)
    assert f1 == 1.0
    assert picking.shift_s == pytest.approx(0.062)
    assert 0.5 < picking.threshold <= 0.65


def test_nothing_found_is_no_error():
    picking, f1 = calibrated(PickingConfig(), [recording("a", 1.0)], {"a": candidates()})
    assert (f1, picking.shift_s) == (0.0, 0.0)


def test_what_is_only_heard_is_neither_asked_for_nor_held_against():
    clip = clip_contacts(
        recording("a", 1.0, unseen_s=(2.0, 5.0)),
        candidates((1.01, 0.9), (2.05, 0.8), (3.0, 0.7)),
        threshold=0.5,
    )
    assert clip.true_s.tolist() == [1.0]
    assert clip.found_s.tolist() == [1.01, 3.0]
    assert pooled_f1([clip], 0.75) == 1.0
    assert pooled_f1([clip], 0.5) == pytest.approx(2 / 3)
