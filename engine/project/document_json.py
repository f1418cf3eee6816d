"""The document as JSON and back: every field declared once, strict in both directions.

`to_json` gives `{"schema": "foley.project", "version": ..., "project": {...}}`, the form that `.foley`
files hold and that travels to the player. Both directions check types, ranges and the rules that hold
between objects, so nothing is written that could not be read again.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from engine.errors import ProjectFileError
from engine.project.document import (
    MAX_GAIN_DB,
    MAX_PITCH_SEMITONES,
    MIN_GAIN_DB,
    AutomationPoint,
    Clip,
    ContactPoint,
    GeneratedTrack,
    Hit,
    LoudnessCurve,
    MaterialProbability,
    MediaReference,
    Project,
    Recipe,
    Take,
    Track,
    Video,
)
from engine.project.materials import ACTIONS
from engine.project.shapes import (
    MAX_WHOLE,
    Codec,
    ShapeError,
    choice,
    flag,
    fraction,
    number,
    optional,
    parameters,
    plain_numbers,
    sequence,
    shape,
    text,
    whole,
)
from engine.project.timebase import supports_drop_frame
from engine.project.upgrades import PROJECT_UPGRADES, UpgradeError

SCHEMA = "foley.project"

MIN_LEVEL_DB, MAX_LEVEL_DB = -200.0, 60.0
"""Levels beyond these are a mistake, not a sound."""

_name = text(may_be_empty=False)
_gain_db = number(MIN_GAIN_DB, MAX_GAIN_DB)
_level_db = number(MIN_LEVEL_DB, MAX_LEVEL_DB)
_pan = number(-1.0, 1.0)
_share = number(0.0, 1.0)
_score = number(-1e9, 1e9)

MEDIA_SHAPE = shape(MediaReference, path=_name, content_hash=text())
VIDEO_SHAPE = shape(
    Video,
    media=MEDIA_SHAPE,
    width=whole(1, 65_536),
    height=whole(1, 65_536),
    frame_rate=fraction(),
    length=whole(),
    is_variable_rate=flag(),
    has_audio=flag(),
)
RECIPE_SHAPE = shape(
    Recipe,
    model=_name,
    seed=whole(-(2**63), 2**64),
    parameters=parameters(),
    checkpoint_hash=text(),
    engine_version=text(),
)
TAKE_SHAPE = shape(
    Take,
    id=_name,
    name=text(),
    source=choice("library", "kit", "exemplar", "generated"),
    material=text(),
    score=_score,
    media=optional(MEDIA_SHAPE),
    recipe=optional(RECIPE_SHAPE),
)
CLIP_SHAPE = shape(
    Clip,
    id=_name,
    takes=sequence(TAKE_SHAPE, "take", least=1),
    active_take=_name,
    offset=whole(-MAX_WHOLE),
    start=whole(),
    length=whole(),
    gain_db=_gain_db,
    pan=_pan,
    pitch_semitones=number(-MAX_PITCH_SEMITONES, MAX_PITCH_SEMITONES),
    fade_in=whole(),
    fade_out=whole(),
)
HIT_SHAPE = shape(
    Hit,
    id=_name,
    position=whole(),
    action=choice(*ACTIONS),
    length=whole(),
    confidence=_share,
    level_db=_level_db,
    material=text(),
    materials=sequence(shape(MaterialProbability, name=_name, probability=_share), "material"),
    material_chosen=flag(),
    reaction=text(),
    contact=optional(shape(ContactPoint, x=_share, y=_share)),
    origin=choice("detected", "placed"),
    edited=flag(),
    locked=flag(),
    mute=flag(),
    track=text(),
    clips=sequence(CLIP_SHAPE, "clip"),
)
TRACK_SHAPE = shape(Track, id=_name, name=_name, gain_db=_gain_db, pan=_pan, mute=flag(), solo=flag())
GENERATED_SHAPE = shape(
    GeneratedTrack,
    id=_name,
    name=_name,
    take=TAKE_SHAPE,
    position=whole(),
    length=whole(),
    gain_db=_gain_db,
    pan=_pan,
    mute=flag(),
    solo=flag(),
)
LOUDNESS_FIELDS: dict[str, Codec[Any]] = {
    "frame_positions": plain_numbers(int, 0, MAX_WHOLE),
    "level_db": plain_numbers(float, MIN_LEVEL_DB, MAX_LEVEL_DB),
    "automation": sequence(shape(AutomationPoint, position=whole(), gain_db=_gain_db), "point"),
}
LOUDNESS_SHAPE = shape(LoudnessCurve, **LOUDNESS_FIELDS)
PROJECT_FIELDS: dict[str, Codec[Any]] = {
    "id": _name,
    "sample_rate": whole(8_000, 384_000),
    "channels": whole(1, 2),
    "frame_rate": fraction(),
    "drop_frame": flag(),
    "start_frame": whole(),
    "length": whole(),
    "video": optional(VIDEO_SHAPE),
    "tracks": sequence(TRACK_SHAPE, "track"),
    "hits": sequence(HIT_SHAPE, "hit"),
    "threshold": _share,
    "loudness": LOUDNESS_SHAPE,
    "generated": sequence(GENERATED_SHAPE, "generated track"),
    "blend": _share,
    "keep_original_audio": flag(),
    "analysis_model": text(),
}
PROJECT_SHAPE = shape(Project, **PROJECT_FIELDS)


def to_json(project: Project) -> dict[str, Any]:
    """The document as plain JSON values.

    Raises
    ------
    ProjectFileError
        When the document breaks its own rules; nothing that can't be read back is ever given out.
    """
    try:
        body = PROJECT_SHAPE.write(project)
        check_rules(project)
    except ShapeError as error:
        raise ProjectFileError(f"The project can't be written: {error}.") from error
    return {"schema": SCHEMA, "version": PROJECT_UPGRADES.current_version, "project": body}


def from_json(document: Any) -> Project:
    """The document from `to_json`'s form of this or an older version.

    Raises
    ------
    ProjectFileError
        When it is no Foley project, comes from a newer version, or breaks a rule.
    """
    try:
        return read_document(document)
    except (ShapeError, UpgradeError) as error:
        raise ProjectFileError(f"The project can't be read: {error}.") from error


def read_document(document: Any) -> Project:
    """Like `from_json`, for callers that have their own words for a failure.

    Raises
    ------
    UpgradeError
        When the version is unknown or newer.
    ShapeError
        When it is no Foley project or breaks a rule.
    """
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ShapeError("it is not a Foley project")
    body = PROJECT_UPGRADES.upgrade(document.get("version"), document.get("project"))
    if document.keys() != {"schema", "version", "project"}:
        raise ShapeError("it has unknown entries beside its project")
    project = PROJECT_SHAPE.read(body)
    check_rules(project)
    return project


def check_rules(project: Project) -> None:
    """Refuse a document whose parts contradict each other.

    Raises
    ------
    ShapeError
        Names the first contradiction.
    """
    if project.drop_frame and not supports_drop_frame(project.frame_rate):
        raise ShapeError("does not exist at this frame rate", "drop_frame")
    _check_distinct((track.id for track in project.tracks), "tracks", "id")
    _check_distinct((track.id for track in project.generated), "generated", "id")
    _check_hits(project)
    check_loudness(project.loudness)


def _check_distinct(names: Iterable[str], where: str, what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ShapeError(f"has the {what} “{name}” twice", where)
        seen.add(name)


def _check_hits(project: Project) -> None:
    _check_distinct((hit.id for hit in project.hits), "hits", "id")
    keys = [(hit.position, hit.id) for hit in project.hits]
    for before, after in pairwise(keys):
        if before > after:
            raise ShapeError(f"must be ordered by position; “{after[1]}” comes too late", "hits")
    if project.length and keys and keys[-1][0] >= project.length:
        raise ShapeError(
            f"lies at {keys[-1][0]}, beyond the end at {project.length}", f"hits, hit “{keys[-1][1]}”"
        )
    tracks = {track.id for track in project.tracks} | {""}
    for hit in project.hits:
        if hit.track not in tracks:
            raise ShapeError(f"is on the unknown track “{hit.track}”", f"hits, hit “{hit.id}”")
        if hit.clips:
            where = f"hits, hit “{hit.id}”, clips"
            if len(hit.clips) > 1:
                _check_distinct((clip.id for clip in hit.clips), where, "id")
            for clip in hit.clips:
                take_ids = [take.id for take in clip.takes]
                if len(take_ids) > 1:
                    _check_distinct(take_ids, f"{where}, takes", "id")
                if clip.active_take not in take_ids:
                    raise ShapeError(f"plays the unknown take “{clip.active_take}”", where)


def check_loudness(curve: LoudnessCurve) -> None:
    """Refuse a level curve whose rows don't match or go back in time; raises `ShapeError`."""
    if len(curve.frame_positions) != len(curve.level_db):
        raise ShapeError(
            f"has {len(curve.frame_positions)} positions but {len(curve.level_db)} levels", "loudness"
        )
    if not _is_increasing(curve.frame_positions):
        raise ShapeError("must increase from frame to frame", "loudness, frame_positions")
    if not _is_increasing([point.position for point in curve.automation]):
        raise ShapeError("must increase from point to point", "loudness, automation")


def _is_increasing(positions: tuple[int, ...] | list[int]) -> bool:
    return all(before < after for before, after in pairwise(positions))
