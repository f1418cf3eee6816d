"""Colours that things have. sRGB, 0..1, (3,) float32; palettes are (n, 3)."""

from __future__ import annotations

import colorsys

import numpy as np

from training.stage.picture.procedural.noise import Picture


def palette(text: str) -> Picture:
    """Colours written as hexadecimal digits, (n, 3)."""
    rows = [[int(word[i : i + 2], 16) / 255 for i in (0, 2, 4)] for word in text.split()]
    return np.array(rows, np.float32)


WOOD = palette("c79a5e b98a4f a9743f 8c5a30 6b4427 d8b37e 4c3122 b07c49 9a6b45 c8a878 7d5136 dcc39a")
PAINT = palette(
    "e8e6df d9d5c7 c9cbb8 b9c0b4 a8b0ae 8f9699 6f757a 4f5458 2f3336 1f2224 7a2d2a 98403a 2f4a6b 3f6b58 "
    "b89b54 5b3a2e d7c9a5 e4dcc8 52605c"
)
OFFICE_GRAY = palette("8a878c 77777c 9b9a98 b3b2ab c5c3b8 a8a69d 605f66 5a6560 8d9a92 444449 d3d2ca")
WALL = palette("dcdcd0 d5d8c8 e6e2d4 cfd2cf c8cbb2 e9e7e1 d8cfba b9bdb5 c9d4d6 efeee9 a9b0a0 d9c8b0 9aa6b4")
STEEL = palette("a9abad b8b9b6 8f9295 c6c5c0 767a7d 9fa19a 5f6367")
STONE = palette("8d8a82 a39d90 77746d 95897a 6a6c70 b4ab9a 5b5a57 9a9a98 857866")
GRANITE = palette("8e8b78 5e6470 9b958a 6d6a66 b0a898 493f3c 7a8078 a48f80")
CONCRETE = palette("a8a49a 8f8d87 b6b1a4 777673 9b968b c2bdb0")
SOIL = palette("5a4632 6b5440 4a3a2c 7a6248 8a6f50 3d3128 94795a 63503f a88c69")
DRY_LEAF = palette("7a5733 8c6a3f 6a4a2e a17b48 59402b b08a52 94643a 4d3a29 a8926a 7d6f55 c0a878 8a4f2c")
GREEN_LEAF = palette("4d6b2a 5f7f35 3d5a28 7a9440 35502a 88a050 6a8a48 2f4a2c 9aae62")
GRASS = palette("5d7a35 6d8a3f 4b6a2c 7f9648 86935a 3f5a28 9aa05c a8a06a 587038")
FABRIC = palette(
    "8a7f4f 2c3440 1d1f22 5a6470 7a2f38 34507a 9a9488 c9bfa8 4a5a48 6b4a3a 8f8f92 b09a6a 3a2f3f 2f5a5a "
    "a84a3a d6d0c4 50546a 20304a"
)
CARPET = palette("5a5f6a 6f6c66 4a4f58 7d7468 3f4a5c 8a8378 5c4a48 2f4a5c 6a5a4a 46524a 9a9282 34363c")
TILE = palette("d8d4c8 c8c2b2 b8a890 e6e4de 8f8a82 6a6f74 a87a5a 9fb0b4 5a4a42 cfc9bd 3f4448 7f9a9a")
GLAZE = palette("f0eee8 e8e0cc d8d8d4 2f4a78 7a3a28 3f5a4a c8a878 1f2226 b8c4c8 5a2f2f e8d8b8 8aa0a8 d0b090")
PLASTIC = palette(
    "1f2022 2d2f33 e4e2da c9c7bd 8f9296 c02f2a 1f5fa8 2f8a4a e0b020 e07020 5a5d62 d8d4c6 3a6a9a f0efeb 74246a"
)
CARDBOARD = palette("b08a5c a67f52 c09a6c 9a744a b5936a c8a678")
PAGE = palette("f2efe6 ece8da e6e0cc f5f4f0 dcd6c4 fafaf7")
INK = palette("20242c 2f4a8a 8a2020 1f5a3a 404040 b05a20 602060 1a1a1a 2a6a9a")
BAG = palette("eeeeea e2e4e6 d8dadc 222326 f2f0ea c8d4dc e8e0c8 b02a2a 2f6aa0 e6c040")
POND = palette("4a5a58 5a6a6c 38484a 6f7f82 52584a 2f3a3c 7a8a90 61685a")


def varied(rng: np.random.Generator, colour: Picture, spread: float = 1.0) -> Picture:
    """The colour, a little other in hue, saturation and brightness."""
    hue, saturation, value = colorsys.rgb_to_hsv(*(float(part) for part in colour))
    hue += rng.normal(0, 0.01 * spread)
    saturation *= np.exp(rng.normal(0, 0.18 * spread))
    value *= np.exp(rng.normal(0, 0.1 * spread))
    return np.array(colorsys.hsv_to_rgb(hue % 1, min(1, saturation), min(0.97, value)), np.float32)


def pick(rng: np.random.Generator, colours: Picture, spread: float = 1.0) -> Picture:
    """One colour of a palette, varied."""
    return varied(rng, colours[rng.integers(len(colours))], spread)


def picks(rng: np.random.Generator, colours: Picture, count: int, spread: float = 1.0) -> Picture:
    """(count, 3) colours of a palette, each varied."""
    drawn = colours[rng.integers(len(colours), size=count)]
    tone = np.exp(rng.normal(0, 0.12 * spread, (count, 1))) * np.exp(
        rng.normal(0, 0.016 * spread, (count, 3))
    )
    return np.clip(drawn * tone, 0, 0.97).astype(np.float32)


def tone_row(colour: Picture, *factors: float) -> Picture:
    """(k, 3): the colour darker and lighter, for `noise.ramp`."""
    return np.clip(np.outer(np.asarray(factors, np.float32), colour), 0, 1).astype(np.float32)
