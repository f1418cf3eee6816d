"""One sentence and a button: what went wrong, fit to read."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from foley_app.theme.icons import SHAPES, draw_shape
from foley_app.theme.theme import colour, current_palette

_TEXT_WIDTH = 400


class MessageDialog(QDialog):
    """Says one thing; Return or Escape closes it."""

    def __init__(self, title: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.sentence = sentence
        text = QLabel(sentence, self)
        text.setWordWrap(True)
        text.setFixedWidth(_TEXT_WIDTH)
        text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok, self)
        buttons.accepted.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(_WarningSign(self), alignment=Qt.AlignmentFlag.AlignTop)
        row.addWidget(text, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(24)
        column.addLayout(row)
        column.addWidget(buttons)


class _WarningSign(QWidget):
    def sizeHint(self) -> QSize:
        return QSize(32, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_shape(painter, SHAPES["warning"], QRectF(self.rect()), colour(current_palette().doubt))
