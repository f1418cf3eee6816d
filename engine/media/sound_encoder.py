"""Encoding blocks of samples into packets of a file that is being written, as far as time has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from numpy.typing import NDArray

from engine.media.containers import SoundCodec

_ENCODERS: dict[SoundCodec, tuple[str, str, int]] = {
    # libav's name, sample format (s32 makes 24-bit files), bits per second and channel (0 = lossless)
    "aac": ("aac", "fltp", 128_000),
    "opus": ("libopus", "flt", 96_000),
    "pcm": ("pcm_s24le", "s32", 0),
    "flac": ("flac", "s32", 0),
    "alac": ("alac", "s32p", 0),
}
_SAMPLES_PER_FRAME = 4096


class SoundEncoder:
    """One sound stream of an output file, fed from an iterable of blocks as it is asked for packets.

    Parameters
    ----------
    container
        The file; the stream is added to it.
    codec
        One of "aac", "pcm", "flac", "alac", "opus".
    blocks
        float32 (frames, channels), in order; the first sample is at time 0.
    sample_rate
        Of the blocks, in Hz.
    layout
        libav's name of the channel layout, "mono" or "stereo" for 1 and 2 channels.
    """

    def __init__(
        self,
        container: OutputContainer,
        codec: SoundCodec,
        blocks: Iterable[NDArray[np.float32]],
        *,
        sample_rate: int,
        layout: str,
    ) -> None:
        encoder, sample_format, bit_rate = _ENCODERS[codec]
        stream = container.add_stream(encoder, rate=sample_rate, layout=layout, format=sample_format)
        assert isinstance(stream, AudioStream)
        if bit_rate:
            stream.bit_rate = bit_rate * stream.channels
        self.stream = stream
        self._sample_rate = sample_rate
        self._layout = layout
        self._blocks = _evenly_cut(blocks)
        self._encoded = 0
        self._is_finished = False

    def packets_until(self, time_s: float | Fraction | None) -> Iterator[Packet[AudioStream]]:
        """Encode up to a time; to the end when it is None."""
        while not self._is_finished and (time_s is None or self._encoded < time_s * self._sample_rate):
            block = next(self._blocks, None)
            if block is None:
                self._is_finished = True
                yield from self.stream.encode(None)
                return
            yield from self.stream.encode(self._frame(block))
            self._encoded += len(block)

    def _frame(self, block: NDArray[np.float32]) -> AudioFrame:
        # Beyond full scale the integer formats would wrap or clip each in its own way.
        planes = np.ascontiguousarray(np.clip(block, -1.0, 1.0).T, np.float32)
        frame = AudioFrame.from_ndarray(planes, format="fltp", layout=self._layout)
        frame.sample_rate = self._sample_rate
        frame.pts = self._encoded
        frame.time_base = Fraction(1, self._sample_rate)
        return frame


def _evenly_cut(blocks: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    for block in blocks:
        for start in range(0, len(block), _SAMPLES_PER_FRAME):
            yield block[start : start + _SAMPLES_PER_FRAME]
