"""One impact as a picture of its sound: what an ear that tells materials apart looks at.

Conventions
-----------
Sounds are mono float (n,) of any rate and length. The impact is where the sound first comes near its loudest
moment, or where the caller says. Around it, 32 ms before and 0.74 s after, three pictures of bands by frames
are taken, one above the other:

0   levels of windows of 32 ms: the colour of the sound and how it fades;
1   levels of windows of 8 ms: the click of the contact and the grains after it;
2   how far the highest line of a band stands out of the band (windows of 64 ms): whether it rings.

Levels are dB below the loudest frame of picture 0, so a recording's gain is nowhere to be seen; nothing is
lower than `FLOOR_DB`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import soxr
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import fft

RATE_HZ = 32_000
HOP = 256
FRAMES = 96
FRAMES_BEFORE = 4
BANDS = 64
LOW_HZ, HIGH_HZ = 60.0, 12_000.0
FLOOR_DB = -80.0
PICTURES = 3

_LENGTH = FRAMES * HOP
_BEFORE = FRAMES_BEFORE * HOP
_MARGIN = 1024
_LEVEL_WINDOWS = (1024, 256)
_LINE_WINDOW = 2048
_ONSET_SHARE = 0.3
_ENVELOPE_S = 0.005
_BLOCKS_AT_ONCE = 4096
_SILENT_POWER = 1e-12
"""Mean square of what is silence in any 16-bit file."""


def impact_picture(
    samples: NDArray[np.floating], sample_rate: int, onset_s: float | None = None
) -> NDArray[np.float32]:
    """The pictures of one sound.

    Parameters
    ----------
    samples
        (n,) float, any length, also none; what is not finite counts as silence.
    sample_rate
        In Hz.
    onset_s
        When the impact is; None looks for it.

    Returns
    -------
    float32 (3, 64, 96)
        Rows from low to high. Pictures 0 and 1 in dB from `FLOOR_DB` to 0 (picture 1 may reach a little
        above), picture 2 in dB from 0 up. Of silence all levels are the floor and nothing stands out.
    """
    if onset_s is None:
        onset_s = _onset_s(samples, sample_rate)
    piece = _piece(samples, sample_rate, onset_s)
    pictures = np.zeros((PICTURES, BANDS, FRAMES), np.float32)
    pictures[:2] = FLOOR_DB
    if float(np.square(piece, dtype=np.float64).mean()) < _SILENT_POWER:
        return pictures
    loudest = 0.0
    for number, window in enumerate(_LEVEL_WINDOWS):
        power = _powers(piece, window, HOP) @ _bands(window) / (window * window)
        loudest = loudest or float(power.sum(axis=1).max())
        pictures[number] = 10 * np.log10(np.maximum(power / loudest, 10 ** (FLOOR_DB / 10))).T
    lines = _standing_out(_powers(piece, _LINE_WINDOW, 2 * HOP))
    pictures[2] = np.repeat(lines.T, 2, axis=1)
    return pictures


def is_silent(picture: NDArray[np.float32]) -> bool:
    """Whether a picture is that of silence."""
    return bool(picture[0].max() <= FLOOR_DB)


def _onset_s(samples: NDArray[np.floating], sample_rate: int) -> float:
    """Where the envelope first reaches a good part of its highest value."""
    block = max(1, round(_ENVELOPE_S * sample_rate))
    count = samples.size // block
    if not count:
        return 0.0
    power = np.empty(count)
    # Hours of sound fit into memory once, but not several times.
    for first in range(0, count, _BLOCKS_AT_ONCE):
        some = samples[first * block : min(count, first + _BLOCKS_AT_ONCE) * block]
        power[first : first + _BLOCKS_AT_ONCE] = np.square(_finite(some)).reshape(-1, block).mean(axis=1)
    return float(np.argmax(power >= _ONSET_SHARE**2 * power.max())) * block / sample_rate


def _finite(samples: NDArray[np.floating]) -> NDArray[np.float32]:
    return np.nan_to_num(np.asarray(samples, np.float32), nan=0.0, posinf=0.0, neginf=0.0)


def _piece(samples: NDArray[np.floating], sample_rate: int, onset_s: float) -> NDArray[np.float32]:
    """The impact at `RATE_HZ` with a margin for the windows, silence beyond the sound's ends."""
    first = round((onset_s - (_BEFORE + _MARGIN) / RATE_HZ) * sample_rate)
    length = round((_LENGTH + 2 * _MARGIN) / RATE_HZ * sample_rate)
    piece = np.zeros(length, np.float32)
    begin, end = max(0, first), min(samples.size, first + length)
    if begin < end:
        piece[begin - first : end - first] = _finite(samples[begin:end])
    if sample_rate != RATE_HZ:
        piece = np.asarray(soxr.resample(piece, sample_rate, RATE_HZ), np.float32)
    fitted = np.zeros(_LENGTH + 2 * _MARGIN, np.float32)
    fitted[: min(fitted.size, piece.size)] = piece[: fitted.size]
    return fitted


def _powers(piece: NDArray[np.float32], window: int, hop: int) -> NDArray[np.float32]:
    """Power spectra (frames, bins), frame k centred on the middle of the k-th hop."""
    first = _MARGIN + hop // 2 - window // 2
    cut = piece[first : first + _LENGTH - hop + window]
    frames = sliding_window_view(cut, window)[::hop]
    spectra = np.asarray(fft.rfft(frames * np.hanning(window).astype(np.float32), axis=1), np.complex64)
    # The smallest numbers of all, which resampling leaves in silence, are very slow to count with.
    return np.maximum(np.square(spectra.real) + np.square(spectra.imag), np.float32(1e-20))


def _standing_out(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """dB of the highest bin over the mean of its band, (frames, bands)."""
    edges = _edge_bins(_LINE_WINDOW)
    # A bin far below the loudest says nothing, whatever stands out of it.
    power = power[:, : edges[-1]] + 1e-8 * power.max()
    highest = np.maximum.reduceat(power, edges[:-1], axis=1)
    mean = np.add.reduceat(power, edges[:-1], axis=1) / np.diff(edges)
    return (10 * np.log10(highest / mean)).astype(np.float32)


@lru_cache(maxsize=4)
def _edges_hz() -> NDArray[np.float64]:
    """Edges of the bands, evenly spaced in mel: (BANDS + 1,)."""
    low, high = (2595.0 * np.log10(1.0 + hz / 700.0) for hz in (LOW_HZ, HIGH_HZ))
    return 700.0 * (10.0 ** (np.linspace(low, high, BANDS + 1) / 2595.0) - 1.0)


@lru_cache(maxsize=4)
def _edge_bins(window: int) -> NDArray[np.intp]:
    """First bin of each band and one past the last, each band at least one bin wide: (BANDS + 1,)."""
    edges = np.rint(_edges_hz() / RATE_HZ * window).astype(np.intp)
    for band in range(1, BANDS + 1):
        edges[band] = max(edges[band], edges[band - 1] + 1)
    return edges


@lru_cache(maxsize=4)
def _bands(window: int) -> NDArray[np.float32]:
    """Triangles over two bands' width, (bins, BANDS); a band narrower than a bin takes what is nearest."""
    bins_hz = np.fft.rfftfreq(window, 1 / RATE_HZ)
    edges = _edges_hz()
    middles = 0.5 * (edges[1:] + edges[:-1])
    width = np.diff(edges)
    weights = np.maximum(0.0, 1.0 - np.abs(bins_hz[:, None] - middles) / width)
    for band in np.flatnonzero(weights.sum(axis=0) < 0.5):
        place = middles[band] / RATE_HZ * window
        below = int(place)
        weights[:, band] = 0.0
        weights[below, band], weights[below + 1, band] = 1.0 - (place - below), place - below
    return weights.astype(np.float32)
