"""Examples as the detector sees them, what it says about them, and what it should say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.job import Job
from engine.learning.confidence import raw
from engine.learning.example import Example, Stretch
from engine.learning.fitting import Network
from engine.learning.judging import FoundInExample
from engine.learning.watching import Seen, networks_of, say, see, view_stretch
from engine.learning.windows import LearningShot, learned_levels, placed_contacts
from engine.models.hits import HitModel, curves_of
from engine.models.picking import FoundContact, HitCurves, PickingConfig, pick_contacts, probability
from engine.models.shot_view import ShotView


@dataclass(frozen=True, slots=True, eq=False)
class WatchedStretch:
    """A stretch of a video as a detector sees it.

    Attributes
    ----------
    views
        Its shots, with a margin around the stretch.
    seen
        What the frozen layers see in each.
    curves
        What the detector says about each.
    """

    stretch: Stretch
    views: tuple[ShotView, ...]
    seen: tuple[Seen, ...]
    curves: tuple[HitCurves, ...]

    @property
    def times_s(self) -> NDArray[np.float64]:
        """(pictures,) of all shots."""
        return np.concatenate([view.times_s for view in self.views])

    @property
    def likely(self) -> NDArray[np.float64]:
        """(pictures,) how likely the detector holds a contact to be, without its calibration."""
        return probability(np.concatenate([curves.onset for curves in self.curves]))


def watch(stretch: Stretch, model: HitModel, job: Job) -> WatchedStretch:
    """Look at a stretch.

    Raises
    ------
    MediaError
        When the video can't be decoded, or shows nothing there.
    """
    views = view_stretch(stretch, model, job)
    if not views:
        raise MediaError(f"“{stretch.video.name}” shows nothing from {stretch.start_s:.0f} s on.")
    seen = [see(model.network, view.grids, view.pictures, view.backdrop, job) for view in views]
    networks = networks_of(model.network)
    curves = [curves_of(view.times_s, say(networks, one)) for view, one in zip(views, seen, strict=True)]
    return WatchedStretch(stretch, tuple(views), tuple(seen), tuple(curves))


def found_in(
    watched: WatchedStretch, picking: PickingConfig, networks: Sequence[Network] | None = None
) -> FoundInExample:
    """All candidates with `raw` confidences: of the detector, or of networks that learned."""
    curves = watched.curves
    if networks is not None:
        curves = [
            curves_of(view.times_s, say(networks, seen))
            for view, seen in zip(watched.views, watched.seen, strict=True)
        ]
    contacts: list[FoundContact] = [
        contact for shot in curves for contact in pick_contacts(shot, raw(picking))
    ]
    contacts.sort(key=lambda contact: contact.time_s)
    return FoundInExample(
        np.array([contact.time_s for contact in contacts], np.float64),
        np.array([contact.confidence for contact in contacts], np.float64),
        np.concatenate([shot.times_s for shot in curves]),
        np.concatenate([shot.level_db for shot in curves]),
    )


def learning_shots(watched: WatchedStretch, example: Example) -> list[LearningShot]:
    """The shots of an example with what is to be said about them."""
    constant_db = _gain_db(watched, example)
    shots: list[LearningShot] = []
    for number, (view, curves) in enumerate(zip(watched.views, watched.curves, strict=True)):
        starts_s = view.times_s[0] if number else -np.inf
        ends_s = watched.views[number + 1].times_s[0] if number + 1 < len(watched.views) else np.inf
        within = [contact for contact in example.contacts if starts_s <= contact.time_s < ends_s]
        is_known = example.stretch.holds(view.times_s)
        level_db = curves.level_db.copy()
        if example.levels is not None:
            # A picture's level is that of the sound while it is shown.
            middles_s = view.times_s + 0.5 * float(np.median(np.diff(view.times_s, append=view.times_s[-1:])))
            heard_db = np.interp(middles_s, example.levels.times_s, example.levels.level_db) + constant_db
            level_db[is_known] = heard_db[is_known]
        contacts = placed_contacts(
            view.times_s,
            [contact.time_s for contact in within],
            [contact.duration_s for contact in within],
            [contact.action for contact in within],
            [contact.is_seen for contact in within],
        )
        shots.append(LearningShot(view, contacts, learned_levels(level_db), is_known.astype(np.float32)))
    return shots


def _gain_db(watched: WatchedStretch, example: Example) -> float:
    """What the microphone's gain, which nobody can see, is taken to be: its levels are moved by it."""
    if example.levels is None:
        return 0.0
    said_db = np.concatenate([curves.level_db for curves in watched.curves])
    difference_db = np.interp(example.levels.times_s, watched.times_s, said_db) - example.levels.level_db
    return float(np.median(difference_db))
