"""Leaves, gravel, soil and chips fly: bits of the surface itself, which stay where they land."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.stage.reactions.deform import Deform
from training.stage.reactions.flight import Flight, fly
from training.stage.reactions.pieces import outline
from training.stage.reactions.place import px_per_metre
from training.stage.reactions.puffs import dust
from training.stage.reactions.swarm import Arcs, cut_out, draw_bits, view_row

if TYPE_CHECKING:
    from training.stage.picture.still import Still
    from training.stage.reactions.place import Place
    from training.stage.reactions.stroke import Stroke
    from training.stage.world import Light

_STEEP = 0.5
"""On a surface whose normal points up less than this nothing stays lying."""
_NEAR_GROUND_M = 0.03
_LOST_BELOW_M = 0.8
_SHADES = 0.22
_SCRATCH_RATE_PER_S = 2.5
"""A scratch of this part of a second throws as much as a hit."""


@dataclass(frozen=True, slots=True)
class Debris:
    """What flies off a material at the hardest blow.

    Attributes
    ----------
    shape
        `leaf` or `lump`.
    fewest, most
        How many bits.
    small_m, large_m
        Their half lengths.
    slimness
        Half width as a share of the half length.
    drag_per_s, bounce
        As in `flight.fly`.
    out_m_per_s, aside_m_per_s
        Largest speeds out of the surface and along it.
    half_turns
        At most so many flips in the air.
    dust
        Opacity of the dust that rises, 0..1.
    """

    shape: str
    fewest: int
    most: int
    small_m: float
    large_m: float
    slimness: float = 0.8
    drag_per_s: float = 0.8
    bounce: float = 0.25
    out_m_per_s: float = 1.8
    aside_m_per_s: float = 0.8
    half_turns: int = 4
    dust: float = 0.0


DEBRIS: dict[str, Debris] = {
    "leaf": Debris("leaf", 2, 8, 0.014, 0.038, 0.7, 6.0, 0.05, 3.0, 2.0, 3),
    "grass": Debris("leaf", 3, 12, 0.007, 0.018, 0.28, 6.0, 0.05, 2.6, 1.6, 4),
    "gravel": Debris("lump", 4, 18, 0.003, 0.009, 0.8, 0.5, 0.35, 1.9, 1.0, 4, 0.14),
    "dirt": Debris("lump", 8, 28, 0.002, 0.007, 0.8, 1.5, 0.10, 1.8, 0.9, 3, 0.32),
    "paper": Debris("leaf", 1, 3, 0.010, 0.022, 0.8, 7.0, 0.05, 2.4, 1.5, 3),
    "plastic-bag": Debris("leaf", 1, 3, 0.010, 0.020, 0.8, 7.0, 0.05, 2.4, 1.5, 3),
    "carpet": Debris("lump", 1, 5, 0.001, 0.003, 0.8, 6.0, 0.05, 1.5, 0.8, 2, 0.15),
    "cloth": Debris("lump", 1, 4, 0.001, 0.003, 0.8, 6.0, 0.05, 1.5, 0.8, 2, 0.12),
    "drywall": Debris("lump", 3, 10, 0.001, 0.004, 0.8, 1.0, 0.2, 1.3, 0.8, 3, 0.20),
}
_CHIPS = Debris("lump", 2, 9, 0.0015, 0.005, 0.7, 0.8, 0.35, 1.9, 1.2, 4, 0.06)


def debris_of(material: str) -> Debris:
    """What flies off a material."""
    return DEBRIS.get(material, _CHIPS)


class Scatter:
    """Bits thrown by one contact, the ground they leave disturbed, and the dust.

    Attributes
    ----------
    start_s, end_s
        From the contact until everything lies still.
    """

    __slots__ = (
        "_arcs",
        "_colours",
        "_covers",
        "_depth",
        "_dust",
        "_frame",
        "_ground",
        "_shadow",
        "_turns",
        "_view",
        "end_s",
        "start_s",
    )  # fmt: skip

    def __init__(
        self,
        place: Place,
        stroke: Stroke,
        still: Still,
        light: Light,
        spot: NDArray[np.float64],
        debris: Debris,
        strength: float,
        ground: Deform | None,
        rng: np.random.Generator,
    ) -> None:
        """Cut the bits out of the base picture and plan their flights.

        Parameters
        ----------
        place, stroke
            The surface around the contact, and the stick's path on it.
        still, light
            The scene's base picture and maps, and its light.
        spot
            Where the stick meets the surface (3,).
        debris
            What flies.
        strength
            0..1: how many bits, how fast.
        ground
            How the surface they leave behind changes.
        rng
            Everything that is chance.
        """
        self._view, self._depth, self._ground = view_row(still.camera), still.depth, ground
        self._frame = place.frame.copy()
        thrown = _Throw(place, stroke, still, spot, debris, strength, rng)
        self._arcs = Arcs.of([flight for flight, _ in thrown.flights])
        count = len(thrown.flights)
        stays = [float(is_seen) for _, is_seen in thrown.flights]
        half_m = thrown.half_m
        self._turns = np.column_stack([
            half_m, half_m * debris.slimness * rng.uniform(0.7, 1.2, count),
            rng.uniform(0.0, 2 * math.pi, count), rng.normal(0.0, 8.0, count),
            rng.integers(0, debris.half_turns + 1, count), stays,
        ])  # fmt: skip
        sources = still.camera.project(self._arcs.places_m[:, 0])
        scale = np.abs(px_per_metre(still.camera, spot, place.frame)).max()
        self._colours = np.stack([
            cut_out(still.colour, x, y, max(half * scale, 0.6))
            for (x, y, _), half in zip(sources, half_m, strict=True)
        ])  # fmt: skip
        # Their undersides are paler, or still wet.
        self._colours *= rng.lognormal(0.0, _SHADES, (count, 1, 1, 1)).astype(np.float32)
        self._covers = np.stack([outline(debris.shape, rng) for _ in range(count)])
        towards = np.divide(light.direction, np.linalg.norm(light.direction))
        out = float(towards @ place.frame[2])
        lit = float(still.lit[_pixel(still, spot)])
        self._shadow = -towards / max(out, 0.2) if out > 0.05 and lit > 0.25 else np.zeros(3)
        middle = self._colours.mean(axis=(0, 1, 2))
        self._dust = (
            dust(spot, place.frame, stroke, middle, debris.dust * strength, rng) if debris.dust else None
        )
        self.start_s = stroke.start_s
        self.end_s = max(
            float(self._arcs.starts_s[:, -1].max()),
            ground.end_s if ground else 0.0,
            self._dust.end_s if self._dust else 0.0,
        )

    def draw(self, picture: NDArray[np.uint8], time_s: float) -> None:
        """Draw the disturbed ground, the bits and the dust on the base picture (H, W, 3), in place."""
        if time_s <= self.start_s:
            return
        if self._ground is not None:
            self._ground.draw(picture, min(time_s, self._ground.end_s))
        arcs = self._arcs
        draw_bits(
            picture, self._depth, self._view, arcs.starts_s, arcs.places_m, arcs.speeds_m_per_s,
            arcs.drags_per_s, self._turns, self._frame, self._shadow, self._colours, self._covers, time_s,
        )  # fmt: skip
        if self._dust is not None:
            self._dust.draw(picture, self._depth, self._view, time_s)

    def settle(self, picture: NDArray[np.uint8]) -> None:
        """Draw on the base picture where everything lies."""
        self.draw(picture, self.end_s)


class _Throw:
    """Plans where each bit starts, how fast, and where it lands."""

    def __init__(
        self,
        place: Place,
        stroke: Stroke,
        still: Still,
        spot: NDArray[np.float64],
        debris: Debris,
        strength: float,
        rng: np.random.Generator,
    ) -> None:
        self._still, self._spot, self._frame = still, spot, place.frame
        seconds = stroke.end_s - stroke.start_s
        wanted = debris.fewest + (debris.most - debris.fewest) * strength * rng.uniform(0.5, 1.0)
        count = max(1, round(wanted * max(1.0, _SCRATCH_RATE_PER_S * seconds)))
        self.half_m = debris.small_m + (debris.large_m - debris.small_m) * rng.beta(1.2, 2.5, count)
        self.flights: list[tuple[Flight, bool]] = []
        spread_m = 0.012 + 0.9 * debris.large_m
        for number in range(count):
            time = stroke.start_s + (rng.uniform(0.0, seconds) if seconds else rng.exponential(0.004))
            ahead = stroke.direction(time)
            around = rng.normal(0.0, spread_m, 2)
            start = spot + (stroke.at(np.array([time]))[0] + around) @ place.frame[:2]
            outward = around / max(float(np.linalg.norm(around)), 1e-6)
            vigour = (0.35 + 0.65 * strength) * (0.25 + 0.75 * rng.beta(1.5, 2.0))
            # Small bits fly farther than large ones.
            vigour *= 1.15 - 0.3 * self.half_m[number] / debris.large_m
            aside = debris.aside_m_per_s * vigour * (outward + rng.normal(0.0, 0.4, 2) + 1.3 * ahead)
            out = debris.out_m_per_s * vigour * (0.6 if seconds else 1.0)
            speed = aside @ place.frame[:2] + out * place.frame[2]
            self.flights.append(self._flight(float(time), start, speed, debris))

    def _flight(
        self, start_s: float, start: NDArray[np.float64], speed: NDArray[np.float64], debris: Debris
    ) -> tuple[Flight, bool]:
        """The flight, and whether the bit still shows where it ends."""
        up = np.array([0.0, 0.0, 1.0])
        out = self._frame[2]
        if out[2] > _STEEP:
            flight = fly(start_s, start, speed, debris.drag_per_s, debris.bounce, (start, out))
            seen = self._ground_at(flight.places_m[-1])
            if seen is None or abs((seen - self._spot) @ out) < _NEAR_GROUND_M:
                return flight, True
            # It flies over the edge, or to something that stands there.
            lower = seen if seen[2] < start[2] - _NEAR_GROUND_M else start - _LOST_BELOW_M * up
        else:
            lower = np.array([0.0, 0.0, 0.0 if start[2] > _NEAR_GROUND_M else start[2] - _LOST_BELOW_M])
        flight = fly(start_s, start, speed, debris.drag_per_s, debris.bounce, (lower, up))
        seen = self._ground_at(flight.places_m[-1])
        return flight, seen is None or abs(seen[2] - flight.places_m[-1][2]) < _NEAR_GROUND_M

    def _ground_at(self, point: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """What the camera sees where a point would be seen; None out of the picture."""
        x, y, depth = self._still.camera.project(point)
        height, width = self._still.shape.shape
        if not (depth > 0.05 and 0 <= x < width and 0 <= y < height):
            return None
        if self._still.shape[int(y), int(x)] < 0:
            return None
        return self._still.position[int(y), int(x)].astype(np.float64)


def _pixel(still: Still, point: NDArray[np.float64]) -> tuple[int, int]:
    """Row and column of the pixel that shows a point, or of the nearest one in the picture."""
    x, y, _ = still.camera.project(point)
    height, width = still.shape.shape
    return int(np.clip(y, 0, height - 1)), int(np.clip(x, 0, width - 1))
