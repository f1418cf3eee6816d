"""Where the playhead is, whether it moves, and the range that loops; talks to the player."""

from __future__ import annotations

import time
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from engine.project.document import Project
from engine.project.timebase import frame_to_samples, samples_to_frame

MAX_RATE = 8.0
_ECHO_S = 0.12
_ECHO_AT_REST_S = 0.5
"""How long after a seek the player's clock may still tell of the place before it; while nothing moves, the
playhead here is the one that counts."""


class Player(Protocol):
    """What the transport asks of the player process (`PlayerClient`)."""

    def play(self, rate: float = ..., position: int | None = ...) -> None: ...
    def stop(self) -> None: ...
    def seek(self, position: int, *, scrub: bool = ...) -> None: ...
    def set_loop(self, start: int | None, end_exclusive: int = ...) -> None: ...


class Transport(QObject):
    """The playhead.

    Positions are samples at the project's rate. Steps follow the pictures' own times once the player
    has told them, so a step is one picture in a video of any rate.

    **Signals**

    position_changed(int)
        The playhead moved.
    state_changed(bool is_playing, float rate)
        Playing began, ended or changed its speed; a negative rate plays backwards.
    range_changed(object start, object end, bool is_looping)
        Another range, or None and None for none.
    """

    position_changed = Signal(int)
    state_changed = Signal(bool, float)
    range_changed = Signal(object, object, bool)

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._project: Project | None = None
        self._frames: NDArray[np.int64] = np.zeros(0, np.int64)
        self._position = 0
        self._is_playing = False
        self._rate = 1.0
        self._start: int | None = None
        self._end: int | None = None
        self._is_looping = False
        self._sought_s = 0.0
        self._is_held = False

    @property
    def position(self) -> int:
        """The playhead."""
        return self._position

    @property
    def is_playing(self) -> bool:
        """Whether it moves."""
        return self._is_playing

    @property
    def range(self) -> tuple[int, int] | None:
        """The marked range, half-open."""
        if self._start is None and self._end is None:
            return None
        return self._start or 0, self._length if self._end is None else self._end

    @property
    def is_looping(self) -> bool:
        """Whether playing goes round the range, or the whole video without one."""
        return self._is_looping

    @property
    def _length(self) -> int:
        return self._project.length if self._project is not None else 0

    def set_project(self, project: Project | None) -> None:
        """Follow the project's length and frame rate."""
        self._project = project

    def set_frames(self, frame_positions: NDArray[np.int64]) -> None:
        """Where each picture begins, in samples."""
        self._frames = frame_positions

    def reset(self) -> None:
        """Back to the start, without a range: another document was opened."""
        self._frames = np.zeros(0, np.int64)
        self._is_held = self._is_playing = self._is_looping = False
        self._start = self._end = None
        self.state_changed.emit(False, 1.0)
        self.range_changed.emit(None, None, False)
        self._move(0)

    def hold(self) -> None:
        """The player is gone for a moment: stay here until it has the video open again."""
        self._is_held = True
        if self._is_playing:
            self._is_playing = False
            self.state_changed.emit(False, 1.0)

    def release(self) -> None:
        """The player has the video open; after `hold` it is sent where the playhead is."""
        if self._is_held:
            self._is_held = False
            self.seek(self._position)

    def on_clock(self, position: int, is_playing: bool, rate: float) -> None:
        """The player says where it is."""
        if self._is_held:
            return
        if (is_playing, rate) != (self._is_playing, self._rate):
            self._is_playing, self._rate = is_playing, rate
            self.state_changed.emit(is_playing, rate)
        if time.monotonic() - self._sought_s > (_ECHO_S if is_playing else _ECHO_AT_REST_S):
            self._move(position)

    def toggle_play(self) -> None:
        """Play at normal speed, or stop."""
        if self._is_playing:
            self.stop()
            return
        at_end = self._position >= self._length - self._frame_length
        self._play(0 if at_end else self._position, 1.0)

    def play_from(self, position: int) -> None:
        """Play at normal speed from a position."""
        self._play(position, 1.0)

    def shuttle(self, direction: int) -> None:
        """Play forwards (+1) or backwards (-1); again in the same direction doubles the speed."""
        rate = float(direction)
        if self._is_playing and self._rate * direction > 0:
            rate = direction * min(abs(self._rate) * 2, MAX_RATE)
        self._play(self._position, rate)

    def stop(self) -> None:
        """Stand still."""
        self._player.stop()
        self._is_playing = False
        self.state_changed.emit(False, 1.0)

    def seek(self, position: int, *, scrub: bool = False) -> None:
        """Go somewhere; `scrub` while the playhead is being dragged."""
        position = min(max(position, 0), max(self._length - 1, 0))
        self._sought_s = time.monotonic()
        self._player.seek(position, scrub=scrub)
        self._move(position)

    def step(self, frames: int) -> None:
        """Go to the beginning of another picture."""
        if self._is_playing:
            self.stop()
        self.seek(self.frame_start(frames), scrub=True)

    def frame_start(self, frames: int = 0) -> int:
        """Where the picture on screen begins, or the one `frames` later."""
        if len(self._frames):
            index = int(np.searchsorted(self._frames, self._position, side="right")) - 1 + frames
            return int(self._frames[min(max(index, 0), len(self._frames) - 1)])
        if self._project is None:
            return 0
        index = samples_to_frame(self._position, self._project.frame_rate, self._project.sample_rate)
        return frame_to_samples(max(index + frames, 0), self._project.frame_rate, self._project.sample_rate)

    @property
    def _frame_length(self) -> int:
        if self._project is None:
            return 1
        return frame_to_samples(1, self._project.frame_rate, self._project.sample_rate)

    def mark_in(self) -> None:
        """The range begins at the playhead."""
        end = self._end if self._end is not None and self._end > self._position else None
        self.set_range(self._position, end)

    def mark_out(self) -> None:
        """The range ends after the picture at the playhead."""
        end = min(self.frame_start() + self._frame_length, self._length)
        start = self._start if self._start is not None and self._start < end else None
        self.set_range(start, end)

    def set_range(self, start: int | None, end: int | None) -> None:
        """Mark a range, which loops from now on; None and None forget it."""
        self._start, self._end = start, end
        self._is_looping = self.range is not None
        self._send_loop()

    def set_looping(self, is_looping: bool) -> None:
        """Go round the range, or the whole video, or play on to the end."""
        if is_looping != self._is_looping:
            self._is_looping = is_looping
            self._send_loop()

    def _send_loop(self) -> None:
        start, end = self.range or (0, self._length)
        if self._is_looping and end > start:
            self._player.set_loop(start, end)
        else:
            self._player.set_loop(None)
        shown = self.range or (None, None)
        self.range_changed.emit(*shown, self._is_looping)

    def _play(self, position: int, rate: float) -> None:
        if self._is_looping and self.range is not None:
            start, end = self.range
            if not start <= position < end:
                position = start
        self._player.play(rate, position)
        self._is_playing, self._rate = True, rate
        self.state_changed.emit(True, rate)
        self._move(position)

    def _move(self, position: int) -> None:
        if position != self._position:
            self._position = position
            self.position_changed.emit(position)
