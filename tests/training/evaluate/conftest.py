"""Tiny sounds and data sets for the tables, and a cache of their own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.media_factory import make_video
from training.datasets import catalogue

RATE = 44_100
PICTURES = 60


@pytest.fixture(autouse=True)
def remembered(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known of files is kept apart from the user's own."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr(catalogue, "cache_folder", lambda: folder)


def impact(material: str, random: np.random.Generator, seconds: float = 0.4) -> np.ndarray:
    """A made-up impact: metal rings, wood thuds, gravel crackles; float64 (n,)."""
    t = np.arange(round(seconds * RATE)) / RATE
    noise = random.normal(size=t.size)
    if material == "metal":
        tones = [np.sin(2 * np.pi * f * t) for f in random.uniform(1500, 6000, 5)]
        sound = np.sum(tones, axis=0) * np.exp(-t / random.uniform(0.1, 0.2))
    elif material == "wood":
        sound = np.sin(2 * np.pi * random.uniform(200, 500) * t) * np.exp(-t / 0.02) + 0.1 * noise * np.exp(
            -t / 0.01
        )
    else:
        sound = noise * (random.random(t.size) < 0.004) * np.exp(-t / 0.15)
    return 0.5 * sound / np.abs(sound).max()


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of recordings per material, of four sources."""
    folder = tmp_path_factory.mktemp("sounds")
    random = np.random.default_rng(0)
    for material in ("metal", "wood", "gravel"):
        (folder / material).mkdir()
        for source in "abcd":
            for number in range(2):
                path = folder / material / f"{source}_{number}.wav"
                soundfile.write(path, impact(material, random), RATE)
    return folder


@pytest.fixture(scope="session")
def labelled_clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clips of two seconds with a truth and labels, in the layout of the real ones."""
    folder = tmp_path_factory.mktemp("data") / "clips"
    folder.mkdir()
    random = np.random.default_rng(1)
    truth, labels = {}, {}
    for number, material in enumerate(("metal", "wood")):
        name, times_s = f"clip_{number}.mp4", [0.5, 1.4]
        sound = random.normal(0, 0.0005, 2 * RATE)
        for time_s in times_s:
            struck = impact(material, random)
            sound[round(time_s * RATE) :][: struck.size] += struck
        make_video(
            folder / name, count=PICTURES, rate=30, audio=sound.astype(np.float32)[:, None], audio_rate=RATE
        )
        truth[name] = {"onsets_s": times_s, "level_db_30fps": list(-40.0 + 5 * np.sin(np.arange(PICTURES)))}
        labels[name] = {
            "source_video": f"video_{number}",
            "start_s": 0.0,
            "events": [[0.5, material, "hit"], [1.43, material, "scratch"]],
        }
    (folder / "truth.json").write_text(json.dumps(truth))
    (folder / "labels.json").write_text(json.dumps(labels))
    return folder
