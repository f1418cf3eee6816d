"""The task `hits`: how well detectors find contacts, how true their confidences and their levels are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from training.datasets import open_dataset
from training.evaluate import contenders
from training.evaluate.figures import check_target, make_folder, write_figure
from training.evaluate.judgement import curve_figure, draw, draw_failures, judge, show

REAL_CLIPS = "greatest-hits-clips"


def run(
    data: str = REAL_CLIPS,
    models: Sequence[str] = (),
    predictions: Sequence[Path] = (),
    figure: Path | None = None,
    per_clip: bool = True,
    *,
    figures: Path | None = None,
    gallery: Path | None = None,
) -> None:
    """Print what is to be reached and what is: F1, scratches, calibration, levels, each clip, each failure.

    Parameters
    ----------
    data
        A data set's folder, or the name of a layout.
    models, predictions
        Detectors to run and files of predictions; the usual contenders when there is neither.
    figure
        Where to draw precision over recall.
    per_clip
        Whether to list the clips, and the failures, one by one.
    figures
        A folder for all figures.
    gallery
        A folder for contact sheets of what went wrong.

    Raises
    ------
    UserFacingError
        When something can't be opened, run or written.
    """
    check_target(figure)
    for folder in (figures, gallery):
        if folder is not None:
            make_folder(folder)
    recordings = open_dataset(data).recordings()
    if models or predictions:
        judged = contenders.given(models, predictions, recordings)
    else:
        judged = contenders.usual(recordings)
    judgement = judge(recordings, judged)
    show(judgement, is_per_clip=per_clip)
    if figure is not None:
        write_figure(curve_figure(judgement), figure)
    if figures is not None:
        draw(judgement, figures)
    if gallery is not None:
        draw_failures(judgement, gallery)
