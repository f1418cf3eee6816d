"""The drumstick's own voice: a click, and the short ring of the stick itself.

Recordings of drumstick hits on whatever surface share a bright, very short burst with a peak near 3.4 kHz:
the stick's bending modes, damped by the hand. Without it an impact is the object's alone and far too dull.
"""

from __future__ import annotations

import numpy as np

from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.draws import octaves
from engine.synthesis.impacts.modal import Modes, ring

MODES_HZ = np.array([640.0, 1330.0, 2150.0, 3430.0, 4550.0, 5900.0, 7500.0])
MODES_DB = np.array([-14.0, -9.0, -5.0, 0.0, -4.0, -7.0, -12.0])
MODES_T60_S = np.array([0.030, 0.028, 0.026, 0.028, 0.022, 0.018, 0.014])
CLICK_T60_S = 0.004
CLICK_SHARE = 0.55
LENGTH = int(0.060 * SAMPLE_RATE)


def draw_stick(of_object: np.random.Generator, of_contact: np.random.Generator) -> Modes:
    """The stick's modes as this contact excites them: another stick per object, another spot per contact."""
    frequency_hz = (
        MODES_HZ * octaves(of_object, 0.12) * (1.0 + 0.015 * of_object.standard_normal(MODES_HZ.size))
    )
    frequency_hz *= 1.0 + 0.006 * of_contact.standard_normal(MODES_HZ.size)
    level_db = (
        MODES_DB + of_object.normal(0.0, 2.0, MODES_HZ.size) + of_contact.normal(0.0, 2.0, MODES_HZ.size)
    )
    return Modes(frequency_hz, MODES_T60_S * octaves(of_contact, 0.3), 10.0 ** (level_db / 20.0))


def stick_response(of_object: np.random.Generator, of_contact: np.random.Generator) -> np.ndarray:
    """What the stick gives to an impulse at its tip, (n,) float64: ring and click."""
    body = ring(draw_stick(of_object, of_contact), LENGTH)
    time_s = np.arange(LENGTH) / SAMPLE_RATE
    click = of_contact.standard_normal(LENGTH) * np.exp(-6.908 / CLICK_T60_S * time_s)
    return body + CLICK_SHARE * click * (np.abs(body).max() / np.abs(click).max())
