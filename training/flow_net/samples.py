"""Samples for the loop: stacks of flow around contacts and elsewhere, and what happens in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from engine.errors import UserFacingError
from engine.features.flow_fields import FlowFieldConfig, flow_fields
from engine.media.decode import iter_frames
from engine.models.flow_net import WHAT, FlowNetConfig, stacks_of
from engine.models.plain_config import to_plain
from engine.project.durable import write_beside
from engine.project.materials import MATERIALS
from engine.user_folders import cache_folder
from training.datasets.manifest import file_sha256
from training.datasets.recording import Contact, Recording
from training.flow_net.recipe import VariationConfig
from training.frame.task import Sample

_FIELDS_VERSION = 1
"""Counts changes of the fields' code that no setting tells of."""


@dataclass(frozen=True, slots=True, eq=False)
class FlowClip:
    """A clip.

    Attributes
    ----------
    recording
        Whose.
    fields
        float16 (n, 2, rows, columns), mapped from the disk.
    """

    recording: Recording
    fields: NDArray[np.float16]


@dataclass(frozen=True, slots=True, eq=False)
class Happening:
    """What happens in a stack.

    Attributes
    ----------
    when
        float32 (steps,): 1 where a contact begins.
    what
        Number in `WHAT`, of the contact nearest to the stack's middle; -1 where nobody said.
    material
        Its material's number, or -1 when nothing is struck, or nobody said what.
    """

    when: NDArray[np.float32]
    what: int
    material: int


def flow_clips(
    recordings: Sequence[Recording], config: FlowFieldConfig, cache: Path | None
) -> list[FlowClip]:
    """The flow of clips; it is measured once and kept by the contents of their files.

    Raises
    ------
    MediaError
        When one can't be read.
    """
    words = json.dumps([_FIELDS_VERSION, to_plain(config)])
    folder = (cache or cache_folder() / "flow") / hashlib.sha256(words.encode()).hexdigest()[:16]
    console = Console(stderr=True)
    shown = track(recordings, "flow of clips", console=console, transient=True)
    return [FlowClip(each, _kept_fields(each.picture, config, folder)) for each in shown]


def _kept_fields(picture: Path, config: FlowFieldConfig, folder: Path) -> NDArray[np.float16]:
    path = folder / f"{file_sha256(picture)[:32]}.npy"
    if not path.is_file():
        size = (config.width, config.height)
        frames = iter_frames(picture, size=size, gray=True, thread_count=1)
        box = BytesIO()
        np.save(box, np.stack([each.astype(np.float16) for each in flow_fields(frames, config)]))
        folder.mkdir(parents=True, exist_ok=True)
        write_beside(path, box.getvalue()).replace(path)
    return np.load(path, mmap_mode="r")


def happening(contacts: Sequence[Contact], start: int, config: FlowNetConfig) -> Happening:
    """What happens in the stack that begins with a field of this number."""
    rate_hz = config.fields.rate_hz
    # Field n leads to what is on screen at n / rate.
    start_s = (start - 1) / rate_hz
    middle_s = start_s + config.duration_s / 2
    when = np.zeros(config.steps, np.float32)
    what, material, nearest_s = 0, -1, np.inf
    for contact in contacts:
        if not contact.in_picture:
            continue
        step = int(np.floor((contact.time_s - start_s) * rate_hz))
        if 0 <= step < config.steps:
            when[step] = 1
        end_s = contact.time_s + contact.duration_s
        if contact.time_s >= start_s + config.duration_s or end_s < start_s:
            continue
        away_s = max(contact.time_s - middle_s, middle_s - end_s, 0.0)
        if away_s < nearest_s:
            nearest_s = away_s
            what = -1 if contact.action is None else WHAT.index(contact.action)
            material = MATERIALS.index(contact.material) if contact.material in MATERIALS else -1
    return Happening(when, what, material)


class FlowSamples:
    """Stacks as `Samples`: as many around contacts as anywhere else.

    Parameters
    ----------
    clips
        To take them from.
    config
        Of the network.
    variations
        None for validation.

    Raises
    ------
    UserFacingError
        When nothing is struck in any clip.
    """

    def __init__(
        self, clips: Sequence[FlowClip], config: FlowNetConfig, variations: VariationConfig | None
    ) -> None:
        self._clips = [clip for clip in clips if len(clip.fields) > config.steps]
        self._config, self._variations = config, variations
        self._places: list[tuple[int, float | None]] = []
        for number, clip in enumerate(self._clips):
            for contact in clip.recording.contacts:
                if contact.in_picture:
                    self._places += [(number, contact.time_s), (number, None)]
        if not self._places:
            raise UserFacingError(f"In none of the {len(clips)} clips is anything struck.")

    def __len__(self) -> int:
        return len(self._places)

    def draw(self, index: int, rng: np.random.Generator) -> Sample:
        """See `Samples.draw`: float32 "stack", "when", int64 "what" and "material"."""
        config = self._config
        number, time_s = self._places[index]
        clip = self._clips[number]
        latest = len(clip.fields) - config.steps
        if time_s is None:
            start = int(rng.integers(0, latest + 1))
        else:
            step = int(rng.integers(0, config.steps))
            start = min(max(0, int(time_s * config.fields.rate_hz) + 1 - step), latest)
        happens = happening(clip.recording.contacts, start, config)
        stack = stacks_of(clip.fields, np.array([start]), config.steps)[0].astype(np.float32)
        if self._variations is not None:
            stack = varied(stack, self._variations, rng)
        return {
            "stack": stack,
            "when": happens.when,
            "what": np.array(happens.what, np.int64),
            "material": np.array(happens.material, np.int64),
        }


def varied(
    stack: NDArray[np.float32], config: VariationConfig, rng: np.random.Generator
) -> NDArray[np.float32]:
    """A stack (2 * steps, rows, columns) as another camera might have seen it."""
    rows, columns = stack.shape[1:]
    share = rng.uniform(config.least_crop, 1.0)
    height, width = max(1, round(rows * share)), max(1, round(columns * share))
    top, left = rng.integers(0, rows - height + 1), rng.integers(0, columns - width + 1)
    shown = np.moveaxis(stack[:, top : top + height, left : left + width], 0, 2)
    seen = np.asarray(cv2.resize(np.ascontiguousarray(shown), (columns, rows)), np.float32)
    # What fills the picture moves faster across it.
    seen *= np.float32(np.exp(rng.normal(0, config.gain)))
    seen[..., 0::2] *= np.float32(columns / width)
    seen[..., 1::2] *= np.float32(rows / height)
    if rng.random() < config.mirrored:
        seen = seen[:, ::-1].copy()
        seen[..., 0::2] *= -1
    seen += rng.standard_normal(seen.shape, np.float32) * np.float32(config.noise)
    return np.ascontiguousarray(np.moveaxis(seen, 2, 0))
