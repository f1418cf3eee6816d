"""Play, stop, seek, shuttle, loop, audition: what the playhead does, and the thread that keeps sound coming.

The playhead is where the person hears: the frame of the ring that sounds now by the output's clock. All
methods may be called from any thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.media.player.feed import Feed, Loop, Sound
from engine.media.player.output import Output
from engine.project.timebase import SAMPLE_RATE

_FILL_EVERY_S = 0.02
_LOOK_EVERY_S = 0.1  # while nothing plays
_METER_S = 1.0 / 30.0
_SHORTEST_LOOP = 480
_SAME_PLACE_S = 0.15
MAX_RATE = 8.0

_NO_SOUND = Sound(np.zeros((0, 2), np.float32))


@dataclass(frozen=True, slots=True)
class Playhead:
    """What the playhead does at a moment.

    `position` is in samples, fractional; `rate` is 0 while it stands, negative in reverse.
    """

    position: float
    is_playing: bool
    rate: float


@dataclass(frozen=True, slots=True)
class Levels:
    """Per channel, over the last thirtieth of a second that was heard, as linear amplitudes."""

    peak: tuple[float, ...]
    rms: tuple[float, ...]


class Transport:
    """Moves the playhead through the mix.

    Parameters
    ----------
    output
        Where the sound goes first; `set_output` changes it.
    on_ended
        Called when playing came to its end by itself, with the last of it heard.
    on_lost
        Called when the device went away; the playhead stands still until `set_output`.
    on_moved
        Called when something other than time moved the playhead, started or stopped it.
    """

    def __init__(
        self,
        output: Output,
        on_ended: Callable[[], None] = lambda: None,
        on_lost: Callable[[], None] = lambda: None,
        on_moved: Callable[[], None] = lambda: None,
    ) -> None:
        self._lock = threading.RLock()
        self._output = output
        self._feed = Feed(output, 0.0)
        self._on_ended = on_ended
        self._on_lost = on_lost
        self._on_moved = on_moved
        self._mix = _NO_SOUND
        self._auditioned: Sound | None = None
        self._return_to = 0.0
        self._loop: Loop | None = None
        self._rate = 0.0
        self._offset_s = 0.0
        self._was_lost = False
        # A wish to play that came before there was anything to play: rate and position.
        self._awaited_play: tuple[float, float | None] | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="transport", daemon=True)
        self._thread.start()

    def playhead(self, at_s: float | None = None) -> Playhead:
        """What is heard now, or at another time of `time.monotonic` within a tenth of a second."""
        now_s = time.monotonic() if at_s is None else at_s
        with self._lock:
            return Playhead(self._position(now_s), self._rate != 0.0, self._rate)

    def set_mix(self, mix: Sound) -> None:
        """A newer mix; heard from the next milliseconds on when playing."""
        with self._lock:
            self._mix = mix
            awaited, self._awaited_play = self._awaited_play, None
            if self._auditioned is None:
                self._refeed()
        if awaited is not None:
            self.play(*awaited)

    def set_offset(self, av_offset_s: float) -> None:
        """How much later the sound is heard than the device says (negative: the picture is late)."""
        with self._lock:
            self._offset_s = av_offset_s

    def set_output(self, output: Output) -> None:
        """Go on through another output, from the position heard now; the old one is closed."""
        with self._lock:
            position, old = self._position(time.monotonic()), self._output
            self._output = output
            self._was_lost = False
            self._feed = Feed(output, position)
            if self._rate != 0.0:
                self._feed.start(position, self._rate)
                self._fill()
        old.close()

    def play(self, rate: float, position: float | None = None) -> None:
        """Play at a rate (-8..8); without a position, go on from the playhead.

        A position that is where it plays anyway doesn't interrupt the sound: the caller saw it there
        a moment ago. While there is no mix, it waits for one.
        """
        if rate == 0.0:
            self.stop()
            return
        rate = min(max(rate, -MAX_RATE), MAX_RATE)
        with self._lock:
            if not self._mix.end_exclusive:
                self._awaited_play = rate, position
                return
            here = self._position(time.monotonic())
            start = here if position is None else float(position)
            is_near = abs(start - here) < _SAME_PLACE_S * SAMPLE_RATE * max(1.0, abs(self._rate))
            goes_on = is_near and self._is_running and self._auditioned is None
            self._auditioned = None
            self._rate = rate
            if goes_on:
                self._feed.change(rate)
            else:
                self._feed.start(min(max(start, 0.0), self._end), rate)
            self._fill()
        self._on_moved()

    def stop(self) -> None:
        """Stand where the person hears it; an audition returns to where it was started."""
        with self._lock:
            self._awaited_play = None
            position = self._position(time.monotonic())
            self._stand(self._return_to if self._auditioned is not None else position)
        self._on_moved()

    def seek(self, position: float, *, scrub: bool = False) -> None:
        """Go somewhere else, playing on if it plays; scrubbing gives a short sound while it stands."""
        with self._lock:
            # Before there is a mix, nobody knows where it will end.
            position = max(position, 0.0)
            if self._mix.end_exclusive:
                position = min(position, self._end)
            self._auditioned = None
            if self._rate != 0.0:
                self._feed.start(position, self._rate)
                self._fill()
            elif scrub:
                self._feed.grain(position, self._mix)
            else:
                self._feed.halt(position)
        self._on_moved()

    def set_loop(self, loop: Loop | None) -> None:
        """Repeat a range; playing enters it from before its end and stays."""
        if loop is not None and loop.end_exclusive - loop.start < _SHORTEST_LOOP:
            loop = None
        with self._lock:
            self._loop = loop
            self._refeed()

    def audition(self, sound: Sound) -> None:
        """Play a sound of its own from its start to its end, then return to where the playhead was."""
        with self._lock:
            if self._auditioned is None:
                self._return_to = self._position(time.monotonic())
            self._auditioned = sound
            self._rate = 1.0
            self._feed.start(float(sound.start), 1.0)
            self._fill()
        self._on_moved()

    def levels(self) -> Levels:
        """How loud it is now."""
        with self._lock:
            ring = self._output.ring
            count = int(_METER_S * ring.sample_rate)
            heard = self._ring_frame(time.monotonic())
            block = ring.read_back(int(heard) - count, count)
        return Levels(
            tuple(float(v) for v in np.abs(block).max(axis=0)),
            tuple(float(v) for v in np.sqrt(np.mean(np.square(block, dtype=np.float64), axis=0))),
        )

    def close(self) -> None:
        """Stop the thread and the output."""
        self._closing.set()
        self._thread.join(timeout=1.0)
        self._output.close()

    @property
    def _end(self) -> float:
        return float(self._mix.end_exclusive)

    def _ring_frame(self, now_s: float) -> float:
        ring = self._output.ring
        frame = self._output.clock.frame_heard(now_s - self._offset_s)
        return ring.log().ring_frame_at(frame, ring.written)

    def _position(self, now_s: float) -> float:
        return self._feed.chain.position_at(self._ring_frame(now_s))

    def _stand(self, position: float) -> None:
        self._auditioned = None
        self._rate = 0.0
        self._feed.halt(position)

    @property
    def _is_running(self) -> bool:
        return self._rate != 0.0 and self._feed.end_frame is None

    def _refeed(self) -> None:
        if self._is_running:
            self._feed.change(self._rate)
            self._fill()

    def _fill(self) -> None:
        if self._auditioned is not None:
            self._feed.fill(self._auditioned, None)
        else:
            self._feed.fill(self._mix, self._loop)

    def _run(self) -> None:
        while not self._closing.wait(_FILL_EVERY_S if self._rate != 0.0 else _LOOK_EVERY_S):
            with self._lock:
                self._output.clock.update(self._output.ring.log(), time.monotonic())
                lost = not self._was_lost and self._output.is_lost()
                self._was_lost = self._was_lost or lost
                self._fill()
                ended = self._has_ended()
                if ended:
                    position = self._position(time.monotonic())
                    self._stand(self._return_to if self._auditioned is not None else position)
            # Outside the lock: whoever is called may take a lock of its own.
            if lost:
                self._on_lost()
            if ended:
                self._on_moved()
                self._on_ended()

    def _has_ended(self) -> bool:
        end_frame = self._feed.end_frame
        return self._rate != 0.0 and end_frame is not None and self._ring_frame(time.monotonic()) >= end_frame
