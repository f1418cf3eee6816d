"""A solid object: its modes drawn from measured statistics, and what a contact at one point excites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.synthesis.impacts.draws import octaves, within
from engine.synthesis.impacts.modal import HIGHEST_MODE_HZ, Modes
from engine.synthesis.impacts.mode_statistics import ModeStatistics, mode_statistics

NARROWEST_SPREAD, WIDEST_SPREAD = -2.0, 1.6
"""Bounds, in standard deviations, on how far a mode may lie from its family's line."""


@dataclass(frozen=True, slots=True)
class Body:
    """The kinds of objects of one material.

    `families` are names in the measured statistics, one is drawn per object. `frequency_scale` and
    `t60_scale` move the whole family (a floor tile is thicker and held by mortar; a measured plate hung
    free); `size_octaves` and `t60_octaves` are how much objects differ from each other. `t60_slope` and
    `tilt_db_per_octave` are added to the measured slopes of decay times and levels, pivoting at 1 kHz.
    """

    families: tuple[str, ...]
    mode_count: int = 40
    frequency_scale: float = 1.0
    size_octaves: float = 0.5
    t60_scale: float = 1.0
    t60_octaves: float = 0.5
    t60_slope: float = 0.0
    tilt_db_per_octave: float = 0.0
    level_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Thump:
    """The lowest, broad resonances of what carries the surface: a table's plate, a wall's cavity, a floor."""

    lowest_hz: float
    highest_hz: float
    t60_s: float
    level_db: float
    mode_count: int = 3


def draw_body(body: Body, of_object: np.random.Generator, of_contact: np.random.Generator) -> Modes:
    """The modes of one object as one contact excites them.

    The object fixes frequencies, decay times, levels and the shape of every mode; the contact's position on
    it decides which modes are struck near a belly and which near a node.
    """
    statistics = mode_statistics()[body.families[int(of_object.integers(len(body.families)))]]
    count = body.mode_count
    frequency_hz = _frequencies(statistics, count, of_object)
    frequency_hz *= body.frequency_scale * octaves(of_object, body.size_octaves)
    above_1khz = np.log2(frequency_hz / 1000.0)

    t60_rest = np.clip(of_object.standard_normal(count), NARROWEST_SPREAD, WIDEST_SPREAD)
    t60_octaves = (statistics.t60_slope_octaves_per_octave + body.t60_slope) * above_1khz
    t60_octaves += 0.6 * statistics.t60_spread_octaves * t60_rest
    t60_s = (
        statistics.t60_at_1khz_s * body.t60_scale * octaves(of_object, body.t60_octaves) * 2.0**t60_octaves
    )

    level_rest = np.clip(of_object.standard_normal(count), NARROWEST_SPREAD, WIDEST_SPREAD)
    level_db = (statistics.level_slope_db_per_octave + body.tilt_db_per_octave) * above_1khz
    level_db += 0.7 * statistics.level_spread_db * level_rest

    amplitudes = 10.0 ** (level_db / 20.0) * _position_weight(count, of_object, of_contact)
    frequency_hz *= 1.0 + 0.0015 * of_contact.standard_normal(count)
    t60_s *= 2.0 ** (0.12 * of_contact.standard_normal(count))
    amplitudes[frequency_hz > HIGHEST_MODE_HZ] = 0.0
    return Modes(np.minimum(frequency_hz, HIGHEST_MODE_HZ), t60_s, amplitudes)


def draw_thump(thump: Thump, of_object: np.random.Generator, of_contact: np.random.Generator) -> Modes:
    """The modes of what lies under the surface, the lowest one the strongest."""
    lowest_hz = within(of_object, thump.lowest_hz, thump.highest_hz)
    ratio = 1.0 + np.cumsum(np.append(0.0, of_object.uniform(0.35, 0.8, thump.mode_count - 1)))
    amplitudes = 1.0 / ratio * _position_weight(thump.mode_count, of_object, of_contact)
    t60_s = thump.t60_s * octaves(of_object, 0.35) * octaves(of_contact, 0.2) / np.sqrt(ratio)
    off_centre = octaves(of_contact, 0.06) * (1.0 + 0.03 * of_contact.standard_normal(thump.mode_count))
    frequency_hz = lowest_hz * ratio * off_centre
    return Modes(frequency_hz, t60_s, amplitudes)


def _frequencies(statistics: ModeStatistics, count: int, of_object: np.random.Generator) -> np.ndarray:
    """Frequencies in Hz, (count,) rising: one from each of `count` equal shares of the measured ones."""
    share = (np.arange(count) + of_object.random(count)) / count
    quantiles = statistics.frequency_quantiles_hz
    return 2.0 ** np.interp(share, np.linspace(0.0, 1.0, quantiles.size), np.log2(quantiles))


def _position_weight(
    count: int, of_object: np.random.Generator, of_contact: np.random.Generator
) -> np.ndarray:
    """How strongly a contact drives each mode, (count,) in 0.1..1: a standing wave sampled at one point."""
    node_phase = of_object.uniform(0.0, np.pi, count)
    waves_across = 1.0 + 3.0 * np.arange(count) / count
    position = of_contact.uniform(0.0, 1.0)
    return 0.1 + 0.9 * np.abs(np.sin(node_phase + np.pi * waves_across * position))
