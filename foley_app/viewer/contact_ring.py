"""The ring around a contact in the picture, and the words beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from foley_app.theme.theme import SMALL_TEXT_PIXELS, colour, current_palette, ui_font

RING_RADIUS = 12
_DOT_RADIUS = 1.5
_FAINT, _FAINT_LABEL = 0.45, 0.75
_LABEL_HEIGHT = 20
_LABEL_GAP = 6


def paint_ring(
    painter: QPainter, centre: QPointF, *, is_now: bool, is_held: bool = False, has_focus: bool = False
) -> None:
    """Draw the ring with a dot at the very place; faint while another moment is on screen."""
    palette = current_palette()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(1.0 if is_now or is_held else _FAINT)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # Dark under bright keeps it visible on a picture of any colour.
    painter.setPen(QPen(colour("#000000", 0.6), 4))
    painter.drawEllipse(centre, RING_RADIUS, RING_RADIUS)
    painter.setPen(QPen(colour(palette.playhead), 2))
    painter.drawEllipse(centre, RING_RADIUS, RING_RADIUS)
    if has_focus:
        painter.setPen(QPen(colour("#F0F3F6"), 1, Qt.PenStyle.DotLine))
        painter.drawEllipse(centre, RING_RADIUS + 4, RING_RADIUS + 4)
    painter.setPen(QPen(colour("#000000", 0.6), 1))
    painter.setBrush(colour(palette.playhead))
    painter.drawEllipse(centre, _DOT_RADIUS + 0.5, _DOT_RADIUS + 0.5)
    painter.restore()


def paint_label(painter: QPainter, centre: QPointF, text: str, inside: QRectF, *, is_now: bool) -> None:
    """Draw the words at the ring's right, or at its left where there is no room, within the picture."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(1.0 if is_now else _FAINT_LABEL)
    painter.setFont(ui_font(SMALL_TEXT_PIXELS))
    width = painter.fontMetrics().horizontalAdvance(text) + 12
    box = label_box(centre, width, inside)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("#14171B", 0.85))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(colour("#F0F3F6"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def label_box(centre: QPointF, width: float, inside: QRectF) -> QRectF:
    """Where the words go: beside the ring, never on it, within `inside` as far as they fit."""
    reach = RING_RADIUS + _LABEL_GAP
    box = QRectF(centre.x() + reach, centre.y() - 17, width, _LABEL_HEIGHT)
    if box.right() > inside.right() and centre.x() - reach - width >= inside.left():
        box.moveRight(centre.x() - reach)
    if box.top() < inside.top():
        box.moveTop(inside.top())
    if box.bottom() > inside.bottom():
        box.moveBottom(inside.bottom())
    return box
