"""Speed of the mixer: ten minutes with 3,000 hits, and one edit in it.

The reference is the plain way in numpy: every sound stretched by linear interpolation, multiplied by its
gains and fades and added, then one gain per 32 samples against the peaks; an edit mixes its range again
from all hits that lie in it. It is timed in the same run. All sounds are in memory, as they are while a
person works; "first" still has every hit's own speed to work out, "again" finds it in the pool.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from engine.project.document import Clip, Hit, MediaReference, Project, Take, Track
from engine.synthesis.mixer import MixCache
from engine.synthesis.sound_pool import SoundPool

_SAMPLE_RATE = 48_000
_LENGTH = 600 * _SAMPLE_RATE
_HITS = 3_000
_SOUNDS = 160
_EDITS = 41
_GOAL_MIX_S, _GOAL_EDIT_S = 0.6, 0.005


def _write_sounds(folder: Path, random: np.random.Generator) -> list[Take]:
    takes = []
    for number in range(_SOUNDS):
        frames = int(random.uniform(0.2, 0.8) * _SAMPLE_RATE)
        decay = np.exp(-np.arange(frames) / (frames / 7.0))
        sound = (0.5 * decay * random.uniform(-1, 1, frames)).astype(np.float32)
        path = folder / f"sound{number:03d}.wav"
        soundfile.write(path, sound, _SAMPLE_RATE, subtype="FLOAT")
        takes.append(Take(f"take{number}", path.stem, "library", media=MediaReference(str(path))))
    return takes


def _make_project(takes: list[Take], random: np.random.Generator) -> Project:
    hits = []
    for number, position in enumerate(np.sort(random.integers(0, _LENGTH, _HITS))):
        take = takes[int(random.integers(len(takes)))]
        clip = Clip(
            f"clip{number}",
            (take,),
            take.id,
            gain_db=float(random.uniform(-18, -3)),
            pan=float(random.uniform(-0.5, 0.5)),
            pitch_semitones=float(random.uniform(-0.3, 0.3)),
            fade_out=480,
        )
        hits.append(Hit(f"hit{number:04d}", int(position), track=f"track{number % 3}", clips=(clip,)))
    tracks = tuple(Track(f"track{n}", f"Track {n}", gain_db=-float(n)) for n in range(3))
    return Project("benchmark", length=_LENGTH, tracks=tracks, hits=tuple(hits))


def _pool_with(takes: list[Take], folder: Path) -> SoundPool:
    pool = SoundPool(folder, limit_bytes=1 << 30)
    for take in takes:
        pool.samples(take)
    return pool


def _plain_voice(hit: Hit, project: Project, pool: SoundPool) -> NDArray[np.float32]:
    clip = hit.clips[0]
    sound = pool.samples(clip.take)[:, 0]
    times = np.arange(0.0, sound.size, 2.0 ** (clip.pitch_semitones / 12.0))
    played = np.interp(times, np.arange(sound.size), sound)
    fade = min(clip.fade_out, played.size)
    played[played.size - fade :] *= np.cos(np.pi / 2.0 * (np.arange(fade) + 0.5) / fade)
    gain = 10.0 ** ((clip.gain_db + project.tracks_by_id[hit.track].gain_db) / 20.0)
    angle = (clip.pan + 1.0) * np.pi / 4.0
    sides = np.sqrt(2.0) * gain * np.array([np.cos(angle), np.sin(angle)])
    return (played[:, None] * sides).astype(np.float32)


def _plain_mix(project: Project, pool: SoundPool, start: int, end: int) -> NDArray[np.float32]:
    mix = np.zeros((end - start, 2), dtype=np.float32)
    longest = _SAMPLE_RATE
    for hit in project.hits:
        if not start - longest < hit.position < end:
            continue
        played = _plain_voice(hit, project, pool)
        first, last = max(start, hit.position), min(end, hit.position + played.shape[0])
        if first < last:
            mix[first - start : last - start] += played[first - hit.position : last - hit.position]
    blocks = mix[: mix.shape[0] // 32 * 32].reshape(-1, 64)
    blocks *= np.minimum(1.0, 0.891 / np.maximum(np.abs(blocks).max(axis=1, keepdims=True), 1e-9))
    return mix


def _plain_edit(project: Project, pool: SoundPool, mix: NDArray[np.float32], hit: Hit) -> None:
    start, end = hit.position // 32 * 32, min(_LENGTH, hit.position // 32 * 32 + 2 * _SAMPLE_RATE)
    mix[start:end] = _plain_mix(project, pool, start, end)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _edits(project: Project, random: np.random.Generator) -> list[Project]:
    """One hit after another gets louder or moves by some milliseconds."""
    projects = []
    for number in range(_EDITS):
        index = int(random.integers(len(project.hits)))
        hit = project.hits[index]
        if number % 2:
            clip = replace(hit.clips[0], gain_db=hit.clips[0].gain_db + 1.0)
            edited = replace(hit, clips=(clip,))
        else:
            edited = replace(hit, position=hit.position + 240)
        hits = sorted(
            (*project.hits[:index], *project.hits[index + 1 :], edited), key=lambda h: (h.position, h.id)
        )
        project = replace(project, hits=tuple(hits))
        projects.append(project)
    return projects


def main() -> None:
    """Print the table."""
    random = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        takes = _write_sounds(Path(folder), random)
        project = _make_project(takes, random)
        pools = [_pool_with(takes, Path(folder)) for _ in range(3)]
        first_s = min(_seconds(lambda pool=pool: MixCache(pool).update(project)) for pool in pools)
        pool = pools[0]
        again_s = min(_seconds(lambda: MixCache(pool).update(project)) for _ in range(3))
        cache = MixCache(pool)
        cache.update(project)
        edits_s = [_seconds(lambda edited=edited: cache.update(edited)) for edited in _edits(project, random)]
        plain_s = _seconds(lambda: _plain_mix(project, pool, 0, _LENGTH))
        plain = np.zeros((_LENGTH, 2), dtype=np.float32)
        plain_edits_s = [
            _seconds(lambda hit=hit: _plain_edit(project, pool, plain, hit)) for hit in project.hits[::300]
        ]
    plain_edit_s, edit_s = statistics.median(plain_edits_s), statistics.median(edits_s)
    slow_edit_s = statistics.quantiles(edits_s, n=20)[-1]
    print(f"{'10 minutes, 3,000 hits, stereo':38}{'seconds':>9}{'x faster':>10}{'goal':>8}")
    for name, taken_s, reference_s, goal in (
        ("full mix, plain numpy (reference)", plain_s, plain_s, ""),
        ("full mix, first", first_s, plain_s, f"{_GOAL_MIX_S:.3f}"),
        ("full mix, again", again_s, plain_s, f"{_GOAL_MIX_S:.3f}"),
        ("one edit, plain numpy (reference)", plain_edit_s, plain_edit_s, ""),
        ("one edit, median", edit_s, plain_edit_s, f"{_GOAL_EDIT_S:.3f}"),
        ("one edit, 95th percentile", slow_edit_s, plain_edit_s, f"{_GOAL_EDIT_S:.3f}"),
    ):
        print(f"{name:38}{taken_s:9.4f}{reference_s / taken_s:10.1f}{goal:>8}")


if __name__ == "__main__":
    main()
