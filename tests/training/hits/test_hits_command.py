"""The detector through its own commands, on films of falling blocks."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from engine.errors import UserFacingError
from engine.features.dense_flow import MotionGridConfig
from engine.models.checkpoint import load_checkpoint
from engine.models.hit_net import HitNet, HitNetConfig
from engine.models.hits import HitModel, hit_curves, hit_description, load_hit_model
from engine.models.motion_net import MotionNetConfig
from engine.models.picking import PickingConfig, pick_contacts
from engine.models.shot_view import ShotView, ViewConfig
from tests.training.hits.falling_blocks import PICTURES, write_falling_blocks
from training.datasets.opening import open_dataset
from training.frame.run_folder import read_curve
from training.hits import view_cache
from training.hits.__main__ import app
from training.hits.self_training import SURE, UNSURE, self_labelled
from training.hits.view_cache import ViewCache

pytestmark = pytest.mark.usefixtures("quiet")

SMALL = [
    "--network.motion.cell_width=6",
    "--network.motion.place_width=8",
    "--network.motion.width=16",
    "--network.motion.dropout=0",
    "--network.picture_nets=0",
    "--data.window=48",
    "--data.processes=1",
    "--loop.batch_size=6",
    "--loop.device=cpu",
    "--loop.warmup_steps=4",
    "--loop.learning_rate=0.01",
    "--loop.log_every=1",
    "--loop.tensorboard=false",
    "--variations.motion.shift=1",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the films in `blocks` and their views in `grids`."""
    folder = tmp_path_factory.mktemp("hits")
    write_falling_blocks(folder / "blocks", 12)
    return folder


def train(place: Path, out: str, *words: str) -> None:
    arguments = ["train", str(place / out), str(place / "blocks"), f"--data.cache={place / 'grids'}"]
    result = CliRunner().invoke(app, [*arguments, *SMALL, *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def test_training_and_report(place: Path):
    train(place, "run", "--loop.steps=40", "--loop.validate_every=40")
    curve = [point["loss"] for point in read_curve(place / "run") if "loss" in point]
    assert len(curve) == 40 and np.mean(curve[-5:]) < 0.7 * np.mean(curve[:5])
    description = load_checkpoint(place / "run" / "best", "hit-net").description
    assert description.metrics["f1_50ms"] >= 0.5
    assert description.config["picking"]["threshold"] == description.metrics["threshold"]
    assert description.classes == {"action": ("hit", "scratch")} and len(description.data_sha256) == 64

    predictions = place / "predictions.json"
    words = ["--data", str(place / "blocks"), "--cache", str(place / "grids")]
    result = CliRunner().invoke(
        app,
        ["report", str(place / "run" / "best"), *words, "--predictions", str(predictions)],
        catch_exceptions=False,
    )
    assert result.exit_code == 0
    for row in ("metronome", "run/best", "motion-baseline", "in hindsight", "block_3"):
        assert row in result.output
    clips = json.loads(predictions.read_text())["clips"]
    assert len(clips) == 12 and len(clips["block_0"]["level_db"]) == PICTURES


def test_resumed_it_follows_the_same_curve(place: Path):
    words = ["--loop.validate_every=2", "--loop.save_every=2"]
    train(place, "whole", "--loop.steps=4", *words)
    train(place, "parts", "--loop.steps=4", "--loop.patience=0", *words)
    # What lies beyond the checkpoint of step 2 is done again.
    latest = place / "parts" / "latest"
    assert json.loads((latest / "training.json").read_text())["state"]["step"] == 4
    assert read_curve(place / "parts") == read_curve(place / "whole")
    with pytest.raises(UserFacingError, match="already holds a run"):
        train(place, "parts", "--loop.steps=4", *words)
    train(place, "parts", "--loop.steps=6", "--resume", *words)
    assert read_curve(place / "parts")[-1]["step"] == 6


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--loop.stepz=3"], "did you mean “steps”"),
        (["--recipe=large"], "There are adapt, small"),
        (["--network.motion.scales=[1.0]"], "1 scales, and a grid has 8 channels"),
        (["--variations.motion.mirror=2"], "mirror is 2, it must be from 0 to 1"),
    ],
)
def test_settings_that_can_not_be(words: list[str], message: str, place: Path):
    with pytest.raises(UserFacingError, match=message):
        train(place, "never", *words)
    assert not (place / "never").exists()


def test_each_source_is_found_by_who_never_saw_it(place: Path):
    train(place, "start", "--loop.steps=2", "--loop.validate_every=2")
    write_falling_blocks(place / "real", 3, seed=7)
    words = [str(place / "blocks"), f"--data.start={place / 'start' / 'best'}", "--loop.steps=1"]
    words += [f'--data.real=["{place / "real"}"]', f"--data.cache={place / 'grids'}", "--recipe", "adapt"]
    folds = place / "folds"
    one = CliRunner().invoke(
        app, ["leave-one-out", str(folds), *words, *SMALL, "--source", "block_1"], catch_exceptions=False
    )
    assert one.exit_code == 0 and [fold.name for fold in folds.iterdir()] == ["block_1"]
    every = CliRunner().invoke(app, ["leave-one-out", str(folds), *words, *SMALL], catch_exceptions=False)
    assert every.exit_code == 0 and "predictions.json: 3 clips" in every.output
    assert json.loads((folds / "predictions.json").read_text())["clips"].keys() == {
        "block_0",
        "block_1",
        "block_2",
    }
    both = [str(place / "start" / "best"), str(folds / "block_1" / "best")]
    words = ["join", str(place / "both"), *both, "--settings", str(folds / "settings.json")]
    assert CliRunner().invoke(app, words, catch_exceptions=False).exit_code == 0
    model = load_hit_model(place / "both")
    assert model.network.config.motion_nets == 2 and model.picking.rhythm is not None
    one, other = (load_hit_model(Path(folder)).network for folder in both)
    [view] = ViewCache(model.view, 30.0, place / "grids").views(
        open_dataset(place / "real").recordings()[0].picture
    )
    broken = place / "broken.json"
    broken.write_text('{"picking": {}}')
    with pytest.raises(UserFacingError, match="can't be read as settings"):
        CliRunner().invoke(app, [*words[:-1], str(broken)], catch_exceptions=False)
    alone = [hit_curves(network, [view])[0].onset for network in (one, other)]
    np.testing.assert_allclose(hit_curves(model.network, [view])[0].onset, np.mean(alone, 0), atol=1e-4)


def test_a_detector_labels_what_it_is_sure_of():
    torch.manual_seed(0)
    config = HitNetConfig(
        motion=MotionNetConfig(cell_width=4, place_width=6, width=8, dilations=(1, 2)), picture_nets=0
    )
    network = HitNet(config).eval()
    rng = np.random.default_rng(0)
    grids = (9 * rng.standard_normal((90, 8, 9, 12))).astype(np.float16)
    view = ShotView(
        np.arange(90) / 30, grids, np.zeros((90, 84, 112), np.uint8), np.zeros((84, 112), np.uint8)
    )
    onset = hit_curves(network, [view])[0].onset
    # So that some candidates are sure, and some are not.
    picking = PickingConfig(slope=8.0, bias=float(-8.0 * np.quantile(onset, 0.85)))
    model = HitModel(network, ViewConfig(), picking, hit_description(config, ViewConfig(), picking, {}))
    found = pick_contacts(hit_curves(network, [view])[0], picking)
    [shot] = self_labelled(model, [view])
    sure = [contact.time_s for contact in found if contact.confidence >= SURE]
    doubtful = [contact.time_s for contact in found if UNSURE <= contact.confidence < SURE]
    assert sure and doubtful and np.isnan(shot.level).all()
    np.testing.assert_allclose(shot.contacts.place / 30, sure, atol=1e-9)
    assert shot.weight is not None
    assert all(shot.weight[np.abs(view.times_s - time_s).argmin()] == 0 for time_s in doubtful)
    assert shot.weight.any()


def test_without_data(place: Path):
    with pytest.raises(UserFacingError, match="No data set was named"):
        CliRunner().invoke(app, ["train", str(place / "never")], catch_exceptions=False)


def test_broken_clips_are_named_and_left_out(place: Path, capsys: pytest.CaptureFixture[str]):
    recordings = open_dataset(place / "blocks").recordings()
    broken = place / "broken.mp4"
    broken.write_bytes(b"no video")
    recordings[0] = replace(recordings[0], picture=broken)
    cache = ViewCache(ViewConfig(), 30.0, place / "grids")
    found, problems = cache.load(recordings, processes=1)
    assert len(found) == len(recordings) - 1
    assert [problem.name for problem in problems] == [recordings[0].name]
    with pytest.raises(UserFacingError, match=rf"Of 1 clips none can be used\. {recordings[0].name}"):
        cache.load(recordings[:1])


def test_views_are_computed_once_and_damage_is_made_good(place: Path, monkeypatch: pytest.MonkeyPatch):
    picture = open_dataset(place / "blocks").recordings()[0].picture
    folder = place / "other_grids"
    cache = ViewCache(ViewConfig(), 30.0, folder)
    [first] = cache.views(picture)
    assert first.grids.dtype == np.float16 and first.grids.shape == (PICTURES, 8, 9, 12)
    computed: list[Path] = []
    true_compute = view_cache.compute_views

    def counted(path: Path, *others):
        computed.append(path)
        return true_compute(path, *others)

    monkeypatch.setattr(view_cache, "compute_views", counted)
    [again] = cache.views(picture)
    np.testing.assert_array_equal(again.grids, first.grids)
    assert not computed
    [kept] = folder.rglob("*.npz")
    kept.write_bytes(kept.read_bytes()[:1000])
    [mended] = cache.views(picture)
    np.testing.assert_array_equal(mended.grids, first.grids)
    assert computed == [picture]
    ViewCache(ViewConfig(MotionGridConfig(columns=8, rows=6)), 30.0, folder).views(picture)
    assert len(computed) == 2 and len(list(folder.rglob("*.npz"))) == 2


def test_several_processes_compute_the_same(place: Path):
    recordings = open_dataset(place / "blocks").recordings()[:2]
    alone, _ = ViewCache(ViewConfig(), 30.0, place / "alone").load(recordings, processes=1)
    together, _ = ViewCache(ViewConfig(), 30.0, place / "together").load(recordings, processes=2)
    for name, [view] in alone.items():
        np.testing.assert_array_equal(together[name][0].grids, view.grids)
