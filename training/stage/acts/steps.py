"""Footsteps: somebody paces to and fro, marches on the spot, or stamps now and then."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np

from training.stage.acts.act import Act
from training.stage.acts.feet import FootPath, FootTrack, Step
from training.stage.acts.walker import Walker
from training.stage.contacts import Contact, Script
from training.stage.motion.sight import Sight
from training.stage.motion.wardrobe import Paint, draw_outfit, draw_tool
from training.stage.picture.still import trace_still
from training.stage.script.outcomes import reaction_of
from training.stage.sets import furnish
from training.stage.sets.draft import Draft
from training.stage.sets.ground import GROUNDS, plain_ground, undergrowth
from training.stage.sets.lighting import light_room, light_sky
from training.stage.sets.room import FLOORS, back_wall, floor, on_wall
from training.stage.sets.setting import Setting
from training.stage.world import Set

_STARTS_BEFORE_S = 3.0
_LIFTED_AFTER = 0.12
"""A foot is lifted this share of a step's time after the other one has come down."""
_HARDEST_M_S = 2.2
_APART_M = 0.09


def steps_act(
    light: np.random.Generator,
    rng: np.random.Generator,
    size: tuple[int, int],
    duration_s: float,
    textures: Path | None,
) -> Act:
    """Draw a floor or a ground and who steps on it.

    Parameters
    ----------
    light
        Source of what tracing the still picture leaves open.
    size
        Width and height of the picture.
    """
    of_set, of_gait, of_clothes, of_reactions = rng.spawn(4)
    set_ = _draw_floor(of_set, size, textures)
    still = trace_still(set_, light, textures)
    tracks, steps = _draw_gait(set_, duration_s, of_gait)
    ground = next(number for number, shape in enumerate(set_.shapes) if shape.target)
    material = set_.shapes[ground].material or "wood"
    picture = Sight(set_.camera)
    contacts = []
    for step in sorted(steps, key=lambda step: step.time_s):
        if not 0.0 <= step.time_s < duration_s:
            continue
        spot = (float(step.place[0]), float(step.place[1]), 0.0)
        strength = min(max(step.speed_m_s / _HARDEST_M_S, 0.15), 1.0)
        contacts.append(
            Contact(
                time_s=step.time_s,
                duration_s=0.0,
                action="hit",
                material=material,
                reaction=reaction_of(material, "hit", False, strength, of_reactions),
                strength=strength,
                spot=spot,
                normal=(0.0, 0.0, 1.0),
                shape=ground,
                in_picture=not picture.is_empty_of(np.array([spot]), 0.0),
            )
        )
    halts_s = sorted(time_s for track in tracks for time_s in track.halts_s if 0.0 <= time_s < duration_s)
    walker = Walker(
        (FootPath(tracks[0]), FootPath(tracks[1])), _clothes(of_clothes), float(of_clothes.uniform(0.88, 1.1))
    )
    return Act(set_, still, Script(tuple(contacts)), walker, tuple(halts_s))


def _draw_floor(rng: np.random.Generator, size: tuple[int, int], textures: Path | None) -> Set:
    outdoors = bool(rng.random() < 0.5)
    materials = sorted(GROUNDS if outdoors else FLOORS)
    material = materials[int(rng.integers(len(materials)))]
    build = _outside if outdoors else _inside
    return furnish(
        rng, Setting("walkway", frozenset(materials), build, outdoors, 1.0), (material,), size, textures
    )


def _inside(draft: Draft) -> None:
    draft.look_from((0, 0, 0.14), (0.55, 1.2), (8, 38), (-50, 50), 0.1)
    floor(draft, 0.0, hidden=False)
    wall_m = draft.between(1.2, 3.0)
    back_wall(draft, wall_m, 0.0)
    on_wall(draft, wall_m, 0.2, 0.8)
    light_room(draft)


def _outside(draft: Draft) -> None:
    draft.look_from((0, 0, 0.14), (0.55, 1.2), (10, 42), (-60, 60), 0.1)
    material, look, target = draft.surface(GROUNDS)
    light_sky(draft)
    plain_ground(draft, look, material, target, 0)
    undergrowth(draft, 2, material)


def _draw_gait(
    set_: Set, duration_s: float, rng: np.random.Generator
) -> tuple[tuple[FootTrack, FootTrack], list[Step]]:
    """Left and right foot, and every time one of them comes down."""
    kind = ("pace", "pace", "march", "stamp")[int(rng.integers(4))]
    step_s = float({"pace": rng.uniform(0.42, 0.8), "march": rng.uniform(0.32, 0.7)}.get(kind, 0.9))
    step_m = float(rng.uniform(0.25, 0.55)) if kind == "pace" else 0.03
    reach_m = float(rng.uniform(0.2, 0.7)) if kind == "pace" else 0.05
    usual_m_s = float(rng.uniform(0.5, 1.3)) + (0.6 if kind == "stamp" else 0.0)
    clear_m = float(rng.uniform(0.03, 0.08)) + (0.0 if kind == "pace" else float(rng.uniform(0.03, 0.14)))
    toes_up = float(rng.uniform(0.0, 0.35)) * (1.0 if kind == "pace" else 0.4)
    hangs = float(rng.beta(1.2, 4)) if rng.random() < 0.6 else 0.0
    waits = float(rng.uniform(0.0, 0.25))

    centre = _middle(set_, rng)
    across = set_.camera.axes()[0]
    way = math.atan2(float(across[1]), float(across[0])) + float(rng.normal(0, 0.45))
    heading = way + (math.pi if rng.random() < 0.5 else 0.0)
    along_m, time_s = float(rng.uniform(-0.3, 0.3)) * reach_m, -_STARTS_BEFORE_S

    def place(foot: int) -> tuple[float, float]:
        aside = _APART_M if foot == 0 else -_APART_M
        x = centre[0] + along_m * math.cos(way) - aside * math.sin(heading)
        y = centre[1] + along_m * math.sin(way) + aside * math.cos(heading)
        return float(x), float(y)

    tracks = FootTrack(place(0), heading), FootTrack(place(1), heading)
    steps: list[Step] = []
    foot, turning, down_s = 0, 0, time_s
    while time_s < duration_s + 1.0:
        forward = 1.0 if math.cos(heading - way) > 0 else -1.0
        if turning == 0 and forward * along_m > reach_m:
            # People turn in four steps, a quarter of the way at a time.
            turning, heading = 4, heading + math.pi / 2
        elif turning > 0:
            turning -= 1
            heading += math.pi / 2 if turning == 2 else 0.0
        if turning == 0:
            along_m += (1.0 if math.cos(heading - way) > 0 else -1.0) * step_m * float(rng.uniform(0.8, 1.2))
        takes_s = step_s * math.exp(float(rng.normal(0, 0.06 if kind != "stamp" else 0.35)))
        if rng.random() < waits:
            takes_s += float(rng.uniform(0.3, 1.6))
        swing_s = min(takes_s * (1 - _LIFTED_AFTER), float(rng.uniform(0.38, 0.62)))
        hangs_s = float(rng.uniform(0.25, 0.7)) if rng.random() < hangs else 0.0
        time_s = down_s + takes_s + hangs_s
        step = Step(
            time_s=time_s,
            place=place(foot),
            heading=heading + float(rng.normal(0, 0.06)),
            speed_m_s=min(usual_m_s * math.exp(float(rng.normal(0, 0.2))), _HARDEST_M_S),
            clear_m=clear_m * float(rng.uniform(0.8, 1.25)) + (0.08 if hangs_s else 0.0),
            toes_up=toes_up,
            hangs_s=hangs_s,
        )
        tracks[foot].take(step, time_s - hangs_s - swing_s, rng)
        steps.append(step)
        foot, down_s = 1 - foot, time_s
    return tracks, steps


def _middle(set_: Set, rng: np.random.Generator) -> np.ndarray:
    """A point of the ground (x, y) around which the steps are seen."""
    camera = set_.camera
    x, y = camera.width * float(rng.uniform(0.35, 0.65)), camera.height * float(rng.uniform(0.55, 0.8))
    ray = camera.point_at(x, y, 1.0) - camera.eye
    if ray[2] > -1e-3:
        return np.zeros(2)
    point = np.asarray(camera.eye) - camera.eye[2] / ray[2] * ray
    return np.clip(point[:2], -0.4, 0.4)


def _clothes(rng: np.random.Generator) -> tuple[Paint, Paint]:
    """Trousers and shoes."""
    first, second = (draw_outfit(draw_tool(rng), True, rng) for _ in range(2))
    bare = rng.random() < 0.12
    trousers = first.sleeve if rng.random() < 0.3 else replace(first.sleeve, pattern="plain")
    return trousers, second.skin if bare else second.sleeve
