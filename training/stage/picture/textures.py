"""Pictures of surfaces by name: from a folder where one is offered, made from a seed otherwise.

`procedural/planks-7` is variant 7 of the style `planks`, `procedural/wood-7` one of any style of wood;
`wood/acg_Wood001` is the picture `wood/acg_Wood001.*` in a folder that has one folder per material.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.project.materials import MATERIALS
from training.stage.picture.procedural import STYLES, paint, styles_of

PROCEDURAL = "procedural/"
TEXTURE_PX = 256
"""Side length of every picture."""
VARIANTS = 16
"""So many variants of each style are listed by `texture_names`; any other seed works as well."""
_LEAST_PX = 16
_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
_SEAM_RATIO = 1.8
"""A picture repeats without a seam when its edges differ at most this much more than its neighbour rows."""


class TextureError(UserFacingError):
    """A picture of a surface can't be had."""


def offered_folder() -> Path | None:
    """The folder `textures` in the data folder that the environment variable FOLEY_DATA names, if any."""
    root = os.environ.get("FOLEY_DATA")
    folder = Path(root) / "textures" if root else None
    return folder if folder is not None and folder.is_dir() else None


def texture_names(material: str, folder: Path | None = None) -> tuple[str, ...]:
    """Names of the pictures of a material.

    Parameters
    ----------
    material
        One of the 17.
    folder
        Holds a folder per material. Without one, or when it has no picture of this material, the names
        are those of procedural pictures.

    Raises
    ------
    TextureError
        When the material is unknown, or the folder is not there.
    """
    if material not in MATERIALS:
        raise TextureError(f"There is no material “{material}”; the materials are {', '.join(MATERIALS)}.")
    if folder is not None and (found := _pictures(folder).get(material)):
        return tuple(f"{material}/{stem}" for stem in found)
    return tuple(f"{PROCEDURAL}{style}-{seed}" for style in styles_of(material) for seed in range(VARIANTS))


@lru_cache(maxsize=256)
def load_texture(name: str, folder: Path | None = None) -> NDArray[np.uint8]:
    """A picture by name.

    Parameters
    ----------
    name
        As in `texture_names`.
    folder
        Where pictures that aren't procedural come from; FOLEY_DATA's `textures` when not given.

    Returns
    -------
    (256, 256, 3) uint8 sRGB, read-only; it repeats without a seam.

    Raises
    ------
    TextureError
        When there is no such picture, or its file is broken.
    """
    picture = _procedural(name) if name.startswith(PROCEDURAL) else _from_folder(name, folder)
    picture.setflags(write=False)
    return picture


def _procedural(name: str) -> NDArray[np.uint8]:
    style, _, seed = name.removeprefix(PROCEDURAL).rpartition("-")
    if not (seed.isascii() and seed.isdigit()):
        raise TextureError(f"The texture name “{name}” does not end in a seed, as in procedural/wood-7.")
    if style in MATERIALS:
        styles = styles_of(style)
        style = styles[int(seed) % len(styles)]
    if style not in STYLES:
        raise TextureError(
            f"There is no procedural texture “{style}”; there are {', '.join(sorted(STYLES))}."
        )
    return paint(style, int(seed))


@lru_cache(maxsize=8)
def _pictures(folder: Path) -> dict[str, dict[str, Path]]:
    """The picture files of a folder: by material, then by name without ending."""
    if not folder.is_dir():
        raise TextureError(f"There is no folder of textures at {folder}.")
    return {
        material: {
            file.stem: file
            for file in sorted((folder / material).iterdir())
            if file.suffix.lower() in _ENDINGS
        }
        for material in MATERIALS
        if (folder / material).is_dir()
    }


def _from_folder(name: str, folder: Path | None) -> NDArray[np.uint8]:
    folder = folder or offered_folder()
    if folder is None:
        raise TextureError(
            f"The texture “{name}” is a picture from a folder, but no folder of textures was given."
        )
    material, _, stem = name.partition("/")
    file = _pictures(folder).get(material, {}).get(stem)
    if file is None:
        raise TextureError(f"The folder of textures {folder} has no picture “{name}”.")
    try:
        encoded = np.frombuffer(file.read_bytes(), np.uint8)
    except OSError as error:
        raise TextureError(f"The texture {file} can't be read: {error.strerror or error}.") from error
    picture = cv2.imdecode(encoded, cv2.IMREAD_COLOR) if len(encoded) else None
    if picture is None:
        raise TextureError(f"The texture {file} is not a picture, or its file is broken.")
    if min(picture.shape[:2]) < _LEAST_PX:
        high, wide = picture.shape[:2]
        raise TextureError(f"The texture {file} is {wide} x {high} pixels; at least {_LEAST_PX} are needed.")
    return seamless(np.ascontiguousarray(picture[..., ::-1], np.uint8))


def seamless(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Any picture (h, w, 3) as one of 256 x 256 that repeats, with its own mirror images where it must be.

    The middle square is taken, without a frame of another colour if there is one.
    """
    picture = _unframed(picture)
    side = min(picture.shape[:2])
    top, left = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
    square = picture[top : top + side, left : left + side]
    if _repeats(square) and _repeats(square.swapaxes(0, 1)):
        return _resized(square, TEXTURE_PX)
    quarter = _resized(square, TEXTURE_PX // 2)
    half = np.concatenate([quarter, quarter[:, ::-1]], axis=1)
    return np.concatenate([half, half[::-1]], axis=0)


def _resized(square: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    way = cv2.INTER_AREA if square.shape[0] > side else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(square, (side, side), interpolation=way), np.uint8)


def _unframed(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Without one or two outer rows or columns that are of one colour, unlike what lies within."""
    for _ in range(4):
        lines = picture.mean(axis=1)
        if picture[0].std() < 6 and np.abs(lines[0] - lines[3]).max() > 40:
            picture = picture[2:]
        # The next round sees the left side as its top; four rounds go all the way around.
        picture = np.rot90(picture)
    return picture


def _repeats(picture: NDArray[np.uint8]) -> bool:
    lines = picture.astype(np.float32)
    usual = np.abs(np.diff(lines, axis=0)).mean()
    seam = np.abs(lines[0] - lines[-1]).mean()
    return bool(seam <= _SEAM_RATIO * usual + 3.0)
