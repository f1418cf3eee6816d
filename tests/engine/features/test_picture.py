"""Colour pictures in a network's size."""

from __future__ import annotations

import numpy as np
import pytest

from engine.features.picture import PictureConfig, fitted_picture, normalised_picture


def test_a_picture_is_squeezed_or_cut_around_its_middle() -> None:
    image = np.zeros((120, 320, 3), np.uint8)
    image[:, 100:220] = (10, 20, 30)
    squeezed = fitted_picture(image, PictureConfig(32, 12))
    assert squeezed.shape == (12, 32, 3)
    assert tuple(squeezed[6, 0]) == (0, 0, 0)
    assert tuple(squeezed[6, 16]) == (10, 20, 30)
    cut = fitted_picture(image, PictureConfig(60, 60, keeps_shape=True))
    assert cut.shape == (60, 60, 3)
    assert (cut == (10, 20, 30)).all()
    tall = fitted_picture(
        np.ascontiguousarray(image.transpose(1, 0, 2)), PictureConfig(60, 60, keeps_shape=True)
    )
    assert (tall == (10, 20, 30)).all()


def test_a_picture_of_the_right_size_is_left_alone_and_a_small_one_grows() -> None:
    image = np.random.default_rng(0).integers(0, 255, (224, 224, 3)).astype(np.uint8)
    assert fitted_picture(image) is image
    assert fitted_picture(image[:10, :10]).shape == (224, 224, 3)


def test_a_shrunk_picture_holds_the_means() -> None:
    image = np.random.default_rng(0).integers(0, 255, (64, 96, 3)).astype(np.uint8)
    means = image.reshape(8, 8, 12, 8, 3).mean(axis=(1, 3))
    assert fitted_picture(image, PictureConfig(12, 8)) == pytest.approx(means, abs=0.51)


def test_the_normal_form_is_imagenets() -> None:
    image = np.zeros((5, 7, 3), np.uint8)
    image[2, 3] = (255, 255, 255)
    found = normalised_picture(image)
    assert found.shape == (3, 5, 7)
    assert found.dtype == np.float32
    # Black and white as torchvision's `to_tensor` and `normalize` give them.
    assert found[:, 0, 0] == pytest.approx([-2.117904, -2.035714, -1.804444], abs=1e-5)
    assert found[:, 2, 3] == pytest.approx([2.248908, 2.428571, 2.640000], abs=1e-5)
