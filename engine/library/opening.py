"""The beginning of a sound file: enough to know it by, however long the file is and whatever is in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.media.audio import audio_blocks
from engine.media.probe import probe
from engine.media.source import require_readable_file
from engine.project.timebase import SAMPLE_RATE

OPENING_S = 60.0
"""Of a longer sound nothing beyond is read."""

_BLOCK_S = 1.0
_BLOCK_SAMPLES = 1 << 20
_RATES = range(1_000, 1_000_001)
"""In Hz: what recorders use lies well within; a damaged header may state anything."""


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """How a sound begins.

    Attributes
    ----------
    samples
        (n, 1 or 2) float32 at 48 kHz, finite; more channels are mixed to one.
    duration_s
        Of the whole file.
    """

    samples: NDArray[np.float32]
    duration_s: float


def read_opening(path: Path, longest_s: float = OPENING_S) -> Opening:
    """Read the first seconds of a sound file.

    Raises
    ------
    MediaError
        When the file is missing, unreadable, no sound file, holds no sample, or numbers that are none.
    """
    require_readable_file(path)
    try:
        opening = _by_libsndfile(path, longest_s)
    except (soundfile.LibsndfileError, TypeError):
        # Not one of libsndfile's formats (it reads no AAC, for one): libav knows the others.
        opening = _by_libav(path, longest_s)
    if not len(opening.samples):
        raise MediaError(f"“{path.name}” holds no sound: it has no samples.")
    if not np.isfinite(opening.samples).all():
        raise MediaError(f"“{path.name}” holds values that are not numbers; it is damaged.")
    return opening


def _by_libsndfile(path: Path, longest_s: float) -> Opening:
    with soundfile.SoundFile(path) as file:
        rate = file.samplerate
        if rate not in _RATES:
            raise MediaError(f"“{path.name}” states a sample rate of {rate} Hz; it is damaged.")
        wanted, longest_block = round(longest_s * rate), max(1, _BLOCK_SAMPLES // file.channels)
        blocks: list[NDArray[np.float32]] = []
        read = 0
        while read < wanted:
            count = min(longest_block, wanted - read)
            block = np.asarray(file.read(count, dtype="float32", always_2d=True), np.float32)
            if not len(block):
                break
            blocks.append(_at_most_two(block))
            read += len(block)
        # A header may promise more than there is.
        duration_s = (file.frames if read == wanted else read) / rate
    samples = np.concatenate(blocks) if blocks else np.zeros((0, 1), np.float32)
    if rate != SAMPLE_RATE and len(samples):
        samples = soxr.resample(samples, rate, SAMPLE_RATE, quality="VHQ")
    return Opening(np.ascontiguousarray(samples, np.float32), duration_s)


def _by_libav(path: Path, longest_s: float) -> Opening:
    samples = np.concatenate([_at_most_two(block) for block in audio_blocks(path, end_s=longest_s)])
    duration_s = len(samples) / SAMPLE_RATE
    if duration_s >= longest_s - _BLOCK_S:
        duration_s = max(duration_s, *(stream.duration_s for stream in probe(path).audio[:1]))
    return Opening(samples, duration_s)


def _at_most_two(block: NDArray[np.float32]) -> NDArray[np.float32]:
    return block if block.shape[1] <= 2 else block.mean(axis=1, keepdims=True)
