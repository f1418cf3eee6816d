"""What a surface is made of, in the terms of the models beside this file.

Levels are in dB between the parts of one surface.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.synthesis.impacts.body import Body, Thump
from engine.synthesis.impacts.grains import Grains
from engine.synthesis.impacts.noise import Field
from engine.synthesis.impacts.water import Bubbles


@dataclass(frozen=True, slots=True)
class Friction:
    """How a surface answers to a stick drawn across it.

    The roughness noise lies between `low_cut_hz` and, at full speed, `cutoff_hz`, with `tilt_db_per_octave`
    there. The stick jumps over `bumps_per_s` unevennesses per second, and on smooth surfaces sticks and slips
    at around `slip_hz` (0: never). Levels in dB: the noise heard directly, the object set ringing, the stick
    itself, and the grains or bubbles where there are any.
    """

    cutoff_hz: float
    tilt_db_per_octave: float
    bumps_per_s: float
    noise_db: float
    body_db: float
    stick_db: float
    slip_hz: float = 0.0
    slip_db: float = -12.0
    low_cut_hz: float = 150.0
    grains_db: float = -1.0
    bubbles_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Surface:
    """One material, for hits and for scratches.

    A blow at full strength presses on the bulk of the object for `contact_s` and on its surface (dense field,
    grains, the stick's own tip) for `tip_contact_s`: a stick sinks into cloth slowly and still clicks a
    little.
    """

    contact_s: float
    tip_contact_s: float
    stick_db: float
    friction: Friction
    peak_db: float = -1.0
    body: Body | None = None
    thumps: tuple[Thump, ...] = ()
    fields: tuple[Field, ...] = ()
    grains: Grains | None = None
    bubbles: Bubbles | None = None
    bounce_chance: float = 0.0
