"""Several detectors as one: all their networks, averaged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.errors import UserFacingError
from engine.models.checkpoint import save_checkpoint
from engine.models.hit_net import HitNet
from engine.models.hits import hit_description, load_hit_model
from engine.models.level_shape import LevelShape
from engine.models.picking import PickingConfig
from engine.models.plain_config import from_plain
from training.frame.provenance import digest, git_commit


def join(out: Path, folders: Sequence[Path], settings: Path | None = None) -> None:
    """Write a detector that averages the networks of several.

    Parameters
    ----------
    settings
        A file that says how contacts are picked and levels made, as leaving one out writes it; else as the
        first does.

    Raises
    ------
    UserFacingError
        When one of them or the settings can't be read, or their networks are of different sizes.
    """
    models = [load_hit_model(folder) for folder in folders]
    network = joined([model.network for model in models])
    picking, levels = models[0].picking, models[0].levels
    if settings is not None:
        try:
            values = json.loads(settings.read_text(encoding="utf-8"))
            parts = values["picking"], values["levels"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UserFacingError(
                f"“{settings}” can't be read as settings that leave-one-out writes: {error}."
            ) from error
        picking = from_plain(PickingConfig, parts[0], complete=True)
        levels = from_plain(LevelShape, parts[1], complete=True)
    description = hit_description(
        network.config,
        models[0].view,
        picking,
        {},
        levels=levels,
        git_commit=git_commit(),
        data_sha256=digest([model.description.data_sha256 for model in models]),
    )
    save_checkpoint(out, network.state_dict(), description)


def joined(networks: Sequence[HitNet]) -> HitNet:
    """A detector with the networks of all of these, in evaluation mode.

    Raises
    ------
    UserFacingError
        When their networks are of different sizes.
    """
    first = networks[0].config
    sizes = {
        replace(
            network.config,
            motion=replace(network.config.motion, dropout=0.0),
            pictures=replace(network.config.pictures, dropout=0.0),
            motion_nets=1,
            picture_nets=1,
        )
        for network in networks
    }
    if len(sizes) > 1:
        raise UserFacingError("These detectors can't be joined: their networks are of different sizes.")
    on_motion = [one for network in networks for one in network.on_motion]
    on_pictures = [one for network in networks for one in network.on_pictures]
    whole = HitNet(replace(first, motion_nets=len(on_motion), picture_nets=len(on_pictures)))
    for own, theirs in ((whole.on_motion, on_motion), (whole.on_pictures, on_pictures)):
        for target, source in zip(own, theirs, strict=True):
            target.load_state_dict(source.state_dict())
    return whole.eval()
