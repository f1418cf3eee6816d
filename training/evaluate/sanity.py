"""The task `sanity`: numbers every other number is read against.

How well can material be told from real recordings at all, what do chance, an oracle and a random baseline
score on the real clips? A change in the measures shows here first.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.evaluation import classification, contacts, level_curves
from engine.evaluation.classification import ClassificationScores
from engine.evaluation.contacts import ClipContacts
from engine.evaluation.onsets import TOLERANCES_S, metronome
from engine.project.materials import MATERIALS
from training.datasets import open_dataset
from training.datasets.opening import data_folder
from training.datasets.recording import Recording
from training.evaluate import papers
from training.evaluate.figures import check_target, confusion_figure, write_figure
from training.evaluate.score_table import ScoreTable
from training.evaluate.sound_sets import SoundSet, dataset_sounds, kit_sounds, recorded_sounds
from training.evaluate.sound_svm import CHOICES_OF_C, SoundSvm, fit_svm

_RANDOM_DRAWS = 200
_KIT_PER_MATERIAL = 30


def run(data: Path | None = None, figure: Path | None = None, seed: int = 0) -> None:
    """Print the sanity numbers.

    Parameters
    ----------
    data
        The data folder, with `sounds` and `greatest_hits/clips`; None for the usual one.
    figure
        Where to draw the confusion of real recordings.
    seed
        Of the random baselines.

    Raises
    ------
    UserFacingError
        When the data is not there, or the figure can't be written.
    """
    check_target(figure)
    folder = data or data_folder()
    recorded = recorded_sounds(folder / "sounds").labelled("material")
    hits = dataset_sounds(folder / "greatest_hits" / "clips").labelled("material", "hit")
    held_out = across_sources(recorded)
    sound_table(recorded, hits, held_out, seed).show()
    recordings = open_dataset(folder / "greatest_hits" / "clips").recordings()
    onset_table(recordings, seed).show()
    levels_table(recordings, seed).show()
    if figure is not None:
        write_figure(
            confusion_figure(held_out.confusion, MATERIALS, "real recordings, another source"), figure
        )


def across_sources(sounds: SoundSet) -> ClassificationScores:
    """Every source told by an SVM trained on the other sources; C is chosen among those others."""
    sources = np.array(sounds.objects())
    words = np.array(sounds.words("material"))
    predicted = words.copy()
    for source in np.unique(sources):
        others = sources != source
        svm = fit_svm(sounds.features[others], list(words[others]), list(sources[others]))
        predicted[~others] = svm.predict(sounds.features[~others])
    return classification.evaluate(list(words), list(predicted), MATERIALS)


def sound_table(recorded: SoundSet, hits: SoundSet, held_out: ClassificationScores, seed: int) -> ScoreTable:
    """Material by sound: recordings told across sources, and the labelled hits of the real clips."""
    table = ScoreTable(
        f"Material by sound, {len(MATERIALS)}-way",
        (f"recordings, other source ({held_out.examples})", f"real hits ({len(hits.sounds)})"),
        first="class-averaged accuracy",
        notes=[
            "Recordings: files of one source stand on one side. Real hits: labelled hits of the real clips; "
            "seven materials, two of them once.",
        ],
    )
    table.add("chance", 1 / len(MATERIALS), 1 / len(MATERIALS))
    random = np.random.default_rng(seed)
    table.add(
        f"random words, mean of {_RANDOM_DRAWS}",
        *(_random_words(each.words("material"), random) for each in (recorded, hits)),
    )
    svm = fit_svm(recorded.features, recorded.words("material"), recorded.objects())
    table.add("SVM, real recordings", held_out.class_averaged_accuracy, _accuracy(svm, hits), kind="ours")
    kit = kit_sounds(_KIT_PER_MATERIAL)
    svm = fit_svm(kit.features, kit.words("material"), kit.objects())
    table.add("SVM, the sound kit bare", _accuracy(svm, recorded), _accuracy(svm, hits), kind="ours")
    table.add("oracle", 1.0, 1.0)
    table.add_papers(papers.SOUND_MATERIAL, [None, "class_averaged"])
    table.notes.append(f"C is chosen among {', '.join(f'{c:g}' for c in CHOICES_OF_C)}, by held-out objects.")
    return table


def onset_table(recordings: list[Recording], seed: int) -> ScoreTable:
    """F1 of an oracle, of one a picture late, of a metronome and of random times."""
    table = ScoreTable(
        f"Contacts of the real clips: {len(recordings)} clips, "
        f"{sum(len(recording.contacts) for recording in recordings)} contacts",
        tuple(f"F1 ±{1000 * tolerance_s:.0f} ms" for tolerance_s in TOLERANCES_S),
    )
    random = np.random.default_rng(seed)
    true = {recording.name: np.array([c.time_s for c in recording.contacts]) for recording in recordings}
    guesses = {
        "oracle": [true[recording.name] for recording in recordings],
        "oracle, 40 ms late": [true[recording.name] + 0.04 for recording in recordings],
        "metronome, one phase": [metronome(true[r.name], r.duration_s, 0.5) for r in recordings],
        "random times, as many": [
            np.sort(random.uniform(0, r.duration_s, true[r.name].size)) for r in recordings
        ],
    }
    metronome_row: tuple[float, ...] = ()
    for name, found in guesses.items():
        clips = [
            ClipContacts(
                recording.name, recording.source, recording.duration_s, true[recording.name],
                tuple(contact.action for contact in recording.contacts), times_s, np.ones(times_s.size), 0.5,
            )
            for recording, times_s in zip(recordings, found, strict=True)
        ]  # fmt: skip
        report = contacts.evaluate(clips, draws=1)
        table.add(name, *(score.counts.f1 for score in report.scores))
        metronome_row = tuple(score.metronome_f1 for score in report.scores)
    table.add("metronome, mean over phases", *metronome_row)
    return table


def levels_table(recordings: list[Recording], seed: int) -> ScoreTable:
    """Errors of an oracle, a constant, and another clip's levels."""
    true = [np.array(recording.level_db) for recording in recordings if recording.level_db is not None]
    shortest = min(curve.size for curve in true)
    true = [curve[:shortest] for curve in true]
    order = np.random.default_rng(seed).permutation(len(true))
    shuffled = [true[order[(list(order).index(place) + 1) % len(true)]] for place in range(len(true))]
    median = float(np.median(np.concatenate(true)))
    table = ScoreTable(
        f"Level per picture of the real clips: {len(true)} clips, {shortest} pictures each",
        ("MAE dB", "r", "r in clip"),
    )
    for name, predicted in (
        ("oracle", true),
        (f"always {median:.0f} dB", [np.full(shortest, median)] * len(true)),
        ("another clip's levels", shuffled),
    ):
        scores = level_curves.evaluate(zip(true, predicted, strict=True))
        table.add(name, scores.mae_db, scores.correlation, scores.correlation_within)
    return table


def _accuracy(svm: SoundSvm, sounds: SoundSet) -> float:
    said = svm.predict(sounds.features)
    return classification.evaluate(sounds.words("material"), said, MATERIALS).class_averaged_accuracy


def _random_words(words: list[str], random: np.random.Generator) -> float:
    scores = [
        classification.evaluate(words, list(random.choice(MATERIALS, len(words))), MATERIALS)
        for _ in range(_RANDOM_DRAWS)
    ]
    return float(np.mean([score.class_averaged_accuracy for score in scores]))
