"""The two-tower class project through its own commands, on films of one colour and one tone per material."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from engine.errors import UserFacingError
from engine.models.branches import PictureBranchConfig, SoundBranchConfig
from engine.models.checkpoint import load_checkpoint
from engine.models.pair_net import Aggregation, PairNet, PairNetConfig
from tests.training.material.coloured_knocks import write_coloured_knocks
from training.frame.optimisation import learning_rate
from training.frame.recipe import load_recipe
from training.frame.run_folder import read_curve
from training.material.data import DataConfig, opened_parts
from training.two_tower.__main__ import app
from training.two_tower.recipe import RECIPES, Family, TwoTowerRecipe
from training.two_tower.recommend import recommendations, recommended
from training.two_tower.samples import PairSamples
from training.two_tower.train import pair_loss, positive_weights
from training.two_tower.videos import Videos, opened_videos

pytestmark = pytest.mark.usefixtures("quiet")

TINY = [
    '--families=[{name="tiny", picture_backbone="small", sound_backbone="small"}]',
    "--learns_pictures=true",
    "--picture_weights=scratch",
    "--width=48",
    "--height=36",
    "--pooled_bins=8",
    "--embedding=16",
    "--data.contacts_per_clip=2",
    "--loop.batch_size=8",
    "--loop.device=cpu",
    "--loop.warmup_steps=2",
    "--loop.learning_rate=0.003",
    "--loop.log_every=1",
    "--loop.tensorboard=false",
]

SMALL = PictureBranchConfig("small", True, 48, 36), SoundBranchConfig("small", True, 16)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two_tower")
    write_coloured_knocks(folder / "knocks", 18)
    write_coloured_knocks(folder / "others", 6, seed=1)
    return folder


@pytest.fixture
def videos(place: Path) -> Videos:
    data = DataConfig((str(place / "knocks"),), contacts_per_clip=2, cache=place / "kept")
    recipe = TwoTowerRecipe(data, width=48, height=36)
    return opened_videos(recipe, opened_parts(data), "training")


def run(place: Path, out: str, *words: str) -> str:
    cache = f"--data.cache={place / 'kept'}"
    arguments = ["run", str(place / out), str(place / "knocks"), "--recipe", "small", cache, *TINY, *words]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_all_networks_learn_and_are_reported(place: Path):
    told = run(
        place,
        "all",
        f'--data.test=["{place / "others"}"]',
        "--sound_epochs=4",
        "--visual_epochs=6",
        "--pair_epochs=2",
    )
    folder = place / "all" / "tiny"
    for system in ("sound", "visual"):
        curve = [point["loss"] for point in read_curve(folder / system) if "loss" in point]
        assert np.mean(curve[-2:]) < 0.8 * curve[0], system
    assert load_checkpoint(folder / "sound" / "best").description.metrics["accuracy"] > 0.6
    assert "f1" in load_checkpoint(folder / "visual-weighted" / "best").description.metrics
    # 14 videos with two sounds each, each sound with two pairs, in steps of eight.
    steps = {system: read_curve(folder / system)[-1]["step"] for system in ("visual", "sound", "tt-agg")}
    assert steps == {"visual": 6 * 1, "sound": 4 * 3, "tt-agg": 2 * 7}
    kept = load_checkpoint(folder / "tt-agg" / "best", "pair-net").description
    assert kept.config["aggregation"] == "tt" and kept.metrics["accuracy"] >= 0.5
    # The towers begin with what the classifiers learned, not with what those began with.
    hearing = load_checkpoint(folder / "sound" / "best").weights["hears.backbone.layers.0.weight"]
    scratch = PairNet(PairNetConfig("fc", *SMALL)).hears.state_dict()["backbone.layers.0.weight"]
    began = load_checkpoint(folder / "fc-agg" / "best").weights["hears.backbone.layers.0.weight"]
    assert (began - hearing).abs().mean() < 0.2 * (began - scratch).abs().mean()
    for words in (
        "586",
        "Visual networks",
        "tiny: TT AGG",
        "good in top 10",
        "cochleagram L1",
        "mostly with",
    ):
        assert words in told
    figures = {path.name for path in (place / "all" / "figures").iterdir()}
    assert figures == {
        "co-appearance.png",
        "confusion-sound-tiny.png",
        "curves-tiny.png",
        "distribution-pictures.png",
        "distribution-sounds.png",
        "good-in-top-k.png",
    }


def test_pairs_are_balanced_and_strangers_are_strange(videos: Videos):
    samples = PairSamples(videos, videos.pictures, videos.sounds)
    rng = np.random.default_rng(0)
    drawn = [samples.draw(index, rng) for index in range(len(samples))]
    assert np.mean([sample["fits"] for sample in drawn]) == 0.5
    heard = {videos.sounds[number].tobytes(): number for number in range(len(videos.sounds))}
    for index, sample in enumerate(drawn):
        video = int(videos.video_of[index % len(videos.materials)])
        material = videos.materials[heard[sample["spectrograms"].tobytes()]]
        assert videos.present[video, material] == bool(sample["fits"])
        assert np.array_equal(sample["pictures"], videos.pictures[video])
    everything = Videos(
        videos.moments,
        videos.pictures,
        videos.sounds,
        np.ones_like(videos.present),
        videos.video_of,
        videos.materials,
    )
    with pytest.raises(UserFacingError, match="no sound can be told not to fit"):
        PairSamples(everything, videos.pictures, videos.sounds)


def test_lists_are_ranked_and_judged_by_what_is_in_the_picture(videos: Videos):
    scores = videos.present[:, videos.materials] + 0.001 * np.arange(len(videos.materials))
    order = recommended(scores)
    first = recommendations(order, videos, videos)[0]
    good = int((videos.materials == videos.materials[0]).sum())
    assert first.good == good and set(first.ranked[:good]) == set(first.materials)
    assert first.materials[0] not in first.ranked[good:]
    # Of equally good ones the best first.
    assert list(order[0][:good]) == sorted(order[0][:good], reverse=True)


@pytest.mark.parametrize("aggregation", ["fc", "tt"])
def test_an_aggregation_learns_which_sound_fits(aggregation: Aggregation):
    torch.manual_seed(0)
    network = PairNet(PairNetConfig(aggregation, *SMALL, embedding=8, hidden=8))
    pictures, sounds = torch.randn(16, 256), torch.randn(16, 256)
    batch = {
        "pictures": pictures.repeat(2, 1),
        "spectrograms": torch.cat((sounds, sounds.roll(1, 0))),
        "fits": torch.tensor([1.0] * 16 + [0.0] * 16),
    }
    optimiser = torch.optim.SGD(network.parameters(), 0.1, momentum=0.9)
    losses = [float(pair_loss(network, batch)["loss"].detach())]
    for _ in range(60):
        optimiser.zero_grad()
        pair_loss(network, batch)["loss"].backward()
        optimiser.step()
    losses.append(float(pair_loss(network, batch)["loss"].detach()))
    assert losses[1] < 0.5 * losses[0]
    said = network(batch["pictures"], batch["spectrograms"])
    assert ((said >= 0) & (said <= 1)).all()
    together = network.fit(
        network.picture_embedding(batch["pictures"]), network.sound_embedding(batch["spectrograms"])
    )
    assert torch.allclose(said, together)


def test_towers_are_of_unit_length_and_their_dot_product_is_scaled():
    torch.manual_seed(0)
    network = PairNet(PairNetConfig("tt", *SMALL))
    seen = network.picture_embedding(torch.randint(0, 256, (3, 36, 48, 3), dtype=torch.uint8))
    assert seen.shape == (3, 128) and torch.allclose(seen.norm(dim=1), torch.ones(3))
    assert torch.allclose(network.fit(seen, seen), torch.ones(3))
    assert torch.allclose(network.fit(seen, -seen), torch.zeros(3), atol=1e-6)


def test_positive_weights_balance_yes_and_no():
    present = np.zeros((8, 17), bool)
    present[:2, 0] = present[:, 1] = True
    weights = positive_weights(present)
    assert weights[0] == 3 and weights[1] < 1e-5 and weights[2] == 1


def test_the_paper_s_recipe_is_the_paper_s():
    recipe = load_recipe(TwoTowerRecipe, RECIPES / "paper.toml")
    assert [family.picture_backbone for family in recipe.families] == ["resnet18", "vgg16"]
    assert (recipe.width, recipe.height, recipe.mirror, recipe.sound_epochs) == (224, 224, 0.5, 30)
    assert recipe.visual_epochs == recipe.pair_epochs == 30
    assert recipe.data.contacts_per_clip == 10 and recipe.optimiser == "sgd"
    assert learning_rate(0, recipe.loop) == learning_rate(10**6, recipe.loop) == 0.01
    with pytest.raises(ValueError, match="no two of one name"):
        TwoTowerRecipe(families=(Family("a", "small", "small"), Family("a", "small", "small")))
    with pytest.raises(ValueError, match="letters, digits"):
        Family("../a", "small", "small")
