"""Which files a data set consists of: one digest for all, and those whose contents are known in advance."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from training.datasets.recording import Dataset, Problem, Recording

_BLOCK_BYTES = 1 << 20


def manifest_sha256(recordings: Iterable[Recording], root: Path) -> str:
    """A digest of the names and sizes of the recordings' files, for the description of a trained model.

    It tells a missing, added, cut off or re-encoded clip, without reading the clips.

    Parameters
    ----------
    recordings
        What is used, in any order.
    root
        The data set's folder: names count from there, so that a copy elsewhere has the same digest.
    """
    paths = {
        path for recording in recordings for path in (recording.picture, recording.sound) if path is not None
    }
    lines = sorted(f"{path.relative_to(root).as_posix()}\t{path.stat().st_size}\n" for path in paths)
    return hashlib.sha256("".join(lines).encode(errors="surrogateescape")).hexdigest()


def wrong_checksums(dataset: Dataset) -> Iterator[Problem]:
    """The files that differ from those that the data set's maker, or our own scores, are known by."""
    for name, expected in sorted(dataset.info.sha256.items()):
        path = dataset.root / name
        if path.is_file() and file_sha256(path) != expected:
            yield Problem(
                name,
                "differs from the file that scores were measured on: it is another version, or damaged.",
                "doubtful",
            )


def file_sha256(path: Path) -> str:
    """Digest of a file's contents."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
