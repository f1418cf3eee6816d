"""How well contacts are found in the picture, beside the motion's far end and the picture's middle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from engine.errors import UserFacingError
from engine.evaluation import bootstrap
from engine.media.decode import iter_frames
from engine.models.contact_point_net import NEAR, ContactPointModel, load_contact_point_model
from training.contact_point.errors import point_errors
from training.contact_point.judged import MarkedClip, marked_clips, motion_points, network_points
from training.evaluate.score_table import ScoreTable

_MISTIMED_S = 1 / 30
_TILE = (384, 288)
_TILES_ACROSS = 6
_MARKED, _MOTION, _NETWORK = (0, 200, 0), (255, 128, 0), (0, 0, 255)
"""Blue, green, red."""


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """A clip, what was said about it by each way, and how sure the network was."""

    clip: MarkedClip
    said: Mapping[str, NDArray[np.float64]]
    confidence: NDArray[np.float64]

    def errors(self, way: str) -> NDArray[np.float64]:
        return point_errors(self.said[way], self.clip.points, self.clip.shape)


def report(
    checkpoint: Path | None, data: Sequence[str], *, is_test_only: bool = False, sheet: Path | None = None
) -> None:
    """Print a table for each data set.

    Parameters
    ----------
    checkpoint
        The model's folder; the one that ships when None.
    data
        Data sets that say where contacts are.
    is_test_only
        Only the clips that a data set keeps for testing.
    sheet
        Where to draw every contact with its points: marked green, motion blue, network red.

    Raises
    ------
    UserFacingError
        When the checkpoint or the data can't be read, or the sheet can't be written.
    """
    if sheet is not None:
        _check_sheet(sheet)
    model = load_contact_point_model(checkpoint)
    drawn: list[NDArray[np.uint8]] = []
    for name in data:
        judged = [_judge(clip, model) for clip in marked_clips(name, is_test_only=is_test_only)]
        _table(name, judged).show(Console())
        if sheet is not None:
            drawn += [tile for each in judged for tile in _tiles(each)]
    if sheet is not None:
        _write_sheet(drawn, sheet)


def _judge(clip: MarkedClip, model: ContactPointModel) -> _Judged:
    found = network_points(clip, model)
    said = {
        "network": found.points.astype(np.float64),
        "network, 33 ms early": network_points(clip, model, -_MISTIMED_S).points,
        "network, 33 ms late": network_points(clip, model, _MISTIMED_S).points,
        "far end of the motion": motion_points(clip),
        "middle of the picture": np.full_like(clip.points, 0.5),
    }
    return _Judged(clip, said, found.confidence.astype(np.float64))


def _table(name: str, judged: Sequence[_Judged]) -> ScoreTable:
    count = sum(len(each.clip.times_s) for each in judged)
    confidence = float(np.concatenate([each.confidence for each in judged]).mean())
    table = ScoreTable(
        f"Where contacts are: {name}, {count} contacts in {len(judged)} clips",
        ("median error", f"within {NEAR:.0%}", f"within {NEAR / 2:.0%}"),
        notes=[
            "Errors are shares of the picture's width. Below: 95 % of bootstrap draws over source videos.",
            f"The network believes to be within {NEAR:.0%} in {confidence:.0%} of the contacts.",
        ],
    )
    groups = [each.clip.recording.source for each in judged]
    for way in judged[0].said:

        def median(part: Sequence[_Judged], way: str = way) -> float:
            return float(np.median(np.concatenate([each.errors(way) for each in part])))

        def share(part: Sequence[_Judged], limit: float, way: str = way) -> float:
            return float((np.concatenate([each.errors(way) for each in part]) <= limit).mean())

        table.add(
            way,
            bootstrap.evaluate(judged, median, groups=groups),
            bootstrap.evaluate(judged, lambda part: share(part, NEAR), groups=groups),
            bootstrap.evaluate(judged, lambda part: share(part, NEAR / 2), groups=groups),
            kind="ours" if way == "network" else "reference",
        )
    return table


def _tiles(judged: _Judged) -> list[NDArray[np.uint8]]:
    clip = judged.clip
    nearest: dict[int, tuple[float, NDArray[np.uint8]]] = {}
    for frame in iter_frames(clip.recording.picture, size=_TILE):
        for number, time_s in enumerate(clip.times_s.tolist()):
            away_s = abs(frame.time_s - time_s)
            if number not in nearest or away_s < nearest[number][0]:
                nearest[number] = (away_s, frame.image)
    tiles = []
    for number, (_, image) in sorted(nearest.items()):
        tile = np.ascontiguousarray(image[..., ::-1])
        for points, colour in (
            (clip.points, _MARKED),
            (judged.said["far end of the motion"], _MOTION),
            (judged.said["network"], _NETWORK),
        ):
            x, y = points[number] * _TILE
            cv2.circle(tile, (round(x), round(y)), 8, colour, 2, cv2.LINE_AA)
        text = f"{clip.recording.name} {clip.times_s[number]:.2f} s, {judged.confidence[number]:.0%}"
        cv2.putText(tile, text, (6, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1, cv2.LINE_AA)
        tiles.append(tile)
    return tiles


def _check_sheet(path: Path) -> None:
    """Refuse a name that can't be written, before the work is done."""
    if path.suffix.lower() not in (".png", ".jpg"):
        raise UserFacingError(f"A sheet of pictures ends in .png or .jpg; “{path.name}” does not.")
    if not path.absolute().parent.is_dir():
        raise UserFacingError(f"The folder of “{path}” does not exist, so no sheet can be written there.")


def _write_sheet(tiles: list[NDArray[np.uint8]], path: Path) -> None:
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % _TILES_ACROSS)
    rows = [np.concatenate(tiles[at : at + _TILES_ACROSS], 1) for at in range(0, len(tiles), _TILES_ACROSS)]
    if not cv2.imwrite(str(path), np.concatenate(rows)):
        raise UserFacingError(f"The sheet “{path}” can't be written; is the disk full?")
