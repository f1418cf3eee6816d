"""What a struck surface does, drawn on the base picture: it gives way, comes apart, splashes, or moves.

A reaction begins at its contact's time, never before, grows with its strength, and is drawn anew for each
picture from nothing but the time. Everything is planned when it is made; drawing draws no random numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from training.stage.reactions.deform import FOLD_REACH, Deform
from training.stage.reactions.give import GIVES, give_of
from training.stage.reactions.place import place_of, surface_frame
from training.stage.reactions.puffs import dust
from training.stage.reactions.rigid_motion import RigidMotion, Tremble, body_of
from training.stage.reactions.scatter import Scatter, debris_of
from training.stage.reactions.splash import REACH_M, Splash
from training.stage.reactions.stroke import Stroke, stroke_of
from training.stage.reactions.surroundings import surroundings
from training.stage.reactions.swarm import view_row
from training.stage.reactions.sway import Sway, sway_of

if TYPE_CHECKING:
    from training.stage.contacts import Contact
    from training.stage.picture.still import Still
    from training.stage.world import Set

__all__ = ["Reaction", "react", "surroundings"]

_TREMBLE_REACH_M = 0.25
_HARD = 0.65
"""Blows at what does not move shake or raise something only if they are harder than this."""
_RATTLE_CHANCE = 0.15
_DUST_CHANCE = 0.15
_DUSTY = ("dirt", "carpet", "cloth", "drywall", "gravel")
_RATTLE_REACH_M = 0.5
_MOST_RATTLING = 3


class Reaction(Protocol):
    """Something that changes in the base picture for a while."""

    @property
    def start_s(self) -> float:
        """When it begins."""
        ...

    @property
    def end_s(self) -> float:
        """When nothing moves any more."""
        ...

    def draw(self, picture: NDArray[np.uint8], time_s: float) -> None:
        """Draw it as it is at a time, in place, on a copy of the base picture, uint8 (H, W, 3)."""
        ...

    def settle(self, picture: NDArray[np.uint8]) -> None:
        """Draw what stays for good on the base picture itself, once it is over."""
        ...


def react(
    contact: Contact,
    still: Still,
    set_: Set,
    rng: np.random.Generator,
    *,
    is_last_on_shape: bool = False,
) -> Reaction | None:
    """What a contact does to what is seen.

    Parameters
    ----------
    contact
        The blow or scratch, with the reaction it is said to cause.
    still, set_
        The scene, as long as nothing has happened in it.
    rng
        Everything that is chance.
    is_last_on_shape
        Nothing touches this shape again in the clip, so it may slide away or topple over.

    Returns
    -------
    Reaction | None
        None when nothing is seen to happen.
    """
    if not contact.in_picture or contact.shape < 0:
        return None
    if contact.material == "water" and contact.reaction in ("splash", "deform", "scatter"):
        return _splash(contact, still, set_, rng)
    if contact.reaction == "rigid-motion":
        return _rigid_motion(contact, still, set_, rng, is_last_on_shape)
    if contact.reaction == "static":
        return _aftermath(contact, still, set_, rng)
    give = give_of(contact.material, rng)
    place = place_of(contact, still, set_.light, FOLD_REACH * give.radius_m)
    if place is None:
        return None
    stroke = stroke_of(contact, place)
    if contact.reaction == "deform":
        return Deform(place, stroke, give, _vigour(contact), rng)
    # Water may have been spilled on anything; without any there is nothing to splash but bits.
    ground = Deform(place, stroke, give, _vigour(contact), rng) if contact.material in GIVES else None
    spot = np.asarray(contact.spot, np.float64)
    debris = debris_of(contact.material)
    return Scatter(place, stroke, still, set_.light, spot, debris, contact.strength, ground, rng)


def _vigour(contact: Contact) -> float:
    """How far a surface gives way, 0..1: even a light touch dents what is soft."""
    return 0.25 + 0.75 * contact.strength


def _splash(contact: Contact, still: Still, set_: Set, rng: np.random.Generator) -> Reaction | None:
    place = place_of(contact, still, set_.light, REACH_M)
    if place is None:
        return None
    return Splash(
        place, stroke_of(contact, place), still, np.asarray(contact.spot, np.float64), contact.strength, rng
    )


def _rigid_motion(
    contact: Contact, still: Still, set_: Set, rng: np.random.Generator, is_last_on_shape: bool
) -> Reaction | None:
    if contact.shape not in still.sprites:
        place = place_of(contact, still, set_.light, _TREMBLE_REACH_M)
        if place is None:
            return None
        swing_m = (0.002 + 0.008 * contact.strength) * rng.uniform(0.5, 1.2)
        lasts_s = rng.uniform(0.2, 0.5) + contact.duration_s
        return Tremble(place, contact.time_s, swing_m, lasts_s, rng)
    body, is_low = body_of(set_.shapes[contact.shape], contact, rng)
    if contact.duration_s > 0.0:
        # It judders as long as it is scratched.
        swing_m = (0.0005 + 0.002 * contact.strength) * rng.uniform(0.5, 1.2)
        judder = Sway("shake", body, swing_m, contact.duration_s + 0.15, rng.uniform(7.0, 12.0))
        return RigidMotion(still, contact.shape, judder, contact.time_s, rng)
    may_move = is_last_on_shape
    while True:
        sway = sway_of(body, contact.strength, may_stay_moved=may_move, is_low=is_low, rng=rng)
        motion = RigidMotion(still, contact.shape, sway, contact.time_s, rng)
        # Rather than leave the picture it stays where it is.
        if not sway.stays_moved or motion.is_in_picture():
            return motion
        may_move = False


def _aftermath(contact: Contact, still: Still, set_: Set, rng: np.random.Generator) -> Reaction | None:
    """Now and then a hard blow raises dust, or makes what stands nearby rattle."""
    chance = rng.random()
    if contact.strength < _HARD or contact.action != "hit":
        return None
    if contact.material in _DUSTY:
        return _DustCloud(contact, still, rng) if chance < _DUST_CHANCE else None
    return _rattle(contact, still, set_, rng) if chance < _RATTLE_CHANCE else None


def _rattle(contact: Contact, still: Still, set_: Set, rng: np.random.Generator) -> Reaction | None:
    spot = np.asarray(contact.spot)
    motions: list[Reaction] = []
    for number in still.sprites:
        shape = set_.shapes[number]
        if number == contact.shape or np.linalg.norm(np.asarray(shape.centre) - spot) > _RATTLE_REACH_M:
            continue
        body, _ = body_of(shape, contact, rng)
        sway = Sway("shake", body, rng.uniform(0.001, 0.003), rng.uniform(0.1, 0.2), rng.uniform(10, 16))
        motions.append(RigidMotion(still, number, sway, contact.time_s, rng))
        if len(motions) == _MOST_RATTLING:
            break
    if not motions:
        place = place_of(contact, still, set_.light, _TREMBLE_REACH_M)
        if place is not None:
            motions.append(
                Tremble(place, contact.time_s, rng.uniform(0.001, 0.002), rng.uniform(0.08, 0.15), rng)
            )
    return _Together(motions) if motions else None


class _Together:
    """Several reactions to one contact."""

    __slots__ = ("_parts", "end_s", "start_s")

    def __init__(self, parts: list[Reaction]) -> None:
        self._parts = parts
        self.start_s = min(part.start_s for part in parts)
        self.end_s = max(part.end_s for part in parts)

    def draw(self, picture: NDArray[np.uint8], time_s: float) -> None:
        for part in self._parts:
            part.draw(picture, time_s)

    def settle(self, picture: NDArray[np.uint8]) -> None:
        for part in self._parts:
            part.settle(picture)


class _DustCloud:
    """Only dust: it leaves nothing."""

    __slots__ = ("_depth", "_puffs", "_view", "end_s", "start_s")

    def __init__(self, contact: Contact, still: Still, rng: np.random.Generator) -> None:
        x, y, _ = still.camera.project(np.asarray(contact.spot, np.float64))
        height, width = still.shape.shape
        colour = still.colour[int(np.clip(y, 0, height - 1)), int(np.clip(x, 0, width - 1))]
        frame = surface_frame(still.camera, np.asarray(contact.normal, np.float64))
        here = Stroke(np.array([contact.time_s]), np.zeros((1, 2)))
        spot = np.asarray(contact.spot, np.float64)
        self._puffs = dust(spot, frame, here, colour, 0.2 * contact.strength, rng)
        self._view, self._depth = view_row(still.camera), still.depth
        self.start_s, self.end_s = contact.time_s, self._puffs.end_s

    def draw(self, picture: NDArray[np.uint8], time_s: float) -> None:
        self._puffs.draw(picture, self._depth, self._view, time_s)

    def settle(self, picture: NDArray[np.uint8]) -> None:
        """Dust is gone when it is over."""
