"""Stretches of sound out of files: wave files at once by their position, all others by decoding.

libav takes some 60 ms to make sure what a wave file holds; a data set of windows asks thousands of times.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.media.audio import read_audio
from engine.media.probe import probe

Samples = NDArray[np.float32]

_REMEMBERED_RATES = 4096
# The resampler hears this much more on either side, so that a stretch does not begin with its onset.
_MARGIN_S = 0.05


def read_mono(path: Path, sample_rate: int, start_s: float, end_s: float) -> Samples:
    """The sound of a file at `start_s` <= time < `end_s`, mixed to mono; shorter where the file ends.

    Parameters
    ----------
    path
        A sound file, or a video with sound.
    sample_rate
        In Hz, of the result.
    start_s, end_s
        In seconds from the first picture, `start_s` not negative.

    Returns
    -------
    float32 (n,)

    Raises
    ------
    MediaError
        When there is no sound that can be decoded.
    """
    if path.suffix.lower() == ".wav":
        try:
            with soundfile.SoundFile(path) as file:
                return _stretch(file, sample_rate, start_s, end_s)
        except soundfile.LibsndfileError:
            # A wave file of another kind, which libav may know.
            pass
    return read_audio(path, sample_rate=sample_rate, channels=1, start_s=start_s, end_s=end_s)[:, 0]


@lru_cache(maxsize=_REMEMBERED_RATES)
def native_rate(path: Path) -> int:
    """The sample rate of a file's first sound stream in Hz.

    Raises
    ------
    MediaError
        When there is none.
    """
    if path.suffix.lower() == ".wav":
        try:
            return soundfile.info(path).samplerate
        except soundfile.LibsndfileError:
            pass
    streams = probe(path).audio
    if not streams:
        raise MediaError(f"“{path.name}” holds no sound that can be decoded.")
    return streams[0].sample_rate


def _stretch(file: soundfile.SoundFile, sample_rate: int, start_s: float, end_s: float) -> Samples:
    native = file.samplerate
    start, end = round(start_s * native), min(round(end_s * native), file.frames)
    if start >= end:
        return np.zeros(0, np.float32)
    if native == sample_rate:
        return _frames(file, start, end)
    # Margins of a whole number of samples at both rates keep the time exact.
    shared = math.gcd(native, sample_rate)
    steps = math.ceil(_MARGIN_S * shared)
    margin = steps * (native // shared)
    resampled = soxr.resample(_frames(file, start - margin, end + margin), native, sample_rate, quality="VHQ")
    first = steps * (sample_rate // shared)
    return resampled[first : first + round((end - start) * sample_rate / native)]


def _frames(file: soundfile.SoundFile, start: int, end: int) -> Samples:
    """Frames `start` to `end` as mono; silence where the file has none."""
    first, last = max(start, 0), min(end, file.frames)
    file.seek(first)
    heard = file.read(last - first, dtype="float32", always_2d=True).mean(axis=1, dtype=np.float32)
    return np.pad(heard, (first - start, end - first - len(heard)))
