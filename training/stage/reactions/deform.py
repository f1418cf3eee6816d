"""Cloth, bags, paper, grass, leaves and soil give way: dents, creases, waves, loose parts that shift."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled
from training.stage.reactions.cells import Cells
from training.stage.reactions.give import Give
from training.stage.reactions.place import Place
from training.stage.reactions.relief import Relief, add_rings
from training.stage.reactions.stroke import Stroke

REACH = 1.7
"""A dent's surroundings reach so many of its radii."""
FOLD_REACH = 2.2
"""Creases, waves and swaying reach so many radii."""

_BINS = 48
_WAKE = 8
"""So many earlier places of a moving stick are still coming back."""
_TRAIL_STEP_S = 0.008
_FAR = np.float32(1e9)

_MAP = 'Array(float32, 2, "C", readonly=True)'


@compiled(
    f"void({_MAP}, {_MAP}, {_MAP}, Array(float32, 1, 'C', readonly=True), {_MAP}, float32,"
    " float32[:, ::1], float32[:, ::1])"
)
def _leave_trail(across, along, path, times_s, profile, bin_m, trail, passed_s):
    """Deepest height that a path (k, 2) leaves at each pixel, and when it comes by first."""
    reach = np.float32(profile.shape[1] - 1) * bin_m
    for y in range(trail.shape[0]):
        for x in range(trail.shape[1]):
            nearest = np.float32(1e9)
            for k in range(path.shape[0]):
                dx, dy = across[y, x] - path[k, 0], along[y, x] - path[k, 1]
                distance2 = dx * dx + dy * dy
                if distance2 < reach * reach and passed_s[y, x] >= _FAR:
                    passed_s[y, x] = times_s[k]
                nearest = min(nearest, distance2)
            place = np.sqrt(nearest) / bin_m
            lower = int(place)
            if lower < profile.shape[1] - 1:
                share = place - np.float32(lower)
                trail[y, x] = profile[0, lower] + share * (profile[0, lower + 1] - profile[0, lower])


class Deform:
    """The surface around one contact gives way and comes back.

    Attributes
    ----------
    start_s, end_s
        From the contact until nothing moves any more.
    """

    __slots__ = (
        "_bin_m", "_bins_m", "_broad", "_cells", "_crumple", "_dent", "_folds", "_give", "_passed_s",
        "_relief", "_strength", "_stroke", "_sway", "_trail", "end_s", "start_s",
    )  # fmt: skip

    def __init__(
        self, place: Place, stroke: Stroke, give: Give, strength: float, rng: np.random.Generator
    ) -> None:
        """Plan everything that depends on chance.

        Parameters
        ----------
        place
            A window of `FOLD_REACH` times the dent's radius.
        stroke
            Where the stick goes.
        give
            How the surface gives way.
        strength
            0..1.
        rng
            Places creases and loose parts.
        """
        self._give, self._stroke, self._strength = give, stroke, strength
        depth = strength * give.depth_m
        turn = rng.uniform(0.0, 2 * math.pi)
        self._relief = Relief(
            place,
            hollow_per_m=give.hollow / max(give.depth_m, 1e-6),
            sheen=(give.sheen * math.cos(turn), give.sheen * math.sin(turn)),
        )
        self._bin_m = FOLD_REACH * give.radius_m / (_BINS - 1)
        self._bins_m = np.arange(_BINS) * self._bin_m
        self._dent = depth * _dent_profile(self._bins_m / give.radius_m, give.rim)
        self._folds = strength * _folds(place, give, rng) if self._is_hit and give.folds else None
        self._cells = (
            Cells(place, stroke, give.loose, 1.5 * give.radius_m, strength, rng) if give.loose else None
        )
        turn = rng.uniform(0.0, 2 * math.pi)
        self._sway = 0.3 * strength * give.drag_m * np.array([math.cos(turn), math.sin(turn)])
        self._crumple = (strength * _crumple(place, give, rng)) if give.crumple_m > 0.0 else None
        self._broad = np.zeros(place.size, np.float32)
        self._trail = np.zeros(place.size, np.float32)
        self._passed_s = np.full(place.size, _FAR, np.float32)
        if not self._is_hit:
            self._lay_trail(place)
        self.start_s = stroke.start_s
        lasts = stroke.end_s - stroke.start_s + give.spring.lasts_s
        if give.ripple_m > 0.0:
            lasts = max(lasts, _RIPPLE_LASTS_S)
        self.end_s = stroke.start_s + max(lasts, self._cells.lasts_s if self._cells else 0.0)

    @property
    def _is_hit(self) -> bool:
        return len(self._stroke.times_s) == 1

    def _lay_trail(self, place: Place) -> None:
        stroke = self._stroke
        times = np.append(np.arange(stroke.start_s, stroke.end_s, _TRAIL_STEP_S), stroke.end_s)
        _leave_trail(
            place.across, place.along, stroke.at(times).astype(np.float32),
            (times - stroke.start_s).astype(np.float32), self._dent[None].astype(np.float32), self._bin_m,
            self._trail, self._passed_s,
        )  # fmt: skip

    def draw(self, picture: NDArray[np.uint8], time_s: float) -> None:
        """Draw the surface as it is at a time on the base picture (H, W, 3), in place."""
        since = time_s - self.start_s
        if since <= 0.0:
            return
        relief, place = self._relief, self._relief.place
        relief.clear()
        if self._is_hit:
            centres, profiles = np.zeros((1, 2)), self._hit_profile(since)
        else:
            centres, profiles = self._wake(time_s)
            self._fill_trail(since)
        add_rings(
            place.across, place.along, centres.astype(np.float32), profiles.astype(np.float32), self._bin_m,
            not self._is_hit, relief.heights,
        )  # fmt: skip
        if self._folds is not None:
            relief.heights += self._folds * np.float32(self._give.spring.pushed(since))
        self._fill_surroundings(time_s)
        if self._cells is not None:
            self._cells.fill(relief, since)
        relief.draw(picture)

    def settle(self, picture: NDArray[np.uint8]) -> None:
        """Draw on the base picture what stays for good."""
        self.draw(picture, self.end_s)

    def _hit_profile(self, since_s: float) -> NDArray[np.float64]:
        give = self._give
        profile = self._dent * give.spring.pushed(since_s)
        if give.ripple_m > 0.0 and since_s < _RIPPLE_LASTS_S:
            behind = (self._bins_m - give.ripple_m_per_s * since_s) / give.ripple_length_m
            packet = np.cos(2 * np.pi * behind) * np.clip(1.0 - (behind / 1.2) ** 2, 0.0, 1.0)
            fading = (1.0 - since_s / _RIPPLE_LASTS_S) ** 2 * min(1.0, since_s / give.spring.rise_s)
            # Waves grow out of the dent, and the window's rim must not move.
            room = np.clip(self._bins_m / give.radius_m, 0.0, 1.0) * (1 - self._bins_m / self._bins_m[-1])
            profile = profile + self._strength * give.ripple_m * fading * packet * room
        return profile[None]

    def _wake(self, time_s: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where the stick is and was just now, and how deep the surface still is there."""
        stroke, spring = self._stroke, self._give.spring
        latest = min(time_s, stroke.end_s)
        back = np.linspace(0.0, min(latest - stroke.start_s, 3.0 * spring.relax_s), _WAKE)
        ages = time_s - latest + back
        # What remains for good is the trail's; at its first touch the stick sinks in.
        share = (spring.released(ages) - spring.stays).clip(0.0, None)
        share *= min(1.0, (time_s - stroke.start_s) / spring.rise_s)
        return stroke.at(latest - back), share[:, None] * self._dent

    def _fill_trail(self, since_s: float) -> None:
        relief, give = self._relief, self._give
        passed = np.clip((since_s - self._passed_s) * np.float32(1.0 / give.spring.rise_s), 0.0, 1.0)
        passed *= self._trail
        if give.spring.stays > 0.0:
            relief.heights += passed * np.float32(give.spring.stays)
        if give.nap:
            relief.gain += passed * np.float32(-give.nap / max(give.depth_m, 1e-6))

    def _fill_surroundings(self, time_s: float) -> None:
        """The surface goes along with the stick, or sways under the blow; a bag crumples."""
        give, stroke, relief = self._give, self._stroke, self._relief
        if give.drag_m <= 0.0 and self._crumple is None:
            return
        spring = give.spring
        centre = stroke.at(np.array([min(time_s, stroke.end_s)]))
        if self._is_hit:
            share = float(spring.pushed(time_s - stroke.start_s))
            sway = self._sway * (share - spring.stays)
        else:
            share = float(spring.released(time_s - stroke.end_s))
            pull = centre[0] - stroke.at(np.array([time_s - _PULLED_FOR_S]))[0]
            reach = self._strength * give.drag_m
            pull *= reach / max(float(np.linalg.norm(pull)), reach)
            sway = pull * (share - spring.stays)
            share *= min(1.0, (time_s - stroke.start_s) / spring.rise_s)
        broad = np.clip(1.0 - (self._bins_m / self._bins_m[-1]) ** 2, 0.0, 1.0) ** 2
        self._broad.fill(0.0)
        add_rings(
            relief.place.across, relief.place.along, centre.astype(np.float32),
            broad[None].astype(np.float32), self._bin_m, False, self._broad,
        )  # fmt: skip
        if np.abs(sway).max() > 1e-5:
            relief.shift += self._broad[..., None] * sway.astype(np.float32)
        if self._crumple is not None:
            relief.heights += self._crumple * self._broad * np.float32(share)


_PULLED_FOR_S = 0.08
_RIPPLE_LASTS_S = 0.4


def _dent_profile(radii: NDArray[np.floating], rim: float) -> NDArray[np.float64]:
    """Height at so many radii from the stick, -1 under it: pointed as a tent, then the rim."""
    flat = np.clip(1.0 - (radii / REACH) ** 2, 0.0, 1.0) ** 2
    dent = -np.exp(-((radii / 0.5) ** 1.3)) * flat
    return dent + rim * np.exp(-(((radii - 1.05) / 0.28) ** 2)) * flat


def _folds(place: Place, give: Give, rng: np.random.Generator) -> NDArray[np.float32]:
    """Height (h, w) of the creases that run out from a blow."""
    heights = np.zeros(place.size, np.float32)
    reach = FOLD_REACH * give.radius_m
    distance = np.hypot(place.across, place.along)
    fading = np.clip(1.0 - distance / reach, 0.0, 1.0) * np.clip(distance / (0.3 * give.radius_m), 0.0, 1.0)
    turns = rng.permutation(give.folds) * 2 * math.pi / give.folds + rng.uniform(0.0, 2 * math.pi)
    for turn in turns + rng.normal(0.0, 0.3, give.folds):
        ahead = place.across * math.cos(turn) + place.along * math.sin(turn)
        aside = -place.across * math.sin(turn) + place.along * math.cos(turn)
        bend = rng.normal(0.0, 3.0)
        width = (0.05 + 0.12 * distance / reach) * reach
        crease = np.exp(-(((aside + bend * ahead * ahead) / width) ** 2)) * (ahead > 0)
        heights += (rng.uniform(0.4, 1.0) * give.fold_m * fading * crease).astype(np.float32)
    return heights


def _crumple(place: Place, give: Give, rng: np.random.Generator) -> NDArray[np.float32]:
    """Height (h, w) of a crumpled sheet, +-`crumple_m`: smooth flanks that meet in sharp edges."""
    heights = np.zeros(place.size, np.float32)
    for octave in range(3):
        size_m = _CRUMPLE_SIZE_M / 1.8**octave
        turn = rng.uniform(0.0, 2 * math.pi)
        x = (place.across * math.cos(turn) - place.along * math.sin(turn)) / size_m + rng.uniform(0.0, 16.0)
        y = (place.across * math.sin(turn) + place.along * math.cos(turn)) / size_m + rng.uniform(0.0, 16.0)
        noise = rng.normal(0.0, 1.0, (16, 16)).astype(np.float32)
        bumps = cv2.remap(
            noise, x.astype(np.float32), y.astype(np.float32), cv2.INTER_CUBIC, borderMode=cv2.BORDER_WRAP
        )
        heights += (0.6 - np.abs(bumps)) * np.float32(rng.choice((-1.0, 1.0)) / 1.8**octave)
    return give.crumple_m * np.where(place.own > 0, heights, 0).astype(np.float32)


_CRUMPLE_SIZE_M = 0.045
