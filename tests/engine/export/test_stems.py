"""Stems are aligned, add up to the mix, and either all appear or none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import Cancelled, ExportError
from engine.export.stems import export_stems
from engine.job import Job
from engine.project.document import Clip, GeneratedTrack, Hit, MediaReference, Project, Take, Track
from engine.synthesis.mixer import render
from engine.synthesis.sound_pool import SoundPool

LENGTH = 300_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    random = np.random.default_rng(1)
    for name, frames in (("bang", 20_000), ("hum", 200_000)):
        sound = random.uniform(-0.5, 0.5, frames)
        sound[0] = 0.5
        soundfile.write(tmp_path / f"{name}.wav", sound, 48_000, subtype="FLOAT")
    return tmp_path


def take(name: str) -> Take:
    return Take(f"take-{name}", name, "library", media=MediaReference(f"{name}.wav"))


def project(*, gain_db: float = -12.0, extra: tuple[Hit, ...] = (), **more) -> Project:
    def hit(number: int, track: str) -> Hit:
        clip = Clip(f"c{number}", (take("bang"),), "take-bang", gain_db=gain_db, pan=0.3, pitch_semitones=0.2)
        return Hit(f"h{number}", 12_345 * number, track=track, clips=(clip,))

    hits = tuple(hit(number, ("feet", "props")[number % 2]) for number in range(20))
    more.setdefault(
        "tracks", (Track("feet", "Feet", pan=-0.5), Track("props", "Props: hand/held", gain_db=-3.0))
    )
    generated = (GeneratedTrack("made", "Feet", take("hum"), position=40_000, gain_db=-20.0),)
    return Project("p", length=LENGTH, hits=(*hits, *extra), generated=generated, **more)


def read(path: Path) -> np.ndarray:
    return soundfile.read(path, dtype="float64", always_2d=True)[0]


def test_stems_add_up_to_the_mix_before_limiting(folder):
    loose = Hit("x", 222_222, clips=(Clip("cx", (take("bang"),), "take-bang", gain_db=-20.0),))
    document, pool = project(extra=(loose,)), SoundPool(folder)
    report = export_stems(document, pool, folder / "deep" / "stems")
    names = [stem.path.name for stem in report.stems]
    assert names == ["Feet.wav", "Props- hand-held.wav", "Feet 2.wav", "No track.wav"]
    assert sorted(path.name for path in (folder / "deep" / "stems").iterdir()) == sorted(names)
    total = sum(read(stem.path) for stem in report.stems)
    assert total.shape == (LENGTH, 2)
    mix = render(document, pool, 0, LENGTH, with_limiter=False)
    assert np.abs(total - mix).max() < 4 * 2.0**-23
    for stem in report.stems:
        facts = soundfile.info(stem.path)
        assert (facts.subtype, facts.samplerate, facts.frames) == ("PCM_24", 48_000, LENGTH)
        assert stem.peak_db == pytest.approx(20 * np.log10(np.abs(read(stem.path)).max()), abs=1e-3)
        assert not stem.is_clipped
    first = read(report.stems[0].path)
    alone = render(document, pool, 0, LENGTH, tracks={"feet"}, with_limiter=False)
    assert np.abs(first - alone).max() <= 0.501 * 2.0**-23
    assert np.flatnonzero(first.any(axis=1))[0] == 0
    assert np.flatnonzero(read(report.stems[1].path).any(axis=1))[0] == 12_345
    assert not report.missing


def test_mono_muted_and_empty_tracks(folder):
    tracks = (Track("feet", "Feet", mute=True), Track("props", ""), Track("empty", "..."))
    report = export_stems(project(channels=1, tracks=tracks), SoundPool(folder), folder / "stems")
    assert [stem.path.name for stem in report.stems] == ["Feet.wav", "Track.wav", "Track 2.wav", "Feet 2.wav"]
    assert not read(report.stems[0].path).any()
    assert read(report.stems[1].path).any()
    assert report.stems[2].peak_db == -np.inf
    assert read(report.stems[2].path).shape == (LENGTH, 1)


def test_clipping_and_missing_sounds_are_told(folder):
    (folder / "hum.wav").unlink()
    report = export_stems(project(gain_db=15.0), SoundPool(folder), folder / "stems")
    assert report.stems[0].is_clipped
    assert "beyond full scale" in str(report)
    assert "hum.wav" in report.missing[0]
    assert "hum.wav" in str(report)


def test_older_stems_are_replaced_only_when_all_is_written(folder):
    stems = folder / "stems"
    stems.mkdir()
    (stems / "Feet.wav").write_bytes(b"older")
    seen: list[float] = []
    stopped = Job(
        on_progress=lambda fraction, text: seen.append(fraction), is_cancelled=lambda: len(seen) > 4
    )
    with pytest.raises(Cancelled):
        export_stems(project(), SoundPool(folder), stems, stopped)
    assert [path.name for path in stems.iterdir()] == ["Feet.wav"]
    assert (stems / "Feet.wav").read_bytes() == b"older"
    export_stems(project(), SoundPool(folder), stems)
    assert read(stems / "Feet.wav").shape == (LENGTH, 2)


def test_a_folder_that_cannot_be_made_is_told(folder):
    (folder / "stems").write_text("a file in the way")
    with pytest.raises(ExportError, match="can't be made"):
        export_stems(project(), SoundPool(folder), folder / "stems")


@contextmanager
def no_file_larger_than(limit_bytes: int) -> Iterator[None]:
    """The system refuses to let files grow further, as a full disk does: in the middle of a write."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("limit_bytes", [20, 500_000, 1_799_000])
def test_a_disk_that_takes_no_more_leaves_everything_as_it_was(folder, limit_bytes):
    stems = folder / "stems"
    stems.mkdir()
    (stems / "Feet.wav").write_bytes(b"older")
    pool = SoundPool(folder)
    with no_file_larger_than(limit_bytes), pytest.raises(ExportError) as told:
        export_stems(project(), pool, stems)
    assert "Feet.wav" in str(told.value)
    assert "beyond what is allowed" in str(told.value)
    assert [path.name for path in stems.iterdir()] == ["Feet.wav"]
    assert (stems / "Feet.wav").read_bytes() == b"older"
