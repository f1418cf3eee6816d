"""What a scene is built of: shapes, how they look, the light, and the set they make together.

Lengths are in metres, z points up, the floor or the table top is z = 0. A shape has a frame of its own,
turned by a rotation matrix; `turned` makes one from angles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from training.stage.camera import Camera

Vector = tuple[float, float, float]
Rotation = tuple[Vector, Vector, Vector]

ShapeKind = Literal["box", "cylinder", "cup", "ellipsoid", "rounded"]
SHAPE_KINDS: tuple[ShapeKind, ...] = ("box", "cylinder", "cup", "ellipsoid", "rounded")

UPRIGHT: Rotation = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def turned(yaw: float, pitch: float = 0.0, roll: float = 0.0) -> Rotation:
    """The rotation that takes a shape's own axes to the world's.

    Parameters
    ----------
    yaw, pitch, roll
        Radians about the world's z, then the shape's own y, then its own x.
    """
    cy, sy = math.cos(yaw), math.sin(yaw)
    cp, sp = math.cos(pitch), math.sin(pitch)
    cr, sr = math.cos(roll), math.sin(roll)
    return (
        (cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr),
        (sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr),
        (-sp, cp * sr, cp * cr),
    )


@dataclass(frozen=True, slots=True)
class Look:
    """How a surface looks.

    Attributes
    ----------
    texture
        A name `training.stage.picture.textures.load_texture` knows.
    scale_m
        Side length of one repeat of the texture picture.
    tint
        Multiplies the texture's linear colour.
    gloss, shininess
        Strength (0..1) and exponent of the highlight.
    mirror
        Share of the mirrored surroundings, 0..1.
    clear
        How much is seen through it, 0..1 (glass, water).
    relief
        How bumpy the light falls on it, 0..1, after the texture's own brightness.
    """

    texture: str
    scale_m: float = 0.5
    tint: Vector = (1.0, 1.0, 1.0)
    gloss: float = 0.0
    shininess: float = 20.0
    mirror: float = 0.0
    clear: float = 0.0
    relief: float = 0.0


@dataclass(frozen=True, slots=True)
class Shape:
    """One thing, or one part of a thing.

    Attributes
    ----------
    kind
        `cylinder` stands upright in its own frame; `cup` is one that is hollow and open at the top;
        `rounded` is a box whose edges are rounded (cushion, stone, bag).
    centre, half
        Middle and half sizes in metres; radius, radius, half height for cylinder and cup.
    look
        Its surface.
    material
        One of the 17, or None when nobody strikes it.
    turn
        Rotation from its own frame to the world's.
    round_m
        Radius of the edges of `rounded`, thickness of the wall of `cup`.
    movable
        It may shake, slide or topple when struck.
    target
        One of the things the scene is about.
    name
        What it is, for people.
    """

    kind: ShapeKind
    centre: Vector
    half: Vector
    look: Look
    material: str | None = None
    turn: Rotation = UPRIGHT
    round_m: float = 0.0
    movable: bool = False
    target: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Light:
    """One distant light and what comes from everywhere.

    Attributes
    ----------
    direction
        Points towards the light; its length does not matter.
    strength, ambient
        Linear, 1 lights a white surface fully.
    colour
        Of the direct light, linear.
    softness
        Radius of the light as seen from the scene, in radians: how soft shadows are.
    """

    direction: Vector
    strength: float = 0.8
    ambient: float = 0.35
    colour: Vector = (1.0, 1.0, 1.0)
    softness: float = 0.05


@dataclass(frozen=True, slots=True)
class Set:
    """A furnished place with its camera and light; nobody is in it yet.

    Attributes
    ----------
    sky
        Linear colour behind everything, and of what mirrors show.
    arm_from
        The side the striker's arm comes in at.
    """

    name: str
    shapes: tuple[Shape, ...]
    camera: Camera
    light: Light
    sky: Vector = (0.5, 0.5, 0.5)
    arm_from: Literal["left", "right", "bottom"] = "left"
    outdoors: bool = False
