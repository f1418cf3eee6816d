"""Folders of sounds become a library: every file read once, measured, and remembered."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from engine.errors import MediaError
from engine.features.loudness import LEVEL_FLOOR_DB
from engine.job import SILENT_JOB, Job
from engine.library.acoustics import measure
from engine.library.catalog import Catalog, FileState, Reading
from engine.library.opening import OPENING_S, read_opening
from engine.library.sound import LibrarySound
from engine.library.words import action_of, material_of
from engine.project.durable import reason
from engine.project.timebase import SAMPLE_RATE

_SUFFIXES = (
    *(".wav", ".wave", ".w64", ".rf64", ".bwf", ".flac", ".aif", ".aiff", ".aifc", ".au", ".caf"),
    *(".ogg", ".oga", ".opus", ".mp3", ".m4a", ".aac", ".wma"),
)
SOUND_SUFFIXES = frozenset(_SUFFIXES)
"""Files with other endings are passed over."""

_FOLDERS_READ_FOR_WORDS = 3
_COMMIT_EVERY = 64
_MOST_THREADS = 4


@dataclass(frozen=True, slots=True)
class Library:
    """What a scan found.

    Attributes
    ----------
    sounds
        In order of path; of files with the same contents only the first, preferably one whose names tell
        a material.
    problems
        One sentence per folder or file that could not be read, and at last one about the catalogue.
    """

    sounds: tuple[LibrarySound, ...]
    problems: tuple[str, ...]

    def __iter__(self) -> Iterator[LibrarySound]:
        return iter(self.sounds)

    def __len__(self) -> int:
        return len(self.sounds)


def scan_folders(
    folders: Sequence[Path], job: Job = SILENT_JOB, *, catalog_path: Path | None = None
) -> Library:
    """Read all sounds in folders and the folders below them.

    Parameters
    ----------
    folders
        Where to look. Hidden folders are passed over, links to folders not followed.
    job
        Hears the progress; a scan that was stopped goes on where it was the next time.
    catalog_path
        The database of earlier readings; None takes the user's own.
    """
    problems: list[str] = []
    files = _files_below(folders, problems, job)
    sounds: list[LibrarySound] = []
    with Catalog(catalog_path) as catalog:
        for root, file, reading in _readings(files, catalog, job):
            if isinstance(reading, str):
                problems.append(reading)
            elif reading.acoustics.level_db <= LEVEL_FLOOR_DB:
                problems.append(_silent_sentence(file.path, reading))
            else:
                sounds.append(_sound(root, file.path, reading))
    problems.sort()
    if catalog.problem:
        problems.append(catalog.problem)
    sounds.sort(key=lambda sound: sound.path)
    return Library(tuple(_without_copies(sounds)), tuple(problems))


def _files_below(folders: Sequence[Path], problems: list[str], job: Job) -> list[tuple[Path, FileState]]:
    """Every sound file with the folder it was found from."""
    found: dict[Path, tuple[Path, FileState]] = {}

    def unreadable(error: OSError) -> None:
        problems.append(f"The folder “{error.filename}” can't be read: {reason(error)}.")

    for folder in folders:
        root = folder.absolute()
        if root.is_file():
            problems.append(f"“{root}” is a file; a library is a folder of sounds.")
            continue
        for place, subfolders, names in os.walk(root, onerror=unreadable):
            job.progress(0.0, f"Looking in {Path(place).name}")
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
            for name in names:
                path = Path(place, name)
                if path.suffix.lower() not in SOUND_SUFFIXES or name.startswith("."):
                    continue
                try:
                    status = path.stat()
                except OSError as error:
                    problems.append(f"The sound “{path}” can't be read: {reason(error)}.")
                    continue
                found.setdefault(path, (root, FileState(path, status.st_size, status.st_mtime_ns)))
    return [found[path] for path in sorted(found)]


def _readings(
    files: Sequence[tuple[Path, FileState]], catalog: Catalog, job: Job
) -> Iterator[tuple[Path, FileState, Reading | str]]:
    """Each file with its reading, or why there is none: the known ones first, then as they are read."""
    unread: list[tuple[Path, FileState]] = []
    for root, file in files:
        known = catalog.reading(file)
        if known is None:
            unread.append((root, file))
        else:
            yield root, file, known
    for done, (root, file, reading) in enumerate(_read_in_parallel(unread, job), start=1):
        # What failed is tried again the next time: a file may have been locked or its disk away.
        if isinstance(reading, Reading):
            catalog.keep(file, reading)
        if done % _COMMIT_EVERY == 0:
            catalog.commit()
        job.progress(done / len(unread), f"Read {done} of {len(unread)} sounds")
        yield root, file, reading


def _read_in_parallel(
    files: Iterable[tuple[Path, FileState]], job: Job
) -> Iterator[tuple[Path, FileState, Reading | str]]:
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    waiting = iter(files)
    running: dict[Future[Reading | str], tuple[Path, FileState]] = {}
    with ThreadPoolExecutor(threads) as workers:
        while True:
            for root, file in waiting:
                running[workers.submit(_read, file.path)] = (root, file)
                if len(running) >= 2 * threads:
                    break
            if not running:
                return
            finished, _ = wait(running, timeout=0.1, return_when=FIRST_COMPLETED)
            job.check()
            for future in finished:
                root, file = running.pop(future)
                yield root, file, future.result()


def _read(path: Path) -> Reading | str:
    """A file's reading, or the sentence that says why there is none."""
    from engine.project.references import content_hash

    try:
        opening = read_opening(path)
        contents = content_hash(path)
    except MediaError as error:
        return str(error)
    return Reading(contents, opening.duration_s, measure(opening.samples, SAMPLE_RATE))


def _sound(root: Path, path: Path, reading: Reading) -> LibrarySound:
    # The folder that was named counts, the ones above it are none of the library's business.
    folders = [path.parent, *path.parent.parents]
    names = [folder.name for folder in folders[: folders.index(root) + 1]][:_FOLDERS_READ_FOR_WORDS]
    named_action = action_of([path.stem, *names])
    return LibrarySound(
        path=path,
        content_hash=reading.content_hash,
        duration_s=reading.duration_s,
        material=material_of([path.stem, *names]),
        action=named_action or reading.acoustics.action,
        acoustics=reading.acoustics,
        is_action_named=named_action is not None,
    )


def _silent_sentence(path: Path, reading: Reading) -> str:
    if reading.duration_s > OPENING_S:
        return f"The sound “{path}” is silent for its first {OPENING_S:.0f} s, so it is left out."
    return f"The sound “{path}” is silent, so it is left out."


def _without_copies(sounds: Sequence[LibrarySound]) -> list[LibrarySound]:
    kept: dict[str, LibrarySound] = {}
    for sound in sounds:
        before = kept.get(sound.content_hash)
        if before is None or (sound.material and not before.material):
            kept[sound.content_hash] = sound
    return sorted(kept.values(), key=lambda sound: sound.path)
