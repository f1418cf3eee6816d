"""The linear SVM that Owens et al. judge sounds by: which material, action or reaction does a sound tell?

One classifier per class against all others on standardised features, every class weighing the same. How
much it may bend to single sounds (`C`) is chosen on the training sounds alone, by cross-validation in
which all sounds of one object lie on one side: of the values that do about equally well, the smallest.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

CHOICES_OF_C = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
_FOLDS = 5
_MOST_SOUNDS_TO_CHOOSE_BY = 3000


@dataclass(frozen=True, slots=True)
class SoundSvm:
    """A trained classifier.

    Attributes
    ----------
    classes
        The words it knows, in order of `scores`' columns.
    c
        The C that was chosen.
    held_out_accuracy
        Class-averaged accuracy on held-out training objects at that C, the mean over the folds; None when
        C was given.
    """

    classes: tuple[str, ...]
    c: float
    held_out_accuracy: float | None
    pipeline: Pipeline

    def predict(self, features: NDArray[np.floating]) -> list[str]:
        """The likeliest word for each row of features (n, d)."""
        return [str(word) for word in self.pipeline.predict(features)]

    def scores(self, features: NDArray[np.floating]) -> NDArray[np.float64]:
        """(n, classes) signed distances from each class's boundary; the largest one wins."""
        distances = np.asarray(self.pipeline.decision_function(features), np.float64)
        # For two classes there is one boundary, and its far side is the second class.
        return distances if distances.ndim == 2 else np.stack([-distances, distances], axis=1)


def fit_svm(
    features: NDArray[np.floating],
    words: Sequence[str],
    objects: Sequence[str],
    *,
    c: float | None = None,
) -> SoundSvm:
    """Train on sounds.

    Parameters
    ----------
    features
        (n, d) finite.
    words
        The class of each sound.
    objects
        What each sound was made on (a source file, a source video, a rendered clip); sounds of one object
        never lie on two sides of the cross-validation.
    c
        A fixed C; None chooses it.

    Raises
    ------
    UserFacingError
        When there are fewer than two classes, or the numbers don't fit together.
    """
    _check(features, words, objects)
    held_out = None
    if c is None:
        c, held_out = _choose_c(features, words, objects)
    pipeline = _pipeline(c).fit(features, list(words))
    return SoundSvm(tuple(str(word) for word in pipeline.classes_), c, held_out, pipeline)


def held_out_predictions(
    features: NDArray[np.floating], words: Sequence[str], objects: Sequence[str], *, c: float, seed: int = 0
) -> list[str]:
    """A word for every sound from a classifier that has not heard its object."""
    _check(features, words, objects)
    words_array = np.array(words)
    predicted = words_array.copy()
    for train, test in _folds(words, objects, seed):
        predicted[test] = _told(c, features, words_array, train, test)
    return [str(word) for word in predicted]


def _choose_c(
    features: NDArray[np.floating], words: Sequence[str], objects: Sequence[str]
) -> tuple[float, float]:
    """The smallest C that is as good as the best one, give or take one standard error over the folds.

    Training sounds of one make are more alike than those the classifier will meet, and among equals the
    one that bends least to them carries furthest.
    """
    some = _some_objects(objects)
    some_features, some_words = features[some], np.array(words)[some]
    some_objects = [str(objects[int(index)]) for index in some]
    scores = np.zeros((len(CHOICES_OF_C), 0))
    for train, test in _folds(list(some_words), some_objects, seed=0):
        present = np.unique(some_words[test])
        column = []
        for c in CHOICES_OF_C:
            hits = _told(c, some_features, some_words, train, test) == some_words[test]
            column.append(np.mean([hits[some_words[test] == word].mean() for word in present]))
        scores = np.column_stack([scores, column])
    mean = scores.mean(axis=1)
    best = int(mean.argmax())
    error = scores[best].std(ddof=1) / np.sqrt(scores.shape[1])
    chosen = int(np.argmax(mean >= mean[best] - error))
    return CHOICES_OF_C[chosen], float(mean[chosen])


def _told(
    c: float,
    features: NDArray[np.floating],
    words: NDArray[np.str_],
    train: NDArray[np.intp],
    test: NDArray[np.intp],
) -> NDArray[np.str_]:
    """What a classifier trained on some sounds calls others."""
    if len(np.unique(words[train])) < 2:
        raise UserFacingError(
            "Too few objects to hold some out: those left are all of one class. Give sounds of more objects, "
            "or C."
        )
    return _pipeline(c).fit(features[train], words[train]).predict(features[test])


def _some_objects(objects: Sequence[str]) -> NDArray[np.intp]:
    """Sounds of as many objects, drawn by lot, as choosing takes; all of them where they are few."""
    names, place = np.unique(np.array(objects), return_inverse=True)
    order = np.random.default_rng(0).permutation(len(names))
    taken = np.cumsum(np.bincount(place)[order]) <= _MOST_SOUNDS_TO_CHOOSE_BY
    # With a few large objects the first ones may already be too many.
    taken[: min(len(names), _FOLDS)] = True
    return np.flatnonzero(np.isin(place, order[taken]))


def _folds(
    words: Sequence[str], objects: Sequence[str], seed: int
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    from sklearn.model_selection import StratifiedGroupKFold

    largest_class = max(Counter(words).values())
    folds = min(_FOLDS, len(set(objects)), largest_class)
    if folds < 2:
        raise UserFacingError(
            f"{len(words)} sounds of {len(set(objects))} objects are too few for cross-validation; give C."
        )
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # A class with fewer sounds than folds is missing from some, which is as it must be.
        warnings.filterwarnings("ignore", message="The least populated class")
        return list(splitter.split(np.zeros(len(words)), list(words), list(objects)))


def _pipeline(c: float) -> Pipeline:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import LinearSVC

    # The dual problem is the quicker one where there are fewer sounds than features; it draws by lot.
    machine = LinearSVC(C=c, class_weight="balanced", dual="auto", max_iter=3000, random_state=0)
    return make_pipeline(StandardScaler(), machine)


def _check(features: NDArray[np.floating], words: Sequence[str], objects: Sequence[str]) -> None:
    if features.ndim != 2 or not len(features) == len(words) == len(objects):
        raise UserFacingError(
            f"Features {features.shape}, {len(words)} words and {len(objects)} objects do not fit together."
        )
    if not np.isfinite(features).all():
        raise UserFacingError("Some features of the sounds are not finite.")
    if len(set(words)) < 2:
        raise UserFacingError("An SVM tells two or more classes apart; these sounds are all of one.")
