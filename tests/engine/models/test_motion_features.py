"""What moves in a film, described at a clock."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import UserFacingError
from engine.features.flow_fields import FlowFieldConfig, flow_fields
from engine.media.decode import iter_frames
from engine.models.checkpoint import save_checkpoint
from engine.models.description import ModelDescription
from engine.models.flow_net import FLOW_NET, FlowNet, FlowNetConfig
from engine.models.motion_features import MotionDescriber, load_motion_describer
from engine.models.picture_sound import PictureSoundConfig
from engine.models.plain_config import to_plain
from engine.synthesis.sample_rnn.motion_looks import MotionLooks
from tests.engine.analysis.moving_stick import steady_times, stick_pictures, write_video

CONFIG = FlowNetConfig(FlowFieldConfig(width=64, height=48, pooled_px=2), steps=4, widths=(4, 4), features=6)
GENERATOR = PictureSoundConfig("flow", motion_features=6)


@pytest.fixture(scope="module")
def describer(tmp_path_factory: pytest.TempPathFactory) -> MotionDescriber:
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("flow")
    halves = {
        name: tensor.half() if tensor.is_floating_point() else tensor
        for name, tensor in FlowNet(CONFIG).state_dict().items()
    }
    save_checkpoint(folder, halves, ModelDescription(FLOW_NET, to_plain(CONFIG)))
    return load_motion_describer(folder)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "stick.mp4"
    write_video(path, list(stick_pictures(steady_times(30, 2.0), (0.7, 1.1, 1.4), size=(64, 48))))
    return path


def test_the_motion_around_a_picture_is_half_before_it_and_half_after(
    video: Path, describer: MotionDescriber
) -> None:
    fields = np.stack(list(flow_fields(iter_frames(video, size=(64, 48), gray=True), CONFIG.fields)))
    # Picture 10 is on screen at step 20 of the flow: two fields lead to it, two lead away.
    stack = fields[19:23].reshape(1, 8, 24, 32)
    said = MotionLooks(video, GENERATOR, describer).take(12)
    assert said.shape == (12, 6) and said.dtype == np.float32
    np.testing.assert_allclose(said[10], describer.describe(stack)[0], atol=1e-5)


def test_a_range_moves_as_the_whole_does(video: Path, describer: MotionDescriber) -> None:
    whole = MotionLooks(video, GENERATOR, describer).take(45)
    looks = MotionLooks(video, GENERATOR, describer, first=13)
    ranged = np.concatenate((looks.take(3), looks.take(29)))
    np.testing.assert_allclose(ranged, whole[13:], atol=1e-5)
    assert np.ptp(whole[:30], axis=0).max() > 1e-3


def test_after_its_end_nothing_moves(video: Path, describer: MotionDescriber) -> None:
    still = describer.describe(np.zeros((1, 8, 24, 32), np.float32))[0]
    said = list(islice(describer.read(video, 15.625), 60))
    np.testing.assert_allclose(said[40:], np.tile(still, (20, 1)), atol=1e-5)


def test_a_generator_is_only_told_what_it_was_taught_with(video: Path, describer: MotionDescriber) -> None:
    with pytest.raises(UserFacingError, match="another version"):
        MotionLooks(video, PictureSoundConfig("flow", motion_features=5), describer)
