"""What is struck: one bar per likely material; a click corrects it, a menu offers all of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from engine.project.document import Hit, MaterialProbability
from engine.project.materials import MATERIALS, hard_probability
from foley_app.own_keys import claims
from foley_app.texts import hardness_text, is_of_unsure_material
from foley_app.theme.palette import MATERIAL_COLOURS
from foley_app.theme.theme import colour, current_palette, ui_font

SHOWN_MATERIALS = 3
_ROW_HEIGHT = 22
_NAME_WIDTH = 76
_PERCENT_WIDTH = 56
_UNSURE_ALPHA = 0.5
_HARDNESS_MEANING = (
    "Hard: gravel, rock, tile, wood, ceramic, plastic, drywall, glass, metal.\n"
    "Soft: leaf, grass, cloth, plastic bag, carpet. Paper, water and dirt are neither."
)


class MaterialBars(QWidget):
    """Shows the likeliest materials of the selected hits.

    **Signals**

    material_chosen(str)
        The person says what is struck; "" takes back what they said.
    """

    material_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = tuple(_MaterialRow(self) for _ in range(SHOWN_MATERIALS))
        self._more = QPushButton(self)
        self._more.setObjectName("link")
        self._more.setToolTip("Say what is struck (M)")
        self._more.clicked.connect(self.open_menu)
        self._doubt = QLabel(self)
        self._doubt.setObjectName("warning")
        self._hardness = QLabel(self)
        self._hardness.setObjectName("quiet")
        self._hardness.setToolTip(_HARDNESS_MEANING)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for row in self._rows:
            row.chosen.connect(self.material_chosen)
            column.addWidget(row)
        last = QHBoxLayout()
        last.setSpacing(8)
        last.addWidget(self._more)
        last.addStretch(1)
        last.addWidget(self._doubt)
        last.addWidget(self._hardness)
        column.addLayout(last)
        self._material = ""
        self._is_said = False

    def show_hits(self, hits: Sequence[Hit]) -> None:
        """Show what the selected hits have in common."""
        ranked = ranked_materials(hits)
        self._material = common_material(hits)
        self._is_said = any(hit.material_chosen for hit in hits)
        unsure = sum(is_of_unsure_material(hit) for hit in hits)
        for index, row in enumerate(self._rows):
            if index < len(ranked):
                is_chosen = ranked[index].name == self._material
                by_person = is_chosen and all(hit.material_chosen for hit in hits)
                row.show_material(
                    ranked[index], is_chosen=is_chosen, by_person=by_person, is_unsure=bool(unsure)
                )
            row.setVisible(index < len(ranked))
        self._more.setText("another material…  M" if ranked else "material not known; choose it…  M")
        self._doubt.setText(_doubt_text(unsure, len(hits)))
        self._doubt.setVisible(bool(unsure))
        self._hardness.setText(hardness_text(hardness(hits)))

    def open_menu(self) -> None:
        """Offer all materials."""
        menu = QMenu(self)
        if self._is_said:
            as_seen = menu.addAction("what the picture says")
            as_seen.triggered.connect(lambda: self.material_chosen.emit(""))
            menu.addSeparator()
        for name in sorted(MATERIALS):
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(name == self._material)
            action.triggered.connect(lambda _checked, chosen=name: self.material_chosen.emit(chosen))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))


def ranked_materials(hits: Sequence[Hit]) -> tuple[MaterialProbability, ...]:
    """The likeliest materials, averaged over the hits; the one a person chose comes first, as certain."""
    ranked = list(_average(hits))
    if len(hits) == 1 and hits[0].material_chosen:
        ranked += [row for row in hits[0].materials if row.name != hits[0].material]
    ranked.sort(key=lambda row: -row.probability)
    return tuple(ranked[:SHOWN_MATERIALS])


def hardness(hits: Sequence[Hit]) -> float | None:
    """How likely what is struck is hard rather than soft; None where it is neither."""
    return hard_probability(_average(hits))


def _average(hits: Sequence[Hit]) -> tuple[MaterialProbability, ...]:
    """All materials the hits may be on, with their probabilities over all of them."""
    sums: dict[str, float] = {}
    for hit in hits:
        if hit.material_chosen and hit.material:
            sums[hit.material] = sums.get(hit.material, 0.0) + 1.0
            continue
        for row in hit.materials:
            sums[row.name] = sums.get(row.name, 0.0) + row.probability
    return tuple(MaterialProbability(name, total / len(hits)) for name, total in sums.items())


def _doubt_text(unsure: int, count: int) -> str:
    return "not sure" if count == 1 else f"not sure of {unsure} of {count}"


def common_material(hits: Sequence[Hit]) -> str:
    """The material all hits share, "" when they differ."""
    materials = {hit.material for hit in hits}
    return materials.pop() if len(materials) == 1 else ""


class _MaterialRow(QWidget):
    """A name, a bar, a percentage.

    **Signals**

    chosen(str)
        Clicked, or confirmed with Return.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._row = MaterialProbability("", 0.0)
        self._is_chosen = False
        self._is_unsure = False
        self._by_person = False

    def sizeHint(self) -> QSize:
        return QSize(300, _ROW_HEIGHT)

    def show_material(
        self, row: MaterialProbability, *, is_chosen: bool, by_person: bool, is_unsure: bool
    ) -> None:
        self._row = row
        self._is_chosen = is_chosen
        self._is_unsure = is_unsure
        self._by_person = by_person
        self.setToolTip("You chose this" if by_person else f"Click: it is {row.name}")
        self.setAccessibleName(f"{row.name} {row.probability:.0%}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = current_palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.underMouse():
            painter.setPen(QPen(colour(palette.accent)) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(colour(palette.control))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(-3.5, 0.5, -0.5, -0.5), 4, 4)
        height = self.height()
        is_strong = self._is_chosen and not self._is_unsure
        painter.setFont(ui_font(bold=is_strong))
        painter.setPen(colour(palette.text_strong if is_strong else palette.text))
        painter.drawText(QRectF(0, 0, _NAME_WIDTH, height), Qt.AlignmentFlag.AlignVCenter, self._row.name)
        if self._is_chosen and self._is_unsure:
            left = painter.fontMetrics().horizontalAdvance(self._row.name) + 4
            painter.setPen(colour(palette.doubt))
            painter.drawText(QRectF(left, 0, 12, height), Qt.AlignmentFlag.AlignVCenter, "?")
        bar = QRectF(_NAME_WIDTH, height / 2 - 4, self.width() - _NAME_WIDTH - _PERCENT_WIDTH, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(palette.control_hover))
        painter.drawRoundedRect(bar, 4, 4)
        filled = QRectF(bar)
        filled.setWidth(max(8.0, bar.width() * min(self._row.probability, 1.0)))
        hue = MATERIAL_COLOURS.get(self._row.name, palette.text_quiet)
        painter.setBrush(colour(hue, _UNSURE_ALPHA if self._is_unsure else 1.0))
        painter.drawRoundedRect(filled, 4, 4)
        painter.setFont(ui_font())
        painter.setPen(colour(palette.text_strong if self._by_person else palette.text_quiet))
        text = "yours" if self._by_person else f"{self._row.probability:.0%}"
        right = QRectF(self.width() - _PERCENT_WIDTH, 0, _PERCENT_WIDTH, height)
        painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return claims(event, (Qt.Key.Key_Return, Qt.Key.Key_Enter)) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self._row.name)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self._row.name)
