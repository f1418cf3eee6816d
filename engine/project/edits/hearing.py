"""Edits of what is heard: the sounds of hits, a generated take, or both; one take of several."""

from __future__ import annotations

from dataclasses import replace

from engine.project.document import GeneratedTrack, Project
from engine.project.edits.checked import known_generated, same_or_changed
from engine.project.edits.settings import set_blend


def hear_hits(project: Project) -> Project:
    """Hear the hits without any generated take; a take's solo would silence them, so it goes."""
    return set_blend(_without_solos(project, of_tracks=False), 0.0)


def hear_takes(project: Project) -> Project:
    """Hear the generated takes that aren't muted, without the hits; a track's solo goes."""
    return set_blend(_without_solos(project, of_takes=False), 1.0)


def hear_both(project: Project) -> Project:
    """Hear hits and generated takes together, each as its fader says; solos go."""
    return set_blend(_without_solos(project), 0.5)


def choose_generated(project: Project, track_id: str) -> Project:
    """Let this generated track sound instead of those that lie beside it: takes of the same stretch."""
    chosen = known_generated(project, track_id)
    tracks = tuple(
        same_or_changed(track, mute=track is not chosen, solo=False) if _share_time(track, chosen) else track
        for track in project.generated
    )
    same = all(new is old for new, old in zip(tracks, project.generated, strict=True))
    return project if same else replace(project, generated=tracks)


def _share_time(one: GeneratedTrack, other: GeneratedTrack) -> bool:
    earlier, later = sorted((one, other), key=lambda track: track.position)
    # A length of 0 lasts to the sound's end, which only its file knows.
    return not earlier.length or later.position < earlier.position + earlier.length


def _without_solos(project: Project, *, of_tracks: bool = True, of_takes: bool = True) -> Project:
    tracks, takes = project.tracks, project.generated
    if of_tracks and any(track.solo for track in tracks):
        tracks = tuple(same_or_changed(track, solo=False) for track in tracks)
    if of_takes and any(take.solo for take in takes):
        takes = tuple(same_or_changed(take, solo=False) for take in takes)
    if tracks is project.tracks and takes is project.generated:
        return project
    return replace(project, tracks=tracks, generated=takes)
