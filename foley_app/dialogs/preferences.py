"""Preferences: audio output, the offset between picture and sound with a clip to set it by, and habits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from foley_app.engine_client import EngineClient
from foley_app.settings import (
    AUTO_FILL,
    AV_OFFSET_MS,
    AVOID_REPEAT,
    BUFFER_FRAMES,
    OUTPUT_DEVICE,
    POST_ROLL_S,
    PRE_ROLL_S,
    Settings,
)
from foley_app.theme.theme import CONTROL_HEIGHT

if TYPE_CHECKING:
    from foley_app.player_client import DeviceState, PlayerClient

BUFFER_CHOICES = (128, 256, 512, 1024, 2048, 4096)
_SAMPLE_RATE_KHZ = 48
_LABEL_WIDTH = 130


class PreferencesDialog(QDialog):
    """Every change acts at once; there is nothing to confirm."""

    def __init__(
        self, settings: Settings, player: PlayerClient, engine: EngineClient, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Preferences")
        self._settings = settings
        self._player = player
        self._engine = engine
        self._device = QComboBox(self)
        self._device.setMinimumWidth(300)
        self._device.activated.connect(self._on_device)
        self._device_state = QLabel(self)
        self._device_state.setObjectName("quiet")
        self._device_state.setWordWrap(True)
        self._buffer = QComboBox(self)
        for frames in BUFFER_CHOICES:
            self._buffer.addItem(f"{frames} samples ({frames / _SAMPLE_RATE_KHZ:.1f} ms)", frames)
        self._buffer.setCurrentIndex(max(self._buffer.findData(settings.value(BUFFER_FRAMES)), 0))
        self._buffer.activated.connect(lambda _index: settings.set(BUFFER_FRAMES, self._buffer.currentData()))
        self._offset = _milliseconds(settings.value(AV_OFFSET_MS), self)
        self._offset.valueChanged.connect(lambda value: settings.set(AV_OFFSET_MS, value))
        self._auto_fill = QCheckBox("Put a sound on each hit after the first analysis", self)
        self._auto_fill.setChecked(settings.value(AUTO_FILL))
        self._auto_fill.toggled.connect(lambda on: settings.set(AUTO_FILL, on))
        self._avoid = QSpinBox(self)
        self._avoid.setRange(1, 32)
        self._avoid.setSuffix(" hits in a row")
        self._avoid.setValue(settings.value(AVOID_REPEAT))
        self._avoid.valueChanged.connect(lambda value: settings.set(AVOID_REPEAT, value))
        self._pre_roll = _seconds(settings.value(PRE_ROLL_S), self)
        self._pre_roll.valueChanged.connect(lambda value: settings.set(PRE_ROLL_S, value))
        self._post_roll = _seconds(settings.value(POST_ROLL_S), self)
        self._post_roll.valueChanged.connect(lambda value: settings.set(POST_ROLL_S, value))
        self._lay_out()
        player.devices.connect(self._show_devices)
        player.device.connect(self.show_device)
        self._show_devices([])
        player.request_devices()

    def show_device(self, device: DeviceState) -> None:
        """Say where the sound goes, or why it goes nowhere."""
        playing = f"Playing through {device.name}, {device.latency_ms:.0f} ms latency"
        self._device_state.setText(playing if device.name else device.message)

    def _lay_out(self) -> None:
        test = QPushButton("Flash and click…", self)
        test.setToolTip("Plays a clip with a flash and a click together; turn the offset until they meet")
        test.setAutoDefault(False)
        test.clicked.connect(self._open_test)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        _heading(grid, 0, "Audio")
        _row(grid, 1, "Output", self._device)
        grid.addWidget(self._device_state, 2, 1, 1, 2)
        _row(grid, 3, "Buffer", self._buffer)
        _row(grid, 4, "Picture later by", self._offset)
        grid.addWidget(test, 4, 2)
        _heading(grid, 5, "Sounds")
        grid.addWidget(self._auto_fill, 6, 1, 1, 2)
        _row(grid, 7, "No repeat within", self._avoid)
        _heading(grid, 8, "Audition")
        _row(grid, 9, "From before the hit", self._pre_roll)
        _row(grid, 10, "Until after the hit", self._post_roll)
        for row in (5, 8):
            grid.setRowMinimumHeight(row, 36)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(20)
        column.addLayout(grid)
        column.addWidget(buttons)

    def _show_devices(self, names: list[str]) -> None:
        chosen = self._settings.value(OUTPUT_DEVICE)
        self._device.clear()
        self._device.addItem("The system's own", "")
        for name in names:
            self._device.addItem(name, name)
        index = self._device.findData(chosen)
        if index < 0:
            self._device.addItem(f"{chosen} (not connected)", chosen)
            index = self._device.count() - 1
        self._device.setCurrentIndex(index)

    def _on_device(self, _index: int) -> None:
        self._settings.set(OUTPUT_DEVICE, self._device.currentData())

    def _open_test(self) -> None:
        from foley_app.dialogs.sync_test import SyncTestDialog

        self._player.stop()
        dialog = SyncTestDialog(self._settings, self._engine, self)
        dialog.finished.connect(lambda _code: self._offset.setValue(self._settings.value(AV_OFFSET_MS)))
        dialog.open()


def _heading(grid: QGridLayout, row: int, text: str) -> None:
    label = QLabel(text)
    label.setObjectName("heading")
    grid.addWidget(label, row, 0, 1, 3, Qt.AlignmentFlag.AlignBottom)


def _row(grid: QGridLayout, row: int, text: str, field: QWidget) -> None:
    label = QLabel(text)
    label.setBuddy(field)
    field.setMinimumHeight(CONTROL_HEIGHT)
    grid.addWidget(label, row, 0)
    grid.addWidget(field, row, 1)


def _seconds(value: float, parent: QWidget) -> QDoubleSpinBox:
    field = QDoubleSpinBox(parent)
    field.setRange(0.0, 10.0)
    field.setSingleStep(0.1)
    field.setDecimals(1)
    field.setSuffix(" s")
    field.setValue(value)
    return field


def _milliseconds(value: float, parent: QWidget) -> QDoubleSpinBox:
    field = QDoubleSpinBox(parent)
    field.setRange(-500.0, 500.0)
    field.setSingleStep(1.0)
    field.setDecimals(0)
    field.setSuffix(" ms")
    field.setValue(value)
    return field
