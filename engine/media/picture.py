"""From a decoded libav frame to the picture a person sees: turned upright, square pixels, uint8.

A phone records lying on its side and notes in a *display matrix* how to turn the picture; anamorphic
video stores pixels that are not square. Everything outside this module sees displayed pictures only.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import av.error
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from numpy.typing import NDArray

from engine.errors import MediaError

# libav's AVCOL_SPC_*: those that swscale converts from, and "not said".
_KNOWN_COLORSPACES = frozenset({0, 1, 4, 5, 6, 7, 9})
_UNSPECIFIED = 2
_HD_HEIGHT = 720
_MAX_STRETCH = 16


@dataclass(frozen=True, slots=True)
class Orientation:
    """How a coded picture becomes the displayed one: first transposed, then mirrored."""

    transpose: bool = False
    flip_x: bool = False
    flip_y: bool = False

    @property
    def rotation_deg(self) -> int:
        """Clockwise turn in degrees: 0, 90, 180 or 270 (a mirrored picture counts as its turn alone)."""
        if self.transpose:
            return 90 if self.flip_x else 270
        return 180 if self.flip_y else 0

    def apply(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The displayed picture of a coded one, uint8 (height, width[, 3]), contiguous."""
        if self.transpose:
            image = image.swapaxes(0, 1)
        if self.flip_x:
            image = image[:, ::-1]
        if self.flip_y:
            image = image[::-1]
        return np.ascontiguousarray(image)


def orientation_of(frame: VideoFrame) -> Orientation:
    """The orientation that the display matrix of a decoded frame asks for.

    The matrix maps a coded point (x, y) to (a x + c y, b x + d y). Turns by other than a multiple of
    90 degrees do not occur in practice and are taken as the nearest one.
    """
    matrix = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None or len(bytes(matrix)) < 36:
        return Orientation()
    values = np.frombuffer(bytes(matrix), np.int32)
    a, b, c, d = (int(values[i]) for i in (0, 1, 3, 4))
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return Orientation(False, a < 0, d < 0)
    return Orientation(True, c < 0, b < 0)


def displayed_size(
    width: int, height: int, sample_aspect_ratio: Fraction | None, orientation: Orientation
) -> tuple[int, int]:
    """Width and height in square pixels as displayed; the height of the coded picture is kept."""
    ratio = sample_aspect_ratio or Fraction(1)
    if not Fraction(1, _MAX_STRETCH) <= ratio <= _MAX_STRETCH:
        ratio = Fraction(1)
    stretched = max(1, round(width * ratio))
    return (height, stretched) if orientation.transpose else (stretched, height)


class PictureConverter:
    """Turns decoded frames of one stream into pictures of one size; not for use by several threads.

    Parameters
    ----------
    size
        Width and height of the pictures as displayed.
    orientation
        How the coded pictures are turned.
    gray
        Whether to make gray pictures instead of colour ones. Gray is luma in full range: 0 is black
        and 255 is white whatever range the file is coded in.
    """

    def __init__(self, size: tuple[int, int], orientation: Orientation, *, gray: bool) -> None:
        self._size = (size[1], size[0]) if orientation.transpose else size
        self._orientation = orientation
        self._gray = gray
        self._reformatter = VideoReformatter()

    def convert(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """The picture, uint8 (height, width) gray or (height, width, 3) RGB.

        Raises
        ------
        MediaError
            When its pixel format can't be converted.
        """
        width, height = self._size
        colorspace = None
        if frame.colorspace not in _KNOWN_COLORSPACES:
            # What a file does not say, or says wrongly, is by convention BT.709 for HD, else BT.601.
            frame.colorspace = _UNSPECIFIED
            colorspace = Colorspace.ITU709 if frame.height >= _HD_HEIGHT else None
        # Transfer curve and primaries are not converted; swscale refuses those it does not know.
        frame.color_trc = frame.color_primaries = _UNSPECIFIED
        try:
            converted = self._reformatter.reformat(
                frame,
                width=width,
                height=height,
                format="gray" if self._gray else "rgb24",
                src_colorspace=colorspace,
                dst_color_range=ColorRange.JPEG,
                threads=1,
            )
        except av.error.FFmpegError as error:
            raise MediaError(
                f"The picture can't be shown: its pixels are stored as {frame.format.name} in a way that "
                "can't be converted."
            ) from error
        return self._orientation.apply(np.asarray(converted.to_ndarray(), np.uint8))
