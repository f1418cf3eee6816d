"""The whole mix, kept up to date: after an edit only the ranges it touches are rendered again."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from engine.project.document import Hit, Project
from engine.synthesis.mixer.limiter import REACH_AHEAD, REACH_BACK
from engine.synthesis.mixer.render import render_range
from engine.synthesis.mixer.timeline import Timeline
from engine.synthesis.mixer.voices import Voice, VoiceMaker
from engine.synthesis.sound_pool import Samples, SoundPool

Range = tuple[int, int]


class MixCache:
    """The limited mix of a project, from its first sample to its length.

    Parameters
    ----------
    pool
        The project's sounds.

    Attributes
    ----------
    samples
        (project.length, project.channels) float32; written in place by `update`.
    """

    def __init__(self, pool: SoundPool) -> None:
        self._pool = pool
        self._project: Project | None = None
        self._timeline = Timeline()
        self._voices: dict[str, tuple[Voice, ...]] = {}
        self.samples: Samples = np.zeros((0, 2), dtype=np.float32)

    def update(self, project: Project) -> list[Range]:
        """Bring the mix up to date.

        Returns
        -------
        Half-open ranges of `samples` that were rendered again, in order, not overlapping; the whole when
        the length or the number of channels is another.
        """
        before, self._project = self._project, project
        if before is None or (before.length, before.channels) != (project.length, project.channels):
            self._start_over(project)
            return [(0, project.length)] if project.length else []
        changed = self._exchange_voices(before, project)
        ranges = _joined(
            (max(0, voice.position - REACH_AHEAD), min(project.length, voice.end_exclusive + REACH_BACK))
            for voice in changed
        )
        for start, end in ranges:
            self.samples[start:end] = render_range(self._timeline, self._pool, start, end, project.channels)
        return ranges

    def forget(self) -> None:
        """Render everything at the next update, for after sounds came back (`SoundPool.try_again`)."""
        self._project = None

    def _start_over(self, project: Project) -> None:
        maker = VoiceMaker(project, self._pool)
        self._voices = _voices_by_owner(maker, project)
        self._timeline = Timeline(voice for voices in self._voices.values() for voice in voices)
        self.samples = render_range(self._timeline, self._pool, 0, project.length, project.channels)

    def _exchange_voices(self, before: Project, project: Project) -> list[Voice]:
        """Put the new project's voices in the old one's place; the voices that came or went."""
        maker = VoiceMaker(project, self._pool)
        if _sounds_alike_but_for_hits(before, project):
            gone, come = _exchanged_hits(before.hits, project.hits)
            owners = dict.fromkeys([hit.id for hit in gone] + [hit.id for hit in come])
            voices = {hit.id: maker.of_hit(hit) for hit in come}
        else:
            voices = _voices_by_owner(maker, project)
            owners = dict.fromkeys([*self._voices, *voices])
        changed = []
        for owner in owners:
            old, new = self._voices.get(owner, ()), voices.get(owner, ())
            if old == new:
                continue
            for voice in set(old) - set(new):
                self._timeline.remove(voice)
                changed.append(voice)
            for voice in set(new) - set(old):
                self._timeline.add(voice)
                changed.append(voice)
            self._voices[owner] = new
        return changed


def _voices_by_owner(maker: VoiceMaker, project: Project) -> dict[str, tuple[Voice, ...]]:
    voices = {hit.id: maker.of_hit(hit) for hit in project.hits}
    voices.update((f"generated {track.id}", maker.of_generated(track)) for track in project.generated)
    return voices


def _sounds_alike_but_for_hits(before: Project, after: Project) -> bool:
    return (
        before.tracks is after.tracks
        and before.generated is after.generated
        and before.threshold == after.threshold
        and before.blend == after.blend
        and before.loudness.automation is after.loudness.automation
    )


def _exchanged_hits(before: tuple[Hit, ...], after: tuple[Hit, ...]) -> tuple[list[Hit], list[Hit]]:
    """Hits that are not the same object in both; the shared beginning and end are skipped quickly."""
    shorter = min(len(before), len(after))
    head = 0
    while head < shorter and before[head] is after[head]:
        head += 1
    tail = 0
    while tail < shorter - head and before[-1 - tail] is after[-1 - tail]:
        tail += 1
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    kept = {id(hit) for hit in old} & {id(hit) for hit in new}
    return [hit for hit in old if id(hit) not in kept], [hit for hit in new if id(hit) not in kept]


def _joined(ranges: Iterable[Range]) -> list[Range]:
    joined: list[Range] = []
    for start, end in sorted(ranges):
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
