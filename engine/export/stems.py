"""Stems: one 24-bit WAV per track, all as long as the picture and aligned to its first sample.

A stem is its track as it stands in the mix, with gain, pan, mute and solo, before the limiter: the stems
add up to the unlimited mix.
"""

from __future__ import annotations

import contextlib
import math
import re
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import ExportError
from engine.export.wave_file import WaveWriter
from engine.job import SILENT_JOB, Job
from engine.project.document import Project
from engine.project.durable import reason
from engine.synthesis.mixer import render_blocks
from engine.synthesis.sound_pool import SoundPool

_BLOCK = 1 << 18
_UNGROUPED_NAME = "No track"
_LONGEST_NAME = 100
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


@dataclass(frozen=True, slots=True)
class Stem:
    """One written file and its sample peak in dBFS (-inf for silence)."""

    path: Path
    peak_db: float

    @property
    def is_clipped(self) -> bool:
        """Whether the track went beyond full scale, which 24 bits cannot hold."""
        return self.peak_db > 0.0


@dataclass(frozen=True, slots=True)
class StemsReport:
    """What `export_stems` wrote, and a sentence for each sound that was missing."""

    stems: tuple[Stem, ...]
    missing: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"{stem.path.name}: peak {stem.peak_db:.1f} dBFS" for stem in self.stems]
        lines += [
            f"“{stem.path.stem}” is clipped, {stem.peak_db:.1f} dB beyond full scale: lower its track."
            for stem in self.stems
            if stem.is_clipped
        ]
        return "\n".join([*lines, *self.missing])


def export_stems(project: Project, pool: SoundPool, folder: Path, job: Job = SILENT_JOB) -> StemsReport:
    """Write one WAV per track and generated track into a folder.

    Hits without a track go into a stem of their own when there are any. Either all stems are put in
    place or, when something fails, none.

    Raises
    ------
    ExportError
        When the folder can't be made or a file can't be written.
    """
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"The folder “{folder}” can't be made: {reason(error)}.") from error
    parts = _parts(project)
    peaks_db = []
    with ExitStack() as unfinished:
        if is_new:
            unfinished.callback(_remove_if_empty, folder)
        writers = []
        for number, (track, name) in enumerate(parts):
            writer = WaveWriter(folder / f"{name}.wav", project.sample_rate, project.channels, project.length)
            writers.append(unfinished.enter_context(writer))
            stem_job = job.part(number / len(parts), (number + 1) / len(parts))
            peaks_db.append(_write_stem(project, pool, track, name, writer, stem_job))
        for writer in writers:
            writer.put_in_place()
    stems = tuple(Stem(writer.path, peak_db) for writer, peak_db in zip(writers, peaks_db, strict=True))
    return StemsReport(stems, tuple(problem.sentence for problem in pool.missing))


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def _write_stem(
    project: Project, pool: SoundPool, track: str, name: str, writer: WaveWriter, job: Job
) -> float:
    peak = 0.0
    written = 0
    for block in render_blocks(project, pool, _BLOCK, tracks=(track,), with_limiter=False):
        job.progress(written / project.length, f"Writing the stem “{name}”")
        writer.write(block)
        written += block.shape[0]
        peak = max(peak, float(np.abs(block).max(initial=0.0)))
    writer.finish()
    return 20.0 * math.log10(peak) if peak else -math.inf


def _parts(project: Project) -> list[tuple[str, str]]:
    """Track ids and the file names of their stems, all different."""
    known = {track.id for track in project.tracks}
    wanted = [(track.id, track.name) for track in (*project.tracks, *project.generated)]
    if any(hit.clips and hit.track not in known for hit in project.shown_hits):
        wanted.append(("", _UNGROUPED_NAME))
    taken: set[str] = set()
    parts = []
    for track, name in wanted:
        safe = _FORBIDDEN.sub("-", name).strip(" .")[:_LONGEST_NAME] or "Track"
        number = 2
        different = safe
        while different.casefold() in taken:
            different = f"{safe} {number}"
            number += 1
        taken.add(different.casefold())
        parts.append((track, different))
    return parts
