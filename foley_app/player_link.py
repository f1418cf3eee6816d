"""Keeps the player process in step with the document: which file, which mix, which settings."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from engine.project.document import Project, Video
from engine.project.references import resolve_reference
from foley_app.session import Session
from foley_app.settings import AV_OFFSET_MS, BUFFER_FRAMES, OUTPUT_DEVICE, Settings

_SEND_AFTER_MS = 40


class MediaPlayer(Protocol):
    """What keeping in step asks of the player process (`PlayerClient`)."""

    def open(self, path: Path) -> None: ...
    def close(self) -> None: ...
    def set_project(self, project: Project, folder: Path) -> None: ...
    def configure(
        self, device: str | None = ..., buffer_frames: int = ..., av_offset_ms: float = ...
    ) -> None: ...


class PlayerLink(QObject):
    """Sends the document to the player as it changes; a drag sends at most 25 projects a second.

    **Signals**

    picture_missing(str)
        The document's video is not where it should be; its name.
    """

    picture_missing = Signal(str)

    def __init__(
        self, session: Session, player: MediaPlayer, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._player = player
        self._settings = settings
        self._video: Video | None = None
        self._send_soon = QTimer(self)
        self._send_soon.setSingleShot(True)
        self._send_soon.setInterval(_SEND_AFTER_MS)
        self._send_soon.timeout.connect(self._send)
        session.project_changed.connect(self._on_project)
        settings.changed.connect(self._on_setting)

    def configure(self) -> None:
        """Send the audio settings."""
        self._player.configure(
            self._settings.value(OUTPUT_DEVICE) or None,
            self._settings.value(BUFFER_FRAMES),
            self._settings.value(AV_OFFSET_MS),
        )

    def _on_project(self, project: Project | None, old: Project | None) -> None:
        if project is None:
            self._video = None
            self._send_soon.stop()
            self._player.close()
            return
        if old is None or project.id != old.id or project.video is not self._video:
            self._open_video(project)
        if not self._send_soon.isActive():
            self._send_soon.start()

    def _open_video(self, project: Project) -> None:
        self._video = project.video
        if project.video is None:
            self._player.close()
            return
        path = resolve_reference(project.video.media, None)
        if path is None:
            self._player.close()
            self.picture_missing.emit(Path(project.video.media.path).name)
        else:
            self._player.open(path)

    def _send(self) -> None:
        if self._session.project is not None:
            # References are absolute in memory; the folder is only what relative ones would start from.
            self._player.set_project(self._session.project, Path.home())

    def _on_setting(self, setting: object) -> None:
        if setting in (OUTPUT_DEVICE, BUFFER_FRAMES, AV_OFFSET_MS):
            self.configure()
