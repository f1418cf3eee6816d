"""Figures of the generators of soundtracks: how they learned, and spectrograms of what they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WINDOW, _HOP = 512, 128
_DYNAMIC_DB = 70.0
_SMOOTHED = 9


def curves_figure(curves: Mapping[str, Sequence[Mapping[str, Any]]]) -> Figure:
    """Cross-entropy over steps of each run, on what it learns from (thin, smoothed) and held out."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.5, 4.2), layout="tight")
    axes = figure.subplots()
    for number, (name, points) in enumerate(curves.items()):
        colour = f"C{number}"
        learned = [(point["step"], point["nats"]) for point in points if "nats" in point]
        judged = [(point["step"], point["validation"]["nats"]) for point in points if "validation" in point]
        if learned:
            steps, nats = np.array(learned).T
            span = min(_SMOOTHED, len(nats))
            smooth = np.convolve(nats, np.full(span, 1 / span), "valid")
            axes.plot(steps[span - 1 :], smooth, color=colour, linewidth=0.7, alpha=0.5)
        if judged:
            axes.plot(*np.array(judged).T, color=colour, marker=".", label=f"{name}, held out")
    axes.set(xlabel="step", ylabel="nats per sample")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    return figure


def spectrograms_figure(
    sounds: Mapping[str, NDArray[np.floating]], sample_rate: int, hits_s: Sequence[float], title: str
) -> Figure:
    """Spectrograms of sounds below each other, by what a row shows; marks above each say where hits are.

    Parameters
    ----------
    sounds
        (n,) each.
    hits_s
        Times of the true hits.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 0.6 + 1.35 * len(sounds)), layout="constrained")
    rows = figure.subplots(len(sounds), 1, sharex=True, squeeze=False)[:, 0]
    levels = {name: _spectrogram_db(sound) for name, sound in sounds.items()}
    loudest_db = max(float(each.max()) for each in levels.values())
    for axes, (name, level_db) in zip(rows, levels.items(), strict=True):
        end_s = level_db.shape[1] * _HOP / sample_rate
        axes.imshow(
            level_db,
            origin="lower",
            aspect="auto",
            cmap="magma",
            vmin=loudest_db - _DYNAMIC_DB,
            vmax=loudest_db,
            extent=(0.0, end_s, 0.0, sample_rate / 2000),
            interpolation="nearest",
        )
        top_khz = sample_rate / 2000
        axes.plot(hits_s, np.full(len(hits_s), 0.95 * top_khz), "v", color="deepskyblue", markersize=4)
        axes.set_ylabel("kHz", fontsize=8)
        axes.set_title(name, fontsize=9, loc="left", pad=2)
        axes.tick_params(labelsize=7)
        axes.set(xlim=(0, end_s), ylim=(0, top_khz))
    rows[-1].set_xlabel("s (blue marks: where hits are)", fontsize=8)
    figure.suptitle(title, fontsize=10)
    return figure


def _spectrogram_db(sound: NDArray[np.floating]) -> NDArray[np.float64]:
    padded = np.pad(np.asarray(sound, np.float64), (_WINDOW // 2, _WINDOW))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[: len(sound) : _HOP]
    powers = np.abs(np.fft.rfft(windows * np.hanning(_WINDOW), axis=1)) ** 2 / (_WINDOW / 4) ** 2
    return 10 * np.log10(np.maximum(powers.T, 1e-10))
