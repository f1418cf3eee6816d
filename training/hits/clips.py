"""From recordings of a data set to shots that can be learned from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.learning.windows import LearningShot, learned_levels, placed_contacts
from engine.models.shot_view import ShotView
from training.datasets.recording import Recording


def learning_shots(recording: Recording, views: Sequence[ShotView], rate_hz: float) -> list[LearningShot]:
    """The shots of a recording, each with the contacts that fall into it."""
    shots: list[LearningShot] = []
    for number, view in enumerate(views):
        starts_s = view.times_s[0] if number else 0.0
        ends_s = views[number + 1].times_s[0] if number + 1 < len(views) else np.inf
        within = [contact for contact in recording.contacts if starts_s <= contact.time_s < ends_s]
        contacts = placed_contacts(
            view.times_s,
            [contact.time_s for contact in within],
            [contact.duration_s for contact in within],
            [contact.action for contact in within],
            [contact.in_picture for contact in within],
        )
        shots.append(LearningShot(view, contacts, _levels(recording, view, rate_hz)))
    return shots


def _levels(recording: Recording, view: ShotView, rate_hz: float) -> NDArray[np.float32]:
    """The levels while each picture is shown, as the networks give them."""
    if not recording.level_db:
        return np.full(len(view), np.nan, np.float32)
    levels_db = np.array(recording.level_db)
    shown_s = (np.arange(len(levels_db)) + 0.5) * recording.duration_s / len(levels_db)
    return learned_levels(np.interp(view.times_s + 0.5 / rate_hz, shown_s, levels_db))
