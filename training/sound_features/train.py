"""Training the prediction of sound features, from clips to a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.evaluation import contacts
from engine.evaluation.onsets import TOLERANCES_S
from engine.models.backbones import fill_from_imagenet
from engine.models.description import ModelDescription
from engine.models.plain_config import to_plain
from engine.models.sound_feature_net import SOUND_FEATURE_NET, SoundFeatureNet, amplitude
from training.datasets.parts import opened_parts
from training.datasets.recording import Recording
from training.datasets.samples import WindowPlace, places_of_windows, without_sound
from training.evaluate.detectors import Finder, Found, clip_contacts
from training.frame.loop import train
from training.frame.provenance import git_commit
from training.frame.run_folder import State
from training.frame.task import Batch, Losses, Task
from training.sound_features.front_end import FrontEnd
from training.sound_features.heard import HeardSounds
from training.sound_features.loss import SoundLossConfig, sound_loss
from training.sound_features.peaks import PeakConfig, Peaks, amplitude_peaks, calibrated
from training.sound_features.recipe import SoundFeatureRecipe
from training.sound_features.windows import WindowSamples


def train_sound_features(recipe: SoundFeatureRecipe, out: Path, *, resume: bool = False) -> State:
    """Train as the recipe says; `out/best` holds the model.

    Raises
    ------
    UserFacingError
        When there is nothing to learn from, weights can't be had, or the run can't be begun or gone on with.
    """
    data = recipe.data
    parts = opened_parts(data.folders, data.training_clips, data.validation_clips)
    torch.manual_seed(recipe.loop.seed)
    network = SoundFeatureNet(recipe.network)
    if recipe.weights == "imagenet":
        fill_from_imagenet(network.body.backbone, recipe.network.look.backbone)
    front_end = FrontEnd(network.body, recipe.data.cache)
    heard = HeardSounds(recipe.network, recipe.data.cache)
    training_places, validation_places = (
        _places(recordings, recipe) for recordings in (parts.training, parts.validation)
    )
    training_sounds = heard.windows(parts.training, training_places, recipe.data.pictures)
    validation_sounds = heard.windows(parts.validation, validation_places, recipe.data.pictures)
    kept = network.learn_basis(np.concatenate(training_sounds))
    for recordings, places in (
        (parts.training, training_places),
        (parts.validation, validation_places),
    ):
        front_end.prepare(network.body, recordings, places, recipe.data.pictures, recipe.loop.device)
    commit = git_commit()

    def samples(
        recordings: Sequence[Recording],
        places: Sequence[WindowPlace],
        sounds: Sequence[NDArray[np.float32]],
        *,
        varied: bool,
    ) -> WindowSamples:
        targets = [network.coefficients(torch.from_numpy(sound)).numpy() for sound in sounds]
        variations = recipe.variations if varied else None
        return WindowSamples(front_end, recordings, places, recipe.data.pictures, targets, variations)

    def measure(network: nn.Module) -> dict[str, float]:
        assert isinstance(network, SoundFeatureNet)
        return {"variance_kept": kept, **_measure(network, front_end, parts.validation, recipe)}

    def describe(metrics: Mapping[str, float]) -> ModelDescription:
        peaks = recipe.peaks
        if metrics:
            peaks = replace(peaks, threshold=metrics["threshold"], shift_s=metrics["shift_s"])
        return ModelDescription(
            SOUND_FEATURE_NET,
            {"network": to_plain(recipe.network), "peaks": to_plain(peaks)},
            {"pictures": recipe.data.pictures},
            git_commit=commit,
            data_sha256=parts.sha256,
            metrics=dict(metrics),
        )

    task = Task(
        network,
        lambda network, batch: feature_loss(network, batch, recipe.loss),
        samples(parts.training, training_places, training_sounds, varied=True),
        samples(parts.validation, validation_places, validation_sounds, varied=False),
        describe,
        measure,
        recipe.optimiser,
    )
    settings = to_plain(recipe)
    del settings["data"]["cache"]  # a run may go on with another
    return train(task, recipe.loop, out, settings, resume=resume)


def feature_loss(network: nn.Module, batch: Batch, config: SoundLossConfig) -> Losses:
    """The robust loss of a batch, and the root mean squared error beside it."""
    said, true = network(batch["pictures"], batch.get("first")), batch["target"]
    error = (said - true).detach().square().sum(-1).mean().sqrt()
    return {"loss": sound_loss(said, true, config), "rms_error": error}


def predicted_peaks(
    network: SoundFeatureNet, front_end: FrontEnd, recording: Recording, window: int, config: PeakConfig
) -> tuple[Peaks, NDArray[np.float64]]:
    """Peaks of the sound that is predicted for a recording, and its amplitude (frames,)."""
    said = front_end.predict(network, network.body, recording, window)
    coefficients = torch.from_numpy(said.astype(np.float32)).to(network.mean.device)
    loud = amplitude(network.cochleagram(coefficients).cpu().numpy(), network.config.power)
    return amplitude_peaks(loud, network.config.envelope_rate_hz, config), loud


def _places(recordings: Sequence[Recording], recipe: SoundFeatureRecipe) -> list[WindowPlace]:
    step_s = recipe.network.look.step_s
    places, _ = places_of_windows(
        recordings, recipe.data.pictures * step_s, recipe.data.stride * step_s, without_sound
    )
    return places


def _measure(
    network: SoundFeatureNet, front_end: FrontEnd, recordings: Sequence[Recording], recipe: SoundFeatureRecipe
) -> dict[str, float]:
    """Scores on whole validation clips, with the threshold and the shift that suit them best."""
    heard = [recording for recording in recordings if recording.sound is not None]
    found = [
        predicted_peaks(network, front_end, recording, recipe.data.pictures, recipe.peaks)[0]
        for recording in heard
    ]
    true_s = [
        np.array([contact.time_s for contact in recording.contacts if contact.in_picture])
        for recording in heard
    ]
    peaks = calibrated(recipe.peaks, true_s, found)
    clips = {
        recording.name: Found(
            np.maximum(one.times_s + peaks.shift_s - recipe.peaks.shift_s, 0.0),
            one.confidence,
            peaks.threshold,
            None,
            np.zeros(0),
        )
        for recording, one in zip(heard, found, strict=True)
    }
    scores = {"threshold": peaks.threshold, "shift_s": peaks.shift_s}
    if any(true.size for true in true_s):
        report = contacts.evaluate(clip_contacts(heard, Finder("", clips)), draws=1)
        for tolerance_s, score in zip(TOLERANCES_S, report.scores, strict=True):
            scores[f"f1_{1000 * tolerance_s:.0f}ms"] = score.f1.value
            scores[f"ap_{1000 * tolerance_s:.0f}ms"] = score.average_precision.value
    return scores
