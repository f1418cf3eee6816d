"""Predicted and actual levels of whole clips: a table, a verdict, the figure of the paper."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from engine.evaluation import level_curves
from engine.models.checkpoint import fill, load_checkpoint
from engine.models.loudness_net import LOUDNESS_NET, LoudnessNet, LoudnessNetConfig
from engine.models.plain_config import from_plain
from training.datasets.parts import recordings_to_judge
from training.evaluate.figures import check_target, levels_figure, write_figure
from training.evaluate.score_table import RowKind, ScoreTable
from training.loudness import movement
from training.loudness.level_targets import true_levels_db
from training.sound_features.front_end import FrontEnd
from training.sound_features.predictions_file import Predicted, write_predictions

Pairs = Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]]

_PICTURE_S = 1 / 30
"""Files of predictions have a level for each picture at 30 Hz."""


def report(
    checkpoint: Path,
    data: str,
    *,
    figure: Path | None = None,
    predictions: Path | None = None,
    is_test_only: bool = False,
    cache: Path | None = None,
) -> movement.Movement:
    """Print the table.

    Parameters
    ----------
    checkpoint
        The model's folder.
    data
        A data set whose levels are known.
    figure
        Where to draw predicted against actual levels.
    predictions
        Where to write the levels at 30 Hz, for `training.evaluate levels`.
    is_test_only
        Judge on the recordings that the data set keeps for testing, not on all.
    cache
        Where decoded pictures and features are kept; in the user's cache folder when None.

    Raises
    ------
    UserFacingError
        When the checkpoint or the data can't be read, or a file can't be written.
    """
    check_target(figure)
    network, window = load_loudness(checkpoint)
    name = f"{checkpoint.parent.name}/{checkpoint.name}"
    look, measure = network.config.look, network.config.measure
    front_end = FrontEnd(network.body, cache)
    pairs: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}
    predicted: dict[str, Predicted] = {}
    for recording in recordings_to_judge(data, is_test_only=is_test_only):
        said_db = front_end.predict(network, network.body, recording, window)[:, 0]
        true_db = true_levels_db(front_end.footage, recording, 0.0, len(said_db), look.step_s, measure)
        pairs[recording.name] = (true_db, said_db)
        predicted[recording.name] = Predicted(
            level_db=_per_picture(said_db, look.step_s, recording.duration_s)
        )
    _table(name, pairs, look.step_s).show()
    moved = movement.evaluate(pairs.values())
    Console().print(moved.verdict, highlight=False, soft_wrap=True)
    if predictions is not None:
        write_predictions(predictions, name, predicted)
    if figure is not None:
        write_figure(levels_figure(pairs, look.step_s, name), figure)
    return moved


def load_loudness(checkpoint: Path) -> tuple[LoudnessNet, int]:
    """A trained network, and how many pictures it was shown at once.

    Raises
    ------
    CheckpointError
        When it is none.
    """
    kept = load_checkpoint(checkpoint, LOUDNESS_NET)
    network = LoudnessNet(from_plain(LoudnessNetConfig, kept.description.config, complete=True))
    fill(network, kept)
    return network.eval(), int(kept.description.features["pictures"])


def _per_picture(level_db: NDArray[np.float64], step_s: float, duration_s: float) -> NDArray[np.float64]:
    count = round(duration_s / _PICTURE_S)
    middles_s = (np.arange(count) + 0.5) * _PICTURE_S
    return np.interp(middles_s, (np.arange(len(level_db)) + 0.5) * step_s, level_db)


def _table(name: str, pairs: Pairs, step_s: float) -> ScoreTable:
    count = sum(true.size for true, _ in pairs.values())
    table = ScoreTable(
        f"Levels every {1000 * step_s:.0f} ms: {len(pairs)} clips, {count} pictures",
        ("MSE dB²", "MSE*", "MAE*", "r in clip", "best lag", "moves", "explains"),
        notes=[
            "* after one constant per clip is taken out: the recording's gain is not in the picture.",
            "moves: how much the prediction moves within a clip, as a share of how much the sound does. "
            "explains: the share of the sound's variance within clips that the prediction takes away.",
        ],
    )
    mean = float(np.mean(np.concatenate([true for true, _ in pairs.values()])))
    one_number = {clip: (true, np.full(true.size, mean)) for clip, (true, _) in pairs.items()}
    _add(table, f"always {mean:.1f} dB, the mean of all", one_number, "reference")
    _add(table, name, pairs, "ours")
    for clip, pair in pairs.items():
        _add(table, clip, {clip: pair}, "reference")
    return table


def _add(table: ScoreTable, name: str, pairs: Pairs, kind: RowKind) -> None:
    scores, moved = level_curves.evaluate(pairs.values()), movement.evaluate(pairs.values())
    table.add(
        name,
        scores.mse_db2,
        scores.mse_without_constant_db2,
        scores.mae_without_constant_db,
        scores.correlation_within,
        scores.correlation_within_at_lags,
        moved.movement,
        moved.explained,
        kind=kind,
    )
