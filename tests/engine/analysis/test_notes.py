"""What is said about odd videos, and nothing about ordinary ones; no detector hits on every frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from moving_stick import Picture, steady_times, stick_pictures, write_video
from numpy.typing import NDArray

from engine.analysis.analyse import analyse
from engine.analysis.detectors import default_detector
from engine.analysis.material_prior import material_prior
from engine.analysis.notes import familiarity_notes, picture_notes, sound_notes
from engine.analysis.result import DetectedHit, Note
from engine.analysis.watching import PictureWatch
from engine.job import SILENT_JOB
from engine.media.decode import Frame
from engine.media.probe import require_video
from tests.media_factory import clicks, make_video

CONTACTS_S = (0.95, 1.7, 2.4, 3.05)
SIZE = (160, 120)


def texture(number: int) -> NDArray[np.uint8]:
    """Scenes of full contrast, no two alike."""
    grain = np.random.default_rng(number).uniform(0, 255, SIZE[::-1]).astype(np.float32)
    scene = cv2.GaussianBlur(grain, (0, 0), 2 + number % 5)
    return np.clip((scene - scene.mean()) / scene.std() * 45 + 110 + 8 * (number % 3), 0, 255).astype(
        np.uint8
    )


def still() -> Iterator[Picture]:
    return (Picture(time_s, texture(1)) for time_s in steady_times(30, 4))


def grainy() -> Iterator[Picture]:
    random = np.random.default_rng(2)
    for time_s in steady_times(30, 4):
        image = texture(1) + random.normal(0, 6, SIZE[::-1])
        yield Picture(time_s, np.clip(image, 0, 255).astype(np.uint8))


def flickering() -> Iterator[Picture]:
    for time_s in steady_times(30, 4):
        yield Picture(time_s, (texture(1) * (0.7 + 0.2 * np.sin(9 * time_s))).astype(np.uint8))


def black() -> Iterator[Picture]:
    random = np.random.default_rng(3)
    for time_s in steady_times(30, 4):
        yield Picture(time_s, random.integers(0, 9, SIZE[::-1]).astype(np.uint8))


def cut_every_second() -> Iterator[Picture]:
    return (Picture(time_s, texture(int(time_s))) for time_s in steady_times(30, 6))


def cut_every_second_in_motion() -> Iterator[Picture]:
    for picture in stick_pictures(steady_times(30, 6), (0.5, 1.5, 2.5, 3.5, 4.5)):
        image = picture.image if int(picture.time_s) % 2 else 255 - picture.image[:, ::-1] // 2
        yield Picture(picture.time_s, np.ascontiguousarray(image))


def two_a_second() -> Iterator[Picture]:
    return stick_pictures(steady_times(2, 8), CONTACTS_S)


def striking() -> Iterator[Picture]:
    return stick_pictures(steady_times(30, 4), CONTACTS_S)


def strobe() -> Iterator[Picture]:
    """Another scene with every picture."""
    return (Picture(time_s, texture(number)) for number, time_s in enumerate(steady_times(30, 3)))


def panning() -> Iterator[Picture]:
    wide = np.hstack([texture(number) for number in range(4)])
    for time_s in steady_times(30, 4):
        left = int(90 * time_s)
        yield Picture(time_s, np.ascontiguousarray(wide[:, left : left + SIZE[0]]))


SCENES = {
    still: ["still"],
    grainy: ["still"],
    flickering: ["still"],
    black: ["dark"],
    cut_every_second: ["still", "cuts"],
    cut_every_second_in_motion: ["cuts"],
    two_a_second: ["slow"],
    striking: [],
    panning: [],
    strobe: ["cuts"],
}


@pytest.mark.parametrize(("scene", "kinds"), SCENES.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_what_the_pictures_give_reason_to_say(scene, kinds: list[str]) -> None:
    watch = PictureWatch()
    frames = (Frame(picture.time_s, picture.image) for picture in scene())
    for _ in watch.watched(frames, 4.0, SILENT_JOB):
        pass
    assert [note.kind for note in picture_notes(watch)] == kinds


def test_pictures_pass_through_unchanged_and_their_times_are_noted() -> None:
    watch = PictureWatch()
    frames = [Frame(picture.time_s, picture.image) for picture in striking()]
    assert list(watch.watched(frames, 4.0, SILENT_JOB)) == frames
    assert list(watch.times_s) == [frame.time_s for frame in frames]


@pytest.mark.parametrize("scene", [still, grainy, flickering, black, two_a_second, strobe])
def test_no_hit_where_there_is_none(scene, tmp_path: Path) -> None:
    """Whichever detector ships; and a picture that is odd is no crash."""
    path = tmp_path / "odd.mkv"
    write_video(path, list(scene()), rate=2 if scene is two_a_second else 30)
    analysis = analyse(path)
    assert analysis.model.name == default_detector()
    assert analysis.hits == ()
    assert len(analysis.level_db) == len(analysis.frame_times_s) > 0


@pytest.mark.parametrize(
    ("scene", "most"), [(cut_every_second, 2), (cut_every_second_in_motion, 7), (panning, 2)]
)
def test_a_cut_or_a_pan_is_no_rain_of_hits(scene, most: int, tmp_path: Path) -> None:
    """In the one in motion there are five contacts."""
    path = tmp_path / "odd.mkv"
    write_video(path, list(scene()))
    assert len(analyse(path).hits) <= most


def hit(confidence: float) -> DetectedHit:
    return DetectedHit(1.0, 0.0, confidence, -20.0, "hit", None, material_prior("hit"))


def test_a_detector_that_doubts_everything_says_so() -> None:
    def kinds(hits: list[DetectedHit], duration_s: float = 9.0, others: tuple[Note, ...] = ()) -> list[str]:
        return [note.kind for note in familiarity_notes(hits, duration_s, others)]

    assert kinds([hit(0.35), hit(0.4), hit(0.6)]) == ["unfamiliar"]
    assert kinds([hit(0.9), hit(0.4), hit(0.8)]) == []
    assert kinds([]) == ["unfamiliar"]
    assert kinds([], duration_s=1.0) == []
    assert kinds([], others=(Note("still", "Nothing moves."),)) == []
    assert kinds([hit(0.3)], others=(Note("cuts", "Many cuts."),)) == ["unfamiliar"]


def test_only_a_sound_that_can_be_heard_is_offered(tmp_path: Path) -> None:
    loud, silent = clicks(96_000, [70_000]), np.zeros((96_000, 1), np.float32)
    heard = require_video(make_video(tmp_path / "heard.mp4", count=50, audio=loud))
    [note] = sound_notes(heard)
    assert note.kind == "has-sound" and "sound-onsets" in note.text
    assert sound_notes(require_video(make_video(tmp_path / "mute.mp4", count=50, audio=silent))) == ()
    assert sound_notes(require_video(make_video(tmp_path / "none.mp4", count=50))) == ()
    gone = replace(heard, path=tmp_path / "gone.mp4")
    assert sound_notes(gone) == ()
