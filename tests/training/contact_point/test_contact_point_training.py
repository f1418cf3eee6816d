"""The network of contact points through its own commands, on films of tapping sticks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from engine.errors import UserFacingError
from engine.models.checkpoint import load_checkpoint
from engine.models.contact_point_net import load_contact_point_model
from tests.training.contact_point.tapping_sticks import (
    HEIGHT,
    TAPS_S,
    WIDTH,
    tap_picture,
    write_tapping_sticks,
)
from training.contact_point.__main__ import app
from training.contact_point.errors import point_errors
from training.contact_point.judged import marked_clips, motion_points, network_points
from training.contact_point.train import wanted_maps
from training.contact_point.variations import VariationConfig, varied
from training.frame.run_folder import read_curve

pytestmark = pytest.mark.usefixtures("quiet")

SMALL = [
    "--network.width=64",
    "--network.height=48",
    "--network.widths=[8, 12, 16, 16]",
    "--data.width=64",
    "--data.height=48",
    "--loop.batch_size=8",
    "--loop.device=cpu",
    "--loop.warmup_steps=5",
    "--loop.learning_rate=0.01",
    "--loop.log_every=1",
    "--loop.tensorboard=false",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contact_point")
    write_tapping_sticks(folder / "sticks", 12)
    return folder


def run(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_it_learns_ships_and_is_judged(place: Path):
    sticks, out, shipped = place / "sticks", place / "run", place / "shipped"
    cache = f"--data.cache={place / 'seen'}"
    steps = ["--loop.steps=30", "--loop.validate_every=30"]
    run("train", str(out), str(sticks), cache, *SMALL, *steps)
    curve = [point["loss"] for point in read_curve(out) if "loss" in point]
    assert len(curve) == 30 and np.mean(curve[-5:]) < 0.8 * np.mean(curve[:5])
    kept = load_checkpoint(out / "best").description
    assert set(kept.metrics) >= {"median_error", "near", "confidence"}

    run("ship", str(out / "best"), str(shipped))
    assert (shipped / "weights.safetensors").stat().st_size < 0.6 * (
        out / "best" / "weights.safetensors"
    ).stat().st_size
    model = load_contact_point_model(shipped)
    clips = marked_clips(str(sticks), is_test_only=True)
    said = np.concatenate([network_points(clip, model).points for clip in clips])
    true = np.concatenate([clip.points for clip in clips])
    assert np.median(point_errors(said, true)) < np.median(point_errors(np.full_like(true, 0.5), true))

    sheet = place / "sheet.png"
    output = run("report", str(sticks), "--checkpoint", str(shipped), "--sheet", str(sheet), "--test-only")
    assert "6 contacts in 3 clips" in output and "far end of the motion" in output
    assert sheet.stat().st_size > 10_000
    with pytest.raises(UserFacingError, match=r"ends in \.png"):
        run("report", str(sticks), "--checkpoint", str(shipped), "--sheet", str(place / "sheet.txt"))


def test_points_go_with_their_pictures():
    """However a sample is varied, the tip that is seen in it is where its point says."""
    rng = np.random.default_rng(5)
    config = VariationConfig(
        tremble_px=0, pan=0, flicker=0, blur=0, least_noise=0, most_noise=0, gamma=0, contrast=0, invert=0
    )
    dot = np.full((5, 108, 144), 200, np.uint8)
    for _ in range(40):
        x, y = rng.uniform(0.05, 0.95, 2)
        dot[:] = 200
        row, column = int(y * 108), int(x * 144)
        dot[:, row, column] = 0
        centre = ((column + 0.5) / 144, (row + 0.5) / 108)
        seen, point = varied(dot, centre, (128, 96), config, rng)
        rows, columns = np.mgrid[:96, :128] + 0.5
        # Beyond its edges the picture is mirrored: the same dot may be there once more.
        is_near = np.hypot(columns - 128 * point[0], rows - 96 * point[1]) < 4
        darkness = np.where(is_near, np.maximum(seen[2].max() - 10 - seen[2], 0), 0)
        found = np.array([(darkness * columns).sum(), (darkness * rows).sum()]) / darkness.sum()
        assert found == pytest.approx(point * (128, 96), abs=0.7)


def test_wanted_maps_have_their_mean_at_the_point():
    maps = wanted_maps(torch.tensor([[0.4, 0.6], [0.51, 0.25]]), (24, 32), 1.0)
    x, y = (torch.arange(32) + 0.5) / 32, (torch.arange(24) + 0.5) / 24
    assert (maps.sum(1) * x).sum(1).tolist() == pytest.approx([0.4, 0.51], abs=1e-3)
    assert (maps.sum(2) * y).sum(1).tolist() == pytest.approx([0.6, 0.25], abs=1e-3)


def test_what_the_network_is_compared_with(place: Path):
    """The far end of the motion is below and right of the middle for a stick from the upper left."""
    clip = marked_clips(str(place / "sticks"))[0]
    errors = point_errors(motion_points(clip), clip.points)
    assert len(errors) == len(TAPS_S) and (errors < 0.5).all()
    assert point_errors([[0.5, 0.5]], [[0.2, 0.1]], 4 / 3) == pytest.approx([np.hypot(0.3, 0.3)])


def test_the_films_show_the_tip_where_they_say():
    points = np.array([[0.3, 0.6], [0.7, 0.4]])
    for time_s, (x, y) in zip(TAPS_S, points, strict=True):
        picture = tap_picture(time_s, points)
        assert picture[round(y * HEIGHT), round(x * WIDTH)].max() < 100


def test_nothing_to_learn_from(place: Path):
    truths = list((place / "sticks").glob("shard_0000/*_truth.json"))
    with pytest.raises(UserFacingError, match="No data set"):
        run("train", str(place / "never"), *SMALL)
    with pytest.raises(UserFacingError, match="least_crop"):
        run("train", str(place / "never"), str(place / "sticks"), "--variations.least_crop=0")
    assert truths and not (place / "never").exists()
