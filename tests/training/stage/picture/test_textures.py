"""Textures by name: from a folder, procedural, and what is said when one can't be had."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.project.materials import MATERIALS
from training.stage.picture.textures import TEXTURE_PX, TextureError, load_texture, seamless, texture_names


def save(path: Path, picture: np.ndarray) -> None:
    """A PNG of an RGB picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), np.ascontiguousarray(picture[..., ::-1]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pictures of wood, one broken one, and a file that is no picture."""
    rng = np.random.default_rng(0)
    save(tmp_path / "wood" / "b_board.png", rng.integers(0, 256, (64, 64, 3), np.uint8))
    save(tmp_path / "wood" / "a_plank.png", np.full((48, 96, 3), (200, 100, 50), np.uint8))
    (tmp_path / "wood" / "notes.txt").write_text("oak")
    (tmp_path / "metal").mkdir()
    (tmp_path / "metal" / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0 torn")
    (tmp_path / "metal" / "empty.png").write_bytes(b"")
    save(tmp_path / "metal" / "tiny.png", np.zeros((4, 40, 3), np.uint8))
    return tmp_path


@pytest.mark.parametrize("material", MATERIALS)
def test_every_material_has_procedural_pictures(material: str):
    names = texture_names(material)
    assert len(set(names)) == len(names) >= 40
    picture = load_texture(names[1])
    assert picture.shape == (TEXTURE_PX, TEXTURE_PX, 3) and picture.dtype == np.uint8
    assert not picture.flags.writeable
    assert np.array_equal(load_texture(f"procedural/{material}-3"), load_texture(f"procedural/{material}-3"))


def test_the_seed_of_a_material_chooses_among_its_styles():
    pictures = [load_texture(f"procedural/rock-{seed}").astype(int) for seed in range(4)]
    assert len({picture.tobytes() for picture in pictures}) == 4


def test_a_folder_offers_its_pictures_in_order(folder: Path):
    assert texture_names("wood", folder) == ("wood/a_plank", "wood/b_board")


def test_a_material_without_pictures_is_procedural(folder: Path):
    assert texture_names("glass", folder) == texture_names("glass")


def test_colours_come_through_as_red_green_blue(folder: Path):
    picture = load_texture("wood/a_plank", folder)
    assert picture.shape == (TEXTURE_PX, TEXTURE_PX, 3)
    assert picture.reshape(-1, 3).mean(axis=0) == pytest.approx([200, 100, 50], abs=1)


def test_the_data_folder_is_looked_in_when_none_is_given(folder: Path, monkeypatch: pytest.MonkeyPatch):
    (folder / "data").mkdir()
    (folder / "wood").rename(folder / "data" / "wood")
    (folder / "data").rename(folder / "textures")
    monkeypatch.setenv("FOLEY_DATA", str(folder))
    assert load_texture("wood/b_board").shape == (TEXTURE_PX, TEXTURE_PX, 3)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("metal/torn", "broken"),
        ("metal/empty", "broken"),
        ("metal/tiny", "40 x 4"),
        ("metal/gone", "metal/gone"),
        ("procedural/velcro-3", "velcro"),
        ("procedural/wood", "seed"),
        ("procedural/wood-x", "seed"),
    ],
)
def test_what_can_not_be_had_is_named(folder: Path, name: str, says: str):
    with pytest.raises(TextureError, match=says):
        load_texture(name, folder)


def test_a_missing_folder_and_an_unknown_material_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(TextureError, match="nowhere"):
        texture_names("wood", tmp_path / "nowhere")
    with pytest.raises(TextureError, match="cheese"):
        texture_names("cheese")
    monkeypatch.delenv("FOLEY_DATA", raising=False)
    with pytest.raises(TextureError, match="no folder of textures was given"):
        load_texture("wood/some_board")


def test_a_picture_that_repeats_stays_as_it_is():
    x, y = np.meshgrid(np.arange(256), np.arange(256))
    waves = 128 + 60 * np.sin(2 * np.pi * x / 32) * np.cos(2 * np.pi * y / 64)
    picture = np.repeat(np.rint(waves)[..., None], 3, axis=2).astype(np.uint8)
    assert np.array_equal(seamless(picture), picture)


def test_a_picture_that_does_not_repeat_is_joined_with_its_mirror_image():
    slope = np.repeat(np.tile(np.arange(256, dtype=np.uint8), (256, 1))[..., None], 3, axis=2)
    joined = seamless(slope)
    assert np.array_equal(joined, joined[:, ::-1]) and np.array_equal(joined, joined[::-1])
    assert joined[:, 0].mean() < 5 and joined[:, 127].mean() > 250


def test_a_frame_around_a_picture_is_left_out():
    picture = np.full((128, 128, 3), 90, np.uint8)
    picture[:, :, 0] += np.random.default_rng(1).integers(0, 30, (128, 128), np.uint8)
    picture[:2] = 255
    assert seamless(picture).max() < 140


def test_real_pictures_of_every_material_can_be_read(shared_data: Path):
    folder = shared_data / "textures"
    for material in MATERIALS:
        for name in texture_names(material, folder)[:3]:
            assert load_texture(name, folder).shape == (TEXTURE_PX, TEXTURE_PX, 3)
