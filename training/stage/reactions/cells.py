"""Loose parts of a surface, leaves, blades, pebbles, which each move a little on their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled
from training.stage.reactions.place import Place
from training.stage.reactions.relief import Relief
from training.stage.reactions.spring import Spring
from training.stage.reactions.stroke import Stroke

_FRONT_M_PER_S = 4.0
"""How fast a blow spreads from one loose part to the next."""
_TABLE_STEP_S = 0.002
_LEAST_PUSH = 0.03

_MAP = 'Array(float32, 2, "C", readonly=True)'


@dataclass(frozen=True, slots=True)
class Looseness:
    """What the loose parts of a surface are like.

    Attributes
    ----------
    size_m
        Of one part.
    shift_m
        How far the hardest blow moves the parts under it.
    tilt
        How much brighter or darker a part gets by lying otherwise: relative, standard deviation.
    coherence
        0: every part goes its own way, 1: all go where they are pushed.
    spring
        How they come back.
    """

    size_m: float
    shift_m: float
    tilt: float
    coherence: float
    spring: Spring


@compiled(f"void({_MAP}, {_MAP}, float32, float32[:, :, ::1], int32[:, ::1])")
def _nearest_seed(across, along, size_m, seeds, cells):
    """Number of the seed next to each pixel; `seeds` (rows, columns, 2) are places within their squares."""
    rows, columns = seeds.shape[0], seeds.shape[1]
    for y in range(cells.shape[0]):
        for x in range(cells.shape[1]):
            u = across[y, x] / size_m + np.float32(columns) / 2
            v = along[y, x] / size_m + np.float32(rows) / 2
            best = np.float32(1e9)
            cells[y, x] = -1
            column, row = int(np.floor(u)), int(np.floor(v))
            for j in range(max(row - 1, 0), min(row + 2, rows)):
                for i in range(max(column - 1, 0), min(column + 2, columns)):
                    du = np.float32(i) + seeds[j, i, 0] - u
                    dv = np.float32(j) + seeds[j, i, 1] - v
                    if du * du + dv * dv < best:
                        best = du * du + dv * dv
                        cells[y, x] = j * columns + i


@compiled(
    "void(Array(int32, 1, 'C', readonly=True), Array(float32, 1, 'C', readonly=True),"
    " Array(float32, 2, 'C', readonly=True), Array(float32, 1, 'C', readonly=True), float32, float32,"
    " float32[:, ::1])"
)
def _push(which, times_s, pushes, table, per_s, time_s, states):
    states[:] = 0.0
    last = table.size - 1
    for k in range(which.size):
        age = time_s - times_s[k]
        if age <= 0.0:
            continue
        share = table[min(int(age * per_s), last)]
        for c in range(3):
            states[which[k], c] += share * pushes[k, c]


@compiled(f"void(Array(int32, 2, 'C', readonly=True), {_MAP}, float32[:, :, ::1], float32[:, ::1])")
def _spread(cells, states, shift, gain):
    for y in range(cells.shape[0]):
        for x in range(cells.shape[1]):
            cell = cells[y, x]
            if cell >= 0:
                shift[y, x, 0] += states[cell, 0]
                shift[y, x, 1] += states[cell, 1]
                gain[y, x] += states[cell, 2]


class Cells:
    """The loose parts around one contact, and when and where each one is pushed.

    A part is pushed by every stroke that passes it, and what remains of one push adds to the next.
    """

    __slots__ = ("_cells", "_pushes", "_states", "_table", "_times_s", "_which", "looseness")

    def __init__(
        self,
        place: Place,
        stroke: Stroke,
        looseness: Looseness,
        radius_m: float,
        strength: float,
        rng: np.random.Generator,
    ) -> None:
        """Lay the parts out and plan their pushes.

        Parameters
        ----------
        place, stroke
            Where they lie and the path of the stick over them.
        looseness
            What they are like.
        radius_m
            Parts farther than this from the stick stay put.
        strength
            0..1.
        rng
            Where the parts lie and which way they go.
        """
        self.looseness = looseness
        size = looseness.size_m
        own = place.own > 0
        reach = max(float(np.abs(place.across[own]).max()), float(np.abs(place.along[own]).max()))
        side = 2 * int(np.ceil(reach / size)) + 2
        offsets = rng.random((side, side, 2)).astype(np.float32)
        self._cells = np.empty(place.size, np.int32)
        _nearest_seed(place.across, place.along, size, offsets, self._cells)
        self._cells[~own] = -1
        columns, rows = np.meshgrid(np.arange(side), np.arange(side))
        seeds_m = (np.stack([columns, rows], -1) + offsets - side / 2) * size
        self._plan(seeds_m.reshape(-1, 2).astype(np.float64), stroke, radius_m, strength, rng)
        spring = looseness.spring
        self._table = spring.pushed(np.arange(0.0, spring.lasts_s, _TABLE_STEP_S) + _TABLE_STEP_S / 2).astype(
            np.float32
        )
        self._table[-1] = spring.stays
        self._states = np.zeros((side * side, 3), np.float32)

    def _plan(
        self,
        seeds_m: NDArray[np.float64],
        stroke: Stroke,
        radius_m: float,
        strength: float,
        rng: np.random.Generator,
    ) -> None:
        which, times, pushes = [], [], []
        starts, ends = stroke.points_m[:-1], stroke.points_m[1:]
        parts = len(starts) if len(starts) else 1
        for part in range(parts):
            if len(starts):
                way = ends[part] - starts[part]
                length2 = max(float(way @ way), 1e-12)
                share = np.clip((seeds_m - starts[part]) @ way / length2, 0.0, 1.0)
                nearest = starts[part] + share[:, None] * way
                passed_s = stroke.reaches_s(part, share)
                ahead = way / np.sqrt(length2)
            else:
                nearest, ahead = stroke.points_m[:1], np.zeros(2)
                passed_s = np.full(len(seeds_m), stroke.start_s)
            away = seeds_m - nearest
            distance = np.linalg.norm(away, axis=-1)
            push = np.clip(1.0 - (distance / radius_m) ** 2, 0.0, 1.0) ** 1.5
            outward = away / np.maximum(distance, 1e-6)[:, None]
            aimed = outward * (0.5 if len(starts) else 1.0) + ahead
            loose = rng.normal(0.0, 0.7, seeds_m.shape)
            coherence = self.looseness.coherence
            sizes = rng.gamma(2.0, 0.5, len(seeds_m)) * (1 - coherence) + coherence
            shift = (coherence * aimed + (1 - coherence) * loose) * sizes[:, None] * self.looseness.shift_m
            tilt = rng.normal(0.0, self.looseness.tilt, len(seeds_m))
            pushed = np.flatnonzero(push > _LEAST_PUSH)
            which.append(pushed)
            times.append(passed_s[pushed] + distance[pushed] / _FRONT_M_PER_S)
            # Every pass moves them less: they have made room before.
            vigour = strength / np.sqrt(parts) * push[:, None]
            pushes.append((vigour * np.column_stack([shift, tilt]))[pushed])
        self._which = np.concatenate(which).astype(np.int32)
        # Counted from the start of the stroke, so that single precision is enough in a long clip.
        self._times_s = (np.concatenate(times) - stroke.start_s).astype(np.float32)
        self._pushes = np.concatenate(pushes).astype(np.float32)

    @property
    def lasts_s(self) -> float:
        """From the start of the stroke until all parts are still."""
        return float(self._times_s.max(initial=0.0)) + self.looseness.spring.lasts_s

    def fill(self, relief: Relief, since_s: float) -> None:
        """Add to a relief how the parts lie so long after the start of the stroke."""
        _push(self._which, self._times_s, self._pushes, self._table, 1 / _TABLE_STEP_S, since_s, self._states)
        _spread(self._cells, self._states, relief.shift, relief.gain)
