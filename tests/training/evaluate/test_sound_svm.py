"""The SVM: scikit-learn's own answers, and objects that never stand on two sides."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import UserFacingError

pytest.importorskip("sklearn")

from training.evaluate import sound_svm
from training.evaluate.sound_svm import CHOICES_OF_C, fit_svm, held_out_predictions


def blobs(per_class: int = 12, spread: float = 0.3, seed: int = 0) -> tuple[np.ndarray, list[str], list[str]]:
    random = np.random.default_rng(seed)
    centres = {"wood": (0, 0), "rock": (3, 0), "glass": (0, 3)}
    words = [word for word in centres for _ in range(per_class)]
    features = np.array([centres[word] for word in words]) + random.normal(0, spread, (len(words), 2))
    return features, words, [f"object {index // 2}" for index in range(len(words))]


def test_as_scikit_learns_own_pipeline() -> None:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import LinearSVC

    features, words, objects = blobs(spread=1.0)
    ours = fit_svm(features, words, objects, c=0.01)
    theirs = make_pipeline(StandardScaler(), LinearSVC(C=0.01, class_weight="balanced")).fit(features, words)
    assert ours.predict(features) == list(theirs.predict(features))
    assert ours.scores(features) == pytest.approx(theirs.decision_function(features), abs=1e-2)
    assert ours.classes == tuple(theirs.classes_)
    assert ours.c == 0.01 and ours.held_out_accuracy is None


def test_two_classes_have_two_columns() -> None:
    features, words, objects = blobs()
    some = [index for index, word in enumerate(words) if word != "glass"]
    svm = fit_svm(features[some], [words[i] for i in some], [objects[i] for i in some], c=0.1)
    scores = svm.scores(features[some])
    assert scores.shape == (24, 2)
    assert [svm.classes[int(row.argmax())] for row in scores] == svm.predict(features[some])


def test_held_out_objects_are_not_known_by_heart() -> None:
    # Each object has its own place and a class that follows from nothing else.
    random = np.random.default_rng(0)
    objects = [f"object {index // 4}" for index in range(160)]
    places, classes = random.normal(size=(40, 30)), random.choice(["wood", "rock"], 40)
    features = np.repeat(places, 4, axis=0) + random.normal(0, 0.01, (160, 30))
    words = [str(word) for word in np.repeat(classes, 4)]
    right = np.mean(
        [a == b for a, b in zip(held_out_predictions(features, words, objects, c=1.0), words, strict=True)]
    )
    assert right < 0.75
    alone = held_out_predictions(features, words, [str(index) for index in range(160)], c=1.0)
    assert np.mean([a == b for a, b in zip(alone, words, strict=True)]) > 0.95


def test_the_smallest_good_c_is_chosen() -> None:
    features, words, objects = blobs(spread=0.1)
    svm = fit_svm(features, words, objects)
    assert svm.held_out_accuracy == pytest.approx(1.0)
    assert svm.c == CHOICES_OF_C[0]


def test_a_few_objects_are_enough_to_choose_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_svm, "_MOST_SOUNDS_TO_CHOOSE_BY", 20)
    objects = [f"object {index // 2}" for index in range(100)]
    some = sound_svm._some_objects(objects)
    assert len(some) == 20
    assert len({objects[index] for index in some}) == 10
    assert len(sound_svm._some_objects(["a"] * 50 + ["b"] * 50)) == 100


@pytest.mark.parametrize(
    ("features", "words", "objects", "message"),
    [
        (np.zeros((3, 2)), ["wood"] * 3, ["a"] * 3, "all of one"),
        (np.zeros((3, 2)), ["wood"], ["a"] * 3, "do not fit together"),
        (np.full((2, 2), np.nan), ["wood", "rock"], ["a", "b"], "not finite"),
        (np.zeros((4, 2)), ["wood", "rock"] * 2, ["a"] * 4, "4 sounds of 1 objects are too few"),
        (np.zeros((4, 2)), ["wood"] * 2 + ["rock"] * 2, ["a", "a", "b", "b"], "all of one class"),
    ],
)
def test_nonsense_is_refused(features, words, objects, message) -> None:
    with pytest.raises(UserFacingError, match=message):
        fit_svm(features, words, objects)
