"""The sounds offered for the selected hit: numbered, drawn, named, scored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QLineF,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from foley_app.candidates import OfferedSound
from foley_app.inspector.score_parts import WEAK_BELOW, score_in_words
from foley_app.own_keys import claims
from foley_app.theme.theme import SMALL_TEXT_PIXELS, colour, current_palette, ui_font

_ROW_HEIGHT = 40
_WAVEFORM_WIDTH = 84
_KEYS = 9
_SOUND_ROLE = int(Qt.ItemDataRole.UserRole)
_IN_USE_ROLE = _SOUND_ROLE + 1

Index = QModelIndex | QPersistentModelIndex


class CandidateModel(QAbstractListModel):
    """The offered sounds, in the engine's order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sounds: tuple[OfferedSound, ...] = ()
        self._in_use = ""

    @property
    def sounds(self) -> tuple[OfferedSound, ...]:
        """What is listed."""
        return self._sounds

    def show(self, sounds: Sequence[OfferedSound], in_use: str) -> None:
        """List other sounds; `in_use` is the id of the take that the hit has."""
        self.beginResetModel()
        self._sounds = tuple(sounds)
        self._in_use = in_use
        self.endResetModel()

    def renew(self, sounds: Sequence[OfferedSound], in_use: str) -> None:
        """The same sounds with new drawings, or another one in use."""
        if (tuple(sounds), in_use) != (self._sounds, self._in_use) and sounds:
            self._sounds = tuple(sounds)
            self._in_use = in_use
            self.dataChanged.emit(self.index(0), self.index(len(sounds) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._sounds)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        sound = self._sounds[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{index.row() + 1}  {sound.take.name}, {sound.origin}, {sound.take.score:.2f}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(sound)
        if role == _SOUND_ROLE:
            return sound
        if role == _IN_USE_ROLE:
            return sound.take.id == self._in_use
        return None


class CandidateList(QListView):
    """Keyboard and mouse on the offered sounds.

    **Signals**

    audition_requested(int)
        Play the n-th sound (from 0) in sync with the picture.
    take_requested(int)
        Give the hit the n-th sound.
    current_changed()
        Another sound is highlighted, or more is known of it, or another list is shown.
    """

    current_changed = Signal()
    audition_requested = Signal(int)
    take_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = CandidateModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_CandidateDelegate(self))
        self.setUniformItemSizes(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setStyleSheet("QListView { background: transparent; border: 0; border-radius: 0; }")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setAccessibleName("Sounds offered for this hit")
        self.clicked.connect(lambda index: self.audition_requested.emit(index.row()))
        self.doubleClicked.connect(lambda index: self.take_requested.emit(index.row()))
        self.selectionModel().currentChanged.connect(lambda _now, _before: self.current_changed.emit())

    @property
    def sounds(self) -> tuple[OfferedSound, ...]:
        """What is listed."""
        return self._model.sounds

    def show_sounds(self, sounds: Sequence[OfferedSound], in_use: str) -> None:
        """List other sounds.

        The one in use becomes the current one if it has a key; else the first, since what is far down the
        list is not what somebody wants to look at.
        """
        if [s.take.id for s in sounds] == [s.take.id for s in self._model.sounds]:
            self._model.renew(sounds, in_use)
            self.current_changed.emit()
            return
        self._model.show(sounds, in_use)
        with_keys = sounds[:_KEYS]
        row = next((i for i, sound in enumerate(with_keys) if sound.take.id == in_use), 0)
        if sounds:
            self.make_current(row)
        else:
            self.current_changed.emit()

    def make_current(self, row: int) -> None:
        """Move the highlight."""
        if 0 <= row < len(self._model.sounds):
            self.setCurrentIndex(self._model.index(row))

    @property
    def current_row(self) -> int:
        """The highlighted sound, -1 when there is none."""
        return self.currentIndex().row()

    @property
    def current(self) -> OfferedSound | None:
        """The highlighted sound."""
        row = self.current_row
        return self._model.sounds[row] if 0 <= row < len(self._model.sounds) else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The highlight stays in sight when something above or below takes room.
        self.scrollTo(self.currentIndex())

    def keyboardSearch(self, search: str) -> None:
        # Letters are the window's shortcuts here.
        return

    def event(self, event: QEvent) -> bool:
        return claims(event, (Qt.Key.Key_Up, Qt.Key.Key_Down)) or super().event(event)


class _CandidateDelegate(QStyledItemDelegate):
    """Paints a row: key cap, waveform, name over origin, score."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, _ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette = current_palette()
        sound: OfferedSound = index.data(_SOUND_ROLE)
        box = QRectF(option.rect)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected or hovered:
            painter.setPen(QPen(colour(palette.accent)) if selected else Qt.PenStyle.NoPen)
            painter.setBrush(colour(palette.selection if selected else palette.control))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        self._paint_key(painter, QRectF(box.left() + 9, box.center().y() - 9, 18, 18), index.row())
        waveform = QRectF(box.left() + 38, box.top() + 7, _WAVEFORM_WIDTH, box.height() - 14)
        _paint_waveform(painter, waveform, sound.waveform)
        left = waveform.right() + 14
        text_width = box.right() - left - 54
        lines = QRectF(left, box.top() + 3, text_width, box.height() - 6)
        self._paint_lines(painter, lines, sound, is_in_use=index.data(_IN_USE_ROLE), is_strong=selected)
        is_weak = sound.take.score < WEAK_BELOW
        painter.setPen(
            colour((palette.text if selected else palette.text_quiet) if is_weak else palette.level)
        )
        painter.setFont(ui_font())
        score = QRectF(box.right() - 48, box.top(), 40, box.height())
        painter.drawText(
            score, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, f"{sound.take.score:.2f}"
        )
        painter.restore()

    def _paint_key(self, painter: QPainter, cap: QRectF, row: int) -> None:
        if row >= _KEYS:
            return
        palette = current_palette()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(palette.control_hover))
        painter.drawRoundedRect(cap, 4, 4)
        painter.setPen(colour(palette.text))
        painter.setFont(ui_font(SMALL_TEXT_PIXELS))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, str(row + 1))

    def _paint_lines(
        self, painter: QPainter, box: QRectF, sound: OfferedSound, *, is_in_use: bool, is_strong: bool
    ) -> None:
        palette = current_palette()
        half = box.height() / 2
        name_box = QRectF(box.left(), box.top(), box.width(), half)
        origin_box = QRectF(box.left(), box.top() + half, box.width(), half)
        painter.setFont(ui_font())
        painter.setPen(colour(palette.text_strong))
        name = painter.fontMetrics().elidedText(
            sound.take.name, Qt.TextElideMode.ElideMiddle, int(box.width())
        )
        painter.drawText(name_box, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(ui_font(SMALL_TEXT_PIXELS))
        # Quiet text can't be read well on the highlight.
        painter.setPen(colour(palette.text if is_in_use or is_strong else palette.text_quiet))
        line = f"{sound.origin} · in use" if is_in_use else sound.origin
        line = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(origin_box, Qt.AlignmentFlag.AlignVCenter, line)


def _tip(sound: OfferedSound) -> str:
    lines = [sound.take.name, sound.origin]
    if sound.heard and sound.take.material:
        by_ear = sound.by_ear
        lines.append(f"By ear: {by_ear} ({sound.heard[0].probability:.0%})")
    elif sound.heard:
        lines[1] += f" ({sound.heard[0].probability:.0%}); its name tells no material"
    lines += [score_in_words(sound), f"{sound.gain_db:+.1f} dB to match the hit's level"]
    return "\n".join(lines)


def _paint_waveform(painter: QPainter, box: QRectF, magnitudes: Sequence[float]) -> None:
    palette = current_palette()
    middle = box.center().y()
    painter.setPen(QPen(colour(palette.sound, 0.45), 1))
    painter.drawLine(QLineF(box.left(), middle, box.right(), middle))
    if not magnitudes:
        return
    painter.setPen(QPen(colour(palette.sound), 1.4))
    step = box.width() / len(magnitudes)
    lines = [
        QLineF(x, middle - magnitude * box.height() / 2, x, middle + magnitude * box.height() / 2)
        for x, magnitude in (
            (box.left() + (i + 0.5) * step, min(value, 1.0)) for i, value in enumerate(magnitudes)
        )
        if magnitude > 0.02
    ]
    painter.drawLines(lines)
