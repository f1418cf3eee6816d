"""Each sound is listened to once, whatever it holds and whatever happens in between."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import Cancelled
from engine.job import Job
from engine.library.listener import Impressions
from engine.library.listening import heard_table, listen, listened_part
from engine.library.matching import hit_cues
from engine.library.opening import read_opening
from engine.library.recommend import recommend
from engine.library.scan import Library, scan_folders
from engine.models.sound_fit import BY_HAND, SoundFit
from engine.project.document import Hit
from engine.project.materials import MATERIALS


class BrightnessListener:
    """Takes what is bright for glass and what is dull for cloth; remembers how much it was given."""

    version = "brightness 1"
    vector_length = 4

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def hear(self, sounds: Sequence[np.ndarray], sample_rate: int) -> Impressions:
        assert sample_rate == 48_000 and all(sound.ndim == 1 and len(sound) for sound in sounds)
        self.lengths += [len(sound) for sound in sounds]
        is_bright = np.array([np.abs(np.diff(sound)).sum() > 0.4 * np.abs(sound).sum() for sound in sounds])
        materials = np.full((len(sounds), len(MATERIALS)), 0.1 / (len(MATERIALS) - 1), np.float32)
        glass, cloth = MATERIALS.index("glass"), MATERIALS.index("cloth")
        materials[np.arange(len(sounds)), np.where(is_bright, glass, cloth)] = 0.9
        vectors = np.where(is_bright[:, None], [1, 0, 0, 0], [0, 1, 0, 0]).astype(np.float32)
        nowhere = np.full((len(sounds), 2), np.nan, np.float32)
        return Impressions(vectors, materials, is_bright.astype(np.float32), np.zeros(len(sounds)), nowhere)


def tone(frequency_hz: float, seed: int = 0, frames: int = 9600) -> np.ndarray:
    noise = 1e-4 * np.random.default_rng(seed).standard_normal(frames)
    time_s = np.arange(frames) / 48_000
    return 0.5 * np.sin(2 * np.pi * frequency_hz * time_s) * np.exp(-time_s / 0.05) + noise


def write(path: Path, samples: np.ndarray, sample_rate: int = 48_000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, sample_rate)
    return path


class Place:
    """A folder of sounds with caches of its own."""

    def __init__(self, tmp_path: Path) -> None:
        self.root, self.store = tmp_path / "sounds", tmp_path / "heard"
        self._catalog = tmp_path / "library.sqlite"

    def scan(self) -> Library:
        return scan_folders([self.root], catalog_path=self._catalog)

    def listen(self, job: Job | None = None, listener: BrightnessListener | None = None):
        return listen(
            self.scan().sounds, listener or BrightnessListener(), job or Job(), store_folder=self.store
        )

    def table(self, fit: SoundFit = BY_HAND):
        return heard_table(self.scan().sounds, BrightnessListener(), fit, store_folder=self.store)


@pytest.fixture
def place(tmp_path) -> Place:
    made = Place(tmp_path)
    for number in range(3):
        write(made.root / f"a{number}.wav", tone(8000, number))
        write(made.root / f"b{number}.wav", tone(150, number))
    return made


def test_what_was_heard_tells_the_material_where_no_name_does(place):
    assert place.listen().heard == 6
    heard = {sound.path.stem: sound.heard_materials[0] for sound in place.table().sounds}
    assert heard["a1"] == ("glass", pytest.approx(0.9)) and heard["b2"] == ("cloth", pytest.approx(0.9))
    first = recommend(Hit("h", 0, material="cloth", material_chosen=True), place.table(), 3)
    assert {one.take.name for one in first} == {"b0", "b1", "b2"}
    assert first[0].heard[0][0] == "cloth" and first[0].material == ""


def test_names_outweigh_the_ear(place):
    shutil.copy(place.root / "a0.wav", place.root / "wooden knock.wav")
    (place.root / "a0.wav").unlink()
    place.listen()
    first = recommend(Hit("h", 0, material="wood", material_chosen=True), place.table(), 1)[0]
    assert (first.take.name, first.material, first.heard[0][0]) == ("wooden knock", "wood", "glass")


def test_the_pictures_vector_is_held_against_the_sounds(place):
    place.listen()
    seeing = replace(BY_HAND, with_picture=replace(BY_HAND.with_picture, picture=1.0))
    table = place.table(seeing)
    towards_dull = np.array([0, 1, 0, 0], np.float32)
    parts = table.parts(hit_cues(Hit("h", 0), towards_dull))
    by_name = {sound.path.stem: part for sound, part in zip(table.sounds, parts["picture"], strict=True)}
    assert by_name["b0"] == pytest.approx(1.0, abs=1e-3) and by_name["a0"] == pytest.approx(0.5, abs=1e-3)
    assert np.isnan(table.parts(hit_cues(Hit("h", 0)))["picture"]).all()


def test_nothing_is_listened_to_twice(place):
    place.listen()
    (place.root / "a0.wav").rename(place.root / "moved.wav")
    write(place.root / "new.wav", tone(8000, 9))
    listener = BrightnessListener()
    assert place.listen(listener=listener).heard == 7
    assert len(listener.lengths) == 1


def test_a_listening_can_be_stopped_and_goes_on_where_it_was(place, monkeypatch):
    monkeypatch.setattr("engine.library.listening._TOGETHER", 2)
    told: list[dict] = []
    with pytest.raises(Cancelled):
        place.listen(Job(on_event=told.append, is_cancelled=lambda: len(told) >= 2))
    assert told == [
        {"event": "heard", "heard": 2, "sounds": 6},
        {"event": "heard", "heard": 4, "sounds": 6},
    ]
    heard = [bool(sound.heard_materials) for sound in place.table().sounds]
    assert sum(heard) == 4
    listener = BrightnessListener()
    assert place.listen(listener=listener).heard == 6
    assert len(listener.lengths) == 2


def test_a_folder_deleted_in_between_is_told_once(place):
    for number in range(40):
        write(place.root / "deep" / f"{number}.wav", tone(8000, 100 + number))
    library = place.scan()
    shutil.rmtree(place.root)
    listened = listen(library.sounds, BrightnessListener(), store_folder=place.store)
    assert listened.heard == 0
    assert len(listened.problems) == 1
    assert "46 sounds" in listened.problems[0]


def test_a_file_deleted_in_between_is_told_by_name(place):
    library = place.scan()
    (place.root / "a1.wav").unlink()
    listened = listen(library.sounds, BrightnessListener(), store_folder=place.store)
    assert listened.heard == 5
    (problem,) = listened.problems
    assert "a1.wav" in problem


def long_file(path: Path, hours: float) -> Path:
    """A sound of hours whose first second is struck and whose rest is a hole in the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = int(hours * 3600 * 8000)
    struck = (tone(500, frames=8000) * 32767).astype("<i2").tobytes()
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + 2 * frames, b"WAVE", b"fmt ", 16, 1, 1, 8000, 16_000, 2, 16, b"data", 2 * frames),
    )
    with path.open("wb") as file:
        file.write(header + struck)
        file.truncate(len(header) + 2 * frames)
    return path


def test_sounds_of_all_kinds(tmp_path):
    place = Place(tmp_path)
    write(place.root / "tiny.wav", tone(8000, frames=240))
    write(place.root / "one sample.wav", np.array([0.5]))
    write(place.root / "eight.wav", np.repeat(tone(150, frames=192_000)[:, None], 8, axis=1), 192_000)
    write(place.root / "стекло 玻璃.wav", tone(8000, 3))
    long_file(place.root / "two hours.wav", 2.0)
    write(place.root / "silent.wav", np.zeros(48_000))
    (place.root / "corrupt.flac").write_bytes(b"fLaC" + bytes(range(256)) * 50)
    wrong_rate = bytearray((place.root / "tiny.wav").read_bytes())
    wrong_rate[24:28] = struct.pack("<I", 2_000_000_000)
    (place.root / "wrong rate.wav").write_bytes(bytes(wrong_rate))
    numbers = tone(8000, 4).astype(np.float32)
    numbers[100:200] = np.nan
    soundfile.write(place.root / "numberless.wav", numbers, 48_000, subtype="FLOAT")
    library = place.scan()
    names = {sound.path.stem: sound for sound in library}
    assert set(names) == {"tiny", "one sample", "eight", "стекло 玻璃", "two hours"}
    assert names["two hours"].duration_s == pytest.approx(7200)
    assert names["tiny"].duration_s == pytest.approx(0.005)
    told = " ".join(library.problems)
    assert len(library.problems) == 4 and all(problem.endswith(".") for problem in library.problems)
    assert "silent.wav” is silent" in told and "corrupt.flac" in told and "not numbers" in told
    assert "states a sample rate of 2000000000 Hz" in told
    listener = BrightnessListener()
    assert listen(library.sounds, listener, store_folder=place.store).heard == 5
    assert max(listener.lengths) <= 2.5 * 48_000
    table = heard_table(library.sounds, listener, store_folder=place.store)
    assert len(recommend(Hit("h", 0), table, 9)) == 5


def test_what_is_listened_to_holds_the_loudest_moment():
    samples = np.zeros((20 * 48_000, 2), np.float32)
    samples[11 * 48_000] = 0.9
    part = listened_part(samples, 48_000)
    assert len(part) == 2.5 * 48_000 and part.max() == pytest.approx(0.9)
    assert listened_part(samples[:100] + 0.1, 48_000).shape == (100,)


def test_the_opening_of_a_sound_that_only_libav_reads(tmp_path):
    import av

    path = tmp_path / "sound.m4a"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48_000, layout="mono")
        for number in range(3 * 48_000 // 1024):
            samples = np.sin(np.arange(1024) * 0.1 + number).astype(np.float32)[None]
            frame = av.AudioFrame.from_ndarray(samples, "fltp", "mono")
            frame.sample_rate, frame.pts = 48_000, number * 1024
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    opening = read_opening(path, longest_s=2.0)
    assert opening.duration_s == pytest.approx(3.0, abs=0.1)
    assert len(opening.samples) == pytest.approx(96_000, abs=100)


def test_a_table_without_an_ear_is_the_names_alone(place):
    table = heard_table(place.scan().sounds, None)
    assert all(sound.heard_materials == () for sound in table.sounds)
    named = [replace(sound, material="wood") for sound in table.sounds[:1]]
    assert heard_table(named, None).materials[0].argmax() == MATERIALS.index("wood")
    assert not table.materials.any()
