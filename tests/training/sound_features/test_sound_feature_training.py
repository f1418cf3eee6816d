"""The prediction of sound features: its loss, its peaks, and its own commands on films of falling blocks."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from engine.models.checkpoint import load_checkpoint
from tests.training.sound_features.sounding_blocks import write_sounding_blocks
from training.frame.run_folder import read_curve
from training.sound_features.__main__ import app
from training.sound_features.loss import SoundLossConfig, cheapest_path, robust_loss, sound_loss
from training.sound_features.peaks import PeakConfig, Peaks, amplitude_peaks, calibrated
from training.sound_features.windows import PictureVariations, _varied

pytestmark = pytest.mark.usefixtures("quiet")

SMALL = [
    "--network.look.hidden=24",
    "--network.look.layers=1",
    "--data.pictures=30",
    "--data.stride=15",
    "--network.look.width=48",
    "--network.look.height=36",
    "--variations.crop=1.0",
    "--loop.batch_size=4",
    "--loop.device=cpu",
    "--loop.warmup_steps=2",
    "--loop.learning_rate=0.02",
    "--loop.log_every=1",
    "--loop.tensorboard=false",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound_features")
    write_sounding_blocks(folder / "blocks", 6)
    return folder


def test_training_and_report(place: Path):
    arguments = ["train", str(place / "run"), str(place / "blocks"), f"--data.cache={place / 'seen'}"]
    words = ["--loop.steps=25", "--loop.validate_every=25"]
    result = CliRunner().invoke(app, [*arguments, *SMALL, *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    curve = [point["rms_error"] for point in read_curve(place / "run") if "loss" in point]
    assert len(curve) == 25 and np.mean(curve[-5:]) < 0.9 * np.mean(curve[:5])
    metrics = load_checkpoint(place / "run" / "best", "sound-feature-net").description.metrics
    assert metrics["variance_kept"] > 0.9 and {"ap_100ms", "threshold", "shift_s"} <= metrics.keys()

    predictions = place / "predictions.json"
    arguments = ["report", str(place / "run" / "best"), "--data", str(place / "blocks")]
    arguments += ["--cache", str(place / "seen"), "--predictions", str(predictions)]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    for row in ("metronome", "run/best", "Owens et al. 2016", "block_3"):
        assert row in result.output
    assert len(json.loads(predictions.read_text())["clips"]) == 6


def test_the_robust_loss_is_the_papers():
    said, true = torch.zeros(1, 2, 2), torch.tensor([[[0.0, 0.0], [0.3, 0.4]]])
    loss = robust_loss(said, true, 1 / 625)[0]
    torch.testing.assert_close(loss, torch.tensor([1 / 625, 0.25 + 1 / 625]).log())
    torch.testing.assert_close(sound_loss(said, true, SoundLossConfig()), loss.mean())


def test_the_cheapest_path_is_that_of_all_paths():
    costs = torch.rand(2, 5, 3, generator=torch.Generator().manual_seed(0))
    found = cheapest_path(costs, 0.2)
    for clip in range(2):
        every = {
            path: sum(float(costs[clip, frame, state]) for frame, state in enumerate(path))
            + 0.2 * sum(abs(one - other) for one, other in itertools.pairwise(path))
            for path in itertools.product(range(3), repeat=5)
        }
        assert tuple(found[clip].tolist()) == min(every, key=lambda path: every[path])


def test_a_late_sound_is_forgiven_within_reach():
    true = torch.zeros(1, 20, 2)
    true[0, 10] = 1.0
    late = true.roll(2, 1)
    perfect = sound_loss(true, true, SoundLossConfig())
    assert sound_loss(late, true, SoundLossConfig()) > perfect + 0.5
    torch.testing.assert_close(sound_loss(late, true, SoundLossConfig(reach=2)), perfect)
    assert sound_loss(late, true, SoundLossConfig(reach=1)) > perfect + 0.2


def test_peaks_of_an_amplitude():
    amplitude = np.zeros(90)
    amplitude[[20, 30, 60]] = [0.5, 0.2, 0.3]
    found = amplitude_peaks(amplitude, 90.0, PeakConfig(shift_s=-0.01))
    # The lower of two that are a ninth of a second apart goes.
    np.testing.assert_allclose(found.times_s, [20 / 90 - 0.01, 60 / 90 - 0.01])
    np.testing.assert_allclose(found.confidence, [0.5 / 0.6, 0.3 / 0.4])
    assert amplitude_peaks(np.array([0.4, 0.1]), 90.0, PeakConfig()).times_s.tolist() == [0.0]


def test_shift_and_threshold_are_chosen():
    true_s = [np.array([1.0, 2.0, 3.0])]
    found = [Peaks(np.array([1.06, 1.5, 2.06, 3.06]), np.array([0.8, 0.3, 0.6, 0.7]))]
    chosen = calibrated(PeakConfig(), true_s, found)
    assert chosen.shift_s == pytest.approx(-0.06) and 0.3 < chosen.threshold <= 0.6


def test_all_pictures_of_a_window_are_varied_alike():
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (24, 32, 3), dtype=np.uint8)
    inputs = {"pictures": np.stack([picture] * 3), "first": picture}
    varied = _varied(inputs, PictureVariations(mirror=1.0, crop=0.7), rng)
    assert varied["pictures"].shape == (3, 24, 32, 3)
    for one in varied["pictures"]:
        np.testing.assert_array_equal(one, varied["first"])
    mirrored = _varied(inputs, PictureVariations(mirror=1.0, crop=1.0), rng)
    np.testing.assert_array_equal(mirrored["first"], picture[:, ::-1])
