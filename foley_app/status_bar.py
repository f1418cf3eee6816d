"""The strip at the bottom: engine and device, counts, threshold, saved state, and the keys that matter."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from engine.project.document import Hit, Project
from foley_app.elided_label import ElidedLabel
from foley_app.texts import counted, is_of_unsure_material, is_uncertain, time_ago
from foley_app.theme.icons import icon
from foley_app.threshold_slider import ThresholdSlider

_HEIGHT = 32
_MESSAGE_MS = 12_000
_KEYS = "1–9 audition · Enter take · N next uncertain · F fill all · Space play"


class StatusBar(QWidget):
    """Says how things are; nothing here interrupts.

    **Signals**

    threshold_changed(float value, bool finished)
        The threshold is being moved.
    threshold_reset()
        The threshold is to be the detector's own again.
    cancel_requested()
        The running job is to stop.
    pause_requested()
        The running job is to rest, or to go on.
    """

    threshold_changed = Signal(float, bool)
    threshold_reset = Signal()
    cancel_requested = Signal()
    pause_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(_HEIGHT)
        self._engine = QLabel(self)
        self._progress = QProgressBar(self)
        self._progress.setFixedWidth(96)
        self._progress.setRange(0, 1000)
        self._progress.setTextVisible(False)
        self._pause = _small_button(self, "pause", "Pause this job")
        self._pause.clicked.connect(self.pause_requested)
        self._cancel = _small_button(self, "close", "Stop this job")
        self._cancel.clicked.connect(self.cancel_requested)
        self._device = QLabel(self)
        self._counts = _Counts(self)
        self._finder = _quiet_label(self)
        self._threshold_name = _quiet_label(self)
        self._threshold = ThresholdSlider(self)
        self._threshold.setFixedWidth(96)
        self._threshold.moved.connect(self.threshold_changed)
        self._threshold.reset_requested.connect(self.threshold_reset)
        self._sounded = _quiet_label(self)
        self._saved = _quiet_label(self)
        self._keys = _quiet_label(self, _KEYS)
        self._message = ElidedLabel(self)
        self._message.setObjectName("warning")
        self._message.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(10)
        for widget in (self._engine, self._progress, self._pause, self._cancel, self._device, self._counts):
            row.addWidget(widget)
        for widget in (self._finder, self._threshold_name, self._threshold, self._sounded, self._saved):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._message, 100)
        row.addWidget(self._keys)
        self._message.hide()
        self._message_timer = QTimer(self)
        self._message_timer.setSingleShot(True)
        self._message_timer.timeout.connect(self.clear_message)
        self._saved_at_s: float | None = None
        self._is_dirty = False
        self._refresh_saved = QTimer(self)
        self._refresh_saved.setInterval(5000)
        self._refresh_saved.timeout.connect(self._show_saved)
        self.show_engine("Engine starting", is_ready=False)
        self.show_device("")
        self.show_project(None)
        self.hide_progress()

    def show_engine(self, text: str, *, is_ready: bool) -> None:
        """What the engine process is doing, with a dot that is green when it is ready."""
        self._engine.setObjectName("good" if is_ready else "warning")
        self._engine.setText(f"● {text}")
        self._engine.setToolTip(text)
        _restyle(self._engine)

    def show_progress(self, fraction: float, *, can_pause: bool = False, is_paused: bool = False) -> None:
        """How far the running job is, and whether it can rest or does."""
        self._progress.setValue(round(fraction * 1000))
        self._progress.show()
        self._pause.setVisible(can_pause)
        _name_button(
            self._pause, "play" if is_paused else "pause", "Go on" if is_paused else "Pause this job"
        )
        self._cancel.show()
        self._fit()

    def hide_progress(self) -> None:
        """No job runs."""
        for widget in (self._progress, self._pause, self._cancel):
            widget.hide()
        self._fit()

    def show_device(self, trouble: str) -> None:
        """What is wrong with the audio output; "" when it works."""
        self._device.setText("No audio output" if trouble else "")
        self._device.setToolTip(trouble)
        self._device.setObjectName("warning")
        self._device.setVisible(bool(trouble))
        self._fit()

    def show_project(self, project: Project | None) -> None:
        """Counts and threshold of the project."""
        shown = (self._counts, self._threshold_name, self._threshold, self._sounded, self._keys)
        for widget in shown:
            widget.setVisible(project is not None)
        if project is None:
            self._fit()
            return
        hits = project.shown_hits
        uncertain = sum(is_uncertain(hit) for hit in hits)
        sounded = sum(bool(hit.clips) for hit in hits)
        text = counted(len(hits), "hit") if hits else "no hits yet"
        self._counts.setText(f"{text}, {uncertain} uncertain" if uncertain else text)
        self._counts.hits = hits
        self._threshold_name.setText(f"threshold {project.threshold:.2f}")
        self._threshold.show_value(project.threshold)
        self._sounded.setText(f"{sounded} of {len(hits)} sounded" if hits else "")
        self._fit()

    def show_finder(self, name: str, own_threshold: float | None) -> None:
        """Which detector found the hits, "" for none, and the threshold it asks for."""
        self._finder.setText(f"by {name}" if name else "")
        self._finder.setToolTip(f"The hits were found by “{name}”" if name else "")
        self._threshold.set_own(own_threshold)
        self._fit()

    def show_saved(self, *, is_dirty: bool, has_file: bool, just_saved: bool = False) -> None:
        """Whether the work is in its file."""
        self._is_dirty = is_dirty
        if just_saved:
            self._saved_at_s = time.monotonic()
        elif not has_file:
            self._saved_at_s = None
        self._refresh_saved.start()
        self._show_saved()

    def show_message(self, text: str) -> None:
        """Say something for a while where the keys are listed."""
        self._message.setText(text)
        self._message.show()
        for dispensable in (self._keys, self._saved, self._sounded, self._finder):
            dispensable.hide()
        self._message_timer.start(_MESSAGE_MS)

    def clear_message(self) -> None:
        """Show the keys again."""
        self._message.hide()
        self._sounded.setVisible(self._counts.isVisibleTo(self))
        self._fit()

    @property
    def message(self) -> str:
        """What is being said, "" when nothing is."""
        return self._message.text() if self._message.isVisibleTo(self) else ""

    def _show_saved(self) -> None:
        if self._is_dirty:
            text = "Not saved yet" if self._saved_at_s is None else "Changes since the last save"
        elif self._saved_at_s is not None:
            text = f"Saved {time_ago(time.monotonic() - self._saved_at_s)}"
        else:
            text = ""
        self._saved.setText(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """Drop the keys, then less and less, where the strip is too narrow for all of it."""
        if self._message.isVisibleTo(self):
            return
        self._keys.setVisible(self._counts.isVisibleTo(self))
        self._saved.setVisible(bool(self._saved.text()))
        self._finder.setVisible(bool(self._finder.text()) and self._counts.isVisibleTo(self))
        layout = self.layout()
        assert layout is not None
        for dispensable in (self._keys, self._saved, self._finder):
            if layout.sizeHint().width() <= self.width():
                return
            dispensable.hide()

    def minimumSizeHint(self) -> QSize:
        return QSize(320, _HEIGHT)


class _Counts(QLabel):
    """How many hits there are; the tool tip counts those of unsure material when it is asked for."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.hits: tuple[Hit, ...] = ()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self.setToolTip(self.guesses())
        return super().event(event)

    def guesses(self) -> str:
        """How many hits are of unsure material, in words; "" for none."""
        guessed = sum(is_of_unsure_material(hit) for hit in self.hits)
        return f"What is struck is a mere guess for {guessed} of them: U goes to the next" if guessed else ""


def _small_button(parent: QWidget, shape: str, text: str) -> QToolButton:
    button = QToolButton(parent)
    button.setIconSize(QSize(12, 12))
    _name_button(button, shape, text)
    return button


def _name_button(button: QToolButton, shape: str, text: str) -> None:
    button.setIcon(icon(shape))
    button.setToolTip(text)
    button.setAccessibleName(text)


def _quiet_label(parent: QWidget, text: str = "") -> QLabel:
    label = QLabel(text, parent)
    label.setObjectName("status")
    return label


def _restyle(widget: QWidget) -> None:
    """Let the style sheet look at the widget's new object name."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
