"""Edits of the sounds on hits: which take plays, its layers, gain, pan, pitch, offset and fades.

Where an edit names no clip it means a hit's first one, its main sound; hits without a sound are left
as they are. `nudge_gain` alone reaches every layer, so that their balance stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from engine.errors import EditError
from engine.project.document import (
    MAX_GAIN_DB,
    MAX_PITCH_SEMITONES,
    MIN_GAIN_DB,
    Clip,
    Hit,
    Project,
    Take,
    new_id,
)
from engine.project.edits.checked import clamped, finite, same_or_changed, sound_take, whole
from engine.project.edits.hit_changes import change_hits, known_hit, known_ids, touched
from engine.project.shapes import MAX_WHOLE

Ids = Iterable[str] | str


def choose_take(
    project: Project,
    hit_id: str,
    take: Take,
    *,
    clip_id: str | None = None,
    gain_db: float | None = None,
    length: int = 0,
) -> Project:
    """Play a take on a hit.

    The take joins those the clip already has and becomes the active one; a hit without a sound gets its
    first clip. Pan, pitch, offset and fades stay as they were set; a different sound begins at its start.

    Parameters
    ----------
    clip_id
        The layer to put it on; the first one by default.
    gain_db
        The clip's gain; left as it is by default (0 dB on a new clip).
    length
        How much of it sounds, in samples; by default a scratch's sound fills it and a hit's rings out.
    """
    hit = known_hit(project, hit_id)
    sound = sound_take(take)
    gain = None if gain_db is None else clamped(gain_db, "gain", MIN_GAIN_DB, MAX_GAIN_DB)
    sounding = whole(length, "length") or (hit.length if hit.action == "scratch" else 0)
    if clip_id is None and not hit.clips:
        clip = Clip(id=new_id(), takes=(sound,), active_take=sound.id, length=sounding, gain_db=gain or 0.0)
        return change_hits(project, hit_id, lambda one: touched(one, clips=(clip,)))
    target = _clip_of(hit, clip_id).id if clip_id is not None else hit.clips[0].id

    def change(clip: Clip) -> Clip:
        is_new_sound = clip.active_take != sound.id
        return same_or_changed(
            clip,
            takes=_with_take(clip.takes, sound),
            active_take=sound.id,
            start=0 if is_new_sound else clip.start,
            length=sounding if is_new_sound or length else clip.length,
            gain_db=clip.gain_db if gain is None else gain,
        )

    return _change_clips(project, hit_id, change, target)


def add_layer(project: Project, hit_id: str, take: Take, gain_db: float) -> Project:
    """Add a sound under those a hit has."""
    hit = known_hit(project, hit_id)
    sound = sound_take(take)
    clip = Clip(
        id=new_id(),
        takes=(sound,),
        active_take=sound.id,
        length=hit.length if hit.action == "scratch" else 0,
        gain_db=clamped(gain_db, "gain", MIN_GAIN_DB, MAX_GAIN_DB),
    )
    return change_hits(project, hit_id, lambda one: touched(one, clips=(*one.clips, clip)))


def remove_clip(project: Project, hit_id: str, clip_id: str) -> Project:
    """Take a sound off a hit."""
    _clip_of(known_hit(project, hit_id), clip_id)
    return change_hits(
        project,
        hit_id,
        lambda hit: touched(hit, clips=tuple(clip for clip in hit.clips if clip.id != clip_id)),
    )


def set_gain(project: Project, ids: Ids, gain_db: float, clip_id: str | None = None) -> Project:
    """Set the gain of hits' sounds."""
    return _set(project, ids, clip_id, gain_db=clamped(gain_db, "gain", MIN_GAIN_DB, MAX_GAIN_DB))


def nudge_gain(project: Project, ids: Ids, delta_db: float) -> Project:
    """Make hits louder or softer with all their layers."""
    delta = finite(delta_db, "gain")

    def louder(clip: Clip) -> Clip:
        return same_or_changed(clip, gain_db=min(max(clip.gain_db + delta, MIN_GAIN_DB), MAX_GAIN_DB))

    return change_hits(project, ids, lambda hit: _with_clips(hit, tuple(louder(clip) for clip in hit.clips)))


def set_pan(project: Project, ids: Ids, pan: float, clip_id: str | None = None) -> Project:
    """Place hits' sounds between left (-1) and right (+1)."""
    return _set(project, ids, clip_id, pan=clamped(pan, "pan", -1.0, 1.0))


def set_pitch(project: Project, ids: Ids, pitch_semitones: float, clip_id: str | None = None) -> Project:
    """Set the varispeed pitch of hits' sounds."""
    limit = MAX_PITCH_SEMITONES
    return _set(project, ids, clip_id, pitch_semitones=clamped(pitch_semitones, "pitch", -limit, limit))


def set_offset(project: Project, ids: Ids, offset: int, clip_id: str | None = None) -> Project:
    """Slip hits' sounds against their hits, in samples; negative is earlier."""
    return _set(project, ids, clip_id, offset=whole(offset, "offset", -MAX_WHOLE))


def set_fades(
    project: Project,
    ids: Ids,
    fade_in: int | None = None,
    fade_out: int | None = None,
    clip_id: str | None = None,
) -> Project:
    """Set the fades of hits' sounds in samples; one that isn't given stays.

    A fade may be longer than its sound, whose length isn't known here; the mixer shortens it then.
    """
    fades = {
        key: whole(value, "fade")
        for key, value in (("fade_in", fade_in), ("fade_out", fade_out))
        if value is not None
    }
    return _set(project, ids, clip_id, **fades)


def _set(project: Project, ids: Ids, clip_id: str | None, **values: Any) -> Project:
    return _change_clips(project, ids, lambda clip: same_or_changed(clip, **values), clip_id)


def _change_clips(project: Project, ids: Ids, change: Callable[[Clip], Clip], clip_id: str | None) -> Project:
    wanted = known_ids(project, ids)
    if clip_id is not None and not any(
        clip.id == clip_id for hit_id in wanted for clip in project.hits_by_id[hit_id].clips
    ):
        raise EditError(f"There is no sound “{clip_id}” on the hit.")

    def one(hit: Hit) -> Hit:
        target = clip_id if clip_id is not None else (hit.clips[0].id if hit.clips else None)
        return _with_clips(hit, tuple(change(clip) if clip.id == target else clip for clip in hit.clips))

    return change_hits(project, wanted, one)


def _with_clips(hit: Hit, clips: tuple[Clip, ...]) -> Hit:
    if all(new is old for new, old in zip(clips, hit.clips, strict=True)):
        return hit
    return touched(hit, clips=clips)


def _with_take(takes: tuple[Take, ...], take: Take) -> tuple[Take, ...]:
    if take in takes:
        return takes
    if any(one.id == take.id for one in takes):
        return tuple(take if one.id == take.id else one for one in takes)
    return (*takes, take)


def _clip_of(hit: Hit, clip_id: str) -> Clip:
    for clip in hit.clips:
        if clip.id == clip_id:
            return clip
    raise EditError(f"There is no sound “{clip_id}” on the hit.")
