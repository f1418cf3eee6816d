"""Several words per example: precision, recall, F1, mean average precision, and what appears together.

Conventions
-----------
Truth and predictions are (n, k): n examples, k classes. *Accuracy* is the share of all n x k answers that
are right, which a model that always says no makes high when most answers are no; precision, recall and F1
pool the yes answers of all classes (micro) or average over the classes that occur (macro). Average precision
ranks the examples of one class by its probability.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.evaluation.detections import precision_recall


@dataclass(frozen=True, slots=True, eq=False)
class MultilabelScores:
    """How well sets of words were predicted; each number is 0..1.

    Attributes
    ----------
    accuracy
        Share of all answers that are right.
    all_right
        Share of the examples of which every answer is right.
    precision, recall, f1
        Of the yes answers of all classes together.
    macro_precision, macro_recall, macro_f1
        Means over the classes that occur in the truth.
    average_precision
        (k,) per class; NaN for a class that does not occur.
    """

    accuracy: float
    all_right: float
    precision: float
    recall: float
    f1: float
    macro_precision: float
    macro_recall: float
    macro_f1: float
    average_precision: NDArray[np.float64]

    @property
    def mean_average_precision(self) -> float:
        """Mean over the classes that occur."""
        return float(np.nanmean(self.average_precision))


def validate(true: ArrayLike, probability: ArrayLike) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Truth and probabilities as arrays.

    Raises
    ------
    ValueError
        When they are not (n, k) of one shape, nothing is true, or a probability is not within 0..1.
    """
    truth, ranks = np.asarray(true, bool), np.asarray(probability, np.float64)
    if truth.ndim != 2 or truth.shape != ranks.shape or not truth.size:
        raise ValueError(f"truth of shape {truth.shape} and probabilities {ranks.shape} do not fit together")
    if not truth.any():
        raise ValueError("no example has any class")
    if not ((ranks >= 0) & (ranks <= 1)).all():
        raise ValueError("probabilities lie between 0 and 1; are these logits?")
    return truth, ranks


def evaluate(true: ArrayLike, probability: ArrayLike, threshold: float = 0.5) -> MultilabelScores:
    """Compare (n, k) truth with (n, k) probabilities; at or above the threshold the answer is yes."""
    truth, ranks = validate(true, probability)
    said = ranks >= threshold
    right = (truth & said).sum(axis=0)
    said_of, true_of = said.sum(axis=0), truth.sum(axis=0)
    occurs = true_of > 0
    precision = right / np.maximum(said_of, 1)
    recall = right / np.maximum(true_of, 1)
    f1 = 2 * right / np.maximum(said_of + true_of, 1)
    average = [
        precision_recall(truth[:, index], ranks[:, index], int(true_of[index])).average_precision
        for index in range(truth.shape[1])
    ]
    return MultilabelScores(
        accuracy=float((truth == said).mean()),
        all_right=float((truth == said).all(axis=1).mean()),
        precision=float(right.sum() / max(1, said.sum())),
        recall=float(right.sum() / truth.sum()),
        f1=float(2 * right.sum() / (said.sum() + truth.sum())),
        macro_precision=float(precision[occurs].mean()),
        macro_recall=float(recall[occurs].mean()),
        macro_f1=float(f1[occurs].mean()),
        average_precision=np.array(average),
    )


def co_appearance(true: ArrayLike) -> NDArray[np.int64]:
    """(k, k) how many examples have both classes; the diagonal counts each class's examples."""
    truth = np.asarray(true, np.int64)
    if truth.ndim != 2 or not np.isin(truth, (0, 1)).all():
        raise ValueError(f"truth is (examples, classes) of yes and no, not of shape {truth.shape}")
    return truth.T @ truth


def co_appearance_share(true: ArrayLike) -> NDArray[np.float64]:
    """(k, k) share of the row's examples that have the column's class too; a class without any has zeros."""
    together = co_appearance(true)
    return together / np.maximum(np.diag(together), 1)[:, None]
