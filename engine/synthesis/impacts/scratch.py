"""The stick drawn across a surface: strokes back and forth whose speed shapes noise, bumps and grains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.body import draw_body, draw_thump
from engine.synthesis.impacts.contact import press, strength_level_db
from engine.synthesis.impacts.draws import amplitude
from engine.synthesis.impacts.finish import at_texture_level, balanced, faded_end, without_dc
from engine.synthesis.impacts.fourier import band_noise, convolved
from engine.synthesis.impacts.grains import Grains, scatter
from engine.synthesis.impacts.hit import blow
from engine.synthesis.impacts.modal import ring
from engine.synthesis.impacts.noise import band_levels_db, noise_bands
from engine.synthesis.impacts.stick import stick_response
from engine.synthesis.impacts.surface import Friction, Surface
from engine.synthesis.impacts.water import Bubbles, draw_radii, sing

CONTROL_HZ = 500
STROKE_S = 0.38
"""A typical stroke from one reversal to the next."""
LIFT_S = 0.045
"""The stick leaves this long before the end, so that what it set ringing is heard out."""
RESPONSE_S = 0.25
STAYING_CONTACT = 0.45
"""The stick stays on the object and damps its modes to this share of their T60."""
SCRATCH_BELOW_HIT_DB = 10.0


def speed_profile(
    length: int, of_contact: np.random.Generator, turns: Sequence[int] | None = None
) -> np.ndarray:
    """The stick's speed, (length,) float64 in 0..1: strokes with reversals, and a hand that is not a machine.

    The first stroke starts in motion, because the sound has to begin at sample 0. The strokes are drawn, or
    end at `turns`, the samples at which a hand that is seen reverses.
    """
    moving = length - int(min(LIFT_S * SAMPLE_RATE, 0.2 * length))
    if turns is None:
        strokes = max(1, round(moving / SAMPLE_RATE / (STROKE_S * 2.0 ** of_contact.uniform(-0.5, 0.5))))
        borders = np.concatenate(((0.0,), np.cumsum(2.0 ** of_contact.uniform(-0.35, 0.35, strokes))))
        borders *= moving / borders[-1]
    else:
        borders = np.array([0, *(turn for turn in sorted(set(turns)) if 0 < turn < moving), moving], float)
        strokes = borders.size - 1
    steps = max(8, int(length / SAMPLE_RATE * CONTROL_HZ))
    at = np.linspace(0.0, length, steps)
    stroke = np.clip(np.searchsorted(borders, at, side="right") - 1, 0, strokes - 1)
    share = np.clip((at - borders[stroke]) / np.diff(borders)[stroke], 0.0, 1.0)
    share = np.where(stroke == 0, 0.12 + 0.88 * share, share)
    push = of_contact.uniform(0.75, 1.0, strokes)[stroke]
    skew = 2.0 ** of_contact.uniform(-0.4, 0.4, strokes)[stroke]
    slowest = of_contact.uniform(0.0, 0.25, strokes)[stroke]
    speed = push * (slowest + (1.0 - slowest) * np.sin(np.pi * share**skew) ** 0.65)
    tremor = np.interp(
        at, np.linspace(0.0, length, steps // 12 + 2), of_contact.normal(1.0, 0.12, steps // 12 + 2)
    )
    speed = np.where(at < moving, speed * np.clip(tremor, 0.6, 1.4), 0.0)
    return np.clip(np.interp(np.arange(length), at, speed), 0.0, 1.0)


def roughness(friction: Friction, speed: np.ndarray, of_contact: np.random.Generator) -> np.ndarray:
    """The noise of a rough surface, (n,): faster is louder and, as the same bumps pass sooner, brighter."""
    levels_db = band_levels_db(friction.low_cut_hz, 16_000.0, friction.tilt_db_per_octave)
    cutoff_hz = friction.cutoff_hz * (0.25 + 0.75 * speed)
    sound = np.zeros(speed.size)
    for (center_hz, band), level_db in zip(noise_bands(speed.size, of_contact), levels_db, strict=True):
        sound += amplitude(level_db) * band / (1.0 + (center_hz / cutoff_hz) ** 2)
    grit = band_noise(speed.size, 12.0, 90.0, of_contact)
    return sound * speed**1.2 * np.exp(0.35 * np.clip(grit, -3.0, 3.0))


def events_along(speed: np.ndarray, rate_per_s: float, of_contact: np.random.Generator) -> np.ndarray:
    """Moments in samples, (k,) float64 rising, that come `rate_per_s` times a second at full speed."""
    travelled = np.cumsum(speed) * (rate_per_s / SAMPLE_RATE)
    count = of_contact.poisson(travelled[-1])
    return np.interp(np.sort(of_contact.random(count)) * travelled[-1], travelled, np.arange(speed.size))


def bumps(friction: Friction, speed: np.ndarray, of_contact: np.random.Generator) -> np.ndarray:
    """Impulses of the stick's jumps over unevennesses, (n,)."""
    at = events_along(speed, friction.bumps_per_s, of_contact).astype(np.int64)
    size = 10.0 ** (np.clip(of_contact.normal(-6.0, 7.0, at.size), -30.0, 8.0) / 20.0)
    return np.bincount(at, weights=size * speed[at], minlength=speed.size)[: speed.size]


def slips(friction: Friction, speed: np.ndarray, of_contact: np.random.Generator) -> np.ndarray:
    """Impulses where a sticking tip lets go, (n,): nearly regular, rarer when slow, coming and going."""
    steps = speed.size // 480 + 2
    wander = np.exp(0.12 * np.cumsum(of_contact.standard_normal(steps)) / np.sqrt(steps))
    hold = np.clip(of_contact.normal(0.25, 0.5, steps // 8 + 2), 0.0, 1.0)
    sample = np.arange(speed.size)
    wander = np.interp(sample, np.linspace(0, speed.size, steps), wander)
    hold = np.interp(sample, np.linspace(0, speed.size, hold.size), hold)
    rate_hz = friction.slip_hz * (0.5 + 0.5 * speed) * wander
    cycle = np.floor(np.cumsum(rate_hz) / SAMPLE_RATE + 0.02 * of_contact.standard_normal())
    let_go = np.diff(cycle, prepend=cycle[0]) > 0.0
    return let_go * hold * speed * of_contact.uniform(0.6, 1.0, speed.size)


def unit_power(part: np.ndarray) -> np.ndarray:
    """A lasting part scaled to an RMS of 1; silence stays silence."""
    power = float(np.mean(part**2))
    return part / np.sqrt(power) if power > 0.0 else part


def falling_grains(grains: Grains, speed: np.ndarray, of_contact: np.random.Generator) -> np.ndarray:
    """Grains set off along the strokes, (n,)."""
    at = events_along(speed, grains.rate_per_s, of_contact)
    level_db = 20.0 * np.log10(np.maximum(speed[at.astype(np.int64)], 0.03))
    return scatter(grains, at, level_db, speed.size, of_contact)


def stirred_bubbles(bubbles: Bubbles, speed: np.ndarray, of_contact: np.random.Generator) -> np.ndarray:
    """Bubbles dragged under along the strokes, (n,)."""
    at = events_along(speed, bubbles.rate_per_s, of_contact)
    radius_m = draw_radii(bubbles, at.size, of_contact)
    level = (radius_m / bubbles.largest_m) ** 0.8 * 10.0 ** (of_contact.normal(-3.0, 5.0, at.size) / 20.0)
    return sing(radius_m, at, level, speed.size, of_contact)


def scratch(
    surface: Surface,
    of_object: np.random.Generator,
    of_contact: np.random.Generator,
    strength: float,
    length: int,
    turns: Sequence[int] | None = None,
) -> np.ndarray:
    """A finished scratch, (length,) float64; `turns` as in `speed_profile`."""
    friction = surface.friction
    touch = blow(surface, of_object, of_contact, 0.4 * strength)[:length]
    speed = speed_profile(length, of_contact, turns) * (0.55 + 0.45 * strength)
    noise = roughness(friction, speed, of_contact)
    jumps = bumps(friction, speed, of_contact)
    force = unit_power(noise) + unit_power(jumps)
    if friction.slip_hz > 0.0:
        force += amplitude(friction.slip_db) * unit_power(slips(friction, speed, of_contact))

    parts = [(unit_power(noise), friction.noise_db)]
    response = _object_response(surface, of_object, of_contact)
    if response is not None:
        parts.append((unit_power(convolved(force, response)), friction.body_db))
    stick = press(stick_response(of_object, of_contact), surface.tip_contact_s)
    parts.append((unit_power(convolved(unit_power(jumps) + 0.3 * force, stick)), friction.stick_db))
    if surface.grains is not None:
        parts.append((unit_power(falling_grains(surface.grains, speed, of_contact)), friction.grains_db))
    if surface.bubbles is not None:
        parts.append((unit_power(stirred_bubbles(surface.bubbles, speed, of_contact)), friction.bubbles_db))
    sound = sum((amplitude(level_db) * part for part, level_db in parts), np.zeros(length))

    sound[: touch.size] += touch * (1.5 * np.sqrt(np.mean(sound**2)) / np.abs(touch).max())
    peak_db = surface.peak_db - SCRATCH_BELOW_HIT_DB + strength_level_db(strength)
    ended = faded_end(without_dc(sound), min(0.020, 0.1 * length / SAMPLE_RATE))
    return at_texture_level(balanced(ended), peak_db)


def _object_response(
    surface: Surface, of_object: np.random.Generator, of_contact: np.random.Generator
) -> np.ndarray | None:
    """What one unit of force sets ringing, (m,), or None for surfaces that do not ring."""
    length = int(RESPONSE_S * SAMPLE_RATE)
    if surface.body is None:
        return None
    response = unit_power(
        ring(draw_body(surface.body, of_object, of_contact).damped(STAYING_CONTACT), length)
    )
    for thump in surface.thumps:
        low = ring(draw_thump(thump, of_object, of_contact).damped(STAYING_CONTACT), length)
        response += amplitude(thump.level_db - 6.0) * unit_power(low)
    return press(response, surface.tip_contact_s)
