"""Stand-ins for the two child processes and for the person, for tests of the window alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from engine.project.document import MediaReference


class FakePlayer(QObject):
    """Has the signals and methods of `PlayerClient`; notes what it was asked."""

    ready = Signal(object)
    opened = Signal(object)
    frame_shown = Signal(QImage, int, int)
    clock = Signal(int, bool, float)
    meters = Signal(list, list)
    loudness = Signal(object)
    thumbnail = Signal(int, float, QImage)
    peaks = Signal(object)
    take_peaks = Signal(str, object, int)
    take_missing = Signal(str, str)
    take_loudness = Signal(str, object, object)
    devices = Signal(list)
    device = Signal(object)
    missing = Signal(list)
    failed = Signal(str)
    restarted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *arguments, **named: self.asked.append((name, *arguments, *named.values()))

    def asked_for(self, name: str) -> list[tuple[Any, ...]]:
        """The arguments of every call of one method."""
        return [call[1:] for call in self.asked if call[0] == name]


class FakeJob(QObject):
    """A job that a test ends as it likes."""

    progressed = Signal(float, str)
    partial = Signal(object)
    finished = Signal(object)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(self, parent: QObject, kind: str, arguments: dict[str, Any], number: int) -> None:
        super().__init__(parent)
        self.kind = kind
        self.arguments = arguments
        self.number = number
        self.was_cancelled = False

    def cancel(self) -> None:
        self.was_cancelled = True
        self.cancelled.emit()


class FakeEngine(QObject):
    """Has what the window uses of `EngineClient`."""

    restarted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[FakeJob] = []
        self.is_stopped = False

    def start(self) -> None:
        return None

    def stop(self) -> None:
        self.is_stopped = True

    def start_job(self, kind: str, arguments: dict[str, Any]) -> FakeJob:
        job = FakeJob(self, kind, arguments, len(self.jobs) + 1)
        self.jobs.append(job)
        return job

    def last(self, kind: str) -> FakeJob:
        """The newest job of a kind."""
        return next(job for job in reversed(self.jobs) if job.kind == kind)


class FakeQuestions:
    """A person whose answers are known beforehand."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.unsaved_answer = "discard"
        self.video = ""
        self.project = ""
        self.save_path = ""
        self.opens_previous = False
        self.relinked: MediaReference | None = None
        self.asked_about: list[str] = []
        self.deletes = False
        self.stops_learning = False

    def choose_video(self, folder: str) -> str:
        return self.video

    def choose_project(self, folder: str) -> str:
        return self.project

    def choose_save_path(self, suggestion: str) -> str:
        return self.save_path

    def about_unsaved(self, name: str) -> str:
        self.asked_about.append(name)
        return self.unsaved_answer

    def open_previous(self, sentence: str, previous: Path) -> bool:
        self.errors.append(sentence)
        return self.opens_previous

    def relink(self, reference: MediaReference, folder: Path) -> MediaReference | None:
        return self.relinked

    def delete_detector(self, title: str) -> bool:
        self.asked_about.append(title)
        return self.deletes

    def stop_learning(self) -> bool:
        self.asked_about.append("learning")
        return self.stops_learning

    def show_error(self, sentence: str) -> None:
        self.errors.append(sentence)
