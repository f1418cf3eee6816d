"""Learning from clips that nobody labelled: a detector's own answers, where it is sure of them.

What it is sure of becomes a contact, what it is sure is none becomes none, and the pictures between both
have no weight. Seen with other crops, speeds and noise than those it answered from, its answers teach it the
look of real footage.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.learning.windows import LearningShot, placed_contacts
from engine.models.hits import HitModel, hit_curves
from engine.models.picking import pick_contacts
from engine.models.shot_view import ShotView

SURE = 0.75
"""A candidate of at least this confidence is taken for a contact."""
UNSURE = 0.15
"""One of less confidence is taken for none."""
_REACH_S = 0.12
"""Pictures as near as this to a doubtful candidate are not learned from."""


def self_labelled(model: HitModel, views: Sequence[ShotView]) -> list[LearningShot]:
    """The shots of a clip with the contacts that a detector is sure of."""
    shots: list[LearningShot] = []
    for view, curves in zip(views, hit_curves(model.network, views), strict=True):
        found = pick_contacts(curves, model.picking)
        sure = [contact for contact in found if contact.confidence >= SURE]
        contacts = placed_contacts(
            view.times_s,
            [contact.time_s for contact in sure],
            [0.0] * len(sure),
            [contact.action for contact in sure],
            [True] * len(sure),
        )
        weight = np.ones(len(view), np.float32)
        for contact in found:
            if UNSURE <= contact.confidence < SURE:
                weight[np.abs(view.times_s - contact.time_s) <= _REACH_S] = 0.0
        shots.append(LearningShot(view, contacts, np.full(len(view), np.nan, np.float32), weight))
    return shots
