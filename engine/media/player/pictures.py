"""The thread that decodes pictures and shows each when its sound is heard.

While the playhead stands, the exact picture under it is shown. While it moves, the next picture is
decoded ahead and handed over at the moment the clock reaches it; one that is ready too late is dropped.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.media.frames import FrameReader
from engine.media.player.slots import PictureSlots
from engine.media.player.transport import Playhead, Transport
from engine.media.probe import MediaInfo, require_video
from engine.project.timebase import SAMPLE_RATE
from engine.wire import MappedArray, Message

_STANDING_POLL_S = 0.5
_LONGEST_WAIT_S = 0.02
_SLOT_PATIENCE_S = 0.25
_FROZEN_S = 0.1
_DECODED_AHEAD = 4
_FROM_CACHE_S = 0.0005
_DEFAULT_VIEW = (1280, 720)


class Pictures:
    """Shows one video.

    Parameters
    ----------
    send
        Writes a message to the window.
    transport
        Says where the playhead is.
    on_opened
        Called with the length of a video in samples when it was opened.
    """

    def __init__(
        self,
        send: Callable[[Message], None],
        transport: Transport,
        maps_folder: Path | None,
        on_opened: Callable[[int], None],
    ) -> None:
        self._send = send
        self._transport = transport
        self._maps_folder = maps_folder
        self._on_opened = on_opened
        self._changed = threading.Condition()
        self._wanted_path: Path | None = None
        self._wanted_view = _DEFAULT_VIEW
        self._is_closing = False
        self._is_disturbed = False
        self._opened_path: Path | None = None
        self._opened_view = _DEFAULT_VIEW
        self._info: MediaInfo | None = None
        self._reader: FrameReader | None = None
        self._slots: PictureSlots | None = None
        self._positions_map: MappedArray | None = None
        self._shown = -1
        self._shown_s = 0.0
        self._decode_s = 0.01
        self._broken: set[int] = set()
        self.positions: NDArray[np.int64] = np.zeros(0, np.int64)
        self._thread = threading.Thread(target=self._run, name="pictures", daemon=True)
        self._thread.start()

    def open(self, path: Path | None) -> None:
        """Show another video; `None` shows nothing."""
        with self._changed:
            self._wanted_path = path
            self._opened_path = None
            self._disturb()

    def set_view(self, width: int, height: int) -> None:
        """Scale pictures to fit into so many pixels."""
        with self._changed:
            self._wanted_view = (max(1, width), max(1, height))
            self._disturb()

    def playhead_moved(self) -> None:
        """Something other than time moved the playhead."""
        with self._changed:
            self._disturb()

    def release(self, path: str, slot: int) -> None:
        """See `PictureSlots.release`."""
        slots = self._slots
        if slots is not None:
            slots.release(path, slot)

    def index_at(self, position: float) -> int:
        """The picture on screen at a position; the first one before it, 0 without a video."""
        return max(0, int(np.searchsorted(self.positions, position, side="right")) - 1)

    def close(self) -> None:
        """Stop the thread after the picture it decodes now."""
        with self._changed:
            self._is_closing = True
            self._disturb()
        self._thread.join(timeout=0.5)

    def _disturb(self) -> None:
        self._is_disturbed = True
        self._changed.notify()

    def _wait(self, seconds: float) -> None:
        """Until something was asked for, at most so long."""
        with self._changed:
            if not self._is_disturbed:
                self._changed.wait(seconds)
            self._is_disturbed = False

    def _run(self) -> None:
        while not self._is_closing:
            if self._wanted_path != self._opened_path or self._wanted_view != self._opened_view:
                self._prepare()
            if self._reader is None:
                self._wait(_STANDING_POLL_S)
                continue
            playhead = self._transport.playhead()
            if playhead.is_playing:
                self._follow(self._reader, playhead)
            else:
                self._show_standing(self._reader, playhead)
        self._close_video()

    def _prepare(self) -> None:
        path, view = self._wanted_path, self._wanted_view
        is_new = path != self._opened_path
        self._opened_path, self._opened_view = path, view
        if is_new:
            self._close_video()
        if path is None:
            return
        try:
            if is_new or self._info is None:
                self._info = require_video(path)
            self._use_view(self._info, view)
        except MediaError as error:
            self._close_video()
            self._send({"event": "failed", "sentence": str(error), "what": "open", "path": str(path)})
            return
        if is_new:
            self._tell_opened(self._info)

    def _use_view(self, info: MediaInfo, view: tuple[int, int]) -> None:
        assert info.video is not None
        size = fitted_size((info.video.width, info.video.height), view)
        if self._reader is not None:
            self._reader.close()
        self._reader = FrameReader(info.path, size=size)
        if self._slots is not None:
            self._slots.close()
        self._slots = PictureSlots(*size, self._maps_folder)
        self._shown = -1

    def _tell_opened(self, info: MediaInfo) -> None:
        assert self._reader is not None and info.video is not None
        self._broken.clear()
        self.positions = np.rint(self._reader.times_s * SAMPLE_RATE).astype(np.int64)
        self._positions_map = MappedArray.create((len(self.positions),), "int64", self._maps_folder)
        self._positions_map.array[:] = self.positions
        length = round(info.video.duration_s * SAMPLE_RATE)
        self._on_opened(length)
        self._send(
            {
                "event": "opened",
                "path": str(info.path),
                "info": info_to_json(info),
                "frame_positions": self._positions_map.description,
                "length": length,
            }
        )

    def _close_video(self) -> None:
        for closing in (self._reader, self._slots, self._positions_map):
            if closing is not None:
                closing.close()
        self._reader = self._slots = self._positions_map = self._info = None
        self.positions = np.zeros(0, np.int64)
        self._shown = -1

    def _show_standing(self, reader: FrameReader, playhead: Playhead) -> None:
        index = self.index_at(playhead.position)
        if index != self._shown:
            self._show(reader, index)
        self._wait(_STANDING_POLL_S)

    def _follow(self, reader: FrameReader, playhead: Playhead) -> None:
        """Decode the picture that comes next and show it when it is due."""
        index = self._coming(playhead)
        if index == self._shown:
            # The last picture, or the first in reverse: nothing comes.
            self._wait(_LONGEST_WAIT_S)
            return
        image = self._decode(reader, index)
        if image is None:
            self._shown = index
            return
        playhead = self._transport.playhead()
        ahead = 0
        while playhead.is_playing and not self._is_disturbed:
            wait_s = self._seconds_until(index, playhead)
            if wait_s <= 0.0:
                break
            if ahead < _DECODED_AHEAD and wait_s > 2.0 * self._decode_s:
                # The reader keeps it, so that it is there at once when its turn comes.
                ahead += 1
                self._decode(reader, self._clamped(index + (ahead if playhead.rate > 0 else -ahead)))
            else:
                self._wait_untouched(min(wait_s, _LONGEST_WAIT_S))
            playhead = self._transport.playhead()
        if not playhead.is_playing or self._is_disturbed:
            self._wait(0.0)
            return
        is_late = self.index_at(playhead.position) != index
        if is_late and time.monotonic() - self._shown_s < _FROZEN_S:
            return
        self._hand_over(index, image)

    def _coming(self, playhead: Playhead) -> int:
        """The picture to decode now: on screen once it is decoded, or the one after the shown one."""
        ahead = self._transport.playhead(time.monotonic() + self._decode_s)
        index = self.index_at(ahead.position)
        if index == self._shown:
            index += 1 if playhead.rate > 0 else -1
        return self._clamped(index)

    def _clamped(self, index: int) -> int:
        return min(max(index, 0), len(self.positions) - 1)

    def _seconds_until(self, index: int, playhead: Playhead) -> float:
        """How long until the playhead is on a picture; 0 or less when it is, or has passed it."""
        speed = playhead.rate * SAMPLE_RATE
        if speed > 0:
            until_s = (float(self.positions[index]) - playhead.position) / speed
        elif index + 1 < len(self.positions):
            until_s = (float(self.positions[index + 1]) - playhead.position) / speed
        else:
            until_s = 0.0
        # Far ahead means that the playhead has jumped, as at the end of a loop: don't wait for that.
        return until_s if until_s < 1.0 + 2.0 * _FROZEN_S else 0.0

    def _wait_untouched(self, seconds: float) -> None:
        """Like `_wait`, leaving the disturbance for the next look."""
        with self._changed:
            if not self._is_disturbed:
                self._changed.wait(seconds)

    def _show(self, reader: FrameReader, index: int) -> None:
        image = self._decode(reader, index)
        if image is not None:
            self._hand_over(index, image)
        self._shown = index

    def _decode(self, reader: FrameReader, index: int) -> NDArray[np.uint8] | None:
        start_s = time.monotonic()
        try:
            image = reader.frame(index)
        except MediaError as error:
            if index not in self._broken:
                self._broken.add(index)
                self._send({"event": "failed", "sentence": str(error), "what": "picture"})
            return None
        took_s = time.monotonic() - start_s
        if took_s > _FROM_CACHE_S:
            self._decode_s += 0.2 * (min(took_s, 0.1) - self._decode_s)
        return image

    def _hand_over(self, index: int, image: NDArray[np.uint8]) -> None:
        assert self._slots is not None
        slot = self._slots.put(image, _SLOT_PATIENCE_S)
        if slot is None:
            # The window is busy and has not looked at the last ones; it asks for nothing newer.
            return
        self._shown, self._shown_s = index, time.monotonic()
        self._send(
            {
                "event": "frame",
                "array": self._slots.description,
                "slot": slot,
                "index": index,
                "position": int(self.positions[index]),
            }
        )


def fitted_size(picture: tuple[int, int], view: tuple[int, int]) -> tuple[int, int]:
    """The largest size of the picture's shape that fits into the view, never larger than the picture."""
    scale = min(view[0] / picture[0], view[1] / picture[1], 1.0)
    return max(1, round(picture[0] * scale)), max(1, round(picture[1] * scale))


def info_to_json(info: MediaInfo) -> dict[str, Any]:
    """What a file holds, as JSON: the fields of `MediaInfo`, with the frame rate as "30000/1001"."""
    written = dataclasses.asdict(info)
    written["path"] = str(info.path)
    written["warning"] = info.warning
    if info.video is not None:
        rate = info.video.frame_rate
        written["video"]["frame_rate"] = f"{rate.numerator}/{rate.denominator}"
    return written
