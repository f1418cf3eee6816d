"""Sheets and films for people."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.errors import UserFacingError
from engine.media.audio import read_audio
from engine.media.decode import iter_frames
from engine.media.probe import probe
from tests.training.stage.stage_doubles import (
    COMPRESSION,
    Filmed,
    ShakyFilm,
    contact,
    moving_bar,
    noise_sound,
)
from training.stage.camera import Camera
from training.stage.contacts import Contact
from training.stage.preview import SHEET_OFFSETS, annotated, rendered_clips, write_contact_sheet, write_film
from training.stage.truth import truth_of, truth_text
from training.stage.writer import write_clip

SIZE = (96, 64)
CAMERA = Camera((0.0, -1.0, 0.6), (0.0, 0.0, 0.0), 45.0, *SIZE)


def write(folder: Path, name: str, contacts: list[Contact], count: int = 30) -> None:
    sound = noise_sound(count, 0)
    truth = truth_of(
        contacts,
        Filmed(CAMERA, ShakyFilm(np.zeros((count, 3)))),
        sound.level_db,
        seed=0,
        index=0,
        frame_rate=Fraction(30),
        set_name="shed",
        near_misses_s=(0.8,),
    )
    write_clip(
        folder / "shard_0000",
        name,
        frames=moving_bar(count, SIZE),
        frame_rate=Fraction(30),
        size=SIZE,
        sound=sound,
        times="",
        truth=truth_text(truth),
        compression=COMPRESSION,
    )


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    write(tmp_path, "one", [contact(0.3), contact(0.6, "paper", "scratch", duration_s=0.2)])
    write(tmp_path, "two", [contact(0.5, "water", spot=(9.0, 0.0, 0.0))])
    return tmp_path


def test_clips_are_read_back_with_their_truth(stage: Path) -> None:
    first, second = rendered_clips(stage)
    assert (first.name, first.category, first.duration_s) == ("one", "shed", 1.0)
    assert [c.material for c in first.contacts] == ["wood", "paper"]
    assert first.contacts[1].duration_s == 0.2 and first.contacts[0].point is not None
    assert not second.contacts[0].in_picture and second.near_misses_s == (0.8,)
    (stage / "shard_0000" / "one_denoised.wav").unlink()
    assert [clip.name for clip in rendered_clips(stage)] == ["two"]
    assert rendered_clips(stage / "absent") == []


def test_the_sheet_shows_the_frames_around_each_seen_contact(stage: Path) -> None:
    sheet = stage / "sheet.png"
    write_contact_sheet(sheet, rendered_clips(stage))
    image = cv2.imread(str(sheet))
    assert image is not None and image.shape == (2 * 192, 150 + len(SHEET_OFFSETS) * 258, 3)
    # The bar is at the number of the picture: 9 at 0.3 s, of 96 columns on 258.
    middle = image[:192, 150 + 4 * 258 : 150 + 5 * 258].astype(int)
    bar = int(middle[20:170, 5:-5].sum(axis=(0, 2)).argmax()) + 5
    assert bar == pytest.approx(9.5 / 96 * 258, abs=4)


def test_the_film_has_every_picture_and_the_sound(stage: Path) -> None:
    film = stage / "film.mp4"
    write_film(film, rendered_clips(stage))
    assert len(list(iter_frames(film))) == 60
    info = probe(film)
    assert info.video is not None and (info.video.width, info.video.height) == (192, 128 + 90)
    assert read_audio(film, channels=1).shape[0] == pytest.approx(96_000, abs=1500)


def test_a_contact_flashes_where_and_when_it_happens(stage: Path) -> None:
    clip = rendered_clips(stage)[0]
    point = clip.contacts[0].point
    assert point is not None
    pictures = list(annotated(clip))
    x, y = round(point[0] * 192), round(point[1] * 128)

    def yellow(number: int) -> int:
        around = pictures[number][max(0, y - 14) : y + 15, max(0, x - 14) : x + 15].astype(int)
        return int(((around[..., 0] > 220) & (around[..., 1] > 180) & (around[..., 2] < 110)).sum())

    assert yellow(9) > 40 and yellow(11) > 40
    assert yellow(5) < 10 and yellow(15) < 10


def test_nothing_to_show_is_said(tmp_path: Path) -> None:
    write(tmp_path, "empty", [])
    with pytest.raises(UserFacingError, match="None of the 1 clips has a contact"):
        write_contact_sheet(tmp_path / "sheet.png", rendered_clips(tmp_path))
    with pytest.raises(UserFacingError, match="no clips"):
        write_film(tmp_path / "film.mp4", [])
    assert json.loads((tmp_path / "shard_0000" / "empty_truth.json").read_text())["contacts"] == []
