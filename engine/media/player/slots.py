"""Pictures on their way to the window: a few places in a mapped file, written and released in turn.

A place is written only when the window has said that it is done with what was there, so a picture never
changes while it is copied.
"""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.wire import MappedArray, Message

_SLOTS = 4


class PictureSlots:
    """Places for pictures of one size.

    The mapped array is (slots, height, width, 4) uint8: blue, green, red, 255, which a window paints
    without converting.
    """

    def __init__(self, width: int, height: int, maps_folder: Path | None) -> None:
        self._mapped = MappedArray.create((_SLOTS, height, width, 4), "uint8", maps_folder)
        self._is_free = [True] * _SLOTS
        self._released = threading.Condition()

    @property
    def description(self) -> Message:
        """What the window needs to map the places."""
        return self._mapped.description

    def put(self, image: NDArray[np.uint8], timeout_s: float) -> int | None:
        """Write an RGB picture (height, width, 3) into a free place; its number, or `None` in time."""
        with self._released:
            if not self._released.wait_for(lambda: any(self._is_free), timeout_s):
                return None
            slot = self._is_free.index(True)
            self._is_free[slot] = False
        cv2.cvtColor(image, cv2.COLOR_RGB2BGRA, dst=self._mapped.array[slot])
        return slot

    def release(self, path: str, slot: int) -> None:
        """The window has copied the picture in a place of the mapped file at `path`."""
        with self._released:
            if path == str(self._mapped.path):
                self._is_free[slot] = True
                self._released.notify()

    def close(self) -> None:
        """Remove the file; the window's mapping stays valid."""
        self._mapped.close()
