"""The task `sound-material`: the SVM of Owens et al. on sounds; by default trained on rendered ones.

What an SVM trained on one set of sounds says about another set tells how alike they sound, material by
material. It can be asked for the action, the reaction and the hardness as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.markup import escape

from engine.errors import UserFacingError
from engine.evaluation import bootstrap, classification
from engine.evaluation.bootstrap import Interval
from engine.evaluation.classification import ClassificationScores
from engine.project.materials import ACTIONS, MATERIALS, REACTIONS
from training.datasets.opening import data_folder
from training.evaluate import papers
from training.evaluate.figures import check_target, confusion_figure, write_figure
from training.evaluate.materials import class_table
from training.evaluate.score_table import ScoreTable
from training.evaluate.sound_sets import (
    DESCRIPTIONS,
    WORDS,
    Describe,
    SoundSet,
    dataset_sounds,
    kit_sounds,
    recorded_sounds,
)
from training.evaluate.sound_svm import SoundSvm, fit_svm

KIT = "kit"
"""The name that stands for the sound kit's own sounds."""
_KIT_PER_MATERIAL = 40

CLASSES: dict[str, tuple[str, ...]] = {
    "material": MATERIALS,
    "action": tuple(ACTIONS),
    "reaction": tuple(REACTIONS),
    "hardness": ("hard", "soft"),
}


def run(
    train: Sequence[str],
    test: str | None = None,
    word: str = "material",
    action: str | None = "hit",
    c: float | None = None,
    description: str = "shape",
    figure: Path | None = None,
) -> None:
    """Train on some sounds, test on others, print the scores.

    Parameters
    ----------
    train
        Data sets, folders of recordings (a folder per material), or "kit"; all together are trained on.
    test
        The same for the test; None for the labelled real clips of the data folder.
    word
        What is asked: material, action, reaction or hardness.
    action
        Only sounds of this action; None for all. Ignored when the action is what is asked.
    c
        The SVM's C; None chooses it on the training sounds.
    description
        How sounds are described: one of `DESCRIPTIONS`.
    figure
        Where to draw the confusion matrix.

    Raises
    ------
    UserFacingError
        When something can't be opened, described or written.
    """
    check_target(figure)
    if word not in WORDS:
        raise UserFacingError(f"Sounds can be asked for {', '.join(WORDS)}, not for “{word}”.")
    if description not in DESCRIPTIONS:
        raise UserFacingError(f"Sounds are described by {' or '.join(DESCRIPTIONS)}, not by “{description}”.")
    describe = DESCRIPTIONS[description]
    wanted = None if word == "action" else action
    heard = [open_sounds(each, describe).labelled(word, _action_of(each, wanted)) for each in train]
    training = together(heard)
    tested = test if test is not None else str(data_folder() / "greatest_hits" / "clips")
    testing = open_sounds(tested, describe).labelled(word, _action_of(tested, wanted))
    _tell_left_out(training, testing)
    if not testing.sounds:
        raise UserFacingError(f"“{tested}” has no sound whose {word} is known.")
    svm = fit_svm(training.features, training.words(word), training.objects(), c=c)
    scores = tested_scores(svm, testing, word)
    score_table(" + ".join(train), svm, training, testing, word, scores).show()
    class_table(scores).show()
    if figure is not None:
        title = f"{word} by sound: {' + '.join(Path(each).name for each in train)} to {Path(tested).name}"
        write_figure(confusion_figure(scores.confusion, CLASSES[word], title), figure)


def open_sounds(place: str, describe: Describe) -> SoundSet:
    """Sounds of the kit, of a folder with a folder per material, or of a data set."""
    if place == KIT:
        return kit_sounds(_KIT_PER_MATERIAL, describe=describe)
    if is_recordings_folder(Path(place)):
        return recorded_sounds(Path(place), describe)
    return dataset_sounds(place, describe)


def is_recordings_folder(folder: Path) -> bool:
    """Whether a folder has folders named after materials."""
    return any((folder / material).is_dir() for material in MATERIALS)


def together(sets: Sequence[SoundSet]) -> SoundSet:
    """Several sets as one."""
    if not any(each.sounds for each in sets):
        raise UserFacingError("There is no labelled sound to train on.")
    return SoundSet(
        tuple(sound for each in sets for sound in each.sounds),
        np.concatenate([each.features for each in sets]),
        tuple(row for each in sets for row in each.left_out),
    )


def tested_scores(svm: SoundSvm, testing: SoundSet, word: str) -> ClassificationScores:
    """What the SVM says about other sounds."""
    return classification.evaluate(testing.words(word), svm.predict(testing.features), CLASSES[word])


def accuracy_interval(predicted: Sequence[str], testing: SoundSet, word: str) -> Interval:
    """Class-averaged accuracy; sounds of one object are drawn together."""
    pairs = list(zip(testing.words(word), predicted, strict=True))
    return bootstrap.evaluate(
        pairs,
        lambda some: (
            classification.evaluate(
                [true for true, _ in some], [said for _, said in some], CLASSES[word]
            ).class_averaged_accuracy
        ),
        groups=testing.objects(),
        draws=300,
    )


def score_table(
    name: str, svm: SoundSvm, training: SoundSet, testing: SoundSet, word: str, scores: ClassificationScores
) -> ScoreTable:
    """The SVM's accuracy beside chance, the training sounds' own, and the paper's."""
    present = int(scores.present.sum())
    table = ScoreTable(
        f"{word.capitalize()} by sound, {len(CLASSES[word])}-way: {len(training.sounds)} sounds of "
        f"{len(set(training.objects()))} objects; tested on {scores.examples} of "
        f"{len(set(testing.objects()))}, {present} classes present",
        ("class-averaged", "accuracy"),
        notes=[
            f"C = {svm.c:g}, the smallest within a standard error of the best on held-out training objects. "
            "Below: 95 % of bootstrap draws over objects of the test.",
        ],
    )
    table.add("chance", scores.chance, scores.chance)
    table.add(
        f"always {CLASSES[word][int(scores.support.argmax())]}",
        1 / present,
        float(scores.support.max() / scores.examples),
    )
    if svm.held_out_accuracy is not None:
        table.add("held-out objects of the training sounds", svm.held_out_accuracy, None)
    interval = accuracy_interval(svm.predict(testing.features), testing, word)
    table.add(name, interval, scores.accuracy, kind="ours")
    if word == "material":
        table.add_papers(papers.SOUND_MATERIAL, ["class_averaged", None])
    return table


def _action_of(place: str, wanted: str | None) -> str | None:
    """Recordings of impacts have no action in their names: all of them are taken."""
    return None if wanted is None or is_recordings_folder(Path(place)) else wanted


def _tell_left_out(*sets: SoundSet) -> None:
    console = Console(stderr=True)
    for name, reason in [row for each in sets for row in each.left_out][:10]:
        console.print(f"left out: {escape(name)}: {escape(reason)}", style="yellow", soft_wrap=True)
    left_out = sum(len(each.left_out) for each in sets)
    if left_out:
        console.print(f"{left_out} sounds were left out in all.", style="yellow")
