"""Folders are read completely, remembered, and never break on what they hold."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import Cancelled
from engine.job import Job
from engine.library import catalog as catalog_module
from engine.library import scan as scan_module
from engine.library.acoustics import measure
from engine.library.scan import scan_folders


def write(path: Path, samples: np.ndarray, sample_rate: int = 48_000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, sample_rate)
    return path


def struck(seed: int = 0, frames: int = 12_000) -> np.ndarray:
    noise = np.random.default_rng(seed).uniform(-0.8, 0.8, frames)
    return noise * np.exp(-np.arange(frames) / 1500)


def scanned(tmp_path: Path, *folders: Path, job: Job | None = None):
    return scan_folders(
        folders or [tmp_path / "sounds"], job or Job(), catalog_path=tmp_path / "cache" / "library.sqlite"
    )


def test_formats_folders_and_names(tmp_path):
    root = tmp_path / "sounds"
    for number, name in enumerate(("wood/a.wav", "wood/deep/b.flac", "x/metal hit.OGG", "c.aiff", "d.mp3")):
        write(root / name, struck(number))
    write(root / ".hidden" / "wood.wav", struck(9))
    (root / "notes.txt").write_text("not a sound")
    library = scanned(tmp_path)
    assert not library.problems
    found = {sound.path.relative_to(root).as_posix(): sound.material for sound in library}
    assert found == {
        "wood/a.wav": "wood",
        "wood/deep/b.flac": "wood",
        "x/metal hit.OGG": "metal",
        "c.aiff": "",
        "d.mp3": "",
    }
    assert all(sound.action == "hit" and abs(sound.duration_s - 0.25) < 0.1 for sound in library)


def test_ids_follow_contents_and_copies_are_listed_once(tmp_path):
    root = tmp_path / "sounds"
    write(root / "a unnamed.wav", struck())
    before = scanned(tmp_path).sounds
    (root / "a unnamed.wav").rename(root / "renamed.wav")
    assert [sound.id for sound in scanned(tmp_path)] == [sound.id for sound in before]
    write(root / "wood.wav", struck())
    twice = scanned(tmp_path).sounds
    assert [(sound.path.name, sound.id) for sound in twice] == [("wood.wav", before[0].id)]


def test_a_second_scan_reads_only_what_changed(tmp_path, monkeypatch):
    root = tmp_path / "sounds"
    for number in range(4):
        write(root / f"{number}.wav", struck(number))
    first = scanned(tmp_path)
    read = []
    really_read = scan_module._read
    monkeypatch.setattr(scan_module, "_read", lambda path: read.append(path.name) or really_read(path))
    assert scanned(tmp_path) == first
    assert read == []
    write(root / "2.wav", struck(77))
    os.utime(root / "3.wav", ns=(1, 1))
    assert scanned(tmp_path) != first
    assert sorted(read) == ["2.wav", "3.wav"]


def test_broken_files_are_told_and_the_rest_is_read(tmp_path):
    root = tmp_path / "sounds"
    write(root / "good.wav", struck())
    whole = (root / "good.wav").read_bytes()
    (root / "empty.wav").write_bytes(b"")
    (root / "noise.ogg").write_bytes(bytes(range(256)) * 40)
    (root / "text.mp3").write_bytes(b"hello " * 100)
    (root / "header.wav").write_bytes(whole[:44])
    (root / "dangling.wav").symlink_to(root / "nowhere.wav")
    library = scanned(tmp_path)
    assert [sound.path.name for sound in library] == ["good.wav"]
    for name in ("empty.wav", "noise.ogg", "text.mp3", "header.wav", "dangling.wav"):
        assert sum(name in problem for problem in library.problems) == 1, name
    assert all(problem.endswith(".") for problem in library.problems)


def test_folders_that_cannot_be_read_are_told(tmp_path, monkeypatch):
    root = tmp_path / "sounds"
    write(root / "good.wav", struck())
    write(root / "locked" / "secret.wav", struck(1))
    really_list = os.scandir

    def guarded(place):
        if Path(place).name == "locked":
            raise PermissionError(13, "Permission denied", str(place))
        return really_list(place)

    monkeypatch.setattr(os, "scandir", guarded)
    library = scanned(tmp_path, root, tmp_path / "absent", root / "good.wav")
    assert [sound.path.name for sound in library] == ["good.wav"]
    assert len(library.problems) == 3
    told = " ".join(library.problems)
    assert all(word in told for word in ("locked", "absent", "good.wav” is a file"))


def test_a_scan_can_be_stopped_and_keeps_what_it_read(tmp_path, monkeypatch):
    root = tmp_path / "sounds"
    for number in range(12):
        write(root / f"{number:02d}.wav", struck(number))
    fractions: list[float] = []
    stopped = Job(
        on_progress=lambda fraction, text: fractions.append(fraction),
        is_cancelled=lambda: sum(fraction > 0 for fraction in fractions) >= 5,
    )
    with pytest.raises(Cancelled):
        scanned(tmp_path, job=stopped)
    read = []
    really_read = scan_module._read
    monkeypatch.setattr(scan_module, "_read", lambda path: read.append(path.name) or really_read(path))
    assert len(scanned(tmp_path)) == 12
    assert len(read) <= 7
    assert fractions == sorted(fractions)


@pytest.mark.parametrize("damage", [b"", b"not a database" * 100, None])
def test_a_damaged_or_older_cache_is_started_afresh(tmp_path, damage):
    write(tmp_path / "sounds" / "a.wav", struck())
    first = scanned(tmp_path)
    cache = tmp_path / "cache" / "library.sqlite"
    if damage is None:
        with sqlite3.connect(cache) as connection:
            connection.execute("DROP TABLE readings")
            connection.execute("CREATE TABLE readings (other INTEGER)")
            connection.execute("PRAGMA user_version = 0")
        connection.close()
    else:
        cache.write_bytes(damage)
    assert scanned(tmp_path) == first


def test_a_cache_out_of_reach_is_told_and_the_scan_goes_on(tmp_path):
    write(tmp_path / "sounds" / "a.wav", struck())
    (tmp_path / "cache").write_text("a file where the folder should be")
    library = scanned(tmp_path)
    assert len(library) == 1
    assert ["library.sqlite" in problem for problem in library.problems] == [True]


def test_a_cache_torn_in_the_middle_is_started_afresh(tmp_path):
    for number in range(30):
        write(tmp_path / "sounds" / f"{'long name ' * 15}{number}.wav", struck(number))
    first = scanned(tmp_path)
    cache = tmp_path / "cache" / "library.sqlite"
    contents = bytearray(cache.read_bytes())
    contents[5000:9000] = bytes(4000)
    cache.write_bytes(contents)
    assert scanned(tmp_path) == first


def test_the_real_folder(tmp_path, shared_data):
    root = shared_data / "sounds"
    library = scanned(tmp_path, root)
    assert not library.problems
    assert len(library) == 169
    assert all(sound.material == sound.path.parent.name for sound in library)
    assert len({sound.id for sound in library}) == 169
    for sound in library:
        numbers = sound.acoustics
        assert -60 < numbers.level_db < 0
        assert 200 < numbers.centroid_hz < 15_000
        assert 0 <= numbers.attack_s <= sound.duration_s
        assert 0 <= numbers.decay_s <= sound.duration_s + 0.01


def test_measurements_of_known_sounds():
    time_s = np.arange(48_000) / 48_000
    decay = np.exp(-time_s / 0.05)  # 20 dB down after 0.05 * ln 10 s
    tone = (np.sin(2 * np.pi * 3000 * time_s) * decay * 0.5).astype(np.float32)[:, None]
    late = np.concatenate([np.zeros((9600, 1), dtype=np.float32), tone])
    numbers = measure(late, 48_000)
    assert numbers.centroid_hz == pytest.approx(3000, rel=0.03)
    assert numbers.decay_s == pytest.approx(0.05 * np.log(10), abs=0.01)
    assert numbers.attack_s < 0.012
    assert numbers.action == "hit"
    steady = (np.sin(2 * np.pi * 500 * time_s) * 0.5).astype(np.float32)[:, None]
    assert measure(steady, 48_000).action == "scratch"
    assert measure(steady, 48_000).level_db == pytest.approx(-9.03, abs=0.05)
    silence = measure(np.zeros((100, 2), dtype=np.float32), 48_000)
    assert (silence.level_db, silence.centroid_hz, silence.action) == (-80.0, 0.0, "hit")
    assert measure(np.zeros((0, 1), dtype=np.float32), 48_000).decay_s == 0.0


def test_a_full_disk_under_the_catalogue_stops_no_scan(tmp_path, monkeypatch):
    for number in range(60):
        write(tmp_path / "sounds" / f"{number}.wav", struck(number, frames=500))
    prepared = catalog_module._prepared

    def nearly_full(connection: sqlite3.Connection) -> sqlite3.Connection:
        prepared(connection)
        (_, _, file) = connection.execute("PRAGMA database_list").fetchone()
        if file:
            (used,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {used + 1}")
        return connection

    monkeypatch.setattr(catalog_module, "_prepared", nearly_full)
    library = scanned(tmp_path)
    assert len(library) == 60
    (problem,) = library.problems
    assert "database or disk is full" in problem
    monkeypatch.undo()
    assert len(scanned(tmp_path)) == 60


def test_what_is_wrong_with_the_library_comes_before_its_catalogue(tmp_path):
    write(tmp_path / "sounds" / "wood.wav", struck())
    (tmp_path / "sounds" / "broken.wav").write_bytes(b"no sound")
    (tmp_path / "cache").write_text("a file where a folder should be")
    first, last = scanned(tmp_path).problems
    assert "broken.wav" in first
    assert "must be read again at the next start" in last
    assert "Errno" not in last
