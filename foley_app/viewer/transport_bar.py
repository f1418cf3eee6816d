"""The transport under the picture: buttons, timecode that can be typed, frame rate, loop, loudness."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from engine.project.document import Project
from engine.project.timebase import TimecodeError, frame_to_samples, samples_to_frame
from foley_app.own_keys import claims
from foley_app.theme.theme import timecode_font

_WIDEST_TIMECODE = "00:00:00:000"


class TimecodeField(QLineEdit):
    """Shows the playhead's timecode; click and type another one to go there.

    **Signals**

    entered(str)
        A timecode was typed and confirmed.
    """

    entered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(timecode_font())
        self.setFrame(False)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFixedWidth(QFontMetrics(self.font()).horizontalAdvance(_WIDEST_TIMECODE) + 18)
        self.setStyleSheet("QLineEdit { background: transparent; border: 0; padding: 0; }")
        self.setToolTip("Timecode of the playhead; click and type to go somewhere")
        self.setAccessibleName("Timecode")
        self._shown = "00:00:00:00"
        self.setText(self._shown)

    def show_timecode(self, text: str) -> None:
        """Show where the playhead is, unless someone is typing."""
        self._shown = text
        if not self.hasFocus() and self.text() != text:
            self.setText(text)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setText(self._shown)

    def event(self, event: QEvent) -> bool:
        return claims(event, (Qt.Key.Key_Escape,)) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            typed = self.text()
            self.clearFocus()
            self.entered.emit(typed)
        elif event.key() == Qt.Key.Key_Escape:
            self.clearFocus()
        else:
            super().keyPressEvent(event)


class TransportBar(QWidget):
    """Buttons for what the keys do, and the numbers an editor looks at.

    **Signals**

    seek_requested(int)
        A typed timecode, as a sample position.
    failed(str)
        What was typed is not a timecode; one sentence.
    """

    seek_requested = Signal(int)
    failed = Signal(str)

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self._project: Project | None = None
        self._position = 0
        self.timecode = TimecodeField(self)
        self.timecode.entered.connect(self._go_to)
        self._rate = QLabel(self)
        self._rate.setObjectName("quiet")
        self._loudness = QLabel(self)
        self._loudness.setObjectName("quiet")
        self._loudness.setToolTip("Integrated loudness of the whole mix (EBU R 128)")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(4)
        row.addStretch(1)
        for name in ("step_back", "reverse", "play", "forward", "step_forward"):
            row.addWidget(_button(actions[name]))
        row.addSpacing(12)
        row.addWidget(self.timecode)
        row.addSpacing(12)
        row.addWidget(self._rate)
        row.addSpacing(4)
        row.addWidget(_button(actions["loop"]))
        row.addSpacing(4)
        row.addWidget(self._loudness)
        row.addStretch(1)
        self.set_loudness(None)

    def set_project(self, project: Project | None) -> None:
        """Count frames the project's way."""
        self._project = project
        if project is None:
            self._rate.clear()
        else:
            text = frame_rate_text(project)
            self._rate.setText(text)
            self._rate.setToolTip(_frame_rate_meaning(project))
        self.show_position(self._position)

    def show_position(self, position: int) -> None:
        """Move the timecode."""
        self._position = position
        self.timecode.show_timecode(timecode_at(self._project, position))

    def set_loudness(self, lufs: float | None) -> None:
        """Show the mix's loudness; None where it is silent or not known."""
        self._loudness.setText("– LUFS" if lufs is None else f"{lufs:.1f} LUFS".replace("-", "−"))

    def focus_timecode(self) -> None:
        """Let the person type a timecode."""
        self.timecode.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _go_to(self, text: str) -> None:
        project = self._project
        if project is None:
            return
        try:
            frame = project.timecode.parse(text) - project.start_frame
        except TimecodeError as error:
            self.failed.emit(f"{error}.")
            return
        position = frame_to_samples(frame, project.frame_rate, project.sample_rate)
        self.seek_requested.emit(min(max(position, 0), max(project.length - 1, 0)))


def timecode_at(project: Project | None, position: int) -> str:
    """Timecode of the frame on screen at a sample position."""
    if project is None:
        return "00:00:00:00"
    frame = samples_to_frame(position, project.frame_rate, project.sample_rate)
    return project.timecode.format(max(0, project.start_frame + frame))


def frame_rate_text(project: Project) -> str:
    """The frame rate as editors write it: "29.97 df"."""
    rate = f"{float(project.frame_rate):.3f}".rstrip("0").rstrip(".")
    if project.video is not None and project.video.is_variable_rate:
        return f"{rate} vfr"
    return f"{rate} df" if project.drop_frame else f"{rate} fps"


def _frame_rate_meaning(project: Project) -> str:
    counting = "drop-frame" if project.drop_frame else "non-drop"
    if project.video is not None and project.video.is_variable_rate:
        return f"Variable frame rate; timecode counts {float(project.frame_rate):g} frames per second"
    return f"{float(project.frame_rate):g} frames per second, {counting} timecode"


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(16, 16))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setAccessibleName(action.text().replace("&", ""))
    return button
