"""Colours that can be read, a style sheet without gaps, icons that draw something."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QIcon, QImage, QPainter

from foley_app.theme.icons import SHAPES, icon
from foley_app.theme.palette import DARK, LIGHT, Palette, contrast_ratio
from foley_app.theme.style_sheet import style_sheet

READABLE = 4.5


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda p: p.name)
@pytest.mark.parametrize("text", ["text", "text_quiet", "text_strong", "level", "doubt", "error"])
@pytest.mark.parametrize("background", ["window", "panel", "lane", "lane_header"])
def test_text_can_be_read_on_every_surface(palette: Palette, text: str, background: str) -> None:
    assert contrast_ratio(getattr(palette, text), getattr(palette, background)) >= READABLE


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda p: p.name)
@pytest.mark.parametrize(
    ("text", "background"),
    [
        ("text", "control"),
        ("text_quiet", "control"),
        ("text", "control_hover"),
        ("text_strong", "selection"),
        ("text", "selection"),
        ("level", "selection"),
        ("on_accent", "accent_fill"),
    ],
)
def test_text_can_be_read_on_controls(palette: Palette, text: str, background: str) -> None:
    assert contrast_ratio(getattr(palette, text), getattr(palette, background)) >= READABLE


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda p: p.name)
def test_the_style_sheet_is_complete(palette: Palette) -> None:
    sheet = style_sheet(palette)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
    assert set(re.findall(r"#[0-9A-Fa-f]{6}\b", sheet)) <= {
        getattr(palette, name) for name in palette.__slots__
    }


@pytest.mark.parametrize("name", sorted(SHAPES))
@pytest.mark.parametrize("side", [16, 32])
def test_every_icon_draws_inside_its_square(qapp: object, name: str, side: int) -> None:
    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 0))
    painter = QPainter(image)
    icon(name).paint(painter, QRect(0, 0, side, side), mode=QIcon.Mode.Normal)
    painter.end()
    drawn = [(x, y) for x in range(side) for y in range(side) if image.pixelColor(x, y).alpha() > 40]
    assert len(drawn) > side
