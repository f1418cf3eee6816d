"""Files outside the document: named by relative path and contents, found again after a move."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePosixPath

from engine.errors import MediaError
from engine.job import SILENT_JOB, Job
from engine.project.document import Clip, GeneratedTrack, Hit, MediaReference, Project, Take
from engine.project.durable import reason

WHOLE_HASH_BYTES = 64 * 1024 * 1024
"""Up to this size the whole file is hashed; of larger ones fixed slices, so that a reel takes no minute."""

_SLICE_BYTES = 1024 * 1024
_SLICES = 17


def content_hash(path: Path) -> str:
    """What tells a file's contents: "sha256:<hex>", or "sampled-sha256:<size>:<hex>" of a large one.

    The slices are 17 of 1 MiB, the first and the last included, evenly spaced by the size alone.

    Raises
    ------
    MediaError
        When the file can't be read.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size <= WHOLE_HASH_BYTES:
                return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
            digest = hashlib.sha256()
            for number in range(_SLICES):
                file.seek((size - _SLICE_BYTES) * number // (_SLICES - 1))
                digest.update(file.read(_SLICE_BYTES))
            return f"sampled-sha256:{size}:{digest.hexdigest()}"
    except OSError as error:
        raise MediaError(f"“{path.name}” can't be read: {reason(error)}.") from error


def has_contents(path: Path, expected_hash: str) -> bool:
    """Whether a file is the one meant; a wrong size of a large one answers without reading it."""
    if expected_hash.startswith("sampled-"):
        size = int(expected_hash.split(":")[1])
        if path.stat().st_size != size:
            return False
    elif path.stat().st_size > WHOLE_HASH_BYTES:
        return False
    return content_hash(path) == expected_hash


def make_reference(path: Path, project_folder: Path | None) -> MediaReference:
    """Refer to a file from a project in a folder (absolutely while the project has none)."""
    return MediaReference(_written_path(path, project_folder), content_hash(path))


def resolve_reference(reference: MediaReference, project_folder: Path | None) -> Path | None:
    """Where the file lies, or None when it isn't there. Its contents are not looked at."""
    path = _absolute_path(reference, project_folder)
    return path if path is not None and path.is_file() else None


def find_moved(reference: MediaReference, folders: Iterable[Path], job: Job = SILENT_JOB) -> Path | None:
    """Look for a file that is no longer where it was, in folders and all below them.

    Files of the same name are tried first, then all of the same kind, which may have been renamed. A
    reference without a hash can only be found by its name.
    """
    name = PurePosixPath(reference.path).name
    same_kind: list[Path] = []
    for path in _files_below(folders):
        job.check()
        if path.name == name and (not reference.content_hash or _is_it(path, reference)):
            return path
        if path.suffix.lower() == Path(name).suffix.lower() and path.name != name:
            same_kind.append(path)
    if not reference.content_hash:
        return None
    for path in same_kind:
        job.check()
        if _is_it(path, reference):
            return path
    return None


def rebase_references(project: Project, old_folder: Path | None, new_folder: Path | None) -> Project:
    """The project with its paths rewritten for a file in another folder; absolute ones for None.

    Takes, clips and hits without outside files are shared with the project handed in.
    """

    @cache
    def rebased(reference: MediaReference) -> MediaReference:
        path = _absolute_path(reference, old_folder)
        written = reference.path if path is None else _written_path(path, new_folder)
        return reference if written == reference.path else replace(reference, path=written)

    def take(one: Take) -> Take:
        media = one.media and rebased(one.media)
        return one if media is one.media else replace(one, media=media)

    def clip(one: Clip) -> Clip:
        takes = tuple(map(take, one.takes))
        return one if _are_same(takes, one.takes) else replace(one, takes=takes)

    def hit(one: Hit) -> Hit:
        clips = tuple(map(clip, one.clips))
        return one if _are_same(clips, one.clips) else replace(one, clips=clips)

    def generated(one: GeneratedTrack) -> GeneratedTrack:
        new = take(one.take)
        return one if new is one.take else replace(one, take=new)

    video = project.video and replace(project.video, media=rebased(project.video.media))
    hits, tracks = tuple(map(hit, project.hits)), tuple(map(generated, project.generated))
    if video == project.video and _are_same(hits, project.hits) and _are_same(tracks, project.generated):
        return project
    return replace(
        project,
        video=video,
        hits=project.hits if _are_same(hits, project.hits) else hits,
        generated=tracks,
    )


def _are_same(new: tuple[object, ...], old: tuple[object, ...]) -> bool:
    return all(a is b for a, b in zip(new, old, strict=True))


def _written_path(path: Path, project_folder: Path | None) -> str:
    real = _real_place(path)
    if project_folder is None:
        return real.as_posix()
    try:
        return Path(os.path.relpath(real, project_folder.resolve())).as_posix()
    except ValueError:  # another drive: there is no relative path
        return real.as_posix()


def _absolute_path(reference: MediaReference, project_folder: Path | None) -> Path | None:
    path = Path(reference.path)
    if path.is_absolute():
        return path
    return None if project_folder is None else _real_place(project_folder / path)


def _real_place(path: Path) -> Path:
    # Folders are resolved, because ".." past a linked folder leads elsewhere; the file keeps its name.
    return path.parent.resolve() / path.name


def _files_below(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        for place, subfolders, names in os.walk(folder):
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
            yield from (Path(place, name) for name in sorted(names))


def _is_it(path: Path, reference: MediaReference) -> bool:
    try:
        return has_contents(path, reference.content_hash)
    except (MediaError, OSError):  # a file that can't be read is not the one found
        return False
