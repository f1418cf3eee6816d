"""Clips for the variant “flow”: what moves in them is described once, and told with the stretches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from engine.features.flow_fields import FlowFieldConfig
from engine.models.flow_net import FlowModel, FlowNet, FlowNetConfig
from engine.models.motion_features import MotionDescriber
from engine.models.picture_sound import PictureSoundConfig
from engine.models.sample_rnn import SampleRnnConfig
from engine.synthesis.sample_rnn.motion_looks import MotionLooks
from tests.engine.analysis.moving_stick import steady_times, stick_pictures, write_video
from training.datasets.recording import Recording
from training.sample_rnn import clips
from training.sample_rnn.stretches import Stretches

CONFIG = PictureSoundConfig(
    "flow", features=3, looks_every=4, motion_features=6, encoder=8, rnn=SampleRnnConfig(width=8, embedding=4)
)


@pytest.fixture
def describer(monkeypatch: pytest.MonkeyPatch) -> MotionDescriber:
    torch.manual_seed(0)
    fields = FlowFieldConfig(width=64, height=48)
    network = FlowNet(FlowNetConfig(fields, steps=4, widths=(4, 4), features=6)).eval()
    describer = MotionDescriber(FlowModel(network, "first"))
    monkeypatch.setattr(clips, "load_motion_describer", lambda: describer)
    monkeypatch.setattr(clips, "load_describer", lambda _: lambda shown: np.ones((len(shown), 3), np.float32))
    return describer


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    picture, sound = tmp_path / "stick.mp4", tmp_path / "stick.wav"
    write_video(picture, list(stick_pictures(steady_times(30, 1.1), (0.4, 0.8), size=(64, 48))))
    soundfile.write(sound, np.zeros(17_600), 16_000)
    return Recording("stick", "stick", picture, sound, 1.1)


def test_motion_is_kept_and_told_where_the_stretch_lies(
    recording: Recording, describer: MotionDescriber, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [clip] = clips.prepared_clips([recording], CONFIG, 1.0, tmp_path / "cache")
    assert clip.motion is not None and clip.motion.shape == (15, 6)
    assert np.ptp(clip.motion, axis=0).max() > 0.01
    wanted = MotionLooks(recording.picture, CONFIG, describer).take(15)
    np.testing.assert_allclose(clip.motion, wanted, atol=2e-3, rtol=2e-3)
    second = Stretches([clip], CONFIG, 5, is_anywhere=False).draw(1, np.random.default_rng(0))
    np.testing.assert_array_equal(second["motion"], clip.motion[5:10].astype(np.float32))

    monkeypatch.setattr(clips, "MotionLooks", None)
    [again] = clips.prepared_clips([recording], CONFIG, 1.0, tmp_path / "cache")
    assert again.motion is not None
    np.testing.assert_array_equal(again.motion, clip.motion)
    # Another network says something else of the same clip, and the looks stay.
    renewed = MotionDescriber(FlowModel(describer.model.network, "second"))
    monkeypatch.setattr(clips, "load_motion_describer", lambda: renewed)
    with pytest.raises(TypeError):
        clips.prepared_clips([recording], CONFIG, 1.0, tmp_path / "cache")


def test_a_short_film_that_fills_its_clip_by_repetition_moves_again(
    recording: Recording, describer: MotionDescriber, tmp_path: Path
) -> None:
    once = Recording("stick", "stick", recording.picture, recording.sound, 1.6, repeat_s=0.64)
    [clip] = clips.prepared_clips([once], CONFIG, 1.6, tmp_path / "cache")
    assert clip.motion is not None
    np.testing.assert_array_equal(clip.motion[10:20], clip.motion[:10])
