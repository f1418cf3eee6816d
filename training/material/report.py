"""Every table and figure of the multimodal class project, on the test clips."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.evaluation import classification
from engine.evaluation.classification import ClassificationScores
from engine.evaluation.recommendations import top_k_accuracy
from engine.models.checkpoint import load_checkpoint
from engine.models.plain_config import from_plain
from engine.project.materials import MATERIALS
from training.datasets.recording import Recording
from training.evaluate import papers
from training.evaluate.figures import confusion_figure, make_folder, write_figure
from training.evaluate.materials import class_table
from training.evaluate.score_table import ScoreTable
from training.frame.distributed import DeviceChoice
from training.material.data import Parts, labelled_contacts, opened_parts
from training.material.epochs import epoch_curve
from training.material.figures import curves_figure, distribution_figure
from training.material.networks import FrozenFeatures, answers, load_classifier
from training.material.recipe import MaterialRecipe
from training.material.train import FORMS, Form, opened_side, said, samples_of

_TRAINING_FILE = "training.json"


@dataclass(frozen=True, slots=True)
class Judged:
    """What one network said about the test contacts.

    Attributes
    ----------
    scores
        Of the likeliest words.
    top_3
        How often the true word is among the three likeliest.
    validation_accuracy
        Of the checkpoint, when it was chosen.
    """

    scores: ClassificationScores
    top_3: float
    validation_accuracy: float


def kept_recipe(run: Path) -> dict[str, object]:
    """The settings that a run in a folder began with, as plain values.

    Raises
    ------
    UserFacingError
        When there is no run.
    """
    path = run / "latest" / _TRAINING_FILE
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))["recipe"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserFacingError(f"“{run}” holds no run: “{path}” can't be read.") from error


def report(
    out: Path, *, test: tuple[str, ...] = (), cache: Path | None = None, device: DeviceChoice = "auto"
) -> dict[Form, Judged]:
    """Print the tables of the three networks in `out`, and draw the figures to `out/figures`.

    Parameters
    ----------
    out
        Where they were trained.
    test
        Other data sets to judge on; those of the training when none is named.
    cache
        Where pictures and spectrograms are kept.
    device
        What is computed on.

    Raises
    ------
    UserFacingError
        When a network is missing, the data can't be opened, or a figure can't be written.
    """
    recipe = from_plain(MaterialRecipe, kept_recipe(out / FORMS[-1]))
    recipe = replace(recipe, data=replace(recipe.data, cache=cache))
    parts = opened_parts(replace(recipe.data, test=test, test_clips=0) if test else recipe.data)
    figures = out / "figures"
    make_folder(figures)
    judged = _judged(out, recipe, parts, device)

    counts = {
        "training": _counts(parts.training, recipe),
        "validation": _counts(parts.validation, recipe),
        "test": _counts(parts.test, recipe),
    }
    if test:  # what was learned from is told by the report on the run's own test
        counts = {"test": counts["test"]}
    distribution_table(counts).show()
    accuracy_table(judged, len(parts.test)).show()
    for form, each in judged.items():
        table = class_table(each.scores)
        table.title = f"Per class, {form}"
        table.show()
    mark = f"-{Path(test[0]).name}" if test else ""
    write_figure(distribution_figure(counts, "contacts"), figures / f"distribution{mark}.png")
    for form, each in judged.items():
        title = f"{form}, {each.scores.examples} contacts of {len(parts.test)} test clips"
        confusion = confusion_figure(each.scores.confusion, MATERIALS, title)
        write_figure(confusion, figures / f"confusion-{form}{mark}.png")
    curves = {
        form: {measure: epoch_curve(out / form, measure) for measure in ("loss", "accuracy")}
        for form in FORMS
    }
    write_figure(curves_figure(curves, "material classifiers"), figures / "curves.png")
    return judged


def distribution_table(counts: Mapping[str, NDArray[np.int64]], what: str = "contacts") -> ScoreTable:
    """How many there are of each material, a column per side of the split."""
    table = ScoreTable(f"Class distribution: {what} per material", tuple(counts), first="material")
    for number, word in enumerate(MATERIALS):
        table.add(word, *(int(each[number]) for each in counts.values()))
    table.add("all", *(int(each.sum()) for each in counts.values()))
    return table


def accuracy_table(judged: Mapping[Form, Judged], clips: int) -> ScoreTable:
    """Validation and test accuracy, precision, recall and F1 of each network."""
    scores = next(iter(judged.values())).scores
    table = ScoreTable(
        f"One material of {len(MATERIALS)} per contact: {scores.examples} contacts of {clips} test clips",
        ("validation", "test", "class-averaged", "top 3", "precision", "recall", "F1"),
        notes=[
            "Validation and test: accuracy. Precision, recall and F1: means over the materials that occur; "
            "the mean recall is the class-averaged accuracy.",
            "–: the class project's own numbers are not published to us; its rows stay empty. Validation is "
            "missing for what has none.",
        ],
    )
    share, present = float(scores.support.max() / scores.examples), int(scores.present.sum())
    table.add(
        f"always {MATERIALS[int(scores.support.argmax())]}",
        *(None, share, 1 / present, None, share / present, 1 / present, 2 * share / (1 + share) / present),
    )
    for form, each in judged.items():
        table.add(
            form,
            each.validation_accuracy,
            each.scores.accuracy,
            each.scores.class_averaged_accuracy,
            each.top_3,
            each.scores.macro_precision,
            each.scores.class_averaged_accuracy,
            each.scores.macro_f1,
            kind="ours",
        )
    measures = [None, "accuracy", "class_averaged", None, None, None, None]
    table.add_papers((*papers.MULTIMODAL, *papers.PICTURE_MATERIAL, *papers.SOUND_MATERIAL), measures)
    return table


def _judged(out: Path, recipe: MaterialRecipe, parts: Parts, device: DeviceChoice) -> dict[Form, Judged]:
    side = opened_side(recipe, parts, "test")
    true = [MATERIALS[number] for number in side.materials]
    features = FrozenFeatures(device)
    judged: dict[Form, Judged] = {}
    for form in FORMS:
        network = load_classifier(out / form / "best")
        samples = samples_of(network, side, features)
        shares = answers(network, samples, lambda net, batch: said(net, batch).softmax(1), device)
        words = [MATERIALS[number] for number in shares.argmax(1)]
        metrics = load_checkpoint(out / form / "best").description.metrics
        judged[form] = Judged(
            classification.evaluate(true, words, MATERIALS),
            top_k_accuracy(true, shares, MATERIALS, 3),
            float(metrics.get("accuracy", float("nan"))),
        )
    return judged


def _counts(recordings: Sequence[Recording], recipe: MaterialRecipe) -> NDArray[np.int64]:
    words = [
        contact.material
        for recording in recordings
        for contact in labelled_contacts(recording, recipe.data.contacts_per_clip)
    ]
    return np.array([words.count(word) for word in MATERIALS], np.int64)
