"""How loud a generated track is beside the hits, as the player measures it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.media.player.mixing import TakeLoudness, _MixBench
from engine.project.document import Clip, GeneratedTrack, Hit, MediaReference, Project, Take, Track

SECOND = 48_000


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A second of a tone as two generated tracks, one muted, one soloed; 6 dB quieter as a hit."""
    path = tmp_path / "tone.wav"
    tone = 0.1 * np.sin(2 * np.pi * 1000 * np.arange(SECOND) / SECOND)
    soundfile.write(path, tone, SECOND, subtype="FLOAT")
    take = Take("tone", "Tone", "generated", media=MediaReference(str(path)))
    hit = Hit("h", SECOND, track="t", edited=True, clips=(Clip("c", (take,), "tone", gain_db=-6.0),))
    made = GeneratedTrack("a", "A", take, SECOND, SECOND, mute=True)
    other = GeneratedTrack("b", "B", take, 2 * SECOND, SECOND, solo=True)
    return Project(
        "p", length=4 * SECOND, tracks=(Track("t", "T"),), hits=(hit,), generated=(made, other), blend=1.0
    )


def test_whatever_is_muted_soloed_or_blended_away(project: Project, tmp_path: Path) -> None:
    bench = _MixBench(tmp_path)
    bench.update(project, tmp_path, 1)
    levels = bench.take_loudness("a")
    assert levels is not None and levels.take_lufs is not None and levels.hits_lufs is not None
    assert levels.take_lufs - levels.hits_lufs == pytest.approx(6.0, abs=0.05)
    beside = bench.take_loudness("b")
    assert beside == TakeLoudness(levels.take_lufs, None)
    assert bench.take_loudness("c") is None


def test_wherever_its_fader_stands(project: Project, tmp_path: Path) -> None:
    bench = _MixBench(tmp_path)
    bench.update(project, tmp_path, 1)
    levels = bench.take_loudness("a")
    turned = replace(project.generated[0], gain_db=-60.0)
    bench.update(replace(project, generated=(turned,)), tmp_path, 2)
    assert bench.take_loudness("a") == levels
