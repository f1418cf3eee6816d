"""The flash-and-click clip: turn the offset until the flash is seen when the click is heard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from engine.project.document_json import from_json
from foley_app.engine_client import EngineClient
from foley_app.player_client import PlayerClient
from foley_app.settings import AV_OFFSET_MS, BUFFER_FRAMES, OUTPUT_DEVICE, Settings
from foley_app.viewer.picture import PictureView

_RANGE_MS = 300


class SyncTestDialog(QDialog):
    """Plays the clip over and over in a player of its own, so that the document stays as it is."""

    def __init__(self, settings: Settings, engine: EngineClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Flash and click")
        self._settings = settings
        self._player = PlayerClient(self)
        self._picture = PictureView(self)
        self._picture.setMinimumSize(480, 270)
        self._picture.clear("Making the clip…")
        self._offset = QSlider(Qt.Orientation.Horizontal, self)
        self._offset.setRange(-_RANGE_MS, _RANGE_MS)
        self._offset.setPageStep(10)
        self._offset.setValue(round(settings.value(AV_OFFSET_MS)))
        self._offset.valueChanged.connect(self._on_offset)
        self._value = QLabel(self)
        self._value.setMinimumWidth(64)
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        text = QLabel(
            "Move the slider until the flash comes with the click. Left and right arrows: 1 ms.", self
        )
        text.setObjectName("quiet")
        close = QPushButton("Done", self)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(QLabel("Picture later by", self))
        row.addWidget(self._offset, 1)
        row.addWidget(self._value)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._picture, 1)
        column.addWidget(text)
        column.addLayout(row)
        self._offset.setFocus()
        self._show_value()
        self._picture.size_wanted.connect(self._player.set_view_size)
        self._player.frame_shown.connect(lambda frame, _index, _position: self._picture.show_frame(frame))
        self._player.failed.connect(self._picture.clear)
        self.finished.connect(lambda _code: self._player.shut_down())
        job = engine.start_job("sync_test_clip", {})
        job.finished.connect(self._play)
        job.failed.connect(self._picture.clear)

    def _play(self, result: dict[str, Any]) -> None:
        if not self.isVisible():
            return
        project = from_json(result["project"])
        assert project.video is not None
        self._configure()
        path = Path(project.video.media.path)
        self._player.start()
        self._player.open(path)
        self._player.set_project(project, path.parent)
        self._player.set_loop(0, project.length)
        self._player.play(1.0, 0)

    def _configure(self) -> None:
        self._player.configure(
            self._settings.value(OUTPUT_DEVICE) or None,
            self._settings.value(BUFFER_FRAMES),
            float(self._offset.value()),
        )

    def _on_offset(self, value: int) -> None:
        self._settings.set(AV_OFFSET_MS, float(value))
        self._configure()
        self._show_value()

    def _show_value(self) -> None:
        self._value.setText(f"{self._offset.value():+d} ms".replace("-", "−"))
