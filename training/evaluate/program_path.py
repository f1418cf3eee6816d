"""The program as a person meets it, for measuring: the jobs of the engine process, one after the other.

A video is analysed, a library scanned and listened to, and sounds are asked for, by the very jobs that the
window sends. The user's own folders are left out of it: neither earlier choices nor what was heard
before count, and nothing of the measuring stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from unittest.mock import patch

import engine.compiled  # noqa: F401 - keeps compiled loops in the user's folder, and looks for it once
from engine import host_jobs, user_folders
from engine.job import SILENT_JOB
from engine.project import edits
from engine.project.document import Project
from engine.project.document_json import HIT_SHAPE, LOUDNESS_SHAPE, from_json, to_json
from training.datasets.recording import Recording


@dataclass(frozen=True, slots=True)
class OfferedSound:
    """A sound that the program offers: its file, and the probability that it fits."""

    path: Path
    score: float


class Program(Protocol):
    """What is measured."""

    def analysed(self, recording: Recording, video: Path) -> Project:
        """A project with the hits of a recording's video, which is at hand without its sound."""
        ...

    def learn_library(self, folder: Path) -> Sequence[str]:
        """Read and hear a library; what went wrong, in sentences."""
        ...

    def offered(
        self, project: Project, hit_ids: Sequence[str], folder: Path, count: int
    ) -> Mapping[str, tuple[OfferedSound, ...]]:
        """The library's sounds that fit hits best, the best first."""
        ...


class EngineProgram:
    """The engine's jobs in this process.

    Parameters
    ----------
    model
        The detector; the program's own choice when None.
    """

    def __init__(self, model: str | None = None) -> None:
        self._model = model

    def analysed(self, recording: Recording, video: Path) -> Project:
        """A project with the hits of a recording's video."""
        project = from_json(_run("new_project", path=str(video.absolute()))["project"])
        found = _run(
            "analyse", path=str(video.absolute()), sample_rate=project.sample_rate, model=self._model
        )
        hits = [HIT_SHAPE.read(row) for row in found["hits"]]
        loudness = LOUDNESS_SHAPE.read(found["loudness"])
        project, _ = edits.merge_analysis(project, hits, loudness, found["model"])
        return edits.set_threshold(project, found["threshold"])

    def learn_library(self, folder: Path) -> Sequence[str]:
        """Read and hear a library; what went wrong, in sentences."""
        scanned = _run("scan_library", folders=[str(folder)])
        listened = _run("listen_library", folders=[str(folder)])
        return [*scanned["problems"], *listened["problems"]]

    def offered(
        self, project: Project, hit_ids: Sequence[str], folder: Path, count: int
    ) -> Mapping[str, tuple[OfferedSound, ...]]:
        """The library's sounds that fit hits best, the best first; the kit's are left out."""
        answer = _run(
            "candidates", project=to_json(project), hits=list(hit_ids), library=[str(folder)], count=count
        )
        return {
            hit_id: tuple(
                OfferedSound(Path(row["take"]["media"]["path"]), float(row["take"]["score"]))
                for row in rows
                if row["take"]["source"] == "library"
            )
            for hit_id, rows in answer["candidates"].items()
        }


def silent_copy(video: Path, folder: Path) -> Path:
    """The picture of a video without its sound, packet by packet."""
    import av

    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / video.name
    with av.open(str(video)) as source, av.open(str(copy), "w") as target:
        pictures = source.streams.video[0]
        stream = target.add_stream_from_template(pictures)
        for packet in source.demux(pictures):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    return copy


@contextmanager
def own_user_folders(folder: Path) -> Iterator[None]:
    """Within it, what the program keeps for the user lies in `folder`."""
    with patch.object(user_folders, "platformdirs", _Places(folder)):
        yield


class _Places:
    """Answers whatever place is asked for with a folder of that name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __getattr__(self, name: str) -> Any:
        return lambda program, **_: self._folder / name / program


def _run(kind: str, **arguments: Any) -> dict[str, Any]:
    return host_jobs.KINDS[kind](arguments, SILENT_JOB)
