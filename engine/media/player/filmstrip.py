"""The thread that makes the timeline's thumbnails, at the lowest priority."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.errors import MediaError
from engine.media.thumbnails import filmstrip
from engine.wire import MappedArray, Message

_KEPT_MAPS = 4
_NICENESS = 10


@dataclass(frozen=True, slots=True)
class StripRequest:
    """Pictures of a video near some times, so many pixels high."""

    number: int
    path: Path
    times_s: tuple[float, ...]
    height: int


class Filmstrip:
    """Works on the newest request; one that is overtaken is left where it is."""

    def __init__(self, send: Callable[[Message], None], maps_folder: Path | None) -> None:
        self._send = send
        self._maps_folder = maps_folder
        self._changed = threading.Condition()
        self._newest: StripRequest | None = None
        self._has_news = False
        self._is_closing = False
        # Mapped files stay for a while: the window may not have opened the last ones yet.
        self._maps: deque[MappedArray] = deque()
        self._thread = threading.Thread(target=self._run, name="filmstrip", daemon=True)
        self._thread.start()

    def request(self, request: StripRequest | None) -> None:
        """Make these thumbnails instead of what is still to be made; `None` makes none."""
        with self._changed:
            self._newest, self._has_news = request, True
            self._changed.notify()

    def close(self) -> None:
        """Stop the thread after the thumbnail it makes now."""
        with self._changed:
            self._is_closing = self._has_news = True
            self._changed.notify()

    def _run(self) -> None:
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._has_news)
                request, self._has_news = self._newest, False
            if self._is_closing:
                return
            if request is None:
                continue
            try:
                self._make(request)
            except MediaError as error:
                self._send({"event": "failed", "sentence": str(error), "what": "filmstrip"})

    def _make(self, request: StripRequest) -> None:
        mapped: MappedArray | None = None
        thumbnails = filmstrip(request.path, request.times_s, request.height)
        for slot, (time_s, image) in enumerate(thumbnails):
            if self._has_news:
                return
            if mapped is None:
                mapped = self._new_map((len(request.times_s), *image.shape))
            mapped.array[slot] = image
            self._send(
                {
                    "event": "thumbnail",
                    "request": request.number,
                    "time_s": time_s,
                    "array": mapped.description,
                    "slot": slot,
                }
            )

    def _new_map(self, shape: tuple[int, ...]) -> MappedArray:
        mapped = MappedArray.create(shape, "uint8", self._maps_folder)
        self._maps.append(mapped)
        while len(self._maps) > _KEPT_MAPS:
            self._maps.popleft().close()
        return mapped
