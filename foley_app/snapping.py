"""Where a person most likely means when adding a hit near a position."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from engine.project.document import Hit, Project
from engine.project.timebase import frame_to_samples

WITHIN_FRAMES = 3
_MIN_RISE_DB = 6.0


@dataclass(frozen=True, slots=True)
class Contact:
    """A likely contact: its position, and the doubted hit that lies there, if any."""

    position: int
    hit: Hit | None = None


def likeliest_contact(project: Project, position: int) -> Contact | None:
    """The likeliest contact within three frames of a position.

    The most confident of the hits that the threshold hides, else where the predicted level rises
    most, by 6 dB at least; None when neither is there.
    """
    reach = frame_to_samples(WITHIN_FRAMES, project.frame_rate, project.sample_rate)
    shown = {hit.id for hit in project.shown_hits}
    hidden = [hit for hit in project.hits if hit.id not in shown and abs(hit.position - position) <= reach]
    if hidden:
        best = max(hidden, key=lambda hit: hit.confidence)
        return Contact(best.position, best)
    curve = project.loudness
    rises = [
        (level - level_before, start)
        for (_, level_before), (start, level) in pairwise(
            zip(curve.frame_positions, curve.level_db, strict=True)
        )
        if abs(start - position) <= reach
    ]
    if not rises:
        return None
    rise_db, start = max(rises)
    return Contact(start) if rise_db >= _MIN_RISE_DB else None
