"""The sounds of the library as a table: name, material, length, hit or scratch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from engine.project.materials import SURE_FROM
from foley_app.library_panel.listed_sound import ListedSound, duration_text
from foley_app.own_keys import claims
from foley_app.theme.palette import MATERIAL_COLOURS
from foley_app.theme.theme import CONTROL_HEIGHT, colour, current_palette, ui_font

NAME, MATERIAL, LENGTH, ACTION = range(4)
_TITLES = ("Sound", "Material", "Length", "Action")
_WIDTHS = {MATERIAL: 216, LENGTH: 84, ACTION: 84}
_SOUND_ROLE = int(Qt.ItemDataRole.UserRole)
_SORT_KEYS: dict[int, Callable[[ListedSound], Any]] = {
    NAME: lambda sound: sound.name.casefold(),
    MATERIAL: lambda sound: (not sound.material, sound.material, not sound.named, -sound.heard_probability),
    LENGTH: lambda sound: sound.duration_s,
    ACTION: lambda sound: sound.action,
}

Index = QModelIndex | QPersistentModelIndex


class SoundTableModel(QAbstractTableModel):
    """The listed sounds in the order the person chose."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sounds: list[ListedSound] = []
        self._column, self._order = NAME, Qt.SortOrder.AscendingOrder

    @property
    def sounds(self) -> Sequence[ListedSound]:
        """What is listed."""
        return self._sounds

    def show(self, sounds: Sequence[ListedSound]) -> None:
        """List other sounds."""
        self.beginResetModel()
        self._sounds = self._sorted(sounds)
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._column, self._order = column, order
        self.show(self._sounds)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._sounds)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section == LENGTH:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        sound = self._sounds[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            texts = (sound.name, material_text(sound), duration_text(sound.duration_s), sound.action)
            return texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return sound_tip(sound)
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == LENGTH:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == _SOUND_ROLE:
            return sound
        return None

    def _sorted(self, sounds: Sequence[ListedSound]) -> list[ListedSound]:
        return sorted(
            sounds, key=_SORT_KEYS[self._column], reverse=self._order == Qt.SortOrder.DescendingOrder
        )


def material_text(sound: ListedSound) -> str:
    """What it is made of, told apart by where that is known from: "wood", "sounds like glass, 71%".

    What is heard is added to a name only where it surely is something else.
    """
    is_sure = sound.heard_probability >= SURE_FROM
    heard = f"{'sounds like' if is_sure else 'maybe'} {sound.heard}, {sound.heard_probability:.0%}"
    if sound.named:
        return f"{sound.named}, {heard}" if is_sure and sound.heard != sound.named else sound.named
    return heard if sound.heard else "not known"


def sound_tip(sound: ListedSound) -> str:
    """Where the file is and what is known of it, in words."""
    lines = [sound.path]
    lines.append(f"Its name says {sound.named}." if sound.named else "Its name tells no material.")
    if sound.heard:
        verb = "It sounds like" if sound.heard_probability >= SURE_FROM else "By ear it may be"
        lines.append(f"{verb} {sound.heard} ({sound.heard_probability:.0%}).")
    else:
        lines.append("It has not been listened to yet.")
    return "\n".join(lines)


class SoundTable(QTableView):
    """Keyboard and mouse on the library's sounds.

    **Signals**

    current_changed()
        Another sound is highlighted.
    audition_requested()
        Play the highlighted sound (Space, or a double click).
    take_requested()
        Give the highlighted sound to the selected hits (Return).
    """

    current_changed = Signal()
    audition_requested = Signal()
    take_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = SoundTableModel(self)
        self.setModel(self._model)
        self.setItemDelegateForColumn(MATERIAL, _MaterialDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAccessibleName("Sounds of the library")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(CONTROL_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        self.setSortingEnabled(True)
        self.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
        self.selectionModel().currentRowChanged.connect(lambda _now, _before: self.current_changed.emit())
        self.doubleClicked.connect(lambda _index: self.audition_requested.emit())

    @property
    def sounds(self) -> Sequence[ListedSound]:
        """What is listed."""
        return self._model.sounds

    @property
    def current(self) -> ListedSound | None:
        """The highlighted sound."""
        row = self.currentIndex().row()
        return self._model.sounds[row] if 0 <= row < len(self._model.sounds) else None

    def show_sounds(self, sounds: Sequence[ListedSound]) -> None:
        """List other sounds; the highlight stays on its sound where that is still listed."""
        before = self.current
        offset = self.verticalScrollBar().value()
        self._model.show(sounds)
        listed = self._model.sounds
        row = 0
        if before is not None:
            row = next((n for n, sound in enumerate(listed) if sound.path == before.path), 0)
        if listed:
            self.setCurrentIndex(self._model.index(row, NAME))
            if row:
                self.verticalScrollBar().setValue(offset)
        self.current_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.audition_requested.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take_requested.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        keys = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        return claims(event, keys) or super().event(event)


class _MaterialDelegate(QStyledItemDelegate):
    """A dot in the material's colour, full when the name tells it and hollow when it is heard; then words."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette = current_palette()
        sound: ListedSound = index.data(_SOUND_ROLE)
        box = QRectF(option.rect)  # type: ignore[attr-defined]
        selected = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
        painter.save()
        if selected:
            painter.fillRect(box, colour(palette.selection))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hue = colour(MATERIAL_COLOURS[sound.material])
        dot = QRectF(box.left() + 8, box.center().y() - 4, 9, 9)
        painter.setPen(hue)
        painter.setBrush(hue if sound.named else Qt.BrushStyle.NoBrush)
        if sound.material:
            painter.drawEllipse(dot)
        painter.setFont(ui_font())
        left = dot.right() + 8
        if sound.named:
            painter.setPen(colour(palette.text_strong))
            text = QRectF(left, box.top(), box.right() - left, box.height())
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, sound.named)
            left += painter.fontMetrics().horizontalAdvance(sound.named)
        rest = material_text(sound)[len(sound.named) :]
        painter.setPen(colour(palette.text if selected else palette.text_quiet))
        room = QRectF(left, box.top(), box.right() - left - 4, box.height())
        rest = painter.fontMetrics().elidedText(rest, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, rest)
        painter.restore()
