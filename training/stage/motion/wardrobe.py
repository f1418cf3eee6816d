"""Whose hand is seen, what it holds, and how all of it is coloured: drawn once per clip."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from typing import Literal

import numpy as np

Colour = tuple[float, float, float]
Pattern = Literal["plain", "stripes", "bands", "grain"]


@dataclass(frozen=True, slots=True)
class Paint:
    """How a moving thing is coloured.

    Attributes
    ----------
    colour, second
        sRGB, 0..1; `second` is the pattern's other colour.
    pattern
        `stripes` run along a round cone, `bands` around it, `grain` is wood.
    gloss
        Strength of the highlight, 0..1.
    """

    colour: Colour
    second: Colour
    pattern: Pattern = "plain"
    gloss: float = 0.0


ToolKind = Literal["stick", "mallet", "hammer", "spoon", "brush", "hand"]


@dataclass(frozen=True, slots=True)
class Tool:
    """What strikes.

    Attributes
    ----------
    length_m
        From the striking end to the butt.
    grip_m
        From the striking end to the middle of the hand.
    bead_m
        Radius of the round end; the surface is touched by its lowest point.
    """

    kind: ToolKind
    length_m: float
    grip_m: float
    bead_m: float


@dataclass(frozen=True, slots=True)
class Outfit:
    """A hand and what it wears.

    Attributes
    ----------
    right
        A right hand.
    size
        1 is a hand 8.5 cm across the knuckles.
    sleeve_from_m
        How far up from the wrist the sleeve begins; None for a bare arm.
    sleeve_loose_m
        By how much the sleeve is wider than the arm.
    watch
        The wrist has a watch or a bracelet.
    """

    right: bool
    size: float
    skin: Paint
    sleeve: Paint
    stick: Paint
    end: Paint
    watch: Paint | None
    sleeve_from_m: float | None
    sleeve_loose_m: float


OTHER_TOOL_SHARE = 0.08
"""So many clips show something else than a drumstick."""
_GLOVE_SHARE = 0.02
_BARE_ARM_SHARE = 0.22
_WATCH_SHARE = 0.1

_SKIN_TONES: tuple[Colour, ...] = (
    (0.95, 0.80, 0.71),
    (0.91, 0.73, 0.62),
    (0.87, 0.67, 0.54),
    (0.80, 0.59, 0.45),
    (0.68, 0.47, 0.34),
    (0.54, 0.36, 0.25),
    (0.41, 0.27, 0.19),
    (0.29, 0.19, 0.14),
)
_WOODS: tuple[Colour, ...] = (
    (0.87, 0.72, 0.49),
    (0.82, 0.66, 0.42),
    (0.76, 0.58, 0.35),
    (0.90, 0.79, 0.60),
    (0.63, 0.44, 0.26),
    (0.45, 0.29, 0.18),
)


def draw_tool(rng: np.random.Generator, kind: ToolKind | None = None) -> Tool:
    """What the hand holds: of a kind, or of any; a drumstick in nearly all clips then."""
    if kind is None:
        kind = "stick"
        if rng.random() < OTHER_TOOL_SHARE:
            kinds: tuple[ToolKind, ...] = ("hand", "mallet", "hammer", "spoon", "brush")
            kind = kinds[int(rng.choice(len(kinds), p=(0.4, 0.2, 0.15, 0.15, 0.1)))]
    if kind == "stick":
        length = float(rng.uniform(0.37, 0.42))
        # Seen from the fist to the end it is 20 to 30 cm long in real clips; some choke it.
        from_butt = float(rng.uniform(0.06, 0.13)) if rng.random() < 0.7 else float(rng.uniform(0.12, 0.20))
        return Tool("stick", length, length - from_butt, float(rng.uniform(0.0045, 0.0068)))
    if kind == "hand":
        return Tool(kind, 0.105, 0.105, 0.0085)
    length, bead = {"mallet": (0.36, 0.018), "hammer": (0.31, 0.012), "spoon": (0.27, 0.014)}.get(
        kind, (0.30, 0.012)
    )
    length *= float(rng.uniform(0.9, 1.1))
    return Tool(kind, length, length - float(rng.uniform(0.05, 0.09)), bead)


def draw_outfit(tool: Tool, right: bool, rng: np.random.Generator) -> Outfit:
    """The hand, the sleeve and the colours of everything."""
    skin_rng, cloth_rng, stick_rng = rng.spawn(3)
    skin = _skin(skin_rng)
    gloved = skin_rng.random() < _GLOVE_SHARE
    hand = _cloth(skin_rng) if gloved else Paint(skin, _scaled(skin, 0.93, 0.86), "plain", 0.12)
    bare = not gloved and cloth_rng.random() < _BARE_ARM_SHARE
    return Outfit(
        right=right,
        size=float(skin_rng.uniform(0.88, 1.14)) * (1.08 if gloved else 1.0),
        skin=hand,
        sleeve=_cloth(cloth_rng),
        stick=_handle(tool, stick_rng),
        end=_end(tool, stick_rng),
        watch=Paint(_any_colour(cloth_rng, 0.5), (0.1, 0.1, 0.1), "plain", 0.5)
        if cloth_rng.random() < _WATCH_SHARE
        else None,
        sleeve_from_m=None if bare else float(cloth_rng.choice([0.0, 0.02, 0.05, 0.12, 0.2])),
        sleeve_loose_m=float(cloth_rng.uniform(0.003, 0.014)),
    )


def _skin(rng: np.random.Generator) -> Colour:
    place = rng.beta(1.1, 1.8) * (len(_SKIN_TONES) - 1)
    light, share = int(min(place, len(_SKIN_TONES) - 2)), place % 1.0
    tone = np.multiply(_SKIN_TONES[light], 1 - share) + np.multiply(_SKIN_TONES[light + 1], share)
    # Some hands are ruddier than others.
    return _clipped(tone * rng.normal(1.0, [0.03, 0.025, 0.035]))


def _cloth(rng: np.random.Generator) -> Paint:
    """Dark plain cloth is the most frequent, every colour occurs."""
    if rng.random() < 0.35:
        grey = float(rng.uniform(0.04, 0.2))
        first = _clipped(np.array([grey, grey, grey]) + rng.normal(0, 0.015, 3))
    else:
        first = _any_colour(rng, 0.85)
    pattern: Pattern = "plain"
    if rng.random() < 0.25:
        pattern = "stripes" if rng.random() < 0.4 else "bands"
    second = _any_colour(rng, 0.7) if pattern != "plain" else _scaled(first, 0.8, 0.8)
    return Paint(first, second, pattern, float(rng.uniform(0.0, 0.08)))


def _handle(tool: Tool, rng: np.random.Generator) -> Paint:
    if tool.kind == "spoon":
        return Paint((0.72, 0.72, 0.74), (0.5, 0.5, 0.52), "plain", 0.8)
    if rng.random() < 0.14:
        return Paint(_any_colour(rng, 0.95), _any_colour(rng, 0.95), "plain", float(rng.uniform(0.1, 0.5)))
    wood = _clipped(np.array(_WOODS[int(rng.choice(len(_WOODS), p=_WOOD_SHARES))]) * rng.normal(1, 0.05, 3))
    return Paint(wood, _scaled(wood, 0.8, 0.74), "grain", float(rng.uniform(0.05, 0.35)))


_WOOD_SHARES = (0.3, 0.28, 0.18, 0.12, 0.08, 0.04)


def _end(tool: Tool, rng: np.random.Generator) -> Paint:
    """The head of a hammer or mallet, the bristles of a brush; a stick's end is of the stick's wood."""
    if tool.kind in ("hammer", "spoon"):
        return Paint((0.42, 0.42, 0.44), (0.3, 0.3, 0.32), "plain", 0.7)
    if tool.kind == "brush":
        return Paint(_any_colour(rng, 0.5), (0.12, 0.1, 0.08), "stripes", 0.0)
    return Paint(_any_colour(rng, 0.9), _any_colour(rng, 0.9), "plain", 0.15)


def _any_colour(rng: np.random.Generator, saturation: float) -> Colour:
    hue, amount, value = rng.random(), rng.beta(1.3, 1.6) * saturation, rng.uniform(0.15, 0.95)
    return colorsys.hsv_to_rgb(float(hue), float(amount), float(value))


def _scaled(colour: Colour, first: float, others: float) -> Colour:
    return _clipped(np.multiply(colour, (first, others, others)))


def _clipped(colour: np.ndarray) -> Colour:
    red, green, blue = np.clip(colour, 0.0, 1.0)
    return float(red), float(green), float(blue)
