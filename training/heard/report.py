"""How well materials are heard: per hit, without any smoothing over a clip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.analysis.heard_materials import PRIOR_SHARE, with_prior
from engine.errors import UserFacingError
from engine.evaluation import bootstrap, calibration, classification
from engine.evaluation.bootstrap import Interval
from engine.evaluation.recommendations import top_k_accuracy
from engine.features.flux_onsets import flux_onsets
from engine.media.audio import read_audio
from engine.models.sound_net import hard_of, load_sound_model
from engine.project.materials import MATERIALS, RIGID_MATERIALS, SOFT_MATERIALS
from engine.project.timebase import SAMPLE_RATE
from training.datasets.opening import data_folder
from training.datasets.parts import recordings_to_judge
from training.datasets.recording import Contact, Recording
from training.evaluate import papers
from training.evaluate.figures import check_target, confusion_figure, write_figure
from training.evaluate.materials import class_table
from training.evaluate.score_table import ScoreTable
from training.heard.examples import Examples, clip_examples, together

REAL = "greatest-hits-clips"

BY_NAME = {"hitting_metal.mp4": "metal", "hitting_bag.mp4": "cloth"}
"""Two more real clips, without labels: what their names say is struck; the bag is of cloth."""

Rows = NDArray[np.float64]


def report(
    model: Path | None, data: str = REAL, *, is_test_only: bool = False, figure: Path | None = None
) -> None:
    """Print the tables.

    Parameters
    ----------
    model
        The network's folder; what ships when None.
    data
        A data set with sound and labels; for the real clips, two more that have only names are told too.
    is_test_only
        Only the clips that the data set keeps for testing.
    figure
        Where to draw the confusion matrix.

    Raises
    ------
    UserFacingError
        When the network or the data can't be had, or no contact has both sound and a label.
    """
    check_target(figure)
    network = load_sound_model(model)
    examples = clip_examples(recordings_to_judge(data, is_test_only=is_test_only), most_of_a_kind=None)
    if not (examples.materials >= 0).any():
        raise UserFacingError(f"“{data}” has no contact whose sound and material are known.")
    heard = np.asarray(network.heard_in(examples.pictures.astype(np.float32)).materials, np.float64)
    usual = with_prior(heard)
    table = score_table(f"{data}, {len(examples)} contacts", examples)
    add_rows(table, "heard, all materials as common", examples, heard)
    add_rows(table, f"heard, rare ones less likely (share {PRIOR_SHARE:g})", examples, usual)
    table.add_papers(papers.SOUND_MATERIAL, [None, None, "class_averaged", None, None])
    table.show()
    words = [MATERIALS[place] for place in examples.materials]
    scores = classification.evaluate(words, [MATERIALS[place] for place in usual.argmax(1)], MATERIALS)
    class_table(scores).show()
    clip_table(examples, usual).show()
    if data == REAL:
        named = named_examples(data_folder() / "greatest_hits" / "clips")
        if named is not None:
            both = together([examples, named])
            more = np.asarray(network.heard_in(both.pictures.astype(np.float32)).materials, np.float64)
            table = score_table(f"With the clips that have only names, {len(both)} contacts", both)
            add_rows(table, "heard, all materials as common", both, more)
            add_rows(table, "heard, rare ones less likely", both, with_prior(more))
            table.show()
            clip_table(named, with_prior(more[len(examples) :])).show()
    if figure is not None:
        write_figure(confusion_figure(scores.confusion, MATERIALS, "material by ear"), figure)


def score_table(title: str, examples: Examples) -> ScoreTable:
    """The table with chance and the commonest material."""
    table = ScoreTable(
        title,
        ("top 1", "top 3", "class-averaged", "hard/soft", "ECE"),
        notes=[
            f"Hard or soft after Owens: {int(_is_hard_or_soft(examples).sum())} contacts; paper, water and "
            "dirt are neither. Below: 95 % of bootstrap draws over clips."
        ],
    )
    counts = np.bincount(examples.materials, minlength=len(MATERIALS))
    commonest = int(counts.argmax())
    chance = 1 / len(MATERIALS)
    table.add("chance", chance, 3 * chance, chance, 0.5, None)
    table.add(
        f"always {MATERIALS[commonest]}",
        float(counts[commonest] / counts.sum()),
        None,
        1 / int((counts > 0).sum()),
        None,
        None,
    )
    return table


def add_rows(table: ScoreTable, name: str, examples: Examples, probabilities: Rows) -> None:
    """One way to say probabilities (n, 17), scored."""
    true = examples.materials
    right = probabilities.argmax(1) == true
    words = [MATERIALS[place] for place in true]
    known = _is_hard_or_soft(examples)
    hard_right = (hard_of(probabilities) >= 0.5) == np.isin(
        true, [MATERIALS.index(word) for word in RIGID_MATERIALS]
    )
    table.add(
        name,
        _interval(examples, lambda rows: float(right[rows].mean())),
        top_k_accuracy(words, probabilities.tolist(), MATERIALS, 3),
        _interval(examples, lambda rows: _class_averaged(true[rows], right[rows])),
        float(hard_right[known].mean()) if known.any() else None,
        calibration.evaluate(probabilities.max(1).clip(0, 1), right).error,
        kind="ours",
    )


def clip_table(examples: Examples, probabilities: Rows) -> ScoreTable:
    """Each clip: what is struck, how often that was heard, and what was heard on average."""
    table = ScoreTable("Per clip", ("struck", "contacts", "right", "heard on average"), first="clip")
    for source in dict.fromkeys(examples.sources):
        rows = np.flatnonzero([each == source for each in examples.sources])
        mean = probabilities[rows].mean(0)
        likeliest = ", ".join(f"{MATERIALS[place]} {mean[place]:.2f}" for place in np.argsort(-mean)[:3])
        struck = dict.fromkeys(MATERIALS[place] for place in examples.materials[rows])
        right = float((probabilities[rows].argmax(1) == examples.materials[rows]).mean())
        table.add(source, ", ".join(struck), len(rows), right, likeliest)
    return table


def named_examples(folder: Path) -> Examples | None:
    """Contacts, by their sound, of clips whose names alone say what is struck; None where there are none."""
    recordings = []
    for file_name, material in BY_NAME.items():
        path = folder / file_name
        if path.is_file():
            sound = read_audio(path, channels=1)[:, 0]
            contacts = tuple(
                Contact(onset.time_s, material, "hit") for onset in flux_onsets(sound, SAMPLE_RATE)
            )
            recordings.append(
                Recording(path.stem, path.stem, path, path, len(sound) / SAMPLE_RATE, contacts, "audio")
            )
    return clip_examples(recordings, most_of_a_kind=None) if recordings else None


def _interval(examples: Examples, measure: Callable[[NDArray[np.intp]], float]) -> Interval:
    return bootstrap.evaluate(
        list(range(len(examples))),
        lambda rows: measure(np.asarray(rows, np.intp)),
        groups=list(examples.sources),
        draws=500,
    )


def _class_averaged(true: NDArray[np.int64], right: NDArray[np.bool_]) -> float:
    return float(np.mean([right[true == place].mean() for place in np.unique(true)]))


def _is_hard_or_soft(examples: Examples) -> NDArray[np.bool_]:
    places: Sequence[int] = [MATERIALS.index(word) for word in RIGID_MATERIALS | SOFT_MATERIALS]
    return np.isin(examples.materials, places)
