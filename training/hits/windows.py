"""Samples for the loop: windows of clips, varied for training and as they are for validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.models.motion_hits import GridSequence, between_pictures, place_of
from engine.models.motion_net import MotionNetConfig
from training.datasets.recording import Contact, Recording
from training.frame.task import Sample
from training.hits.targets import PlacedContacts, TargetConfig, make_targets
from training.hits.variations import VariationConfig, drawn_speed, varied


@dataclass(frozen=True, slots=True)
class LearningClip:
    """A clip, or one shot of it, ready to be learned from.

    Attributes
    ----------
    recording
        Where it comes from, with all its contacts.
    sequence
        Its grids; float16 saves memory.
    contacts
        Among the pictures of the sequence.
    level
        (pictures,) as the network gives it, NaN where nobody knows.
    """

    recording: Recording
    sequence: GridSequence
    contacts: PlacedContacts
    level: NDArray[np.float32]


def learning_clips(
    recording: Recording, sequences: Sequence[GridSequence], network: MotionNetConfig
) -> list[LearningClip]:
    """The shots of a recording, each with the contacts that fall into it."""
    clips: list[LearningClip] = []
    for number, sequence in enumerate(sequences):
        starts_s = sequence.times_s[0] if number else 0.0
        ends_s = sequences[number + 1].times_s[0] if number + 1 < len(sequences) else np.inf
        within = [contact for contact in recording.contacts if starts_s <= contact.time_s < ends_s]
        clips.append(
            LearningClip(
                recording, sequence, _placed(within, sequence.times_s), _levels(recording, sequence, network)
            )
        )
    return clips


class Windows:
    """Windows of clips, as `Samples`.

    Training windows begin anywhere, also a little before a clip; those for validation lie side by side.

    Parameters
    ----------
    clips
        What they are cut from.
    length
        Pictures in a window.
    targets
        What the network should say.
    variations
        How they are varied; not at all when None.
    """

    def __init__(
        self,
        clips: Sequence[LearningClip],
        length: int,
        targets: TargetConfig,
        variations: VariationConfig | None,
    ) -> None:
        self._length, self._targets, self._variations = length, targets, variations
        self._windows = [
            (clip, start)
            for clip in clips
            for start in range(0, max(1, len(clip.sequence.times_s) - length // 4), length)
        ]

    def __len__(self) -> int:
        return len(self._windows)

    def draw(self, index: int, rng: np.random.Generator) -> Sample:
        """See `Samples.draw`."""
        clip, start = self._windows[index]
        speed, first = 1.0, float(start)
        if self._variations is not None:
            speed = drawn_speed(self._variations, rng)
            margin = self._length / 4
            first = rng.uniform(-margin, max(len(clip.sequence.times_s) - speed * self._length + margin, 0))
        places = first + speed * np.arange(self._length, dtype=np.float64)
        grids = between_pictures(clip.sequence.channels, places)
        if self._variations is not None:
            grids = varied(grids, speed, self._variations, rng)
        contacts = clip.contacts.seen_from(first, speed)
        targets = make_targets(contacts, self._length, self._targets)
        is_inside = (places >= 0) & (places <= len(clip.level) - 1)
        level = clip.level[np.clip(np.round(places), 0, len(clip.level) - 1).astype(np.int64)]
        level_weight = (is_inside & np.isfinite(level)).astype(np.float32)
        return {
            "grids": grids,
            "onset": targets.onset,
            "onset_weight": targets.onset_weight * is_inside.astype(np.float32),
            "offset": targets.offset,
            "near_weight": targets.near_weight,
            "scratch": targets.scratch,
            "scratch_weight": targets.scratch_weight,
            "level": np.nan_to_num(level),
            "level_weight": level_weight,
        }


def _placed(contacts: Sequence[Contact], times_s: NDArray[np.float64]) -> PlacedContacts:
    begins_s = np.array([contact.time_s for contact in contacts], np.float64)
    lasts_s = np.array([contact.duration_s for contact in contacts], np.float64)
    kinds = {"scratch": 1.0, "hit": 0.0}
    return PlacedContacts(
        place_of(begins_s, times_s),
        place_of(begins_s + lasts_s, times_s),
        np.array([kinds.get(contact.action or "", np.nan) for contact in contacts], np.float64),
        np.array([contact.in_picture for contact in contacts], bool),
    )


def _levels(recording: Recording, sequence: GridSequence, network: MotionNetConfig) -> NDArray[np.float32]:
    """The levels while each picture is shown, as the network gives them."""
    if not recording.level_db:
        return np.full(len(sequence.times_s), np.nan, np.float32)
    levels_db = np.array(recording.level_db)
    shown_s = (np.arange(len(levels_db)) + 0.5) * recording.duration_s / len(levels_db)
    middle_s = sequence.times_s + 0.5 / network.rate_hz
    level_db = np.interp(middle_s, shown_s, levels_db)
    return ((level_db - network.level_db) / network.level_spread_db).astype(np.float32)
