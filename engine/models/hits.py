"""A trained detector: loaded from its checkpoint, and run over shots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.models.checkpoint import fill, load_checkpoint
from engine.models.contact_output import LEVEL_DB, LEVEL_SPREAD_DB
from engine.models.description import ModelDescription
from engine.models.hit_net import HIT_NET, HitNet, HitNetConfig
from engine.models.level_shape import LevelShape
from engine.models.picking import HitCurves, PickingConfig, probability
from engine.models.plain_config import from_plain, to_plain
from engine.models.shot_view import ShotView, ViewConfig
from engine.project.materials import ACTIONS

_PICTURES_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class HitModel:
    """Networks in evaluation mode, what they look at, and how contacts and levels come from it."""

    network: HitNet
    view: ViewConfig
    picking: PickingConfig
    description: ModelDescription
    levels: LevelShape = field(default_factory=LevelShape)


def load_hit_model(folder: Path, device: str = "cpu") -> HitModel:
    """Load a detector from its checkpoint.

    Raises
    ------
    CheckpointError
        When the checkpoint is missing, damaged, or of another network.
    ConfigError
        When its settings are not those of this program.
    """
    checkpoint = load_checkpoint(folder, HIT_NET)
    config = checkpoint.description.config
    network = HitNet(from_plain(HitNetConfig, config.get("network", {}), complete=True))
    fill(network, checkpoint)
    return HitModel(
        network.eval().to(device),
        from_plain(ViewConfig, checkpoint.description.features, complete=True),
        from_plain(PickingConfig, config.get("picking", {}), complete=True),
        checkpoint.description,
        from_plain(LevelShape, config.get("levels", {})),
    )


def hit_description(
    network: HitNetConfig,
    view: ViewConfig,
    picking: PickingConfig,
    metrics: Mapping[str, float],
    *,
    levels: LevelShape | None = None,
    git_commit: str = "",
    data_sha256: str = "",
    more: Mapping[str, Any] | None = None,
) -> ModelDescription:
    """What `load_hit_model` wants to know of a detector; `more` goes into the config."""
    config = {
        "network": to_plain(network),
        "picking": to_plain(picking),
        "levels": to_plain(levels or LevelShape()),
        **(more or {}),
    }
    return ModelDescription(
        HIT_NET, config, to_plain(view), {"action": ACTIONS}, git_commit, data_sha256, dict(metrics)
    )


def hit_curves(network: HitNet, shots: Sequence[ShotView]) -> list[HitCurves]:
    """Run networks in evaluation mode over shots, several pieces at a time, so that memory stays flat."""
    said = [np.empty((4, len(shot)), np.float32) for shot in shots]
    pieces = [piece for index, shot in enumerate(shots) for piece in _pieces(index, len(shot), network)]
    for group in _of_one_length(pieces):
        output = _run(network, [shots[piece.shot] for piece in group], group)
        for piece, rows in zip(group, output, strict=True):
            said[piece.shot][:, piece.start : piece.end] = rows[:, piece.start - piece.first :][
                :, : piece.end - piece.start
            ]
    return [curves_of(shot.times_s, rows.astype(np.float64)) for shot, rows in zip(shots, said, strict=True)]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Pictures `start` .. `end` of a shot, seen with those from `first` to `last`."""

    shot: int
    first: int
    start: int
    end: int
    last: int


def _pieces(shot: int, count: int, network: HitNet) -> list[_Piece]:
    context = network.config.context
    return [
        _Piece(
            shot,
            max(0, start - context),
            start,
            min(count, start + _PICTURES_AT_ONCE),
            min(count, start + _PICTURES_AT_ONCE + context),
        )
        for start in range(0, count, _PICTURES_AT_ONCE)
    ]


def _of_one_length(pieces: Sequence[_Piece]) -> list[list[_Piece]]:
    """Pieces that can go through a network together: of one length, and not too many pictures."""
    groups: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.last - piece.first):
        length = piece.last - piece.first
        last = groups[-1] if groups else []
        fits = last and last[0].last - last[0].first == length and (len(last) + 1) * length <= 1024
        if fits:
            last.append(piece)
        else:
            groups.append([piece])
    return groups


def _run(network: HitNet, shots: Sequence[ShotView], group: Sequence[_Piece]) -> NDArray[np.float32]:
    """What is said about the pieces of a group, (pieces, 4, pictures)."""
    device = next(network.parameters()).device
    cuts = [slice(piece.first, piece.last) for piece in group]
    pairs = list(zip(shots, cuts, strict=True))
    grids = np.stack([shot.grids[cut].astype(np.float32) for shot, cut in pairs])
    pictures = np.stack([shot.pictures[cut] for shot, cut in pairs])
    backdrop = np.stack([shot.backdrop for shot in shots])
    with torch.inference_mode():
        inputs = (torch.from_numpy(array).to(device) for array in (grids, pictures, backdrop))
        return torch.stack(network(*inputs), 1).float().cpu().numpy()


def curves_of(times_s: NDArray[np.float64], said: NDArray[np.float64]) -> HitCurves:
    """The curves of a shot from what the networks say about its pictures, (4, pictures)."""
    onset, offset, level, scratch = said
    return HitCurves(times_s, onset, offset, LEVEL_DB + LEVEL_SPREAD_DB * level, probability(scratch))
