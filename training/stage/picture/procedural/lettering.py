"""Printed matter: words that look like words, as lines of a page or as a title."""

from __future__ import annotations

import cv2
import numpy as np

from training.stage.picture.procedural.noise import Picture

_SYLLABLES = [
    "an",
    "ber",
    "col",
    "de",
    "en",
    "fo",
    "gra",
    "hi",
    "in",
    "jo",
    "ka",
    "li",
    "mo",
    "nu",
    "or",
    "pa",
    "qui",
    "ro",
    "sta",
    "te",
    "un",
    "va",
    "wi",
    "xe",
    "yo",
    "za",
]
_FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX)


def word(rng: np.random.Generator, syllables: int = 2) -> str:
    """A word of no language."""
    return "".join(_SYLLABLES[k] for k in rng.integers(len(_SYLLABLES), size=syllables)).capitalize()


def write(
    picture: Picture,
    rng: np.random.Generator,
    text: str,
    place: tuple[int, int],
    height_px: float,
    ink: Picture,
) -> None:
    """Write a text into a picture, in place; `place` is its left bottom in px."""
    font = _FONTS[rng.integers(len(_FONTS))]
    weight = max(1, round(height_px / 9))
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.putText(mask, text, place, font, height_px / 22, 255, weight, cv2.LINE_AA)
    x, y, wide, high = cv2.boundingRect(mask)
    part = picture[y : y + high, x : x + wide]
    part += (ink - part) * (mask[y : y + high, x : x + wide, None] / np.float32(255))


def text_lines(
    picture: Picture,
    rng: np.random.Generator,
    box: tuple[int, int, int, int],
    pitch_px: int,
    ink: Picture,
    darkness: float = 0.7,
) -> None:
    """Fill a box (x0, y0, x1, y1) with lines of words too small to read, in place."""
    x0, y0, x1, y1 = box
    width, rows = x1 - x0, max(0, (y1 - y0) // pitch_px)
    if rows == 0 or width < 8:
        return
    # Letters are dark and light by chance; words end where a blank is drawn.
    letters = rng.random((rows, width)).astype(np.float32) * np.float32(0.7) + np.float32(0.3)
    words = rng.integers(4, 22, (rows, width // 4 + 1)).cumsum(axis=1)
    for row, ends in zip(letters, words, strict=True):
        row[ends[ends < width]] = 0
        row[ends[ends < width - 1] + 1] = 0
        if rng.random() < 0.18:
            row[int(rng.uniform(0.2, 0.9) * width) :] = 0
    high = max(1, pitch_px // 2)
    for k in range(rows):
        y = y0 + k * pitch_px
        cover = letters[k][None, :, None] * np.float32(darkness)
        picture[y : y + high, x0:x1] += (ink - picture[y : y + high, x0:x1]) * cover
