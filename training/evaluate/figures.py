"""The figures the papers show: confusion, precision and recall, top K, levels, what appears together.

Every function makes a matplotlib figure; `write_figure` puts it on the disk in one piece.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import UserFacingError
from engine.evaluation.calibration import Calibration
from engine.evaluation.detections import PrecisionRecall

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = (".png", ".jpg", ".pdf", ".svg")
_MOST_CURVES = 8


def check_target(path: Path | None) -> None:
    """Refuse a figure's name that can't be written, before the work is done.

    Raises
    ------
    UserFacingError
        When the ending is unknown or the folder is not there.
    """
    if path is None:
        return
    if path.suffix.lower() not in FORMATS:
        raise UserFacingError(f"A figure ends in {', '.join(FORMATS)}; “{path.name}” does not.")
    if not path.absolute().parent.is_dir():
        raise UserFacingError(f"The folder of “{path}” does not exist, so no figure can be written there.")


def make_folder(folder: Path) -> None:
    """Make a folder for figures, where it is not there yet.

    Raises
    ------
    UserFacingError
        When it can't be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserFacingError(
            f"No figures can be written to “{folder}” ({error.strerror or error})."
        ) from error


def write_figure(figure: Figure, path: Path, dots_per_inch: int = 150) -> None:
    """Write a figure; until it is whole, what was there stays.

    Raises
    ------
    UserFacingError
        When the name is refused or the disk is.
    """
    check_target(path)
    partial = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        figure.savefig(partial, dpi=dots_per_inch)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise UserFacingError(f"“{path}” could not be written ({error.strerror or error}).") from error


def confusion_figure(confusion: ArrayLike, classes: Sequence[str], title: str) -> Figure:
    """A confusion matrix (k, k), true by predicted in counts, drawn as shares of each row.

    Classes without examples have no row.
    """
    counts = np.asarray(confusion)
    rows = [int(row) for row in np.flatnonzero(counts.sum(axis=1))]
    shares = counts[rows] / counts[rows].sum(axis=1, keepdims=True)
    labels = [f"{classes[row]} ({counts[row].sum()})" for row in rows]
    return _matrix_figure(shares, labels, list(classes), title, "predicted", "true")


def co_appearance_figure(shares: ArrayLike, classes: Sequence[str], title: str) -> Figure:
    """What share of the row's examples have the column's class too (k, k)."""
    return _matrix_figure(np.asarray(shares), list(classes), list(classes), title, "also has", "has")


def _matrix_figure(
    shares: NDArray[np.float64],
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    title: str,
    across: str,
    down: str,
) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2.2 + 0.42 * len(column_labels), 2.0 + 0.36 * len(row_labels)), layout="tight")
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0, aspect="auto")
    axes.set_xticks(range(len(column_labels)), column_labels, rotation=60, ha="right")
    axes.set_yticks(range(len(row_labels)), row_labels)
    for row, column in np.argwhere(shares >= 0.005):
        share = shares[row, column]
        axes.text(
            column, row, f"{share:.2f}".lstrip("0"), ha="center", va="center", fontsize=7,
            color="white" if share > 0.6 else "black",
        )  # fmt: skip
    axes.set(title=title, xlabel=across, ylabel=down)
    return figure


def precision_recall_figure(curves: Mapping[str, PrecisionRecall], title: str) -> Figure:
    """Precision over recall, one line per detector."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.5, 4.5), layout="tight")
    axes = figure.subplots()
    for name, curve in curves.items():
        axes.step(
            curve.recall, curve.precision, where="pre", label=f"{name}, AP {curve.average_precision:.2f}"
        )
    axes.set(title=title, xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02))
    axes.legend(loc="lower left", fontsize=8)
    axes.grid(alpha=0.3)
    return figure


def reliability_figure(calibrations: Mapping[str, Calibration], threshold: float, title: str) -> Figure:
    """The share that is right over the confidence, with 95 % intervals, above how many there are.

    Parameters
    ----------
    calibrations
        By what a line shows.
    threshold
        The confidence from which a detection counts as a hit.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.5, 5.5), layout="tight")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    upper.plot([0, 1], [0, 1], linewidth=1, color="gray")
    width = 0.09 / max(1, len(calibrations))
    for number, (name, calibration) in enumerate(calibrations.items()):
        bins = calibration.bins
        right = np.array([one.right.value for one in bins])
        low = np.array([one.right.low for one in bins])
        high = np.array([one.right.high for one in bins])
        upper.errorbar(
            [one.confidence for one in bins],
            right,
            np.maximum([right - low, high - right], 0.0),
            marker="o",
            markersize=4,
            linewidth=1,
            elinewidth=0.7,
            capsize=2,
            label=f"{name}: error {calibration.error:.3f} (by chance {calibration.by_chance:.3f})",
        )
        places = [one.low + 0.05 + (number - (len(calibrations) - 1) / 2) * width for one in bins]
        lower.bar(places, [one.count for one in bins], width)
    for axes in (upper, lower):
        axes.axvline(threshold, linewidth=0.8, linestyle=":", color="gray")
        axes.grid(alpha=0.3)
    upper.set(title=title, ylabel="share that is right", xlim=(0, 1), ylim=(-0.02, 1.02))
    upper.legend(loc="upper left", fontsize=8)
    lower.set(xlabel="confidence (dotted: the threshold)", ylabel="found")
    return figure


def top_k_figure(curves: Mapping[str, ArrayLike], title: str) -> Figure:
    """Share of good sounds among the first K, over K, one line (K,) per way of recommending."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.5, 4.0), layout="tight")
    axes = figure.subplots()
    for name, curve in curves.items():
        shares = np.asarray(curve)
        axes.plot(np.arange(1, shares.size + 1), shares, marker=".", label=name)
    axes.set(title=title, xlabel="K", ylabel="good in top K", ylim=(0, 1))
    axes.legend(fontsize=8)
    axes.grid(alpha=0.3)
    return figure


def levels_figure(curves: Mapping[str, tuple[ArrayLike, ArrayLike]], frame_s: float, title: str) -> Figure:
    """Predicted and actual level of a few clips over time, and all their frames against each other.

    Parameters
    ----------
    curves
        (true, predicted) levels in dB by the clip's name; the first eight are drawn over time.
    frame_s
        Time from picture to picture.
    """
    from matplotlib.figure import Figure

    drawn = list(curves.items())[:_MOST_CURVES]
    figure = Figure(figsize=(11, 1.2 + 1.5 * max(2, len(drawn))), layout="tight")
    grid = figure.add_gridspec(len(drawn), 2, width_ratios=(2, 1))
    for row, (name, (true, predicted)) in enumerate(drawn):
        axes = figure.add_subplot(grid[row, 0])
        times_s = np.arange(np.size(true)) * frame_s
        axes.plot(times_s, true, label="actual", linewidth=1, color="tab:blue")
        axes.plot(times_s, predicted, label="predicted", linewidth=1, color="tab:orange")
        axes.set_ylabel("dB", fontsize=8)
        axes.set_title(name, fontsize=8, loc="left")
        if row == 0:
            axes.legend(fontsize=7, loc="upper right")
        if row == len(drawn) - 1:
            axes.set_xlabel("s")
    axes = figure.add_subplot(grid[: (len(drawn) + 1) // 2, 1])
    every_true = np.concatenate([np.asarray(true) for true, _ in curves.values()])
    every_predicted = np.concatenate([np.asarray(predicted) for _, predicted in curves.values()])
    axes.plot(every_true, every_predicted, ".", markersize=2, alpha=0.4)
    ends = [min(every_true.min(), every_predicted.min()), max(every_true.max(), every_predicted.max())]
    axes.plot(ends, ends, linewidth=1, color="gray")
    axes.set(xlabel="actual dB", ylabel="predicted dB", title=title)
    return figure
