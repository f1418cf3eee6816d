"""The network of stacked flow through its own commands, on films of tapping sticks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from engine.errors import UserFacingError
from engine.models.flow_net import WHAT, FlowNetConfig, load_flow_model
from engine.project.materials import MATERIALS
from tests.training.contact_point.tapping_sticks import write_tapping_sticks
from training.datasets.recording import Contact
from training.flow_net.__main__ import app
from training.flow_net.recipe import VariationConfig
from training.flow_net.samples import happening, varied
from training.frame.run_folder import read_curve

pytestmark = pytest.mark.usefixtures("quiet")

SMALL = [
    "--network.fields.width=32",
    "--network.fields.height=24",
    "--network.widths=[8, 8]",
    "--network.features=8",
    "--loop.batch_size=8",
    "--loop.device=cpu",
    "--loop.warmup_steps=5",
    "--loop.learning_rate=0.01",
    "--loop.log_every=1",
    "--loop.tensorboard=false",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("flow_net")


def run(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_it_learns_ships_and_is_judged(place: Path) -> None:
    sticks = write_tapping_sticks(place / "sticks", 8)
    out, shipped = place / "run", place / "shipped"
    steps = ["--loop.steps=20", "--loop.validate_every=20"]
    run("train", str(out), str(sticks), f"--data.cache={place / 'fields'}", *SMALL, *steps)
    curve = [point["loss"] for point in read_curve(out) if "loss" in point]
    assert len(curve) == 20 and np.mean(curve[-5:]) < 0.8 * np.mean(curve[:5])

    run("ship", str(out / "best"), str(shipped))
    assert load_flow_model(shipped).config.features == 8
    cache = ["--cache", str(place / "fields")]
    said = run("report", str(sticks), "--checkpoint", str(shipped), "--test-only", *cache)
    assert "2 clips" in said and "nothing, hit or scratch" in said


def test_what_happens_is_told_by_the_nearest_contact() -> None:
    config = FlowNetConfig()
    step_s = 1 / config.fields.rate_hz
    contacts = (
        Contact(31.5 * step_s, "wood", "hit"),
        Contact(37.5 * step_s, "metal", "hit"),
        Contact(62.5 * step_s, "cloth", "scratch", duration_s=30 * step_s),
        Contact(124.5 * step_s, "water", "hit", in_picture=False),
    )

    def at(start: int) -> tuple[list[int], str, str | None]:
        happens = happening(contacts, start, config)
        material = None if happens.material < 0 else MATERIALS[happens.material]
        return np.flatnonzero(happens.when).tolist(), WHAT[happens.what], material

    # Field 29 is the first of these, and between what fields 31 and 32 lead to, wood is hit.
    assert at(29) == ([3, 9], "hit", "wood")
    assert at(31) == ([1, 7], "hit", "metal")
    assert at(75) == ([], "scratch", "cloth")
    assert at(120) == ([], "nothing", None)


def test_what_is_mirrored_moves_the_other_way_and_what_is_nearer_moves_faster() -> None:
    rng = np.random.default_rng(0)
    stack = np.zeros((4, 12, 16), np.float32)
    stack[0::2], stack[1::2] = 1.0, 0.5
    mirrored = VariationConfig(mirrored=1, least_crop=1, gain=0, noise=0)
    np.testing.assert_allclose(varied(stack, mirrored, rng)[:2, 0, 0], [-1.0, 0.5])
    nearer = VariationConfig(mirrored=0, least_crop=0.5, gain=0, noise=0)
    for _ in range(5):
        seen = varied(stack, nearer, rng)
        assert seen.shape == stack.shape and (seen >= stack - 1e-6).all() and seen.max() <= 2.01


def test_nothing_to_learn_from(place: Path) -> None:
    with pytest.raises(UserFacingError, match="No data set"):
        run("train", str(place / "never"), *SMALL)
