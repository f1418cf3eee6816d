"""One blow of the stick: object, floor, dense field, grains, bubbles and the stick, summed by level."""

from __future__ import annotations

import numpy as np

from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.body import draw_body, draw_thump
from engine.synthesis.impacts.contact import contact_time_s, press, strength_level_db
from engine.synthesis.impacts.draws import amplitude, octaves, within
from engine.synthesis.impacts.finish import at_peak, balanced, faded_end, led_by_attack, trimmed, without_dc
from engine.synthesis.impacts.grains import fall_after_hit
from engine.synthesis.impacts.modal import Modes, ring
from engine.synthesis.impacts.noise import decaying_field
from engine.synthesis.impacts.stick import stick_response
from engine.synthesis.impacts.surface import Surface
from engine.synthesis.impacts.water import rise_after_hit

LONGEST_S = 2.0
REFERENCE = int(0.050 * SAMPLE_RATE)
"""Parts are levelled by the energy of this much of their beginning."""
STICK_OVER_STRENGTH_DB = 5.0
"""How much more of the stick a hard blow has than a faint one, on top of everything getting louder."""


def levelled(part: np.ndarray, level_db: float) -> np.ndarray:
    """A part, (n,), scaled so that the energy of its first 50 ms stands at a level in dB."""
    energy = float(np.square(part[:REFERENCE]).sum())
    return part * (amplitude(level_db) / np.sqrt(energy)) if energy > 0.0 else part


def summed(parts: list[np.ndarray]) -> np.ndarray:
    """Parts of any lengths added from their beginnings."""
    sound = np.zeros(max(part.size for part in parts))
    for part in parts:
        sound[: part.size] += part
    return sound


def ring_out(modes: Modes) -> np.ndarray:
    """Modes rung until they are inaudible, two seconds at most."""
    return ring(modes, int(min(LONGEST_S, 1.3 * modes.longest_t60_s) * SAMPLE_RATE) + 960)


def blow(
    surface: Surface, of_object: np.random.Generator, of_contact: np.random.Generator, strength: float
) -> np.ndarray:
    """A blow before its level is set, (n,) float64."""
    bulk, surface_parts = [], []
    if surface.body is not None:
        bulk.append((ring_out(draw_body(surface.body, of_object, of_contact)), surface.body.level_db))
    for thump in surface.thumps:
        bulk.append((ring_out(draw_thump(thump, of_object, of_contact)), thump.level_db))
    for field in surface.fields:
        surface_parts.append((decaying_field(field, of_object, of_contact), field.level_db))
    stick_db = surface.stick_db + STICK_OVER_STRENGTH_DB * (strength - 0.7)
    surface_parts.append((stick_response(of_object, of_contact), stick_db))
    if surface.grains is not None:
        grains = fall_after_hit(surface.grains, strength, of_contact)
        surface_parts.append((grains, surface.grains.level_db))

    hardness = octaves(of_object, 0.2) * octaves(of_contact, 0.25)
    pressed = [
        press(_mixed(parts, of_contact), hardness * contact_time_s(hardest_s, strength))
        for parts, hardest_s in ((bulk, surface.contact_s), (surface_parts, surface.tip_contact_s))
        if parts
    ]
    sound = summed(pressed)
    if surface.bubbles is not None:
        bubbles = rise_after_hit(surface.bubbles, strength, of_contact)
        energy = np.sqrt(np.square(sound).sum() / max(np.square(bubbles).sum(), 1e-30))
        sound = summed([sound, bubbles * (energy * amplitude(surface.bubbles.level_db))])
    return sound


def _mixed(parts: list[tuple[np.ndarray, float]], of_contact: np.random.Generator) -> np.ndarray:
    """Parts at their levels, each a little off, as no two blows are alike."""
    return summed([levelled(part, level_db + of_contact.normal(0.0, 1.0)) for part, level_db in parts])


def with_bounce(sound: np.ndarray, of_contact: np.random.Generator) -> np.ndarray:
    """The sound and the same again, fainter, as a loosely held stick falls back."""
    delay = int(within(of_contact, 0.045, 0.110) * SAMPLE_RATE)
    gain = amplitude(of_contact.uniform(-30.0, -20.0))
    return summed([sound, np.concatenate((np.zeros(delay), gain * sound))])


def hit(
    surface: Surface, of_object: np.random.Generator, of_contact: np.random.Generator, strength: float
) -> np.ndarray:
    """A finished hit, (n,) float64: trimmed, faded, at the level of its strength."""
    bounces = of_contact.random() < surface.bounce_chance
    sound = blow(surface, of_object, of_contact, strength)
    if bounces:
        sound = with_bounce(sound, of_contact)
    peak_db = surface.peak_db + strength_level_db(strength) + of_contact.uniform(-1.5, 0.0)
    return at_peak(balanced(faded_end(trimmed(led_by_attack(without_dc(sound))))), peak_db)
