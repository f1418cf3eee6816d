"""The task `levels`: how well the level curve of a video is predicted, picture by picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from engine.errors import UserFacingError
from engine.evaluation import level_curves
from engine.features.loudness import frame_levels_db
from engine.media.audio import read_audio
from training.datasets import open_dataset
from training.datasets.footage import native_rate
from training.datasets.recording import Recording
from training.evaluate.detectors import FRAME_S, Finder, Found, found_by_model, found_in_file
from training.evaluate.envelope_error import Curve, LevelPairs, envelope_table
from training.evaluate.figures import check_target, levels_figure, write_figure
from training.evaluate.score_table import RowKind, ScoreTable


def run(
    data: str, models: Sequence[str] = (), predictions: Sequence[Path] = (), figure: Path | None = None
) -> None:
    """Print errors and correlations of predicted level curves.

    Parameters
    ----------
    data
        A data set's folder, or the name of a layout.
    models, predictions
        Detectors to run, and files of predictions.
    figure
        Where to draw predicted against actual levels, of the first of them.

    Raises
    ------
    UserFacingError
        When something can't be opened, run or written, or a curve does not fit its clip.
    """
    check_target(figure)
    recordings = open_dataset(data).recordings()
    finders = [found_by_model(model, recordings) for model in models]
    finders += [found_in_file(path) for path in predictions]
    curves = {finder.name: level_pairs(recordings, finder) for finder in finders}
    level_table(curves).show()
    for name, pairs in curves.items():
        clip_level_table(name, pairs).show()
    envelopes = envelope_table(recordings, curves, {finder.name: finder for finder in finders})
    if envelopes is not None:
        envelopes.show()
    if figure is not None:
        name, pairs = next(iter(curves.items()))
        write_figure(levels_figure(pairs, FRAME_S, name), figure)


def level_table(curves: Mapping[str, LevelPairs]) -> ScoreTable:
    """Scores of (true, predicted) curves by the model's name and the clip's, beside a constant."""
    some = next(iter(curves.values()))
    frames = sum(true.size for true, _ in some.values())
    table = ScoreTable(
        f"Level per picture: {len(some)} clips, {frames} pictures",
        ("MSE dB²", "MAE dB", "r", "r in clip", "r best lag", "r own lags", "MSE*", "MAE*", "r*"),
        notes=[
            "* after one constant per clip is taken out: the recording's gain is not in the picture.",
            "Best lag: of -1, 0 and +1 picture, one for all clips; own lags: each clip's best one, mean over "
            "clips.",
            "Huang & Kumar report the mean squared error of their own levels (a sum over samples, not "
            "dBFS) on other videos; there is no number of theirs to put beside these.",
        ],
    )
    median = float(np.median(np.concatenate([true for true, _ in some.values()])))
    constant = {clip: (true, np.full(true.size, median)) for clip, (true, _) in some.items()}
    _add(table, f"always {median:.0f} dB, the median of all", constant, "reference")
    for name, pairs in curves.items():
        _add(table, name, pairs, "ours")
    return table


def clip_level_table(name: str, pairs: LevelPairs) -> ScoreTable:
    """One model clip by clip."""
    table = ScoreTable(f"{name}: levels", ("MAE dB", "MAE*", "constant dB", "r", "r best lag"), first="clip")
    for clip, (true, predicted) in pairs.items():
        scores = level_curves.evaluate_clip(true, predicted)
        table.add(
            clip,
            scores.mae_db,
            scores.mae_without_constant_db,
            f"{scores.constant_db:+.1f}",
            scores.correlation,
            None
            if np.isnan(scores.correlation_at_lag)
            else f"{scores.correlation_at_lag:.3f} ({scores.lag:+d})",
        )
    return table


def _add(table: ScoreTable, name: str, pairs: LevelPairs, kind: RowKind) -> None:
    scores = level_curves.evaluate(pairs.values())
    table.add(
        name,
        scores.mse_db2,
        scores.mae_db,
        scores.correlation,
        scores.correlation_within,
        None if np.isnan(scores.correlation_at_lag) else f"{scores.correlation_at_lag:.3f} ({scores.lag:+d})",
        scores.correlation_within_at_lags,
        scores.mse_without_constant_db2,
        scores.mae_without_constant_db,
        scores.correlation_without_constant,
        kind=kind,
    )


def level_pairs(recordings: Sequence[Recording], finder: Finder) -> LevelPairs:
    """(true, predicted) level curves by the clip's name.

    Raises
    ------
    UserFacingError
        When a clip has no prediction, neither sound nor stated levels, or curves of two lengths.
    """
    pairs: dict[str, tuple[Curve, Curve]] = {}
    for recording in recordings:
        found = finder.clips.get(recording.name)
        if found is None or not found.level_db.size:
            raise UserFacingError(f"{finder.name} predicts no levels for “{recording.name}”.")
        true = _true_levels(recording, found)
        if true.size != found.level_db.size:
            raise UserFacingError(
                f"“{recording.name}” has {true.size} levels, but {finder.name} predicts "
                f"{found.level_db.size}; are they of another frame rate?"
            )
        pairs[recording.name] = (true, found.level_db)
    return pairs


def _true_levels(recording: Recording, found: Found) -> Curve:
    """The levels the data set states, else those of the sound while each predicted picture is shown."""
    if recording.level_db is not None:
        return np.array(recording.level_db)
    if recording.sound is None:
        raise UserFacingError(f"“{recording.name}” has neither sound nor stated levels to compare with.")
    rate = native_rate(recording.sound)
    sound = read_audio(recording.sound, sample_rate=rate, channels=1)[:, 0]
    return frame_levels_db(sound, rate, found.picture_times_s)
