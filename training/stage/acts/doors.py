"""Doors of rooms and cupboards that fall shut, or nearly."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import numpy as np

from training.stage.acts.act import Act
from training.stage.acts.door_leaf import HALF_THICK_M, DoorLeaf, Hinged
from training.stage.contacts import Contact, Script
from training.stage.motion.halts import stop_dead
from training.stage.motion.sight import Sight
from training.stage.motion.stroke import Knot
from training.stage.motion.wardrobe import Paint, draw_outfit, draw_tool
from training.stage.picture.still import trace_still
from training.stage.script.rhythm import draw_rhythm
from training.stage.sets import furnish
from training.stage.sets.draft import Draft
from training.stage.sets.lighting import light_room
from training.stage.sets.room import FLOORS
from training.stage.sets.setting import Setting
from training.stage.world import Set

_STYLES: dict[str, tuple[str, ...]] = {
    "wood": ("painted-wood", "grain", "planks"),
    "metal": ("powder-coat", "brushed"),
    "plastic": ("moulded",),
}
_SHARES = {"wood": 0.6, "metal": 0.3, "plastic": 0.1}
_SHORTEST_TURN_S = 0.8
"""From one slam to the next."""
_WIDEST = math.radians(75)
_NEAREST_CAMERA_M = 0.22
_FASTEST_EDGE_M_S = 4.0
_SEEN_HALT_M_S = 0.4


def doors_act(
    light: np.random.Generator,
    rng: np.random.Generator,
    size: tuple[int, int],
    duration_s: float,
    textures: Path | None,
) -> Act:
    """Draw a door and how it is slammed.

    Parameters
    ----------
    light
        Source of what tracing the still picture leaves open.
    size
        Width and height of the picture.
    """
    of_door, of_set, of_motion, of_paint = rng.spawn(4)
    hinged, material = _draw_door(of_door), str(of_door.choice(list(_SHARES), p=list(_SHARES.values())))
    setting = Setting(
        "doorway", frozenset(_STYLES), lambda draft: _doorway(draft, hinged, material), False, 1.0
    )
    set_ = furnish(of_set, setting, (material,), size, textures)
    still = trace_still(set_, light, textures)
    knots, slams, stops_s = _draw_motion(_widest(hinged, set_), abs(hinged.width_m), duration_s, of_motion)
    frame = next(number for number, shape in enumerate(set_.shapes) if shape.target)
    spot = (hinged.edge_m, 0.0, hinged.handle_m)
    seen = not Sight(set_.camera).is_empty_of(np.array([spot]), 0.0)
    contacts = [
        Contact(
            time_s=time_s,
            duration_s=0.0,
            action="hit",
            material=material,
            reaction="static",
            strength=min(max(speed_m_s / _FASTEST_EDGE_M_S, 0.15), 1.0),
            spot=spot,
            normal=(0.0, -1.0, 0.0),
            shape=frame,
            in_picture=seen,
        )
        for time_s, speed_m_s in slams
        if 0.0 <= time_s < duration_s
    ]
    leaf = DoorLeaf(hinged, knots, _paints(material, of_paint), _shoulder(hinged, set_, of_paint))
    halts_s = tuple(time_s for time_s in stops_s if 0.0 <= time_s < duration_s)
    return Act(set_, still, Script(tuple(contacts)), leaf, halts_s)


def _draw_door(rng: np.random.Generator) -> Hinged:
    """Of a room or of a cupboard; the free edge lies at x = 0."""
    way = 1.0 if rng.random() < 0.5 else -1.0
    if rng.random() < 0.5:
        wide = way * float(rng.uniform(0.75, 0.95))
        return Hinged(-wide, wide, -1.0, 1.0, float(rng.uniform(-0.1, 0.1)), bool(rng.random() < 0.4))
    wide, high = way * float(rng.uniform(0.28, 0.5)), float(rng.uniform(0.3, 0.7))
    return Hinged(-wide, wide, -high / 2, high / 2, float(rng.uniform(-0.3, 0.2)) * high, False)


def _doorway(draft: Draft, hinged: Hinged, material: str) -> None:
    is_room = hinged.high_m - hinged.low_m > 1.5
    draft.look_from((0.25 * hinged.hinge_m, 0, hinged.handle_m), (0.55, 1.2), (-4, 24), (-42, 42), 0.12)
    draft.claim(material)
    look = draft.wardrobe.look(*_STYLES[material])
    left, right = min(hinged.hinge_m, hinged.edge_m), max(hinged.hinge_m, hinged.edge_m)
    low, high, gap = hinged.low_m, hinged.high_m, 0.003
    jamb, proud = draft.between(0.02, 0.05), draft.between(0.002, 0.012)
    middle, tall = (low + high) / 2, (high - low) / 2 + gap
    deep = 0.06
    front = deep / 2 - HALF_THICK_M - proud
    edge_first = [(right, 1.0), (left, -1.0)] if hinged.width_m > 0 else [(left, -1.0), (right, 1.0)]
    for number, (x, side) in enumerate(edge_first):
        at = (x + side * (jamb + gap), front, middle)
        draft.add("box", at, (jamb, deep / 2, tall), look, material, target=number == 0, name="door post")
    for z, side in ((high, 1.0), (low, -1.0)):
        at = ((left + right) / 2, front, z + side * (jamb + gap))
        draft.add(
            "box", at, ((right - left) / 2 + 2 * jamb + gap, deep / 2, jamb), look, material, name="lintel"
        )
    around = draft.wardrobe.look("wall-paint", "rough-plaster", "wallpaper") if is_room else look
    outer = 2 * jamb + gap
    for x, side in ((right, 1.0), (left, -1.0)):
        at = (x + side * (outer + 2.0), deep / 2 - HALF_THICK_M, middle)
        draft.add("box", at, (2.0, deep / 2, 4.0), around, "drywall", name="wall")
    for z, side in ((high, 1.0), (low, -1.0)):
        at = ((left + right) / 2, deep / 2 - HALF_THICK_M, z + side * (outer + 2.0))
        draft.add("box", at, ((right - left) / 2 + outer, deep / 2, 2.0), around, "drywall", name="wall")
    behind_m = draft.between(1.6, 3.0) if is_room else draft.between(0.25, 0.45)
    back = draft.wardrobe.look("wall-paint", "wallpaper", "paperback-shelf") if is_room else look
    draft.add("box", (0, behind_m + 0.05, middle), (4, 0.05, 3), back, "drywall", name="back")
    boards = draft.wardrobe.look(*FLOORS["wood"])
    draft.add("box", (0, 1.0 + deep, low - 0.02), (3, 1.0, 0.02), boards, "wood", name="floor")
    light_room(draft, front=True)


def _widest(hinged: Hinged, set_: Set) -> float:
    """How far the leaf can be opened (radians) without coming too near to the camera."""
    eye = np.asarray(set_.camera.eye)
    for angle in np.linspace(_WIDEST, 0.2, 12):
        if all(
            np.linalg.norm(hinged.point(share, float(angle * part), hinged.handle_m)[:2] - eye[:2])
            > _NEAREST_CAMERA_M
            for share in (0.7, 1.0)
            for part in (0.4, 0.7, 1.0)
        ):
            return float(angle)
    return 0.2


def _draw_motion(
    widest: float, width_m: float, duration_s: float, rng: np.random.Generator
) -> tuple[list[Knot], list[tuple[float, float]], list[float]]:
    """The angle's knots, the slams with the edge's speed (m/s), and when it stops dead without one."""
    times: list[float] = [-2.0]
    for time_s in [*draw_rhythm(duration_s + 1.0, rng), duration_s + 3.0]:
        if time_s - times[-1] > _SHORTEST_TURN_S:
            times.append(time_s)
    usual, curve = float(rng.uniform(0.35, 1.0)), float(rng.uniform(1.5, 2.6))
    misses = float(rng.beta(1.2, 4)) if rng.random() < 0.6 else 0.0
    dead = float(rng.beta(1.2, 1.2)) if rng.random() < 0.6 else 0.0
    knots: list[Knot] = [(times[0], 0.0, 0.0)]
    slams: list[tuple[float, float]] = []
    stops_s: list[float] = []
    for before_s, time_s in pairwise(times):
        gap_s, ajar = time_s - before_s, knots[-1][1]
        open_to = max(widest * min(usual * float(rng.uniform(0.7, 1.2)), 1.0), ajar + 0.1)
        shuts_s = min(float(rng.uniform(0.2, 0.7)), 0.4 * gap_s)
        # The free edge is not faster than a hand can throw it.
        shuts_s = max(shuts_s, min(curve * open_to * width_m / _FASTEST_EDGE_M_S, 0.5 * gap_s))
        rests_s = before_s + float(rng.uniform(0.05, 0.3)) * (gap_s - shuts_s)
        opened_s = rests_s + float(rng.uniform(0.4, 0.9)) * (time_s - shuts_s - rests_s)
        knots.append((rests_s, ajar, 0.0))
        if rng.random() < dead:
            opened_s = min(opened_s, rests_s + float(rng.uniform(0.15, 0.5)))
            knots += stop_dead(knots[-1], opened_s, open_to, rng)
            if (open_to - ajar) * width_m > _SEEN_HALT_M_S * (opened_s - rests_s):
                stops_s.append(opened_s)
        else:
            knots.append((opened_s, open_to, 0.0))
        knots.append((time_s - shuts_s, open_to, 0.0))
        if rng.random() < misses:
            knots += stop_dead(knots[-1], time_s, min(float(rng.uniform(0.06, 0.25)), 0.5 * open_to), rng)
            stops_s.append(time_s)
        else:
            slope = curve * open_to / shuts_s
            knots += [(time_s, 0.0, -slope), (time_s, 0.0, 0.0)]
            slams.append((time_s, slope * width_m))
    return knots, slams, stops_s


def _shoulder(hinged: Hinged, set_: Set, rng: np.random.Generator) -> np.ndarray | None:
    """Beside and below the camera; None where the door is thrown from out of sight."""
    if rng.random() < 0.3:
        return None
    right, down, forward = set_.camera.axes()
    side = math.copysign(float(rng.uniform(0.15, 0.6)), -hinged.width_m)
    return np.asarray(set_.camera.eye) + side * right + float(rng.uniform(0.35, 0.8)) * down + 0.15 * forward


def _paints(material: str, rng: np.random.Generator) -> tuple[Paint, Paint, Paint, Paint]:
    outfit = draw_outfit(draw_tool(rng), True, rng)
    wood = outfit.stick if material == "wood" and rng.random() < 0.5 else None
    shade = float(rng.uniform(0.25, 0.92))
    tint = np.clip(shade * (1 + rng.normal(0, 0.12, 3)), 0.05, 0.97)
    colour = (float(tint[0]), float(tint[1]), float(tint[2]))
    plain = Paint(colour, colour, "plain", 0.05)
    leaf = plain if wood is None else Paint(wood.colour, wood.second, "plain", 0.05)
    bright = float(rng.uniform(0.35, 0.75))
    return (
        leaf,
        Paint((bright, bright, bright), (bright, bright, bright), "plain", 0.6),
        outfit.skin,
        outfit.sleeve,
    )
