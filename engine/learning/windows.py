"""Windows of shots whose contacts are known: varied to learn from, and as they are to judge by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.learning.motion_variations import MotionVariationConfig, varied_motion
from engine.learning.picture_variations import PictureVariationConfig, varied_pictures
from engine.learning.targets import PlacedContacts, TargetConfig, make_targets
from engine.models.contact_output import LEVEL_DB, LEVEL_SPREAD_DB
from engine.models.shot_view import ShotView, between_grids, between_pictures, place_of


@dataclass(frozen=True, slots=True, eq=False)
class LearningShot:
    """A shot ready to be learned from.

    Attributes
    ----------
    view
        What is seen; float16 grids save memory.
    contacts
        Among the pictures of the view.
    level
        (pictures,) as the networks give it, NaN where nobody knows.
    weight
        (pictures,) how much a mistake about contacts counts, 0 where nobody looked; None for 1 everywhere.
    """

    view: ShotView
    contacts: PlacedContacts
    level: NDArray[np.float32]
    weight: NDArray[np.float32] | None = None


def placed_contacts(
    times_s: NDArray[np.float64],
    begins_s: Sequence[float],
    lasts_s: Sequence[float],
    actions: Sequence[str | None],
    is_seen: Sequence[bool],
) -> PlacedContacts:
    """Contacts among the pictures of a shot that are shown at `times_s`."""
    begins, lasts = np.array(begins_s, np.float64), np.array(lasts_s, np.float64)
    kinds = {"scratch": 1.0, "hit": 0.0}
    return PlacedContacts(
        place_of(begins, times_s),
        place_of(begins + lasts, times_s),
        np.array([kinds.get(action or "", np.nan) for action in actions], np.float64),
        np.array(is_seen, bool),
    )


def learned_levels(level_db: NDArray[np.float64]) -> NDArray[np.float32]:
    """Levels as the networks give them; NaN stays NaN."""
    return ((level_db - LEVEL_DB) / LEVEL_SPREAD_DB).astype(np.float32)


@dataclass(frozen=True, slots=True)
class VariationConfig:
    """How far windows are varied.

    Attributes
    ----------
    slowest, fastest
        Range of speeds a window is played at.
    blended
        How often pictures at another speed are blended, instead of the nearest ones being shown.
    motion, pictures
        How the two views are varied, each by itself.
    """

    slowest: float = 0.8
    fastest: float = 1.25
    blended: float = 0.5
    motion: MotionVariationConfig = field(default_factory=MotionVariationConfig)
    pictures: PictureVariationConfig = field(default_factory=PictureVariationConfig)

    def __post_init__(self) -> None:
        if not 0 < self.slowest <= self.fastest:
            raise ValueError(
                f"slowest {self.slowest:g} and fastest {self.fastest:g} must be above 0, in order"
            )
        if not 0 <= self.blended <= 1:
            raise ValueError(f"blended is {self.blended:g}, it must be from 0 to 1")


class Windows:
    """Windows of shots, by number; `training.frame.task.Samples` for one takes them.

    Training windows begin anywhere, also a little before a shot; those to judge by lie side by side.

    Parameters
    ----------
    shots
        What they are cut from.
    length
        Pictures in a window.
    targets
        What the networks should say.
    variations
        How they are varied; not at all when None.
    """

    def __init__(
        self,
        shots: Sequence[LearningShot],
        length: int,
        targets: TargetConfig,
        variations: VariationConfig | None,
    ) -> None:
        self._length, self._targets, self._variations = length, targets, variations
        self._windows = [
            (shot, start)
            for shot in shots
            for start in range(0, max(1, len(shot.view) - length // 4), length)
        ]

    def __len__(self) -> int:
        return len(self._windows)

    def draw(self, index: int, rng: np.random.Generator) -> dict[str, NDArray[np.float32]]:
        """Window number `index`; whatever is random about it comes from `rng`.

        Returns
        -------
        dict
            What is seen: "grids" (pictures, channels, rows, columns), "pictures" (pictures, height, width),
            "backdrop" (height, width); and what should be said, each (pictures,): see `Targets`, and "level".
        """
        shot, start = self._windows[index]
        view, count = shot.view, len(shot.view)
        speed, first = 1.0, float(start)
        if self._variations is not None:
            speed = _drawn_speed(self._variations, rng)
            margin = self._length / 4
            first = rng.uniform(-margin, max(count - speed * self._length + margin, 0))
        places = first + speed * np.arange(self._length, dtype=np.float64)
        grids = between_grids(view.grids, places)
        is_blended = self._variations is None or rng.random() < self._variations.blended
        shown = places if is_blended else np.round(places)
        pictures = between_pictures(view.pictures, shown).astype(np.float32)
        backdrop = view.backdrop.astype(np.float32)
        if self._variations is not None:
            grids = varied_motion(grids, speed, self._variations.motion, rng)
            pictures, backdrop = varied_pictures(pictures, backdrop, self._variations.pictures, rng)
        targets = make_targets(shot.contacts.seen_from(first, speed), self._length, self._targets)
        is_inside = (places >= 0) & (places <= count - 1)
        nearest = np.clip(np.round(places), 0, count - 1).astype(np.int64)
        weight = is_inside.astype(np.float32)
        if shot.weight is not None:
            weight *= shot.weight[nearest]
        level = shot.level[nearest]
        return {
            "grids": grids,
            "pictures": pictures,
            "backdrop": backdrop,
            "onset": targets.onset,
            "onset_weight": targets.onset_weight * weight,
            "offset": targets.offset,
            "near_weight": targets.near_weight * (weight > 0),
            "scratch": targets.scratch,
            "scratch_weight": targets.scratch_weight * (weight > 0),
            "level": np.nan_to_num(level),
            "level_weight": (is_inside & np.isfinite(level)).astype(np.float32),
        }


def _drawn_speed(config: VariationConfig, rng: np.random.Generator) -> float:
    return float(np.exp(rng.uniform(np.log(config.slowest), np.log(config.fastest))))
