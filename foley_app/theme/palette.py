"""The colours of the program: two themes and one hue per material.

Qt-free on purpose: a colour is a "#RRGGBB" text, so that tests can measure contrast without a screen.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme's colours as "#RRGGBB"."""

    name: str
    window: str
    panel: str
    lane: str
    lane_header: str
    line: str
    control: str
    control_hover: str
    selection: str
    text: str
    text_quiet: str
    text_strong: str
    accent: str
    accent_fill: str
    """Behind strong text on a button that matters; text on it is `on_accent`."""
    on_accent: str
    level: str
    playhead: str
    doubt: str
    sound: str
    generated: str
    error: str


DARK = Palette(
    name="dark",
    window="#121417",
    panel="#1A1D22",
    lane="#1C1F24",
    lane_header="#22262C",
    line="#0B0C0E",
    control="#262A31",
    control_hover="#30353D",
    selection="#22323F",
    text="#D6DAE0",
    text_quiet="#8A919C",
    text_strong="#F0F3F6",
    accent="#4D86C6",
    accent_fill="#2C5F96",
    on_accent="#FFFFFF",
    level="#63C7A4",
    playhead="#FF6B57",
    doubt="#FFD27A",
    sound="#8FB7F2",
    generated="#7F8792",
    error="#FF8A7A",
)

LIGHT = Palette(
    name="light",
    window="#E9EBEE",
    panel="#F6F7F9",
    lane="#FFFFFF",
    lane_header="#EDEFF2",
    line="#C9CDD3",
    control="#E1E4E9",
    control_hover="#D5DAE1",
    selection="#D5E4F5",
    text="#23272E",
    text_quiet="#5A626E",
    text_strong="#0B0D10",
    accent="#2B6CB0",
    accent_fill="#2B6CB0",
    on_accent="#FFFFFF",
    level="#146B4C",
    playhead="#D63B25",
    doubt="#8A5A00",
    sound="#3468B0",
    generated="#6B7380",
    error="#B3261E",
)

MATERIAL_COLOURS: dict[str, str] = {
    "plastic": "#6FA8DC",
    "drywall": "#C9C2B4",
    "rock": "#8C9BA8",
    "metal": "#9FC5E8",
    "leaf": "#7CB65A",
    "grass": "#4FA36A",
    "paper": "#D9B36A",
    "water": "#4FB8D8",
    "gravel": "#A68A6D",
    "glass": "#8FE0D8",
    "tile": "#E28FB0",
    "ceramic": "#E8A08C",
    "plastic-bag": "#B7A6F0",
    "dirt": "#B0703C",
    "cloth": "#B48AD0",
    "wood": "#E0893E",
    "carpet": "#C75B7A",
    "": "#8A919C",
}
"""Marker, bar and bus colour per material; "" is an unknown one."""


def relative_luminance(colour: str) -> float:
    """WCAG relative luminance (0..1) of "#RRGGBB"."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast_ratio(one: str, other: str) -> float:
    """WCAG contrast ratio (1..21) of two colours."""
    lighter, darker = sorted((relative_luminance(one), relative_luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
