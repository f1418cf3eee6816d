"""Any range of a project's mix."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from engine.project.document import Project
from engine.synthesis.mixer.limiter import BLOCK, REACH_AHEAD, REACH_BACK, limit
from engine.synthesis.mixer.summing import add_voices
from engine.synthesis.mixer.timeline import Timeline
from engine.synthesis.mixer.voices import VoiceMaker
from engine.synthesis.sound_pool import Samples, SoundPool


def render(
    project: Project,
    pool: SoundPool,
    start: int,
    end_exclusive: int,
    *,
    tracks: Collection[str] | None = None,
    with_limiter: bool = True,
) -> Samples:
    """Mix a range of the project.

    Parameters
    ----------
    project
        The document.
    pool
        Its sounds; one that can't be read is silent and listed in `pool.missing`.
    start, end_exclusive
        Project samples. Any range gives exactly the samples of the whole; before 0 there is silence.
    tracks
        Ids of the tracks and generated tracks to hear ("" for hits without one); None hears all.
    with_limiter
        Hold the true peak below `limiter.CEILING_DBTP`. Without it the sum is linear: tracks rendered
        alone add up to the whole.

    Returns
    -------
    (end_exclusive - start, project.channels) float32.
    """
    timeline = Timeline(VoiceMaker(project, pool, None if tracks is None else frozenset(tracks)).all_voices())
    return render_range(timeline, pool, start, end_exclusive, project.channels, with_limiter=with_limiter)


def render_blocks(
    project: Project,
    pool: SoundPool,
    block: int,
    *,
    tracks: Collection[str] | None = None,
    with_limiter: bool = True,
) -> Iterator[Samples]:
    """The whole mix in consecutive blocks of `block` samples, in flat memory; the last may be shorter."""
    timeline = Timeline(VoiceMaker(project, pool, None if tracks is None else frozenset(tracks)).all_voices())
    for start in range(0, project.length, block):
        end = min(project.length, start + block)
        yield render_range(timeline, pool, start, end, project.channels, with_limiter=with_limiter)


def render_range(
    timeline: Timeline,
    pool: SoundPool,
    start: int,
    end_exclusive: int,
    channels: int,
    *,
    with_limiter: bool = True,
) -> Samples:
    """Mix a range of a timeline; see `render`."""
    if end_exclusive <= start:
        return np.zeros((0, channels), dtype=np.float32)
    # The limiter hears what lies around the range, on its own grid, and nothing before the picture.
    first = max(0, (start - REACH_BACK) // BLOCK * BLOCK) if with_limiter else max(0, start)
    last = max(first, end_exclusive + REACH_AHEAD if with_limiter else end_exclusive)
    mix = np.zeros((last - first, channels), dtype=np.float32)
    add_voices(mix, first, timeline, pool)
    if with_limiter:
        limit(mix, first)
    if start >= first:
        return mix[start - first : end_exclusive - first]
    silence = np.zeros((min(end_exclusive, first) - start, channels), dtype=np.float32)
    return np.concatenate([silence, mix[: max(0, end_exclusive - first)]])
