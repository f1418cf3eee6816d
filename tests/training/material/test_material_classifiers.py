"""The material classifiers through their own commands, on films of one colour and one tone per material."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from engine.errors import UserFacingError
from engine.models.backbones import make_backbone
from engine.models.branches import PictureBranchConfig
from engine.models.checkpoint import load_checkpoint
from engine.models.material_classifier import MaterialClassifier, MaterialClassifierConfig
from engine.models.plain_config import ConfigError
from engine.project.materials import MATERIALS
from tests.training.material.coloured_knocks import write_coloured_knocks
from training.datasets import open_dataset
from training.frame.optimisation import learning_rate, make_optimiser
from training.frame.recipe import load_recipe
from training.frame.run_folder import read_curve
from training.material.__main__ import app
from training.material.data import DataConfig, labelled_contacts, opened_parts, spread
from training.material.epochs import epoch_curve
from training.material.moments import MomentStore
from training.material.recipe import RECIPES, MaterialRecipe
from training.material.report import report
from training.material.train import classifier_loss, first_network

pytestmark = pytest.mark.usefixtures("quiet")

TINY = [
    "--picture.backbone=small",
    "--picture.learns=true",
    "--picture_weights=scratch",
    "--picture.width=48",
    "--picture.height=36",
    "--sound.pooled_bins=8",
    "--embedding=16",
    "--loop.batch_size=6",
    "--loop.device=cpu",
    "--loop.warmup_steps=2",
    "--loop.learning_rate=0.005",
    "--loop.log_every=1",
    "--loop.tensorboard=false",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("material")
    write_coloured_knocks(folder / "knocks", 18)
    return folder


def run(place: Path, out: str, *words: str, recipe: str = "small") -> str:
    cache = f"--data.cache={place / 'kept'}"
    arguments = ["run", str(place / out), str(place / "knocks"), "--recipe", recipe, cache, *words]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_three_networks_learn_and_are_reported(place: Path):
    told = run(place, "all", *TINY, "--epochs=5")
    for form in ("image", "sound", "multimodal"):
        curve = [point["loss"] for point in read_curve(place / "all" / form) if "loss" in point]
        assert len(curve) % 5 == 0 and np.mean(curve[-4:]) < 0.7 * np.mean(curve[:4]), form
        kept = load_checkpoint(place / "all" / form / "best", "material-classifier").description
        assert kept.classes["material"] == MATERIALS and kept.metrics["accuracy"] > 0.6
        assert (place / "all" / "figures" / f"confusion-{form}.png").stat().st_size > 10_000
        by_epoch = epoch_curve(place / "all" / form, "loss")
        assert by_epoch.epochs == tuple(range(1, 6))
        assert by_epoch.training[0] == pytest.approx(np.mean(curve[: len(curve) // 5]))
    for words in (
        "Class distribution",
        "18 contacts of 6 test clips",
        "Per class, multimodal",
        "MMAudio-LABEL",
    ):
        assert words in told
    write_coloured_knocks(place / "others", 3, seed=1)
    judged = report(place / "all", test=(str(place / "others"),), cache=place / "kept")
    assert judged["multimodal"].scores.accuracy > 0.6 and judged["image"].scores.examples == 9
    # Their figures do not replace those of the run's own test.
    assert (place / "all" / "figures" / "confusion-image-others.png").is_file()


def test_a_frozen_backbone_looks_once_and_stays(place: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("training.material.networks.fill_from_imagenet", lambda backbone, name: None)
    words = [*TINY, "--picture.learns=false", "--picture_weights=imagenet"]
    run(place, "frozen", *words, "--epochs=1")
    torch.manual_seed(0)
    start = make_backbone("small").state_dict()
    kept = load_checkpoint(place / "frozen" / "multimodal" / "best").weights
    assert all(torch.equal(kept[f"sees.backbone.{name}"], weight) for name, weight in start.items())
    before = read_curve(place / "frozen" / "image")[-1]["step"]
    run(place, "frozen", *words, "--epochs=2", "--resume")
    assert read_curve(place / "frozen" / "image")[-1]["step"] == 2 * before


def test_the_paper_s_recipe_takes_a_few_steps():
    recipe = load_recipe(MaterialRecipe, RECIPES / "paper.toml")
    assert (recipe.picture.width, recipe.picture.height, recipe.epochs) == (454, 256, 25)
    assert (recipe.loop.batch_size, recipe.loop.learning_rate, recipe.embedding) == (32, 1e-3, 128)
    assert learning_rate(0, recipe.loop) == learning_rate(10**6, recipe.loop) == 1e-3
    small = PictureBranchConfig(recipe.picture.backbone, width=64, height=36)
    network = first_network(
        replace(recipe, picture=small, picture_weights="scratch", sound_weights="scratch"), "multimodal"
    )
    assert network.head.in_features == 2 * 128 and network.embeddings[0].in_features == 512
    optimiser = make_optimiser(network, recipe.loop, recipe.optimiser)
    batch = {
        "pictures": torch.randint(0, 256, (4, 36, 64, 3), dtype=torch.uint8),
        "spectrograms": -60 * torch.rand(4, 1025, 44).half(),
        "material": torch.tensor([0, 3, 3, 16]),
    }
    losses = []
    for _ in range(3):
        optimiser.zero_grad()
        loss = classifier_loss(network.train(), batch)["loss"]
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]


def test_moments_are_those_of_the_clips(place: Path, tmp_path: Path):
    recording = open_dataset(place / "knocks").recordings()[3]
    store = MomentStore(tmp_path / "kept")
    times_s = [contact.time_s for contact in labelled_contacts(recording, 0)]
    pictures, sounds = store.pictures(recording, times_s, 32, 24), store.spectrograms(recording, times_s)
    assert pictures.shape == (3, 24, 32, 3) and sounds.shape == (3, 1025, 44)
    # Metal is blue, and rings at 3.5 kHz at its contact, which is in the middle of the second.
    assert pictures[0, ..., 2].mean() > pictures[0, ..., 0].mean() + 80
    assert abs(int(sounds[1, :, 23].argmax()) * 22_050 / 2048 - 3500) < 25
    files = sorted((tmp_path / "kept").iterdir())
    assert np.array_equal(store.pictures(recording, times_s, 32, 24), pictures)
    assert sorted((tmp_path / "kept").iterdir()) == files and len(files) == 2


def test_parts_do_not_overlap(place: Path):
    folder = str(place / "knocks")
    own = opened_parts(DataConfig((folder,)))
    assert len(own.test) == 6 and len(own.training) + len(own.validation) == 12
    with pytest.raises(UserFacingError, match="is learned from and judged on"):
        opened_parts(DataConfig((folder,), test=(folder,)))
    with pytest.raises(UserFacingError, match="No data set was named"):
        opened_parts(DataConfig())
    assert len(opened_parts(DataConfig((folder,), test_clips=2)).test) == 2
    assert spread("abcdefgh", 3) == ["a", "e", "h"] and spread("abc", 0) == ["a", "b", "c"]


def test_settings_that_can_not_be(place: Path):
    with pytest.raises(ConfigError, match="it has to learn"):
        run(place, "never", *TINY, "--picture.learns=false")
    with pytest.raises(ConfigError, match="SGD needs"):
        run(place, "never", *TINY, "--optimiser=sgd", "--loop.momentum=0")
    with pytest.raises(ConfigError, match="there is no backbone “resnet19”"):
        run(place, "never", *TINY, "--picture.backbone=resnet19")
    with pytest.raises(UserFacingError, match="can't take 36 x 48"):
        run(place, "never", *TINY, "--picture.backbone=vit_b_32")
    with pytest.raises(UserFacingError, match="holds no run"):
        report(place / "never")


def test_both_branches_are_heard():
    torch.manual_seed(0)
    config = MaterialClassifierConfig()
    small = MaterialClassifierConfig(
        picture=type(config.picture)("small", True, 48, 36), sound=type(config.sound)("small", True, 8)
    )
    network = MaterialClassifier(small).eval()
    pictures, sounds = torch.randint(0, 256, (2, 36, 48, 3), dtype=torch.uint8), -60 * torch.rand(2, 1025, 44)
    with torch.no_grad():
        said = network(pictures, sounds)
        assert said.shape == (2, 17)
        assert not torch.allclose(said, network(pictures.flip(0), sounds))
        assert not torch.allclose(said, network(pictures, sounds - 20))
        assert torch.allclose(said, network(network.sees(pictures), network.hears(sounds)))
    with pytest.raises(ValueError, match="to see or to hear"):
        MaterialClassifierConfig(sees=False, hears=False)
