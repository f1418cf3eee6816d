"""The task `materials`: how well the materials of pictures or hits are told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.evaluation import bootstrap, classification, multilabel
from engine.evaluation.bootstrap import Interval
from engine.evaluation.classification import ClassificationScores
from engine.evaluation.recommendations import top_k_accuracy
from engine.project.materials import MATERIALS
from training.evaluate import papers
from training.evaluate.figures import check_target, confusion_figure, write_figure
from training.evaluate.predictions import MaterialPrediction, read_predictions
from training.evaluate.score_table import RowKind, ScoreTable


def run(predictions: Path, figure: Path | None = None) -> None:
    """Print the scores of a file's `materials`: of single words, or of sets of words.

    Parameters
    ----------
    predictions
        A `foley.predictions`.
    figure
        Where to draw the confusion matrix; only for single words.

    Raises
    ------
    UserFacingError
        When the file can't be used, or the figure can't be written.
    """
    check_target(figure)
    contents = read_predictions(predictions)
    examples = contents.materials
    if not examples:
        raise UserFacingError(f"“{predictions.name}” predicts no materials.")
    if any(len(example.true) > 1 for example in examples):
        if figure is not None:
            raise UserFacingError("Pictures with several materials have no confusion matrix to draw.")
        multilabel_table(contents.model, examples).show()
        return
    scores = single_word_scores(examples)
    single_word_table(contents.model, examples).show()
    class_table(scores).show()
    if figure is not None:
        write_figure(confusion_figure(scores.confusion, MATERIALS, contents.model), figure)


def single_word_scores(examples: Sequence[MaterialPrediction]) -> ClassificationScores:
    """Of each example's likeliest word."""
    return classification.evaluate(
        [example.true[0] for example in examples], [example.likeliest for example in examples], MATERIALS
    )


def single_word_table(model: str, examples: Sequence[MaterialPrediction]) -> ScoreTable:
    """Accuracies, with intervals over clips, beside chance and the papers."""
    table = ScoreTable(
        f"One material of {len(MATERIALS)} per example: {len(examples)} examples",
        ("class-averaged", "accuracy", "top 3"),
        notes=["Class-averaged over the materials that occur. Below: 95 % of bootstrap draws over clips."],
    )
    chance = 1 / len(MATERIALS)
    table.add("chance", chance, chance, 3 * chance)
    scores = single_word_scores(examples)
    commonest = MATERIALS[int(scores.support.argmax())]
    table.add(
        f"always {commonest}",
        1 / int(scores.present.sum()),
        float(scores.support.max() / scores.examples),
        None,
    )
    probabilities = [[example.probabilities.get(word, 0.0) for word in MATERIALS] for example in examples]
    top_3 = top_k_accuracy([example.true[0] for example in examples], probabilities, MATERIALS, 3)
    table.add(model, accuracy_interval(examples), scores.accuracy, top_3, kind="ours")
    table.add_papers(papers.PICTURE_MATERIAL, ["class_averaged", "accuracy", None])
    return table


def accuracy_interval(examples: Sequence[MaterialPrediction]) -> Interval:
    """Class-averaged accuracy with its interval; examples of one clip are drawn together."""
    return bootstrap.evaluate(
        examples,
        lambda some: single_word_scores(some).class_averaged_accuracy,
        groups=[example.clip or number for number, example in enumerate(examples)],
    )


def class_table(scores: ClassificationScores) -> ScoreTable:
    """Precision, recall and F1 of each class that occurs or is predicted."""
    table = ScoreTable("Per class", ("examples", "precision", "recall", "F1", "taken for"), first="class")
    for index, word in enumerate(scores.classes):
        row = scores.confusion[index].copy()
        if not row.sum() and not scores.confusion[:, index].sum():
            continue
        row[index] = 0
        wrong = [
            f"{scores.classes[other]} {row[other]}" for other in np.argsort(-row, kind="stable") if row[other]
        ]
        table.add(
            word,
            int(scores.support[index]),
            float(scores.precision[index]),
            float(scores.recall[index]),
            float(scores.f1[index]),
            ", ".join(wrong[:3]) or None,
        )
    table.add(
        "mean", scores.examples, scores.macro_precision, scores.class_averaged_accuracy, scores.macro_f1, None
    )
    return table


def multilabel_table(model: str, examples: Sequence[MaterialPrediction]) -> ScoreTable:
    """Scores of sets of words."""
    truth = np.array([[word in example.true for word in MATERIALS] for example in examples])
    probabilities = np.array(
        [[example.probabilities.get(word, 0.0) for word in MATERIALS] for example in examples]
    )
    table = ScoreTable(
        f"Several materials per picture: {len(examples)} pictures",
        ("accuracy", "precision", "recall", "F1", "macro F1", "mAP"),
        notes=[
            "Accuracy is the share of all yes and no answers; always no is shown beside it for that reason."
        ],
    )
    rows: tuple[tuple[str, NDArray[np.float64], RowKind], ...] = (
        ("always no", np.zeros_like(probabilities), "reference"),
        (model, probabilities, "ours"),
    )
    for name, said, kind in rows:
        scores = multilabel.evaluate(truth, said)
        table.add(
            name,
            scores.accuracy,
            scores.precision,
            scores.recall,
            scores.f1,
            scores.macro_f1,
            scores.mean_average_precision,
            kind=kind,
        )
    return table
