"""How well contacts are detected in the predicted sound, beside the paper's row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.evaluation import contacts
from engine.models.checkpoint import fill, load_checkpoint
from engine.models.plain_config import from_plain
from engine.models.sound_feature_net import SOUND_FEATURE_NET, SoundFeatureNet, SoundFeatureNetConfig
from training.datasets.parts import recordings_to_judge
from training.evaluate.contact_tables import clip_table, strict_table
from training.evaluate.detectors import Finder, Found, clip_contacts
from training.sound_features.front_end import FrontEnd
from training.sound_features.peaks import PeakConfig
from training.sound_features.predictions_file import Predicted, write_predictions
from training.sound_features.train import predicted_peaks

_NO_LEVELS: NDArray[np.float64] = np.zeros(0)


def report(
    checkpoint: Path,
    data: str,
    *,
    predictions: Path | None = None,
    is_test_only: bool = False,
    cache: Path | None = None,
) -> contacts.ContactReport:
    """Print the tables.

    Parameters
    ----------
    checkpoint
        The model's folder.
    data
        A data set whose contacts are known.
    predictions
        Where to write what was found, for `training.evaluate hits`.
    is_test_only
        Judge on the recordings that the data set keeps for testing, not on all.
    cache
        Where decoded pictures and features are kept; in the user's cache folder when None.

    Raises
    ------
    UserFacingError
        When the checkpoint or the data can't be read, or the file can't be written.
    """
    network, peaks, window = load_sound_features(checkpoint)
    name = f"{checkpoint.parent.name}/{checkpoint.name}"
    front_end = FrontEnd(network.body, cache)
    recordings = recordings_to_judge(data, is_test_only=is_test_only)
    found = {
        recording.name: predicted_peaks(network, front_end, recording, window, peaks)[0]
        for recording in recordings
    }
    finder = Finder(
        name,
        {
            clip: Found(one.times_s, one.confidence, peaks.threshold, None, _NO_LEVELS)
            for clip, one in found.items()
        },
    )
    clips = clip_contacts(recordings, finder)
    scores = contacts.evaluate(clips)
    strict_table({name: clips}, {name: scores}).show()
    clip_table(name, scores).show()
    if predictions is not None:
        write_predictions(
            predictions,
            name,
            {clip: Predicted(one.times_s, one.confidence, peaks.threshold) for clip, one in found.items()},
        )
    return scores


def load_sound_features(checkpoint: Path) -> tuple[SoundFeatureNet, PeakConfig, int]:
    """A trained network, how its peaks are read, and how many pictures it was shown at once.

    Raises
    ------
    CheckpointError
        When it is none.
    """
    kept = load_checkpoint(checkpoint, SOUND_FEATURE_NET)
    config = kept.description.config
    network = SoundFeatureNet(from_plain(SoundFeatureNetConfig, config["network"], complete=True))
    fill(network, kept)
    peaks = from_plain(PeakConfig, config["peaks"], complete=True)
    return network.eval(), peaks, int(kept.description.features["pictures"])
