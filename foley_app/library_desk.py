"""The folders with the person's own sounds: looked through, and listened to in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from foley_app.engine_client import EngineClient, JobHandle
from foley_app.settings import LIBRARY_FOLDERS, Settings

_BEGIN_AFTER_MS = 3000
"""A video that is opened with the program comes first."""


@dataclass(frozen=True, slots=True)
class LibraryCounts:
    """What is in the folders.

    Attributes
    ----------
    sounds, heard
        How many sounds there are, and how many of them were listened to; None while that is not known.
    problems
        A sentence for each file or folder that can't be read.
    """

    sounds: int | None = None
    heard: int | None = None
    problems: tuple[str, ...] = ()


class LibraryDesk(QObject):
    """Scans the folders when they change, and listens to what is new in them after that.

    Listening goes on where it was stopped: the engine keeps what it heard.

    **Signals**

    progressed(float, str)
        The fraction done and what is being done.
    changed()
        Other folders, other counts, other sounds, or it was paused.
    sounds_changed()
        Other sounds, or more is known of them.
    failed(str)
        One sentence.
    ended()
        It no longer runs and waits for nothing.
    """

    progressed = Signal(float, str)
    changed = Signal()
    sounds_changed = Signal()
    failed = Signal(str)
    ended = Signal()

    def __init__(self, engine: EngineClient, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._settings = settings
        self._job: JobHandle | None = None
        self._is_paused = False
        self._progress: tuple[float, str] = (0.0, "")
        self.counts = LibraryCounts()
        self._begin_soon = QTimer(self)
        self._begin_soon.setSingleShot(True)
        self._begin_soon.setInterval(_BEGIN_AFTER_MS)
        self._begin_soon.timeout.connect(self._listen)

    @property
    def folders(self) -> tuple[str, ...]:
        """Where the sounds are."""
        return self._settings.value(LIBRARY_FOLDERS)

    @property
    def is_running(self) -> bool:
        """Whether there is something to follow or to stop: a scan, listening, or a pause in it."""
        return self._job is not None or self._is_paused

    @property
    def is_scanning(self) -> bool:
        """Whether the folders are being looked through."""
        return self._job is not None and self._job.kind == "scan_library"

    @property
    def is_listening(self) -> bool:
        """Whether new sounds are being listened to."""
        return self._job is not None and self._job.kind == "listen_library"

    @property
    def is_paused(self) -> bool:
        """Whether listening waits until the person lets it go on."""
        return self._is_paused

    @property
    def progress(self) -> tuple[float, str]:
        """The last news: the fraction done and what is being done."""
        return self._progress

    def begin(self) -> None:
        """Go on listening from the last time, when nothing is more urgent any more."""
        if self.folders:
            self._begin_soon.start()

    def add(self, folder: str) -> None:
        """Use the sounds of another folder."""
        if folder not in self.folders:
            self._set_folders((*self.folders, folder))

    def remove(self, folder: str) -> None:
        """Use the sounds of a folder no more; its files stay where they are."""
        self._set_folders(tuple(other for other in self.folders if other != folder))

    def scan(self) -> None:
        """Look through the folders now, then listen to what is new."""
        self._stop()
        if not self.folders:
            self.counts = LibraryCounts()
            self.changed.emit()
            self.ended.emit()
            self.sounds_changed.emit()
            return
        job = self._start("scan_library", "Looking through the library")
        job.finished.connect(lambda result: self._on_scanned(job, result))

    def pause(self) -> None:
        """Listen no further for now."""
        if self.is_listening:
            fraction, text = self._progress
            self._stop()
            self._is_paused = True
            self._tell(fraction, f"Paused: {text[:1].lower()}{text[1:]}")
            self.changed.emit()
            self.sounds_changed.emit()

    def resume(self) -> None:
        """Go on listening."""
        if self._is_paused:
            self._listen()

    def toggle_pause(self) -> None:
        """Pause, or go on."""
        if self._is_paused:
            self.resume()
        else:
            self.pause()

    def cancel(self) -> None:
        """Stop; what was heard is kept, the rest is listened to the next time."""
        was_running = self.is_running
        was_listening = self.is_listening
        self._stop()
        if was_running:
            self.changed.emit()
            self.ended.emit()
        if was_listening:
            self.sounds_changed.emit()

    def _set_folders(self, folders: tuple[str, ...]) -> None:
        self._settings.set(LIBRARY_FOLDERS, folders)
        self.scan()
        self.changed.emit()

    def _listen(self) -> None:
        self._stop()
        if self.folders:
            job = self._start("listen_library", "Listening to the library")
            job.finished.connect(lambda result: self._on_heard(job, result))

    def _start(self, kind: str, text: str) -> JobHandle:
        job = self._engine.start_job(kind, {"folders": list(self.folders)})
        self._job = job
        job.progressed.connect(lambda fraction, news: self._on_progress(job, fraction, news))
        job.failed.connect(lambda sentence: self._on_failed(job, sentence))
        job.cancelled.connect(lambda: self._end(job))
        self._tell(0.0, text)
        self.changed.emit()
        return job

    def _stop(self) -> None:
        self._begin_soon.stop()
        self._is_paused = False
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _tell(self, fraction: float, text: str) -> None:
        self._progress = (fraction, text)
        self.progressed.emit(fraction, text)

    def _on_progress(self, job: JobHandle, fraction: float, text: str) -> None:
        if job is self._job:
            self._tell(fraction, text)

    def _on_scanned(self, job: JobHandle, result: Mapping[str, Any]) -> None:
        if job is self._job:
            self._job = None
            self.counts = LibraryCounts(int(result["sounds"]), None, tuple(result["problems"]))
            # Offers made from the old contents are out of date.
            self.sounds_changed.emit()
            self._listen()

    def _on_heard(self, job: JobHandle, result: Mapping[str, Any]) -> None:
        if job is self._job:
            # What can't be read was told by the scan, what can't be listened to is told now.
            problems = dict.fromkeys((*self.counts.problems, *result["problems"]))
            self.counts = LibraryCounts(int(result["sounds"]), int(result["heard"]), tuple(problems))
            self._end(job)
            self.sounds_changed.emit()

    def _on_failed(self, job: JobHandle, sentence: str) -> None:
        if job is self._job:
            self.counts = LibraryCounts(self.counts.sounds, self.counts.heard, (sentence,))
            self._end(job)
            self.failed.emit(sentence)

    def _end(self, job: JobHandle) -> None:
        if job is self._job:
            self._job = None
            self.changed.emit()
            self.ended.emit()
