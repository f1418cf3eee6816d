"""The hits of a project as a generator is told of them, and the notes that keep them for a recipe."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict

from engine.errors import UserFacingError
from engine.features.hit_curves import SoundingHit
from engine.project.document import Hit, Project
from engine.project.materials import MATERIALS
from engine.project.timebase import samples_to_seconds
from engine.synthesis.mixer.levels import LevelLine

ToldHits = tuple[SoundingHit, ...]


def told_hits(
    project: Project, tracks: Collection[str] | None = None, materials: Collection[str] | None = None
) -> ToldHits:
    """The hits that count and are not muted, in order of time, as loud as the editor's line makes them.

    Parameters
    ----------
    tracks
        Only those on these tracks; "" stands for hits without one.
    materials
        Only those of these materials; "" stands for what is not known.
    """
    line = LevelLine(project.loudness)
    return tuple(
        _told(hit, project, line)
        for hit in project.shown_hits
        if not hit.mute
        and (tracks is None or hit.track in tracks)
        and (materials is None or hit.material in materials)
    )


def hits_to_bytes(hits: ToldHits) -> bytes:
    """Notes: the same hits always give the same bytes."""
    return json.dumps([asdict(hit) for hit in hits], separators=(",", ":"), allow_nan=False).encode()


def hits_from_bytes(notes: bytes) -> ToldHits:
    """The hits of notes.

    Raises
    ------
    UserFacingError
        When they are damaged.
    """
    try:
        return tuple(
            SoundingHit(**{**row, "materials": tuple(row["materials"])}) for row in json.loads(notes)
        )
    except (ValueError, TypeError, KeyError) as error:
        raise UserFacingError("The notes of the hits that a sound was made from are damaged.") from error


def _told(hit: Hit, project: Project, line: LevelLine) -> SoundingHit:
    shares = {row.name: row.probability for row in hit.materials}
    if hit.material_chosen or not shares:
        shares = {hit.material: 1.0}
    return SoundingHit(
        samples_to_seconds(hit.position, project.sample_rate),
        hit.level_db + line.gain_db(hit.position),
        hit.action,
        samples_to_seconds(hit.length, project.sample_rate),
        tuple(float(shares.get(name, 0.0)) for name in MATERIALS),
    )
