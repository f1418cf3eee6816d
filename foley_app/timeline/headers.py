"""The column at the left: each lane's name, its scale, its mute and solo buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolButton, QWidget

from foley_app.generate.blend_slider import BlendSlider
from foley_app.theme.palette import DARK, Palette
from foley_app.theme.theme import colour, ui_font

HEADER_WIDTH = 96
BUTTON_SIDE = 24
_NAME_PIXELS = 12
_SCALE_PIXELS = 10
_LEFT_MARGIN = 10
_NAME_TOP = 4
_LINE_PIXELS = 15
_CURRENT_WIDTH = 3
_BLEND_MARGIN = 16


@dataclass(frozen=True, slots=True)
class ScaleMark:
    """A number at the header's right edge: what it says, and how far down it lies in pixels."""

    text: str
    y: float


class LaneHeader(QWidget):
    """One lane's name; mute and solo where the lane is a track.

    **Signals**

    mute_clicked(bool on), solo_clicked(bool on)
        The person pressed a button; it shows the document's state again until that changes.
    menu_requested(QPoint global)
        Right click on the header.
    chosen()
        A click on the name.
    """

    mute_clicked = Signal(bool)
    solo_clicked = Signal(bool)
    menu_requested = Signal(QPoint)
    chosen = Signal()

    def __init__(self, title: str, parent: QWidget, *, with_buttons: bool = False) -> None:
        super().__init__(parent)
        self._palette: Palette = DARK
        self._title = title
        self._marks: tuple[ScaleMark, ...] = ()
        self._tip = ""
        self._is_current = False
        self._name_font = ui_font(_NAME_PIXELS)
        self._scale_font = ui_font(_SCALE_PIXELS)
        self._shown = [title]
        self.mute_button: QToolButton | None = None
        self.solo_button: QToolButton | None = None
        if with_buttons:
            self.mute_button, self.solo_button = self._button("M"), self._button("S")
            self.mute_button.clicked.connect(lambda on: self.mute_clicked.emit(on))
            self.solo_button.clicked.connect(lambda on: self.solo_clicked.emit(on))
        self.set_title(title)

    def _button(self, letter: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(letter)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    @property
    def title(self) -> str:
        """The lane's name."""
        return self._title

    def set_title(self, title: str) -> None:
        """Name the lane."""
        self._title = title
        self.setAccessibleName(f"{title} lane")
        for button, verb in ((self.mute_button, "Mute"), (self.solo_button, "Solo")):
            if button is not None:
                button.setAccessibleName(f"{verb} {title}")
                button.setToolTip(f"{verb} {title}")
        self._elide()
        self.update()

    def set_state(self, *, mute: bool, solo: bool) -> None:
        """Show what the document says."""
        if self.mute_button is not None and self.solo_button is not None:
            self.mute_button.setChecked(mute)
            self.solo_button.setChecked(solo)

    def set_tip(self, text: str) -> None:
        """What there is to say about the lane; "" for no more than its name."""
        if text != self._tip:
            self._tip = text
            self._elide()

    def set_current(self, is_current: bool) -> None:
        """Mark it as the one that is looked at."""
        if is_current != self._is_current:
            self._is_current = is_current
            self.update()

    def set_marks(self, marks: tuple[ScaleMark, ...]) -> None:
        """Numbers along the right edge."""
        if marks != self._marks:
            self._marks = marks
            self.update()

    def set_palette(self, palette: Palette) -> None:
        """Paint in other colours."""
        self._palette = palette
        for button, lit in ((self.mute_button, palette.doubt), (self.solo_button, palette.level)):
            if button is not None:
                button.setStyleSheet(_button_style(palette, lit))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._elide()

    def _elide(self) -> None:
        """Break the name into the lines that fit, the last one cut short."""
        metrics = QFontMetrics(self._name_font)
        width = max(self.width() - _LEFT_MARGIN - 6, 0)
        room = self.height() - _NAME_TOP - (BUTTON_SIDE + 3 if self.mute_button is not None else 0)
        lines = max(room // _LINE_PIXELS, 1)
        self._shown = lines_that_fit(
            self._title, lines, lambda text: metrics.horizontalAdvance(text) <= width
        )
        self._shown[-1] = metrics.elidedText(self._shown[-1], Qt.TextElideMode.ElideRight, width)
        # The buttons stand right under the name.
        top = min(_NAME_TOP + len(self._shown) * _LINE_PIXELS + 3, self.height() - BUTTON_SIDE - 2)
        for column, button in enumerate((self.mute_button, self.solo_button)):
            if button is not None:
                button.setGeometry(
                    _LEFT_MARGIN - 4 + column * (BUTTON_SIDE + 2), top, BUTTON_SIDE, BUTTON_SIDE
                )
        self.setToolTip(self._tip or (self._title if " ".join(self._shown) != self._title else ""))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_requested.emit(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(self._palette.lane_header))
        painter.setFont(self._name_font)
        painter.setPen(colour(self._palette.text))
        if self._is_current:
            painter.fillRect(0, 0, _CURRENT_WIDTH, self.height(), colour(self._palette.accent))
            painter.setPen(colour(self._palette.text_strong))
        for line, text in enumerate(self._shown):
            box = QRect(_LEFT_MARGIN, _NAME_TOP + line * _LINE_PIXELS, self.width(), _LINE_PIXELS)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
        painter.setFont(self._scale_font)
        painter.setPen(colour(self._palette.text_quiet))
        for mark in self._marks:
            box = QRectF(0, mark.y - 7, self.width() - 6, 14)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, mark.text)


class HeaderColumn(QWidget):
    """Holds the headers; they scroll with their lanes, below a fixed corner beside the ruler."""

    def __init__(self, corner_height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(HEADER_WIDTH)
        self._palette: Palette = DARK
        self._corner = _Corner(self)
        self._corner.setGeometry(0, 0, HEADER_WIDTH, corner_height)
        self._corner_height = corner_height
        self.blend = BlendSlider(self._corner)
        self.blend.setGeometry(
            _BLEND_MARGIN, (corner_height - BUTTON_SIDE) // 2, HEADER_WIDTH - 2 * _BLEND_MARGIN, BUTTON_SIDE
        )
        self.blend.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.blend.hide()

    def place(self, header: LaneHeader, top: int, height: int) -> None:
        """Put a header beside its lane; what lies under the corner is hidden by it."""
        header.setGeometry(0, top, HEADER_WIDTH, height)
        header.setVisible(top + height > self._corner_height)
        self._corner.raise_()

    def show_blend(self, blend: float | None) -> None:
        """Where the blend of hits and takes stands; None hides it, because there are no takes."""
        if blend is not None:
            self.blend.show_value(blend)
        self._corner.has_blend = blend is not None
        self.blend.setVisible(blend is not None)
        self._corner.update()

    def set_palette(self, palette: Palette) -> None:
        """Paint in other colours."""
        self._palette = palette
        self._corner.palette_in_force = palette
        self._corner.update()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), colour(self._palette.window))


class _Corner(QWidget):
    """The place left of the ruler: empty, or the blend of hits (H) and takes (T)."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.palette_in_force: Palette = DARK
        self.has_blend = False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(self.palette_in_force.panel))
        if not self.has_blend:
            return
        painter.setFont(ui_font(_SCALE_PIXELS))
        painter.setPen(colour(self.palette_in_force.text_quiet))
        for left, letter in ((0, "H"), (self.width() - _BLEND_MARGIN, "T")):
            box = QRect(left, 0, _BLEND_MARGIN, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)


def lines_that_fit(text: str, lines: int, fits: Callable[[str], bool]) -> list[str]:
    """Break a text at its spaces into at most so many lines; the last one takes what is left."""
    shown = [""]
    for word in text.split(" "):
        longer = f"{shown[-1]} {word}" if shown[-1] else word
        if not shown[-1] or fits(longer) or len(shown) == lines:
            shown[-1] = longer
        else:
            shown.append(word)
    return shown


def _button_style(palette: Palette, lit: str) -> str:
    return f"""
        QToolButton {{
            min-width: 0; min-height: 0; padding: 0; border: 1px solid transparent; border-radius: 4px;
            background: transparent; color: {palette.text_quiet}; font-size: 11px; font-weight: 600;
        }}
        QToolButton:hover {{ background: {palette.control_hover}; color: {palette.text_strong}; }}
        QToolButton:checked {{ background: {lit}; color: {palette.lane}; }}
        QToolButton:focus {{ border-color: {palette.accent}; }}
    """
