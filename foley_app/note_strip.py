"""One quiet line between picture and timeline: what the analysis noticed, what a learning brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from foley_app.theme.icons import SHAPES, draw_shape, icon
from foley_app.theme.theme import colour, current_palette

NoteAction = Literal["", "time_by_sound", "use_detector", "keep_anyway", "generate"]

_LEAST_HEIGHT = 40


@dataclass(frozen=True, slots=True)
class Note:
    """One thing worth saying.

    Attributes
    ----------
    action, action_text
        What the button beside it does, and says; "" for no button.
    subject
        What the action is about, such as a detector's name.
    is_about_video
        Whether it goes when another video comes.
    is_doubt
        Whether something may be wrong, rather than just news.
    """

    text: str
    action: NoteAction = ""
    action_text: str = ""
    subject: object = None
    is_about_video: bool = True
    is_doubt: bool = True


class NoteStrip(QWidget):
    """Shows one note at a time; each is read and closed, or acted on.

    **Signals**

    acted(object)
        The button of this `Note` was pressed; the note is gone by then.
    changed()
        Another note is shown, or none.
    """

    acted = Signal(object)
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("noteStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._notes: list[Note] = []
        self._sign = _Sign(self)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setMinimumWidth(160)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._action = QPushButton(self)
        self._action.setToolTip("Ctrl+Return")
        self._action.clicked.connect(self.act)
        self._more = QToolButton(self)
        self._more.setObjectName("chip")
        self._more.setToolTip("The next note")
        self._more.clicked.connect(self.show_next)
        self._close = QToolButton(self)
        self._close.setIcon(icon("close"))
        self._close.setIconSize(QSize(12, 12))
        self._close.setToolTip("Close this note (Esc)")
        self._close.setAccessibleName("Close this note")
        self._close.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 12, 4)
        row.setSpacing(10)
        for widget in (self._sign, self._text, self._action, self._more, self._close):
            row.addWidget(widget)
            row.setAlignment(widget, Qt.AlignmentFlag.AlignVCenter)
        row.setStretch(1, 1)
        self.setMinimumHeight(_LEAST_HEIGHT)
        self.hide()

    @property
    def note(self) -> Note | None:
        """The note that is shown."""
        return self._notes[0] if self._notes else None

    @property
    def has_action(self) -> bool:
        """Whether the note that is shown offers to do something."""
        return bool(self._notes and self._notes[0].action)

    def show_video_notes(self, notes: Sequence[Note]) -> None:
        """Put these in the place of what was said about a video before."""
        self._set([*notes, *(note for note in self._notes if not note.is_about_video)])

    def add(self, note: Note) -> None:
        """Say something at once; what was being said comes after it."""
        self._set([note, *(other for other in self._notes if other != note)])

    def withdraw(self, action: NoteAction) -> None:
        """Take back every note that offers to do what is being done now."""
        if any(note.action == action for note in self._notes):
            self._set([note for note in self._notes if note.action != action])

    def act(self) -> None:
        """Press the button of the note that is shown."""
        if self.has_action:
            note = self._notes[0]
            self._set(self._notes[1:])
            self.acted.emit(note)

    def dismiss(self) -> None:
        """Close the note that is shown."""
        self._set(self._notes[1:])

    def show_next(self) -> None:
        """Leave this note for later and show the next."""
        self._set([*self._notes[1:], *self._notes[:1]])

    def _set(self, notes: list[Note]) -> None:
        had_focus = self.isAncestorOf(focus) if (focus := self.window().focusWidget()) is not None else False
        self._notes = notes
        if notes:
            note = notes[0]
            self._sign.show_doubt(note.is_doubt)
            self._text.setText(note.text)
            self._action.setText(note.action_text)
            self._action.setVisible(bool(note.action))
            others = len(notes) - 1
            self._more.setText(f"{others} more")
            self._more.setVisible(others > 0)
        self.setVisible(bool(notes))
        parent = self.parentWidget()
        if had_focus and not notes and parent is not None:
            parent.setFocus()
        self.changed.emit()


class _Sign(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(16, 16)
        self._is_doubt = True

    def show_doubt(self, is_doubt: bool) -> None:
        self._is_doubt = is_doubt
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = current_palette()
        shape, ink = ("warning", palette.doubt) if self._is_doubt else ("info", palette.accent)
        draw_shape(QPainter(self), SHAPES[shape], QRectF(self.rect()), colour(ink))
