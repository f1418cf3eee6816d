"""Where in the picture a contact happens: five gray pictures around it to a map of where, and to a point.

What strikes is thin, fast, and still for a moment at the contact. The network sees the picture of the
contact, what changes from each of the five pictures to the next, and what in three of them is not in their
median: the scene without what moves. U-shaped and small, it says for each cell of a grid how likely the
contact is in it; the point is where most of that lies together, to a fraction of a cell.

Conventions
-----------
Pictures are gray, 0..255, (n, 5, height, width), at `PICTURE_OFFSETS_S` from the contact. Points are (x, y)
in 0..1 of the picture's width and height from the upper left.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.bundled import bundled_models_folder
from engine.models.checkpoint import fill, load_checkpoint
from engine.models.plain_config import from_plain

CONTACT_POINT_NET = "contact-point-net"
CONTACT_POINT_NAME = "contact-point"
"""The folder of the one that ships."""

PICTURE_OFFSETS_S = (-0.1, -1 / 30, 0.0, 1 / 30, 0.1)
"""When the pictures are shown, from the contact on."""

NEAR = 0.1
"""A point is near the contact when it is less than this share of the picture's width away."""

_GRAY_LEVELS = 32.0
"""Gray levels are counted in so many."""
_LEAST_SPREAD = 0.3
"""Of a picture's brightness, in `_GRAY_LEVELS`: a flat picture stays flat."""
_CHANNELS = 8
_STRIDE = 4
_DEEPEST_STRIDE = 16
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class ContactPointNetConfig:
    """Sizes of the network.

    Attributes
    ----------
    width, height
        Of the pictures it looks at, in pixels; others are brought to this size.
    widths
        Features of a place at half, a quarter, an eighth and a sixteenth of the picture's size.
    """

    width: int = 128
    height: int = 96
    widths: tuple[int, int, int, int] = (16, 32, 48, 64)

    def __post_init__(self) -> None:
        if min(self.width, self.height, *self.widths) < 1:
            raise ValueError("width, height and widths must be at least 1")
        if self.width % _DEEPEST_STRIDE or self.height % _DEEPEST_STRIDE:
            raise ValueError(
                f"width {self.width} and height {self.height} must be multiples of {_DEEPEST_STRIDE}"
            )

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of the map."""
        return self.height // _STRIDE, self.width // _STRIDE


class ContactPointNet(nn.Module):
    """See the module."""

    def __init__(self, config: ContactPointNetConfig) -> None:
        super().__init__()
        self.config = config
        half, quarter, eighth, deepest = config.widths
        self.look = _Convolution(_CHANNELS, half, size=5, stride=2)
        self.look_again = _Convolution(half, half)
        self.gather = _Convolution(half, quarter, stride=2)
        self.gather_again = _Convolution(quarter, quarter)
        self.survey = _Convolution(quarter, eighth, stride=2)
        self.survey_again = _Convolution(eighth, eighth)
        self.overview = _Convolution(eighth, deepest, stride=2)
        self.overview_again = _Convolution(deepest, deepest)
        self.whole = nn.Linear(2 * deepest, deepest)
        self.join_eighth = _Convolution(deepest + eighth, eighth)
        self.join_quarter = _Convolution(eighth + quarter, quarter)
        self.tell = nn.Conv2d(quarter, 1, 3, padding=1)

    def forward(self, pictures: Tensor) -> Tensor:
        """Pictures (n, 5, height, width) of the network's size to unnormalised log-likelihoods per cell.

        Returns
        -------
        float (n, rows, columns)
        """
        with torch.no_grad():
            channels = _channels(pictures.to(self.tell.weight.dtype))
        half = self.look(channels)
        half = half + self.look_again(half)
        quarter = self.gather(half)
        quarter = quarter + self.gather_again(quarter)
        eighth = self.survey(quarter)
        eighth = eighth + self.survey_again(eighth)
        deepest = self.overview(eighth)
        deepest = deepest + self.overview_again(deepest)
        # Where the arm comes from is to be seen in the whole picture only.
        whole = self.whole(torch.cat((deepest.mean((2, 3)), deepest.amax((2, 3))), 1))
        deepest = functional.relu(deepest + whole[:, :, None, None])
        eighth = eighth + self.join_eighth(torch.cat((_doubled(deepest), eighth), 1))
        quarter = quarter + self.join_quarter(torch.cat((_doubled(eighth), quarter), 1))
        return self.tell(quarter)[:, 0]


@dataclass(frozen=True, slots=True, eq=False)
class ContactPoints:
    """Where contacts happen.

    Attributes
    ----------
    points
        float32 (n, 2), x and y in 0..1.
    confidence
        float32 (n,): how likely the contact is less than `NEAR` of the picture's width away from there.
    """

    points: NDArray[np.float32]
    confidence: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.points)


class ContactPointModel:
    """A trained network in evaluation mode.

    Parameters
    ----------
    network
        The network.
    device
        Where it runs.
    """

    def __init__(self, network: ContactPointNet, device: str = "cpu") -> None:
        self._network = network.eval().to(device)
        self._device = device

    @property
    def config(self) -> ContactPointNetConfig:
        """Its network's."""
        return self._network.config

    def points(self, pictures: NDArray[np.uint8]) -> ContactPoints:
        """Where contacts happen.

        Parameters
        ----------
        pictures
            uint8 (n, 5, height, width) gray, at `PICTURE_OFFSETS_S` from each contact; of any size.

        Raises
        ------
        ValueError
            When they are of another shape.
        """
        return located(self.likelihoods(pictures), pictures.shape[3] / max(1, pictures.shape[2]))

    @torch.inference_mode()
    def likelihoods(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """How likely each contact is in each cell, (n, rows, columns); each map sums to 1."""
        if pictures.ndim != 4 or pictures.shape[1] != len(PICTURE_OFFSETS_S) or 0 in pictures.shape[1:]:
            raise ValueError(
                f"pictures have shape {pictures.shape}, not (n, {len(PICTURE_OFFSETS_S)}, height, width)"
            )
        config = self._network.config
        maps = [np.zeros((0, *config.grid), np.float32)]
        for start in range(0, len(pictures), _AT_ONCE):
            seen = brought_to_size(pictures[start : start + _AT_ONCE], config)
            batch = torch.from_numpy(seen).to(self._device)
            likelihood = functional.softmax(self._network(batch).float().flatten(1), 1)
            maps.append(likelihood.view(-1, *config.grid).cpu().numpy())
        return np.concatenate(maps)


def located(likelihoods: NDArray[np.float32], shape: float = 4 / 3) -> ContactPoints:
    """Points from maps: the mean over the circle, `NEAR` of the width wide, that holds most of the map.

    Parameters
    ----------
    likelihoods
        (n, rows, columns); each sums to 1.
    shape
        Width of the picture by its height.
    """
    count, rows, columns = likelihoods.shape
    y, x = np.meshgrid((np.arange(rows) + 0.5) / rows, (np.arange(columns) + 0.5) / columns, indexing="ij")
    points, confidence = np.zeros((count, 2), np.float32), np.zeros(count, np.float32)
    disc = _disc(rows, columns, shape)
    for index, likelihood in enumerate(likelihoods):
        together = cv2.filter2D(likelihood, cv2.CV_32F, disc, borderType=cv2.BORDER_CONSTANT)
        # Many circles hold nearly all of a sharp peak; the one around the peak is meant.
        row, column = np.unravel_index(int(np.argmax(together * (0.2 + likelihood))), likelihood.shape)
        away = np.hypot(x - x[row, column], (y - y[row, column]) / shape)
        near = likelihood * (away <= NEAR)
        points[index] = (near * x).sum() / near.sum(), (near * y).sum() / near.sum()
        confidence[index] = near.sum()
    return ContactPoints(points, np.clip(confidence, 0, 1))


def brought_to_size(pictures: NDArray[np.uint8], config: ContactPointNetConfig) -> NDArray[np.uint8]:
    """Pictures (n, 5, height, width) in the network's size."""
    height, width = pictures.shape[2:]
    if (height, width) == (config.height, config.width):
        return np.ascontiguousarray(pictures)
    shrinks = config.width <= width and config.height <= height
    way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    flat = pictures.reshape(-1, height, width)
    size = (config.width, config.height)
    sized = np.stack([cv2.resize(picture, size, interpolation=way) for picture in flat])
    return sized.reshape(*pictures.shape[:2], config.height, config.width).astype(np.uint8, copy=False)


def load_contact_point_model(folder: Path | None = None, device: str = "cpu") -> ContactPointModel:
    """The model that ships with the program, or the one in a folder.

    Its weights lie there in half precision; it computes in single.

    Raises
    ------
    CheckpointError
        When the checkpoint is missing, damaged, or of another network.
    ConfigError
        When its settings are not those of this program.
    """
    if folder is None:
        return _bundled_model(device)
    checkpoint = load_checkpoint(folder, CONTACT_POINT_NET)
    network = ContactPointNet(from_plain(ContactPointNetConfig, checkpoint.description.config, complete=True))
    if any(tensor.dtype == torch.float16 for tensor in checkpoint.weights.values()):
        network.half()
    fill(network, checkpoint)
    return ContactPointModel(network.float(), device)


@lru_cache(maxsize=2)
def _bundled_model(device: str) -> ContactPointModel:
    return load_contact_point_model(bundled_models_folder() / CONTACT_POINT_NAME, device)


class _Convolution(nn.Module):
    def __init__(self, incoming: int, outgoing: int, size: int = 3, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(incoming, outgoing, size, stride, size // 2, bias=False)
        self.norm = nn.BatchNorm2d(outgoing)

    def forward(self, places: Tensor) -> Tensor:
        return functional.relu(self.norm(self.conv(places)), inplace=True)


def _channels(pictures: Tensor) -> Tensor:
    """The eight ways of five pictures, (n, 8, height, width), softly limited."""
    pictures = pictures / _GRAY_LEVELS
    contact = pictures[:, 2:3]
    mean = contact.mean((2, 3), keepdim=True)
    spread = contact.std((2, 3), keepdim=True) + _LEAST_SPREAD
    change = 4 * _without_exposure(pictures[:, 1:] - pictures[:, :-1])
    backdrop = pictures.median(1, keepdim=True).values
    moving = 3 * _without_exposure(pictures[:, [0, 2, 4]] - backdrop)
    channels = torch.cat(((contact - mean) / spread, change, moving), 1)
    return channels / (1 + 0.3 * channels.abs())


def _without_exposure(change: Tensor) -> Tensor:
    """Changes without what is common to most places."""
    return change - change[:, :, ::4, ::4].flatten(2).median(2).values[:, :, None, None]


def _doubled(places: Tensor) -> Tensor:
    return functional.interpolate(places, scale_factor=2, mode="bilinear", align_corners=False)


def _disc(rows: int, columns: int, shape: float) -> NDArray[np.float32]:
    across, down = int(NEAR * columns), int(NEAR * shape * rows)
    y, x = np.mgrid[-down : down + 1, -across : across + 1]
    return (np.hypot(x / columns, y / rows / shape) <= NEAR).astype(np.float32)
