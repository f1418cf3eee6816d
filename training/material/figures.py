"""The figures of the class projects that no other table has: how often each material is there, and curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from engine.project.materials import MATERIALS
from training.material.epochs import EpochCurve

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def distribution_figure(counts: Mapping[str, ArrayLike], what: str) -> Figure:
    """How many there are of each material (17,), a bar per side of the split."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4), layout="tight")
    axes = figure.subplots()
    width = 0.8 / max(1, len(counts))
    for number, (side, each) in enumerate(counts.items()):
        row = np.asarray(each)
        places = np.arange(len(MATERIALS)) - 0.4 + (number + 0.5) * width
        axes.bar(places, row, width, label=f"{side}: {int(row.sum())}")
    axes.set_xticks(range(len(MATERIALS)), MATERIALS, rotation=60, ha="right")
    axes.set(title=f"{what} per material", ylabel=what)
    axes.legend(fontsize=8)
    axes.grid(axis="y", alpha=0.3)
    return figure


def curves_figure(curves: Mapping[str, Mapping[str, EpochCurve]], title: str) -> Figure:
    """Measures over epochs, a row per network and a column per measure.

    Parameters
    ----------
    curves
        By network and measure.
    """
    from matplotlib.figure import Figure

    measures: Sequence[str] = list(dict.fromkeys(name for each in curves.values() for name in each))
    figure = Figure(figsize=(4.2 * len(measures), 0.6 + 2.4 * len(curves)), layout="tight")
    grid = figure.subplots(len(curves), len(measures), squeeze=False)
    for row, (network, by_measure) in zip(grid, curves.items(), strict=True):
        for axes, measure in zip(row, measures, strict=True):
            curve = by_measure.get(measure)
            if curve is None:
                axes.set_axis_off()
                continue
            axes.plot(curve.epochs, curve.training, marker=".", label="training")
            axes.plot(curve.epochs, curve.validation, marker=".", label="validation")
            axes.set_title(network, fontsize=9, loc="left")
            axes.set(xlabel="epoch", ylabel=measure)
            axes.grid(alpha=0.3)
    grid[0][0].legend(fontsize=8)
    figure.suptitle(title, fontsize=10)
    return figure
