"""Why the highlighted sound has its score: one small bar per reason."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from foley_app.candidates import OfferedSound, ScorePart, part_label, part_meaning
from foley_app.theme.theme import colour, current_palette, ui_font

WEAK_BELOW = 0.35
"""A part below this speaks against the sound, and is shown in the colour of doubt."""
_HEIGHT = 30
_LABEL_PIXELS = 11
_GAP = 8
_WIDEST = 88.0


class ScoreParts(QWidget):
    """The parts side by side, each with its name; a tool tip says what it compares."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._parts: tuple[ScorePart, ...] = ()
        self.hide()

    @property
    def parts(self) -> tuple[ScorePart, ...]:
        """What is shown."""
        return self._parts

    def show_sound(self, sound: OfferedSound | None) -> None:
        """Explain the score of this sound; nothing is shown of one that has no parts."""
        self._parts = sound.parts if sound is not None else ()
        self.setVisible(bool(self._parts))
        self.setAccessibleName(score_in_words(sound) if sound is not None else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = current_palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ui_font(_LABEL_PIXELS))
        for column, part in zip(self._columns(), self._parts, strict=True):
            is_weak = part.share < WEAK_BELOW
            painter.setPen(colour(palette.doubt if is_weak else palette.text_quiet))
            label = QRectF(column.left(), 1, column.width(), 16)
            name = painter.fontMetrics().elidedText(
                part_label(part.name), Qt.TextElideMode.ElideRight, int(label.width())
            )
            painter.drawText(label, Qt.AlignmentFlag.AlignVCenter, name)
            bar = QRectF(column.left(), 20, column.width(), 5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(palette.control_hover))
            painter.drawRoundedRect(bar, 2.5, 2.5)
            bar.setWidth(max(5.0, bar.width() * part.share))
            painter.setBrush(colour(palette.doubt if is_weak else palette.level))
            painter.drawRoundedRect(bar, 2.5, 2.5)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip_at(event.pos().x()), self)
            return True
        return super().event(event)

    def _columns(self) -> list[QRectF]:
        count = len(self._parts)
        width = min((self.width() - _GAP * (count - 1)) / max(count, 1), _WIDEST)
        return [QRectF(number * (width + _GAP), 0, width, _HEIGHT) for number in range(count)]

    def _tip_at(self, x: int) -> str:
        for column, part in zip(self._columns(), self._parts, strict=True):
            if column.left() <= x <= column.right() + _GAP:
                return f"{part_meaning(part.name)}: {part.share:.0%}"
        return ""


def score_in_words(sound: OfferedSound) -> str:
    """The score and its parts as a sentence: "Fits with 81%: material 90%, level 70%"."""
    text = f"Fits with {sound.take.score:.0%}"
    parts = ", ".join(f"{part_label(part.name)} {part.share:.0%}" for part in sound.parts)
    return f"{text}: {parts}" if parts else text
