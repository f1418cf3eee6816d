"""Sounds for whole clips, judged by their onsets, levels and materials."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from engine.analysis.result import DetectedHit
from engine.analysis.to_document import document_hit
from engine.features.hit_curves import SoundingHit
from engine.models.checkpoint import save_checkpoint
from engine.models.description import ModelDescription
from engine.models.picture_sound import PICTURE_SOUND, PictureSound, PictureSoundConfig
from engine.models.plain_config import to_plain
from engine.models.sample_rnn import SampleRnnConfig
from engine.project.document import Project
from engine.project.materials import MATERIALS
from training.datasets.recording import Contact, Recording
from training.sample_rnn import judge as judging
from training.sample_rnn.judge import AT_RANDOM, FOUND_HITS, TRUE_SOUND, JudgeSettings, judge
from training.sample_rnn.made_sounds import JudgedClip
from training.sample_rnn.sound_scores import HeardSound, onsets_alone, scored

_RATE = 16_000
_UNKNOWN = (0.0,) * len(MATERIALS)
_TIMES_S = (0.5, 1.1, 1.9, 2.6)


def _knocks(times_s: tuple[float, ...], loudness: tuple[float, ...]) -> np.ndarray:
    rng = np.random.default_rng(0)
    sound = 1e-4 * rng.standard_normal(3 * _RATE + _RATE // 4)
    for time_s, loud in zip(times_s, loudness, strict=True):
        start = round(time_s * _RATE)
        ring = np.exp(-np.arange(4_000) / 600) * rng.standard_normal(4_000)
        sound[start : start + 4_000] += 0.2 * loud * ring
    return sound.astype(np.float32)


def _clip(name: str, folder: Path) -> JudgedClip:
    loudness = (1.0, 0.5, 0.8, 0.3)
    hits = tuple(
        SoundingHit(time_s, 20 * np.log10(0.2 * loud) - 5, "hit", 0.0, _UNKNOWN)
        for time_s, loud in zip(_TIMES_S, loudness, strict=True)
    )
    found = DetectedHit(0.52, 0.0, 0.9, -20.0, "hit", None, (("wood", 0.7), ("metal", 0.3)))
    project = Project("toy", hits=(document_hit(found),), length=3 * 48_000)
    sound = _knocks(_TIMES_S, loudness)
    return JudgedClip(name, folder / f"{name}.mp4", 50, sound, hits, (2, -1, -1, -1), project)


def _heard(
    true_s: list[float], found_s: list[float], true_db: list[float], made_db: list[float]
) -> HeardSound:
    return HeardSound(
        "clip", np.array(true_s), np.array(found_s), np.array(true_db), np.array(made_db), (1, 2)
    )


def test_scores_are_pooled() -> None:
    one = _heard([1.0, 2.0], [1.04, 2.08], [-10.0, -20.0], [-13.0, -17.0])
    other = _heard([3.0], [], [-30.0], [-33.0])
    scores = scored([one, other])
    assert [score.value for score in scores.f1] == [pytest.approx(2 / 5), pytest.approx(4 / 5)]
    assert (scores.precision, scores.recall) == (1.0, pytest.approx(2 / 3))
    assert scores.level_error_db == pytest.approx(3.0)
    assert scores.level_correlation == pytest.approx(np.corrcoef([-10, -20, -30], [-13, -17, -33])[0, 1])
    assert scores.heard == 0.5


def test_onsets_without_a_sound_have_no_level(tmp_path: Path) -> None:
    scores = scored([onsets_alone(_clip("a", tmp_path), [0.5, 1.1, 1.9, 2.6])])
    assert scores.f1[0].value == 1.0
    assert np.isnan(scores.level_error_db)
    assert np.isnan(scores.heard)


def test_a_found_hit_is_told_with_its_materials(tmp_path: Path) -> None:
    [told] = _clip("a", tmp_path).found_hits
    assert told.time_s == 0.52
    assert told.materials[MATERIALS.index("wood")] == 0.7
    assert sum(told.materials) == pytest.approx(1.0)


def test_every_maker_is_judged_and_its_sounds_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    network = PictureSound(PictureSoundConfig("hits", features=3, rnn=SampleRnnConfig(width=16, embedding=4)))
    description = ModelDescription(
        PICTURE_SOUND, to_plain(network.config), {}, git_commit="", data_sha256="", metrics={}
    )
    save_checkpoint(tmp_path / "model", network.state_dict(), description)
    recordings = [
        Recording(name, name, tmp_path / name, tmp_path / name, 3.2, (Contact(0.5),)) for name in ("a", "b")
    ]
    told: list[int] = []

    def made(
        _: object, clip: JudgedClip, hits: tuple[SoundingHit, ...], seeds: range, **__: object
    ) -> object:
        told.append(len(hits))
        return [clip.sound if len(hits) == len(clip.hits) else 0 * clip.sound for _ in seeds]

    monkeypatch.setattr(judging, "recordings_to_judge", lambda *_, **__: recordings)
    monkeypatch.setattr(judging, "judged_clip", lambda each, _, folder: _clip(each.name, folder))
    monkeypatch.setattr(judging, "true_project", lambda clip: clip.project)
    monkeypatch.setattr(judging, "mixed_sound", lambda clip, *_: 0 * clip.sound)
    monkeypatch.setattr(judging, "generated_sounds", made)
    settings = JudgeSettings("toy", seeds=2, sounds=tmp_path / "sounds", figure=tmp_path / "figure.png")
    scores = judge([tmp_path / "model"], settings)
    assert told == [4, 4, 1, 1]
    assert scores[TRUE_SOUND].f1[1].value == scores["hits, told true hits"].f1[1].value == 1.0
    assert scores["hits, told found hits"].f1[1].value == scores["kit mix, true hits"].f1[1].value == 0.0
    assert scores[FOUND_HITS].recall == 0.25
    assert 0.0 < scores[AT_RANDOM].f1[1].value < 0.6
    assert (tmp_path / "figure.png").stat().st_size > 10_000
    sound, rate = soundfile.read(tmp_path / "sounds" / "a_hits--told-true-hits.wav")
    assert (rate, len(sound)) == (_RATE, len(_clip("a", tmp_path).sound))
