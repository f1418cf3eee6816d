"""Every sound of a library listened to once: what material it sounds like, and its vector.

Kept by contents, so that a sound that was moved or renamed is known again, and a listening that was stopped
goes on where it was. Everything works without: then names alone tell what a sound is of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.job import SILENT_JOB, Job
from engine.library.acoustics import loudest_moment
from engine.library.listener import EarLike, Impressions, Listener
from engine.library.matching import Heard, SoundTable
from engine.library.opening import read_opening
from engine.library.sound import LibrarySound
from engine.library.vector_store import VectorStore, kept_count
from engine.models.sound_fit import BY_HAND, SoundFit
from engine.project.materials import MATERIALS
from engine.project.timebase import SAMPLE_RATE

_TOGETHER = 32
_THREADS = 2
_BEFORE_LOUDEST_S, _LISTENED_S = 0.5, 2.5
_SAID = len(MATERIALS) + 4
_UNKNOWN = -1.0
_TOLD_MATERIALS, _LEAST_TOLD = 5, 0.03


@dataclass(frozen=True, slots=True)
class Listened:
    """What a listening came to.

    Attributes
    ----------
    heard
        How many of the sounds are known by ear now.
    problems
        One sentence per sound that can't be listened to, or per folder that has gone with its sounds, and at
        last one about the store.
    """

    heard: int
    problems: tuple[str, ...]


def listen(
    sounds: Sequence[LibrarySound],
    listener: Listener,
    job: Job = SILENT_JOB,
    *,
    store_folder: Path | None = None,
) -> Listened:
    """Listen to the sounds that nobody has listened to yet.

    Parameters
    ----------
    job
        Hears the progress, and gets an event "heard" with the numbers `heard` and `sounds` as they rise.
    store_folder
        Where impressions are kept; None takes the user's own.
    """
    problems: list[str] = []
    gone: Counter[Path] = Counter()
    with open_store(listener, store_folder) as store:
        hashes = [sound.content_hash for sound in sounds]
        unheard = [sound for sound, new in zip(sounds, _is_unheard(store, hashes), strict=True) if new]
        heard = len(sounds) - len(unheard)
        batch: list[tuple[LibrarySound, NDArray[np.float32]]] = []
        for done, (sound, samples) in enumerate(_read_in_parallel(unheard, job), start=1):
            if isinstance(samples, str):
                folder = _gone_folder(sound.path)
                if folder is None:
                    problems.append(samples)
                else:
                    gone[folder] += 1
            else:
                batch.append((sound, samples))
            if batch and (len(batch) == _TOGETHER or done == len(unheard)):
                heard += _hear(batch, listener, store)
                batch.clear()
                job.emit({"event": "heard", "heard": heard, "sounds": len(sounds)})
            job.progress(done / len(unheard), f"Listened to {done} of {len(unheard)} sounds")
        problems += [_gone_sentence(folder, count) for folder, count in gone.items()]
        problems.sort()
        if store.problem:
            problems.append(store.problem)
    return Listened(heard, tuple(problems))


def heard_table(
    sounds: Sequence[LibrarySound],
    ear: EarLike | None,
    fit: SoundFit = BY_HAND,
    *,
    store_folder: Path | None = None,
) -> SoundTable:
    """A library as a table, with what was heard so far; nothing is listened to for it.

    Parameters
    ----------
    ear
        Whose impressions count; None for nobody's.
    """
    ordered = sorted(sounds, key=lambda sound: sound.id)
    if ear is None:
        return SoundTable(ordered, fit=fit)
    with open_store(ear, store_folder) as store:
        kept = store.kept([sound.content_hash for sound in ordered])
        codes = store.codes()
    materials = np.nan_to_num(kept.said[:, : len(MATERIALS)])
    rows = kept.rows if ear.vector_length else np.full(len(ordered), -1, np.int64)
    scratch, unlike = kept.said[:, len(MATERIALS) + 1], kept.said[:, len(MATERIALS) + 2 :]
    heard = Heard(materials, scratch, np.where(unlike == _UNKNOWN, np.nan, unlike), codes, rows)
    named = [
        replace(sound, heard_materials=_told(row)) for sound, row in zip(ordered, materials, strict=True)
    ]
    return SoundTable(named, heard, fit)


def heard_count(ear: EarLike, *, store_folder: Path | None = None) -> int:
    """How many sounds, of whatever library, are known by ear."""
    return kept_count(ear.version, ear.vector_length, _SAID, store_folder)


def open_store(ear: EarLike, folder: Path | None = None) -> VectorStore:
    """The store of an ear's impressions."""
    return VectorStore(ear.version, ear.vector_length, _SAID, folder)


def listened_part(samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
    """What is listened to: up to 2.5 s of mono around the loudest moment.

    Parameters
    ----------
    samples
        (n, channels) float32.

    Returns
    -------
    (m,) float32
    """
    loudest = loudest_moment(samples, sample_rate)
    start = max(0, loudest - round(_BEFORE_LOUDEST_S * sample_rate))
    return samples[start : start + round(_LISTENED_S * sample_rate)].mean(axis=1, dtype=np.float32)


def _is_unheard(store: VectorStore, hashes: Sequence[str]) -> NDArray[np.bool_]:
    return np.isnan(store.kept(hashes).said[:, 0])


def _hear(
    batch: Sequence[tuple[LibrarySound, NDArray[np.float32]]], listener: Listener, store: VectorStore
) -> int:
    heard = listener.hear([samples for _, samples in batch], SAMPLE_RATE)
    store.add([sound.content_hash for sound, _ in batch], heard.vectors, _said(heard))
    return len(batch)


def _said(heard: Impressions) -> NDArray[np.float32]:
    unlike = np.nan_to_num(heard.unlike, nan=_UNKNOWN)
    return np.column_stack([heard.materials, heard.hard, heard.scratch, unlike]).astype(np.float32)


def _told(probabilities: NDArray[np.float32]) -> tuple[tuple[str, float], ...]:
    order = np.argsort(-probabilities, kind="stable")[:_TOLD_MATERIALS]
    return tuple((MATERIALS[n], float(probabilities[n])) for n in order if probabilities[n] >= _LEAST_TOLD)


def _read_in_parallel(
    sounds: Sequence[LibrarySound], job: Job
) -> Iterator[tuple[LibrarySound, NDArray[np.float32] | str]]:
    """Each sound with what is listened to of it, or why nothing is; in any order."""
    waiting = iter(sounds)
    running: dict[Future[NDArray[np.float32] | str], LibrarySound] = {}
    with ThreadPoolExecutor(_THREADS) as workers:
        try:
            while True:
                for sound in waiting:
                    running[workers.submit(_read, sound.path)] = sound
                    if len(running) >= 2 * _THREADS:
                        break
                if not running:
                    return
                finished, _ = wait(running, timeout=0.1, return_when=FIRST_COMPLETED)
                job.check()
                for future in finished:
                    yield running.pop(future), future.result()
        finally:
            for future in running:
                future.cancel()


def _read(path: Path) -> NDArray[np.float32] | str:
    try:
        return listened_part(read_opening(path).samples, SAMPLE_RATE)
    except MediaError as error:
        return str(error)


def _gone_folder(path: Path) -> Path | None:
    """The highest folder above a file that isn't there any more; None when its own is."""
    gone = None
    for folder in path.parents:
        if folder.is_dir():
            break
        gone = folder
    return gone


def _gone_sentence(folder: Path, count: int) -> str:
    sounds = "a sound" if count == 1 else f"{count} sounds"
    return f"The folder “{folder}” is not there any more, and {sounds} with it."
