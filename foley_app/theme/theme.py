"""Puts a palette on the application, and tells painted widgets which one is in force."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from foley_app.theme.palette import DARK, LIGHT, Palette
from foley_app.theme.style_sheet import style_sheet

TEXT_PIXELS = 13
SMALL_TEXT_PIXELS = 12
TIMECODE_PIXELS = 20
CONTROL_HEIGHT = 28
GRID = 8

THEMES: dict[str, Palette] = {"dark": DARK, "light": LIGHT}

_in_force: Palette = DARK


def current_palette() -> Palette:
    """The palette in force; painted widgets ask for it in every `paintEvent`."""
    return _in_force


def colour(text: str, alpha: float = 1.0) -> QColor:
    """A palette colour as a `QColor`, with `alpha` in 0..1."""
    result = QColor(text)
    result.setAlphaF(alpha)
    return result


def ui_font(pixels: int = TEXT_PIXELS, *, bold: bool = False) -> QFont:
    """The system's UI font at a size in pixels, with figures of equal width where it has them."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPixelSize(pixels)
    font.setFeature(QFont.Tag("tnum"), 1)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def timecode_font(pixels: int = TIMECODE_PIXELS) -> QFont:
    """The system's monospaced font, for timecode."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight.DemiBold)
    return font


def apply_theme(application: QApplication, name: str) -> None:
    """Dress the whole application in a theme; open windows follow at once."""
    global _in_force
    palette = THEMES[name]
    _in_force = palette
    sheet = style_sheet(palette)
    if application.styleSheet() == sheet:
        return
    if not application.styleSheet():
        application.setStyle("fusion")
        application.setFont(ui_font())
    application.setPalette(_qt_palette(palette))
    application.setStyleSheet(sheet)


def _qt_palette(palette: Palette) -> QPalette:
    """The roles that Fusion and painted widgets read where the style sheet says nothing."""
    role = QPalette.ColorRole
    qt_palette = QPalette()
    for which, text in (
        (role.Window, palette.panel),
        (role.WindowText, palette.text),
        (role.Base, palette.control),
        (role.AlternateBase, palette.lane),
        (role.Text, palette.text),
        (role.Button, palette.control),
        (role.ButtonText, palette.text),
        (role.BrightText, palette.text_strong),
        (role.Highlight, palette.accent_fill),
        (role.HighlightedText, palette.on_accent),
        (role.ToolTipBase, palette.lane_header),
        (role.ToolTipText, palette.text),
        (role.Link, palette.sound),
    ):
        qt_palette.setColor(which, QColor(text))
    disabled = QPalette.ColorGroup.Disabled
    for which in (role.WindowText, role.Text, role.ButtonText):
        qt_palette.setColor(disabled, which, colour(palette.text_quiet, 0.6))
    return qt_palette
