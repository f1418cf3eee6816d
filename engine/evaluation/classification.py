"""One word per example: accuracy, class-averaged accuracy, precision, recall, F1 and the confusion matrix.

Conventions
-----------
The confusion matrix has a row per true class and a column per predicted one, in counts. *Class-averaged
accuracy* is the mean of the recalls of the classes that occur in the truth; a class that occurs nowhere
counts for nothing, one that is never found for 0. Guessing evenly among k classes reaches 1/k. Macro
averages of precision and F1 are over the classes that occur in the truth, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class ClassificationScores:
    """How well words were predicted.

    Attributes
    ----------
    classes
        Names of the matrix's rows and columns.
    confusion
        (k, k) counts, true by predicted.
    """

    classes: tuple[str, ...]
    confusion: NDArray[np.int64]

    @property
    def examples(self) -> int:
        """How many there were."""
        return int(self.confusion.sum())

    @property
    def support(self) -> NDArray[np.int64]:
        """(k,) true examples per class."""
        return self.confusion.sum(axis=1)

    @property
    def present(self) -> NDArray[np.bool_]:
        """(k,) the classes that occur in the truth."""
        return self.support > 0

    @property
    def accuracy(self) -> float:
        """Share of the examples that are right."""
        return float(np.trace(self.confusion) / self.examples)

    @property
    def recall(self) -> NDArray[np.float64]:
        """(k,) share of each class's examples that are right; NaN for a class without any."""
        return _ratio(np.diag(self.confusion), self.support, np.nan)

    @property
    def precision(self) -> NDArray[np.float64]:
        """(k,) share of the examples called so that are; 0 for a word nothing was called."""
        return _ratio(np.diag(self.confusion), self.confusion.sum(axis=0), 0.0)

    @property
    def f1(self) -> NDArray[np.float64]:
        """(k,) harmonic means of precision and recall; NaN for a class without examples."""
        total = self.support + self.confusion.sum(axis=0)
        return np.where(self.present, _ratio(2 * np.diag(self.confusion), total, 0.0), np.nan)

    @property
    def class_averaged_accuracy(self) -> float:
        """Mean recall of the classes that occur."""
        return float(self.recall[self.present].mean())

    @property
    def macro_precision(self) -> float:
        """Mean precision of the classes that occur."""
        return float(self.precision[self.present].mean())

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the classes that occur."""
        return float(self.f1[self.present].mean())

    @property
    def chance(self) -> float:
        """Class-averaged accuracy of guessing."""
        return 1.0 / len(self.classes)


def validate(true: Sequence[str], predicted: Sequence[str], classes: Sequence[str]) -> None:
    """Check what `evaluate` is given.

    Raises
    ------
    ValueError
        When there is no example, the lengths differ, or a word is none of the classes.
    """
    if len(true) != len(predicted):
        raise ValueError(f"{len(true)} true words and {len(predicted)} predicted ones do not fit together")
    if not true:
        raise ValueError("there is no example to score")
    if len(set(classes)) < len(classes):
        raise ValueError("a class is named twice")
    unknown = sorted(({*true, *predicted}) - set(classes))
    if unknown:
        raise ValueError(f"“{unknown[0]}” is none of the classes {', '.join(classes)}")


def evaluate(true: Sequence[str], predicted: Sequence[str], classes: Sequence[str]) -> ClassificationScores:
    """Compare true with predicted words.

    Parameters
    ----------
    true, predicted
        A word for each example.
    classes
        All words that can be predicted, in the matrix's order.
    """
    validate(true, predicted, classes)
    place = {word: index for index, word in enumerate(classes)}
    confusion = np.zeros((len(classes), len(classes)), np.int64)
    for one, other in zip(true, predicted, strict=True):
        confusion[place[one], place[other]] += 1
    return ClassificationScores(tuple(classes), confusion)


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64], otherwise: float) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.full(len(whole), otherwise), where=whole > 0)
