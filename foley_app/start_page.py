"""What a person sees first: one sentence, three buttons, a place to drop a video, recent files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from foley_app.theme.icons import SHAPES, draw_shape, icon
from foley_app.theme.theme import CONTROL_HEIGHT, colour, current_palette

_SENTENCE = "Open a silent video: every hit is found, and gets a sound you can change."
_SHOWN_RECENT = 5
_WIDTH = 560


class StartPage(QWidget):
    """The empty window.

    **Signals**

    file_chosen(str)
        A recent file was clicked.
    """

    file_chosen = Signal(str)

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("startPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._drop = _DropTarget(self)
        self._recent_title = QLabel("Recent", self)
        self._recent_title.setObjectName("quiet")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for name, text, picture in (
            ("open_video", "Open video", "film"),
            ("open_project", "Open project", "folder"),
            ("open_demo", "Try the demo", "drumstick"),
        ):
            button = QPushButton(icon(picture), f" {text}", self)
            button.setIconSize(QSize(16, 16))
            button.setMinimumHeight(36)
            button.clicked.connect(actions[name].trigger)
            button.setAutoDefault(True)
            button.setDefault(name == "open_video")
            if name == "open_video":
                self.first_button = button
            buttons.addWidget(button)
        buttons.addStretch(1)
        sentence = QLabel(_SENTENCE, self)
        sentence.setObjectName("title")
        sentence.setWordWrap(True)
        sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inner = QWidget(self)
        inner.setFixedWidth(_WIDTH)
        column = QVBoxLayout(inner)
        column.setSpacing(24)
        column.addStretch(2)
        column.addWidget(sentence)
        column.addLayout(buttons)
        column.addWidget(self._drop)
        recent = QVBoxLayout()
        recent.setSpacing(4)
        recent.addWidget(self._recent_title)
        recent.addLayout(self._recent)
        column.addLayout(recent)
        column.addStretch(3)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(inner)
        row.addStretch(1)

    def show_recent(self, paths: tuple[str, ...]) -> None:
        """List the recent files that still exist."""
        while (entry := self._recent.takeAt(0)) is not None:
            widget = entry.widget()
            if widget is not None:
                widget.deleteLater()
        shown = [path for path in paths if Path(path).exists()][:_SHOWN_RECENT]
        self._recent_title.setVisible(bool(shown))
        for path in shown:
            self._recent.addWidget(self._recent_row(path))

    def show_message(self, text: str) -> None:
        """Say something in the drop target, such as that a file is being opened; "" for its own text."""
        self._drop.show_message(text)

    def set_drop_hover(self, hovering: bool) -> None:
        """A file is held over the window."""
        self._drop.set_hover(hovering)

    def _recent_row(self, path: str) -> QToolButton:
        row = _RecentRow(path, self)
        row.clicked.connect(lambda: self.file_chosen.emit(path))
        return row


class _RecentRow(QToolButton):
    """A recent file: its name, and quietly the folder it lies in."""

    def __init__(self, path: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name, self._folder = Path(path).name, str(Path(path).parent)
        self._shape = SHAPES["folder" if path.endswith(".foley") else "film"]
        self.setToolTip(path)
        self.setAccessibleName(f"Open {path}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(CONTROL_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        palette = current_palette()
        painter = QPainter(self)
        draw_shape(painter, self._shape, QRectF(8, 6, 16, 16), colour(palette.text_quiet))
        middle = Qt.AlignmentFlag.AlignVCenter
        metrics = painter.fontMetrics()
        space = self.width() - 40
        name = metrics.elidedText(self._name, Qt.TextElideMode.ElideMiddle, space)
        painter.setPen(colour(palette.text_strong if self.underMouse() else palette.text))
        painter.drawText(QRectF(32, 0, space, self.height()), middle, name)
        left = 32 + metrics.horizontalAdvance(name) + 16
        folder = metrics.elidedText(self._folder, Qt.TextElideMode.ElideMiddle, self.width() - left - 8)
        painter.setPen(colour(palette.text_quiet))
        painter.drawText(QRectF(left, 0, self.width() - left, self.height()), middle, folder)


class _DropTarget(QWidget):
    """A dashed frame that says what may be dropped."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMinimumHeight(140)
        self._hover = False
        self._message = ""

    def set_hover(self, hovering: bool) -> None:
        self._hover = hovering
        self.update()

    def show_message(self, text: str) -> None:
        self._message = text
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = current_palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = colour(palette.accent if self._hover else palette.text_quiet)
        painter.setPen(QPen(ink, 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(colour(palette.selection) if self._hover else Qt.BrushStyle.NoBrush)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, 10, 10)
        draw_shape(painter, SHAPES["film"], QRectF(box.center().x() - 14, box.center().y() - 34, 28, 28), ink)
        painter.setPen(colour(palette.text if self._hover or self._message else palette.text_quiet))
        text = self._message or "or drop a video or a project here"
        painter.drawText(box.adjusted(8, 36, -8, 0), Qt.AlignmentFlag.AlignCenter, text)
