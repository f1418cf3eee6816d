"""Labelled sounds of folders, clips and the kit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import UserFacingError
from engine.project.materials import MATERIALS
from tests.training.evaluate.conftest import RATE, impact
from training.evaluate.sound_sets import (
    DESCRIPTIONS,
    LabelledSound,
    dataset_sounds,
    kit_sounds,
    recorded_sounds,
)


def test_recordings_have_material_and_source(recordings: Path, tmp_path: Path) -> None:
    sounds = recorded_sounds(recordings)
    assert len(sounds.sounds) == 24 and len(sounds.features) == 24
    assert sounds.sounds[0] == LabelledSound("metal/a_0.wav", "a", "metal")
    assert set(sounds.objects()) == set("abcd")
    assert sorted(set(sounds.words("material"))) == ["gravel", "metal", "wood"]
    assert set(sounds.words("hardness")) == {"hard", "soft"}


def test_the_source_is_what_the_attribution_states(tmp_path: Path) -> None:
    (tmp_path / "wood").mkdir()
    soundfile.write(tmp_path / "wood" / "pack_1.wav", impact("wood", np.random.default_rng(0)), RATE)
    (tmp_path / "wood" / "broken.wav").write_bytes(b"RIFF")
    (tmp_path / "ATTRIBUTION.csv").write_text("file,source,licence\nwood/pack_1.wav,somebody,CC0\n")
    sounds = recorded_sounds(tmp_path)
    assert sounds.objects() == ["somebody"]
    assert [name for name, _ in sounds.left_out] == ["wood/broken.wav"]


def test_clips_have_words_of_their_labels(labelled_clips: Path) -> None:
    sounds = dataset_sounds(labelled_clips)
    assert [(sound.object, sound.material, sound.action) for sound in sounds.sounds] == [
        ("video_0", "metal", "hit"),
        ("video_0", "metal", "scratch"),
        ("video_1", "wood", "hit"),
        ("video_1", "wood", "scratch"),
    ]
    hits = sounds.labelled("material", "hit")
    assert hits.words("material") == ["metal", "wood"]
    assert np.array_equal(hits.features, sounds.features[[0, 2]])
    assert not sounds.labelled("reaction").sounds
    with pytest.raises(UserFacingError, match="no reaction"):
        sounds.words("reaction")


def test_the_kits_objects_differ() -> None:
    sounds = kit_sounds(2)
    assert sounds.words("material") == [material for material in MATERIALS for _ in range(2)]
    assert len(set(sounds.objects())) == 34
    assert np.isfinite(sounds.features).all()


def test_other_descriptions_have_other_features(labelled_clips: Path) -> None:
    assert dataset_sounds(labelled_clips, DESCRIPTIONS["cochleagram"]).features.shape == (4, 45 * 42)


def test_nothing_to_hear_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="is no folder"):
        recorded_sounds(tmp_path / "nowhere")
    with pytest.raises(UserFacingError, match="no labelled sound in"):
        recorded_sounds(tmp_path)
    (tmp_path / "wood").mkdir()
    soundfile.write(tmp_path / "wood" / "silence.wav", np.zeros(RATE), RATE)
    with pytest.raises(UserFacingError, match=r"wood/silence\.wav: The sound is silent"):
        recorded_sounds(tmp_path)
