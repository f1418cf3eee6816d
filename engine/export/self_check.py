"""The self-check: an exported file is opened again and every hit's sound is found in it.

Each hit's own sound, as the project places it, is slid over the decoded sound; where the two match best
tells how far off the export is. A hit whose sound is drowned by others in the same moment is looked for
with the whole mix around it instead. The peak of the match is refined between samples by a parabola.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import correlate

from engine.export.picture_check import PictureCheck, check_picture
from engine.job import SILENT_JOB, Job
from engine.media.audio import audio_blocks
from engine.project.document import Project
from engine.project.references import resolve_reference
from engine.synthesis.mixer.render import render_range
from engine.synthesis.mixer.timeline import Timeline
from engine.synthesis.mixer.voices import VoiceMaker
from engine.synthesis.sound_pool import Samples, SoundPool

_SEARCHED_S = 0.06
_COMPARED_S = 0.15
_OWN_SHARE = 0.7
_FAINTEST_MATCH = 0.2
_PRE_EMPHASIS = 0.97


@dataclass(frozen=True, slots=True)
class HitOffset:
    """Where one hit's sound was found.

    Attributes
    ----------
    hit_id, time_s
        The hit and the time its sound begins in the project.
    offset_ms
        How much later (+) or earlier (-) it is in the file; None when it could not be told, because the
        sound is too faint or the codec changed it too much.
    match
        Correlation with what was looked for, 0..1.
    is_isolated
        Whether the hit's own sound was looked for, and not the mix around it.
    """

    hit_id: str
    time_s: float
    offset_ms: float | None
    match: float
    is_isolated: bool


@dataclass(frozen=True, slots=True)
class ExportCheck:
    """What the self-check found.

    Attributes
    ----------
    offsets
        One per hit that sounds, in order of time.
    length_error_s
        How much longer (+) or shorter (-) the file's sound is than the project.
    picture
        How the picture compares with the source's; None when the source is not there.
    """

    offsets: tuple[HitOffset, ...]
    length_error_s: float
    picture: PictureCheck | None

    @property
    def measured(self) -> int:
        """How many hits' offsets could be measured."""
        return sum(offset.offset_ms is not None for offset in self.offsets)

    @property
    def largest_offset_ms(self) -> float:
        """The largest distance of a hit from its place; 0 when none was measured."""
        measured = (abs(one.offset_ms) for one in self.offsets if one.offset_ms is not None)
        return max(measured, default=0.0)

    def __str__(self) -> str:
        parts = []
        if self.offsets:
            parts.append(
                f"{self.measured} of {len(self.offsets)} hits found again, at most"
                f" {self.largest_offset_ms:.2f} ms from their place"
            )
        if self.picture is not None:
            same = "identical to the source's" if self.picture.is_identical else "NOT the source's"
            parts.append(f"{self.picture.packets} picture packets, {same}")
        return "; ".join(parts)


def check_export(out_path: Path, project: Project, pool: SoundPool, job: Job = SILENT_JOB) -> ExportCheck:
    """Measure an exported file against its project.

    Parameters
    ----------
    out_path
        The exported file; its first sound stream is compared.
    project
        What was exported.
    pool
        Its sounds, and the folder its media paths start from.
    job
        Progress and cancellation.

    Raises
    ------
    MediaError
        When the exported file can't be read.
    """
    offsets, length = _find_hits(out_path, project, pool, job.part(0.0, 0.8))
    source = resolve_reference(project.video.media, pool.project_folder) if project.video else None
    picture = check_picture(source, out_path, job.part(0.8, 1.0)) if source is not None else None
    return ExportCheck(tuple(offsets), (length - project.length) / project.sample_rate, picture)


def _find_hits(out_path: Path, project: Project, pool: SoundPool, job: Job) -> tuple[list[HitOffset], int]:
    sound = _DecodedSound(out_path, project)
    maker = VoiceMaker(project, pool)
    everything = Timeline(maker.all_voices())
    compared, searched = (round(span_s * project.sample_rate) for span_s in (_COMPARED_S, _SEARCHED_S))
    offsets = []
    for number, hit in enumerate(project.shown_hits):
        job.progress(number / len(project.shown_hits), f"Checking hit {number + 1}")
        voices = maker.of_hit(hit)
        if not voices:
            continue
        start = min(voice.position for voice in voices)
        first, last = max(0, start), min(project.length, start + compared)
        if first >= last:
            continue
        around = (first, last, project.channels)
        mix = _emphasised(render_range(everything, pool, *around))
        own = _emphasised(render_range(Timeline(voices), pool, *around, with_limiter=False))
        is_isolated = _energy(own - mix) < (1.0 - _OWN_SHARE) * _energy(mix)
        heard = _emphasised(sound.part(first - searched, last + searched))
        lag, match = _best_lag(own if is_isolated else mix, heard)
        offset_ms = None if match < _FAINTEST_MATCH else (lag - searched) / project.sample_rate * 1000.0
        offsets.append(HitOffset(hit.id, start / project.sample_rate, offset_ms, match, is_isolated))
    return offsets, sound.length()


def _best_lag(wanted: NDArray[np.float64], heard: NDArray[np.float64]) -> tuple[float, float]:
    """Where in `heard` the sound `wanted` lies: its first sample's place, and the correlation there."""
    loudest = int(np.argmax(np.square(wanted).sum(axis=0)))
    pattern, signal = wanted[:, loudest], heard[:, loudest]
    energy = np.concatenate([[0.0], np.cumsum(np.square(signal))])
    energies = (energy[pattern.size :] - energy[: -pattern.size]) * np.sum(np.square(pattern))
    if energies.max(initial=0.0) <= 0.0:
        return 0.0, 0.0
    likeness = correlate(signal, pattern, mode="valid")
    likeness /= np.sqrt(np.maximum(energies, energies.max() * 1e-9))
    best = int(likeness.argmax())
    return best + _vertex(likeness, best), float(likeness[best])


def _emphasised(samples: Samples) -> NDArray[np.float64]:
    # Codecs turn the phase of the lowest tones, and a rumble tells little about where a hit is.
    emphasised = samples.astype(np.float64)
    emphasised[1:] -= _PRE_EMPHASIS * samples[:-1]
    return emphasised


def _vertex(values: NDArray[np.float64], peak: int) -> float:
    """Where between samples a peak lies, by the parabola through it and its neighbours: -0.5..0.5."""
    if not 0 < peak < values.size - 1:
        return 0.0
    before, at, after = values[peak - 1 : peak + 2]
    bend = before - 2.0 * at + after
    return 0.0 if bend >= 0.0 else float(0.5 * (before - after) / bend)


def _energy(samples: NDArray[np.float64]) -> float:
    return float(np.square(samples).sum())


class _DecodedSound:
    """The file's sound from beginning to end, with no more of it in memory than hits need."""

    def __init__(self, path: Path, project: Project) -> None:
        self._channels = project.channels
        self._blocks: Iterator[Samples] = audio_blocks(
            path, sample_rate=project.sample_rate, channels=project.channels
        )
        self._kept = np.zeros((0, project.channels), dtype=np.float32)
        self._start = 0

    def part(self, start: int, end: int) -> Samples:
        """A range, silent where the file has nothing; ranges are asked for in order of their start."""
        self._forget_before(start)
        while self._start + self._kept.shape[0] < end:
            block = next(self._blocks, None)
            if block is None:
                break
            self._kept = np.concatenate([self._kept, block])
            self._forget_before(start)
        part = np.zeros((end - start, self._channels), dtype=np.float32)
        inside = self._kept[max(0, start - self._start) : end - self._start]
        at = max(0, self._start - start)
        part[at : at + inside.shape[0]] = inside
        return part

    def _forget_before(self, start: int) -> None:
        passed = min(max(0, start - self._start), self._kept.shape[0])
        self._kept = self._kept[passed:]
        self._start += passed

    def length(self) -> int:
        """Samples in the whole file."""
        known = self._start + self._kept.shape[0]
        return known + sum(block.shape[0] for block in self._blocks)
