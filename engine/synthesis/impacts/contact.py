"""The contact force between stick and surface: how long it lasts decides how bright everything sounds."""

from __future__ import annotations

import numpy as np

from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.fourier import filtered

STRENGTH_RANGE_DB = 30.0
"""From the faintest touch (strength 0) to the hardest blow (strength 1)."""
HERTZ_EXPONENT = 0.2
"""Two elastic bodies stay in contact for a time that falls with the fifth root of their speed."""

CORNER = 1.305
"""Three poles at this over the contact time lie together 6 dB down at its inverse."""


def strength_level_db(strength: float) -> float:
    """The level of a contact against the hardest one, in dB; 0 at strength 1."""
    return -STRENGTH_RANGE_DB * (1.0 - strength)


def contact_time_s(hardest_s: float, strength: float) -> float:
    """How long the contact lasts.

    Parameters
    ----------
    hardest_s : float
        The contact time of the hardest blow in s; short on rock, long on cloth.
    strength : float
        0..1; the blow's speed follows `strength_level_db`.

    Returns
    -------
    float
        Seconds; at strength 0 twice that of the hardest blow.

    References
    ----------
    K. L. Johnson, *Contact Mechanics*, 1985, section 11.4 (Hertz's theory of impact).
    """
    speed = 10.0 ** (strength_level_db(strength) / 20.0)
    return hardest_s * speed**-HERTZ_EXPONENT


def press(response: np.ndarray, duration_s: float) -> np.ndarray:
    """A response to an impulse turned into the response to a contact.

    The force rises and falls as `t**2 * exp(-t / tau)`. Its spectrum falls by 18 dB per octave well above
    the inverse of the contact time; it has none of the zeros of Hertz's half sine, which real blows, whose
    force is never so regular, do not show either.

    Parameters
    ----------
    response : np.ndarray
        (n,) float64.
    duration_s : float
        The contact time; at its inverse the spectrum lies 6 dB lower.

    Returns
    -------
    np.ndarray
        (n,) float64.
    """
    pole = np.exp(-2.0 * np.pi * CORNER / (duration_s * SAMPLE_RATE))
    settles_within = int(8.0 * duration_s * SAMPLE_RATE) + 32
    return filtered(response, lambda delay: ((1.0 - pole) / (1.0 - pole * delay)) ** 3, settles_within)
