"""The task `co-appearance`: which materials are struck in one video, and so are in one picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.evaluation.multilabel import co_appearance, co_appearance_share
from engine.project.materials import MATERIALS
from training.datasets import open_dataset
from training.datasets.annotations import read_annotations
from training.evaluate.figures import check_target, co_appearance_figure, write_figure
from training.evaluate.score_table import ScoreTable


def run(data: str, figure: Path | None = None) -> None:
    """Print how often materials appear together.

    Parameters
    ----------
    data
        A data set's folder, the name of a layout, or an `annotations.json`.
    figure
        Where to draw the matrix.

    Raises
    ------
    UserFacingError
        When the data can't be opened or names no material.
    """
    check_target(figure)
    truth = materials_of_videos(data)
    table(truth).show()
    if figure is not None:
        title = f"materials struck in one video, {len(truth)} videos"
        write_figure(co_appearance_figure(co_appearance_share(truth), MATERIALS, title), figure)


def materials_of_videos(data: str) -> NDArray[np.bool_]:
    """(videos, 17) which materials are struck in each video that has any."""
    videos: dict[str, set[str]] = {}
    named = (
        [(video.name, video.contacts) for video in read_annotations(Path(data))]
        if Path(data).is_file()
        else [(recording.source, recording.contacts) for recording in open_dataset(data).recordings()]
    )
    for source, contacts in named:
        words = {contact.material for contact in contacts if contact.material is not None}
        videos.setdefault(source, set()).update(words)
    rows = [[word in words for word in MATERIALS] for words in videos.values() if words]
    if not rows:
        raise UserFacingError(f"“{data}” names no material.")
    return np.array(rows)


def table(truth: NDArray[np.bool_]) -> ScoreTable:
    """Each material's videos and its three commonest companions."""
    counts, shares = co_appearance(truth), co_appearance_share(truth)
    result = ScoreTable(
        f"Materials struck in one video: {len(truth)} videos, {truth.sum(axis=1).mean():.2f} materials each",
        ("videos", "alone", "mostly with"),
        first="material",
    )
    alone = truth.sum(axis=1) == 1
    for index, word in enumerate(MATERIALS):
        others = shares[index].copy()
        others[index] = 0.0
        companions = [
            f"{MATERIALS[other]} {others[other]:.2f}"
            for other in np.argsort(-others)[:3]
            if others[other] > 0
        ]
        result.add(
            word,
            int(counts[index, index]),
            float(alone[truth[:, index]].mean()) if truth[:, index].any() else None,
            ", ".join(companions) or None,
        )
    return result
