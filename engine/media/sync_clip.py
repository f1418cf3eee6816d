"""The flash-and-click clip: a mark runs to a line and meets it in a flash, once a second.

It serves to set the offset between picture and sound by eye and ear: the click belongs exactly to the
first frame of the flash.
"""

from __future__ import annotations

import os
import tempfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from engine.errors import MediaError

FRAME_RATE = Fraction(30)
FLASH_TIMES_S: tuple[float, ...] = tuple(float(second) for second in range(1, 10))
"""When a flash begins; whole frames."""

_DURATION_S = 10
_WIDTH, _HEIGHT = 480, 270
_FLASH_FRAMES = 3
_BACKGROUND, _LINE, _MARK, _FLASH = 24, 96, 210, 255


def write_sync_clip(path: Path) -> None:
    """Write the clip; the file appears whole or not at all.

    Raises
    ------
    MediaError
        When the disk refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(suffix=path.suffix, dir=path.parent)
        os.close(descriptor)
        unfinished = Path(name)
        try:
            _encode(unfinished)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise MediaError(f"The test clip can't be written to {path.parent}: {error.strerror}.") from error


def _encode(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FRAME_RATE, options={"crf": "20", "g": "15"})
        stream.width, stream.height, stream.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
        for index in range(_DURATION_S * FRAME_RATE.numerator):
            gray = np.repeat(_picture(index)[..., None], 3, axis=2)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(gray, format="rgb24")))
        container.mux(stream.encode())


def _picture(index: int) -> NDArray[np.uint8]:
    """Frame `index`: (height, width) uint8."""
    per_second = FRAME_RATE.numerator
    second, frame = divmod(index, per_second)
    is_flash = frame < _FLASH_FRAMES and float(second) in FLASH_TIMES_S
    picture = np.full((_HEIGHT, _WIDTH), _FLASH if is_flash else _BACKGROUND, np.uint8)
    middle = _WIDTH // 2
    picture[:, middle - 1 : middle + 1] = _LINE
    # The mark is on the line at every whole second.
    x = round(middle + (frame / per_second - (1.0 if frame > per_second // 2 else 0.0)) * (_WIDTH - 40))
    picture[_HEIGHT // 2 - 30 : _HEIGHT // 2 + 30, max(x - 4, 0) : x + 4] = 0 if is_flash else _MARK
    return picture
