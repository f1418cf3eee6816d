"""Renders many clips with many processes into shards, and goes on where it was stopped.

    stage.json          seed, options, how many clips, which shards are finished
    train.txt, test.txt names, three to one
    shard_0000/         fifty clips

Clip number k is the same whatever the number of processes and the order they work in. The manifest comes
before the first clip and names a shard when its last clip is written.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from engine.errors import Cancelled, UserFacingError
from engine.job import SILENT_JOB, Job
from training.stage.options import STAGE_VERSION, StageOptionError, StageOptions, clip_name
from training.stage.writer import is_whole, replace_text

MANIFEST = "stage.json"
CLIPS_PER_SHARD = 50
TEST_EVERY = 4
"""One clip of so many is for the test."""
_OLD_LEFTOVER_S = 3600.0
_POLL_S = 0.1
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


class RenderClip(Protocol):
    """Renders one clip into a folder; `training.stage.clip.render_clip` is the one."""

    def __call__(
        self, folder: Path, seed: int, index: int, options: StageOptions, job: Job = ...
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Stage:
    """A folder of rendered clips, finished or not.

    Attributes
    ----------
    folder
        Where it is.
    clips
        How many there shall be.
    seed, options
        What decides how they look and sound.
    """

    folder: Path
    clips: int
    seed: int
    options: StageOptions

    def name(self, index: int) -> str:
        """Of a clip."""
        return clip_name(self.seed, index)

    def shard(self, index: int) -> Path:
        """The folder of a clip."""
        return self.folder / f"shard_{index // CLIPS_PER_SHARD:04d}"

    def is_done(self, index: int) -> bool:
        """Whether a clip is whole."""
        return is_whole(self.shard(index), self.name(index))


def render_stage(
    stage: Stage,
    *,
    processes: int,
    render: RenderClip | None = None,
    job: Job = SILENT_JOB,
) -> int:
    """Render what is missing.

    Parameters
    ----------
    stage
        What to render, and where.
    processes
        How many clips are worked on at once, each by a process of its own with one thread.
    render
        Renders a clip; when None, the stage's own way.
    job
        Is told about every clip, and may stop the work: clips in the making are dropped, whole ones kept.

    Returns
    -------
    int
        How many clips were rendered this time.

    Raises
    ------
    UserFacingError
        The folder holds another stage, the disk is full, a process was killed, ... Whole clips are kept.
    Cancelled
        When the job was; whole clips are kept.
    """
    if stage.clips < 1 or processes < 1:
        raise StageOptionError(
            f"A stage has at least one clip and is rendered by at least one process, not {stage.clips} and "
            f"{processes}."
        )
    if render is None:
        from training.stage.clip import render_clip

        render = render_clip
    _require_same(stage)
    _remove_leftovers(stage.folder)
    done = [stage.is_done(index) for index in range(stage.clips)]
    missing = [index for index in range(stage.clips) if not done[index]]
    _write_manifest(stage, done)
    rendered = 0
    finish = _render_here if processes == 1 else _render_beside
    try:
        for index in finish(stage, missing, processes, render, job):
            done[index] = True
            rendered += 1
            first = index // CLIPS_PER_SHARD * CLIPS_PER_SHARD
            if all(done[first : first + CLIPS_PER_SHARD]):
                _write_manifest(stage, done)
            job.progress(sum(done) / stage.clips, f"Clip {sum(done)} of {stage.clips}")
    finally:
        _write_lists(stage, done)
    return rendered


def split_of(seed: int, index: int) -> str:
    """`train` or `test`, three to one in every four clips; more clips later change nothing."""
    block = np.random.default_rng(np.random.SeedSequence([0x7E57, seed, index // TEST_EVERY]))
    return "test" if index % TEST_EVERY == int(block.integers(TEST_EVERY)) else "train"


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """What a folder says it holds; None where it says nothing.

    Raises
    ------
    UserFacingError
        When the manifest is damaged.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(manifest["options"], dict):
            raise TypeError("its options are no table")
        if not all(isinstance(manifest[key], int) for key in ("seed", "clips", "stage_version")):
            raise TypeError("its numbers are none")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserFacingError(
            f"“{path}” can't be read as a stage's manifest ({error}); move it away, or render into another "
            "folder."
        ) from error
    return manifest


def _require_same(stage: Stage) -> None:
    """Refuse to mix two stages in one folder."""
    manifest = read_manifest(stage.folder)
    if manifest is None:
        if any(stage.folder.glob("shard_*/*_truth.json")):
            raise UserFacingError(
                f"“{stage.folder}” holds rendered clips but no {MANIFEST}, so nobody knows how they were "
                "made; render into another folder."
            )
        return
    ours = {"stage_version": STAGE_VERSION, "seed": stage.seed, **stage.options.fingerprint()}
    theirs = {
        "stage_version": manifest["stage_version"],
        "seed": manifest["seed"],
        **manifest["options"],
    }
    differing = [key for key in ours if ours[key] != theirs.get(key)]
    if differing:
        told = "; ".join(f"{key.replace('_', ' ')} {theirs.get(key)}, not {ours[key]}" for key in differing)
        raise UserFacingError(
            f"“{stage.folder}” holds another stage: {told}. Give the same values to go on with it, or "
            "render into another folder."
        )
    if manifest["clips"] > stage.clips:
        raise UserFacingError(
            f"“{stage.folder}” is a stage of {manifest['clips']} clips, more than the {stage.clips} asked "
            "for; ask for as many or more."
        )


def _write_manifest(stage: Stage, done: list[bool]) -> None:
    shards = range(-(-stage.clips // CLIPS_PER_SHARD))
    finished = [
        shard for shard in shards if all(done[shard * CLIPS_PER_SHARD : (shard + 1) * CLIPS_PER_SHARD])
    ]
    manifest = {
        "version": 1,
        "stage_version": STAGE_VERSION,
        "seed": stage.seed,
        "clips": stage.clips,
        "clips_per_shard": CLIPS_PER_SHARD,
        "options": stage.options.fingerprint(),
        "finished_shards": finished,
    }
    replace_text(stage.folder / MANIFEST, json.dumps(manifest, indent=1) + "\n")


def _write_lists(stage: Stage, done: list[bool]) -> None:
    names: dict[str, list[str]] = {"train": [], "test": []}
    for index in range(stage.clips):
        if done[index]:
            names[split_of(stage.seed, index)].append(stage.name(index))
    for split, listed in names.items():
        replace_text(stage.folder / f"{split}.txt", "".join(f"{name}\n" for name in listed))


def _remove_leftovers(folder: Path) -> None:
    """Remove what killed processes left half-written long ago; young files may be in use."""
    for leftover in folder.glob("shard_*/.*.saving"):
        with suppress(OSError):
            if time.time() - leftover.stat().st_mtime > _OLD_LEFTOVER_S:
                leftover.unlink()


def _render_here(stage: Stage, missing: list[int], _: int, render: RenderClip, job: Job) -> Iterator[int]:
    for index in missing:
        inner = replace(job, on_progress=_ignore)
        _render_named(render, stage.shard(index), stage.seed, index, stage.options, inner)
        yield index


def _render_beside(
    stage: Stage, missing: list[int], processes: int, render: RenderClip, job: Job
) -> Iterator[int]:
    """Clips as other processes finish them, in whatever order."""
    # Forked children would share locks of threads they don't have.
    context = multiprocessing.get_context("spawn")
    stopping = context.Event()
    waiting = iter(missing)
    with _one_thread_each():
        pool = ProcessPoolExecutor(
            min(processes, max(1, len(missing))), context, initializer=_begin, initargs=(stopping,)
        )
        try:
            running: dict[Future[None], int] = {}
            while True:
                # Few are handed out ahead, so that stopping has little to take back.
                with _children_deaf_to_interrupts():
                    for index in islice(waiting, 2 * processes - len(running)):
                        where = stage.shard(index), stage.seed, index, stage.options
                        running[pool.submit(_render_in_child, render, *where)] = index
                if not running:
                    return
                finished, _ = wait(running, timeout=_POLL_S, return_when=FIRST_COMPLETED)
                for future in finished:
                    future.result()
                    yield running.pop(future)
                job.check()
        except BrokenProcessPool as error:
            raise UserFacingError(
                "A rendering process was ended from outside, probably because the memory ran out; give the "
                "same command again with fewer processes: what is finished is kept."
            ) from error
        finally:
            stopping.set()
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Children inherit this environment; their libraries read it once, when they are loaded."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _children_deaf_to_interrupts() -> Iterator[None]:
    """Children started meanwhile never get a Ctrl-C, not even while they start; the parent gets it after."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Flag(Protocol):
    def is_set(self) -> bool: ...


_is_stopping: Callable[[], bool] = bool


def _begin(stopping: _Flag) -> None:
    """What a child does first: it leaves Ctrl-C to its parent, and doesn't outlive it."""
    global _is_stopping
    _is_stopping = stopping.is_set
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _render_in_child(render: RenderClip, folder: Path, seed: int, index: int, options: StageOptions) -> None:
    _render_named(render, folder, seed, index, options, Job(is_cancelled=_is_stopping))


def _render_named(
    render: RenderClip, folder: Path, seed: int, index: int, options: StageOptions, job: Job
) -> None:
    try:
        render(folder, seed, index, options, job)
    except (UserFacingError, Cancelled):
        raise
    except Exception as error:
        error.add_note(f"while rendering clip {index} of seed {seed}")
        raise


def _ignore(fraction: float, text: str) -> None:
    return None
