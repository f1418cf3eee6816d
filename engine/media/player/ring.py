"""The ring buffer between the thread that makes sound and the audio device's callback.

One thread writes, one callback reads; neither waits for the other. Frames are counted from the start of
the stream on both sides: `written` by the writer, `taken` by the callback. The writer may take back what
was not taken yet (`rewind`) to put something newer in its place.

The callback notes when it ran and which frames it took, in a log of fixed size: from it the clock
learns when which frame is heard.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LOG_SIZE = 1024
_CAPACITY_S = 3.0


@dataclass(frozen=True, slots=True)
class TakenLog:
    """The last callbacks, oldest first; every array has one element per callback.

    Attributes
    ----------
    time_s : float64
        `time.monotonic` when the callback ran.
    delay_s : float64
        The device's own word on how much later the first frame is heard; 0 when it says nothing.
    output_frame : int64
        Frames given to the device before this callback, silence included.
    ring_frame : int64
        Index in the ring of the first frame taken.
    frames : int64
        How many frames the device wanted.
    taken : int64
        How many of them the ring had; the rest was silence.
    """

    time_s: NDArray[np.float64]
    delay_s: NDArray[np.float64]
    output_frame: NDArray[np.int64]
    ring_frame: NDArray[np.int64]
    frames: NDArray[np.int64]
    taken: NDArray[np.int64]

    def ring_frame_at(self, output_frame: float, written: int) -> float:
        """Which frame of the ring is the device's frame `output_frame`.

        While the device played silence because the ring was empty, it is the frame that came next.
        Frames the device has yet to ask for are those that follow, up to the `written` ones.
        """
        if not self.output_frame.size:
            return 0.0
        end = float(self.output_frame[-1] + self.frames[-1])
        if output_frame >= end:
            return min(float(self.ring_frame[-1] + self.taken[-1]) + output_frame - end, float(written))
        index = max(0, int(np.searchsorted(self.output_frame, output_frame, side="right")) - 1)
        into = min(max(output_frame - self.output_frame[index], 0.0), float(self.taken[index]))
        return float(self.ring_frame[index] + into)


class OutputRing:
    """Sound on its way to the device.

    Attributes
    ----------
    samples
        (capacity, channels) float32; frame n of the stream lies at n modulo capacity.
    written, taken
        Frames written and taken since the start.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self.sample_rate = sample_rate
        self.channels = channels
        self.capacity = int(_CAPACITY_S * sample_rate)
        self.samples: NDArray[np.float32] = np.zeros((self.capacity, channels), np.float32)
        self.written = 0
        self.taken = 0
        self.output_frames = 0
        self._log_time_s = np.zeros(_LOG_SIZE)
        self._log_delay_s = np.zeros(_LOG_SIZE)
        self._log_counts = np.zeros((_LOG_SIZE, 4), np.int64)
        self._logged = 0

    def take_into(self, out: NDArray[np.float32], time_s: float, delay_s: float) -> None:
        """Fill the device's buffer (frames, channels); called by the callback, so it only copies."""
        frames = len(out)
        first = self.taken
        count = min(frames, max(0, self.written - first))
        start = first % self.capacity
        before_wrap = min(count, self.capacity - start)
        out[:before_wrap] = self.samples[start : start + before_wrap]
        if count > before_wrap:
            out[before_wrap:count] = self.samples[: count - before_wrap]
        if count < frames:
            out[count:] = 0.0
        row = self._logged % _LOG_SIZE
        self._log_time_s[row] = time_s
        self._log_delay_s[row] = delay_s
        self._log_counts[row] = (self.output_frames, first, frames, count)
        self.output_frames += frames
        self.taken = first + count
        self._logged += 1

    @property
    def waiting(self) -> int:
        """Frames written and not taken yet."""
        return max(0, self.written - self.taken)

    def write(self, block: NDArray[np.float32]) -> None:
        """Append (frames, channels); the writer keeps `waiting` well below the capacity."""
        start = self.written % self.capacity
        before_wrap = min(len(block), self.capacity - start)
        self.samples[start : start + before_wrap] = block[:before_wrap]
        if len(block) > before_wrap:
            self.samples[: len(block) - before_wrap] = block[before_wrap:]
        self.written += len(block)

    def read_back(self, first: int, count: int) -> NDArray[np.float32]:
        """A copy of frames that are still in memory, (count, channels); silence where nothing was written."""
        frames = np.arange(first, first + count)
        block = self.samples[frames % self.capacity]
        block[(frames < 0) | (frames >= self.written) | (frames < self.written - self.capacity)] = 0.0
        return block

    def rewind(self, ring_frame: int) -> None:
        """Forget what was written from `ring_frame` on; what the callback has taken stays taken."""
        self.written = max(self.taken, min(self.written, ring_frame))

    def log(self, most: int = _LOG_SIZE // 2) -> TakenLog:
        """The last callbacks, at most `most` of them."""
        logged = self._logged
        # Half the log is left alone, so that the callback doesn't write rows being copied here.
        rows = np.arange(max(0, logged - min(most, _LOG_SIZE // 2)), logged) % _LOG_SIZE
        counts = self._log_counts[rows]
        return TakenLog(
            time_s=self._log_time_s[rows],
            delay_s=self._log_delay_s[rows],
            output_frame=counts[:, 0],
            ring_frame=counts[:, 1],
            frames=counts[:, 2],
            taken=counts[:, 3],
        )
