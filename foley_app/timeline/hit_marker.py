"""How one hit's marker looks: shape, colour, letter, marks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from engine.project.materials import MATERIALS
from foley_app.theme.icons import SHAPES, draw_shape
from foley_app.theme.palette import MATERIAL_COLOURS, Palette, contrast_ratio
from foley_app.theme.theme import colour, ui_font
from foley_app.timeline.mixing import blended

CONFIDENCE_STEPS = 12
VISIBLE_CONTRAST = 3.0
"""WCAG's contrast for parts of graphics."""
LETTER_WIDTH = 11
"""Markers at least this wide carry the material's initial letter."""
_LETTER_PIXELS = 10
_LOWEST_SHARE = 0.34
"""Height of a marker of no confidence, as a share of the tallest."""
_MARGIN = 3.0
_INK_DARK, _INK_LIGHT = "#000000", "#FFFFFF"
"""One of the two has a contrast of at least 4.5 with any colour; a softer black would not."""


@dataclass(frozen=True, slots=True)
class MarkerLook:
    """Everything that makes two markers differ.

    Attributes
    ----------
    material
        Index into `MATERIALS`; one more for an unknown one.
    step
        Confidence in 0..`CONFIDENCE_STEPS`.
    is_faint
        A candidate below the threshold.
    is_guessed
        Its material is a mere guess, so its letter is a small one.
    """

    material: int
    step: int
    is_selected: bool = False
    is_locked: bool = False
    is_muted: bool = False
    is_doubted: bool = False
    is_faint: bool = False
    is_guessed: bool = False


def material_name(index: int) -> str:
    """The material of an index, "" for the unknown one."""
    return MATERIALS[index] if index < len(MATERIALS) else ""


@lru_cache(maxsize=1024)
def fill_colour(look: MarkerLook, palette: Palette) -> str:
    """The marker's body: the material's hue, paler the less sure; opaque, so nothing shines through."""
    hue = MATERIAL_COLOURS[material_name(look.material)]
    if look.is_faint:
        return blended(hue, palette.lane, 0.25)
    if look.is_muted:
        return palette.lane
    return blended(hue, palette.lane, 0.5 + 0.5 * look.step / CONFIDENCE_STEPS)


@lru_cache(maxsize=64)
def visible_hue(material: int, palette: Palette) -> str:
    """The material's hue, darker or lighter until thin lines of it stand out from the lane."""
    hue = MATERIAL_COLOURS[material_name(material)]
    for share in (1.0, 0.8, 0.65, 0.5, 0.35):
        nearer = blended(hue, palette.text_strong, share)
        if contrast_ratio(nearer, palette.lane) >= VISIBLE_CONTRAST:
            return nearer
    return palette.text


@lru_cache(maxsize=1024)
def edge_colour(look: MarkerLook, palette: Palette) -> str:
    """The marker's outline: strong when selected; otherwise what keeps a pale hue apart from the lane."""
    hue = MATERIAL_COLOURS[material_name(look.material)]
    if look.is_selected:
        return palette.text_strong
    if look.is_faint:
        return blended(hue, palette.lane, 0.55)
    if contrast_ratio(hue, palette.lane) >= VISIBLE_CONTRAST and not look.is_muted:
        return fill_colour(look, palette)
    return visible_hue(look.material, palette)


def ink_colour(look: MarkerLook, palette: Palette) -> str:
    """The letter's colour: whichever reads better on the body."""
    body = fill_colour(look, palette)
    if look.is_faint:
        return palette.text_quiet
    return max((_INK_DARK, _INK_LIGHT), key=lambda ink: contrast_ratio(ink, body))


def marker_height(step: int, lane_height: int) -> float:
    """Height of the body with its point, in logical pixels."""
    tallest = lane_height - 2 * _MARGIN
    return round(tallest * (_LOWEST_SHARE + (1 - _LOWEST_SHARE) * step / CONFIDENCE_STEPS))


def letter_font() -> QFont:
    """The font of the letters in and above the markers."""
    return ui_font(_LETTER_PIXELS, bold=True)


def draw_marker(
    painter: QPainter, look: MarkerLook, palette: Palette, cell: QRectF, width: int, font: QFont
) -> None:
    """Paint one marker, its point at the bottom, centred in a cell as tall as the lane."""
    height = marker_height(look.step, int(cell.height()))
    body = QRectF(cell.center().x() - width / 2, cell.bottom() - _MARGIN - height, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge_width = 1.5 if look.is_selected or look.is_muted else 1.0
    inset = edge_width / 2
    point = min(width * 0.45, 5.0)
    left, right = body.left() + inset, body.right() - inset
    shape = QPolygonF(
        [
            QPointF(left, body.top() + inset),
            QPointF(right, body.top() + inset),
            QPointF(right, body.bottom() - point),
            QPointF(body.center().x(), body.bottom() - inset),
            QPointF(left, body.bottom() - point),
        ]
    )
    if width <= 3:
        painter.fillRect(body, QColor(edge_colour(look, palette)))
        return
    painter.setPen(QPen(QColor(edge_colour(look, palette)), edge_width))
    painter.setBrush(QColor(fill_colour(look, palette)))
    painter.drawPolygon(shape)
    if width < LETTER_WIDTH:
        return
    painter.setFont(font)
    letter = material_name(look.material)[:1]
    letter = letter if look.is_guessed else letter.upper()
    if letter:
        painter.setPen(QColor(ink_colour(look, palette)))
        painter.drawText(_letter_box(body.center().x(), body.top() + 2), Qt.AlignmentFlag.AlignCenter, letter)
    if look.is_doubted and not look.is_faint:
        painter.setPen(colour(palette.doubt))
        painter.drawText(_letter_box(body.center().x(), body.top() - 12), Qt.AlignmentFlag.AlignCenter, "?")
    if look.is_locked:
        _draw_lock(painter, look, palette, body)


def _letter_box(centre_x: float, top: float) -> QRectF:
    return QRectF(centre_x - 10, top, 20, 11)


def _draw_lock(painter: QPainter, look: MarkerLook, palette: Palette, body: QRectF) -> None:
    """Below the letter where the body has room, else above the body."""
    inside = body.height() >= 28
    top = body.top() + 13 if inside else body.top() - 10
    ink = QColor(ink_colour(look, palette) if inside else palette.text_strong)
    draw_shape(painter, SHAPES["lock"], QRectF(body.center().x() - 4.5, top, 9, 9), ink)
