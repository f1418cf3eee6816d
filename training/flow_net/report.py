"""How well the network of stacked flow tells what happens, beside what can be said without looking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console

from engine.evaluation.detections import precision_recall
from engine.models.flow_net import WHAT, FlowModel, load_flow_model, stacks_of
from engine.project.materials import MATERIALS
from training.datasets.parts import recordings_to_judge
from training.evaluate.score_table import ScoreTable
from training.flow_net.samples import FlowClip, Happening, flow_clips, happening

_TOGETHER = 64
_EVERY = 2
"""A stack begins at every second field."""
_NEAR_STEPS = 1
_BEST = 3


@dataclass(frozen=True, slots=True, eq=False)
class JudgedStacks:
    """Stacks that cover a data set, what happens in them, and what the network says.

    Attributes
    ----------
    true
        What happens in each.
    when, what, material
        (stacks, steps), (stacks, 3), (stacks, 17): what is said, as probabilities.
    """

    true: tuple[Happening, ...]
    when: NDArray[np.float64]
    what: NDArray[np.float64]
    material: NDArray[np.float64]


def report(
    checkpoint: Path | None, data: Sequence[str], *, is_test_only: bool = False, cache: Path | None = None
) -> None:
    """Print a table for each data set.

    Parameters
    ----------
    checkpoint
        The model's folder; the one that ships when None.
    data
        Data sets that say when what is struck.
    is_test_only
        Only the clips that a data set keeps for testing.
    cache
        Where fields of flow are kept.

    Raises
    ------
    UserFacingError
        When the checkpoint or the data can't be read.
    """
    model = load_flow_model(checkpoint)
    for name in data:
        recordings = recordings_to_judge(name, is_test_only=is_test_only)
        clips = flow_clips(recordings, model.config.fields, cache)
        table(f"{Path(name).name}, {len(clips)} clips", judged_stacks(clips, model)).show(Console())


@torch.inference_mode()
def judged_stacks(clips: Sequence[FlowClip], model: FlowModel) -> JudgedStacks:
    """Ask the network about all clips from beginning to end."""
    config = model.config
    true: list[Happening] = []
    said: list[tuple[torch.Tensor, ...]] = []
    for clip in clips:
        starts = np.arange(0, len(clip.fields) - config.steps + 1, _EVERY)
        for first in range(0, len(starts), _TOGETHER):
            part = starts[first : first + _TOGETHER]
            stacks = stacks_of(clip.fields, part, config.steps).astype(np.float32)
            output = model.network(torch.from_numpy(stacks))
            said.append((output.when.sigmoid(), output.what.softmax(1), output.material.softmax(1)))
            true += [happening(clip.recording.contacts, int(start), config) for start in part]
    when, what, material = (torch.cat(parts).double().numpy() for parts in zip(*said, strict=True))
    return JudgedStacks(tuple(true), when, what, material)


def table(title: str, stacks: JudgedStacks) -> ScoreTable:
    """What is told rightly, and by how much that is more than what can be said without looking.

    Without looking: the most frequent answer, for the precision the share of what is asked for, and for the
    mean over classes an even guess.
    """
    shown = ScoreTable(title, ("network", "without looking", "stacks"), first="what happens in a stack")
    _tell_contacts(shown, stacks)
    _tell_what(shown, stacks)
    _tell_material(shown, stacks)
    return shown


def _tell_contacts(shown: ScoreTable, stacks: JudgedStacks) -> None:
    when = np.stack([each.when for each in stacks.true]) > 0
    is_struck = when.any(1)
    found = precision_recall(is_struck, 1 - np.prod(1 - stacks.when, axis=1), int(is_struck.sum()))
    shown.add(
        "a contact begins in it: average precision",
        found.average_precision,
        float(is_struck.mean()),
        len(when),
    )
    is_one = when.sum(1) == 1
    true = when[is_one].argmax(1)
    away = np.abs(stacks.when[is_one].argmax(1) - true) <= _NEAR_STEPS
    guesses = [float((np.abs(step - true) <= _NEAR_STEPS).mean()) for step in range(when.shape[1])]
    shown.add("when it begins, within a step", float(away.mean()), max(guesses), len(true))


def _tell_what(shown: ScoreTable, stacks: JudgedStacks) -> None:
    every = np.array([each.what for each in stacks.true])
    true, said = every[every >= 0], stacks.what[every >= 0]
    counts = np.bincount(true, minlength=len(WHAT))
    is_right = said.argmax(1) == true
    shown.add("nothing, hit or scratch", float(is_right.mean()), float(counts.max() / len(true)), len(true))
    present = np.flatnonzero(counts)
    recalls = [float(is_right[true == number].mean()) for number in present]
    shown.add("the same, mean over the three", float(np.mean(recalls)), 1 / len(present), len(true))


def _tell_material(shown: ScoreTable, stacks: JudgedStacks) -> None:
    every = np.array([each.material for each in stacks.true])
    true, said = every[every >= 0], stacks.material[every >= 0]
    if not len(true):
        return
    counts = np.bincount(true, minlength=len(MATERIALS))
    ranks = np.argsort(-said, axis=1)
    is_right = ranks[:, 0] == true
    shown.add("material", float(is_right.mean()), float(counts.max() / len(true)), len(true))
    among = (ranks[:, :_BEST] == true[:, None]).any(1)
    best = float(np.sort(counts)[-_BEST:].sum() / len(true))
    shown.add(f"material, among the first {_BEST}", float(among.mean()), best, len(true))
    present = np.flatnonzero(counts)
    recalls = [float(is_right[true == number].mean()) for number in present]
    shown.add("material, mean over materials", float(np.mean(recalls)), 1 / len(present), len(true))
