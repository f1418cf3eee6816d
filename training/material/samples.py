"""Samples for the loop: a picture, a spectrogram, or both, of each contact, with its material.

Where a backbone does not learn, its features are computed once and take the picture's or the spectrogram's
place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from torch import nn

from engine.errors import UserFacingError
from training.datasets.labels import material_number
from training.datasets.recording import Recording
from training.frame.distributed import DeviceChoice
from training.frame.task import Sample
from training.material.data import labelled_contacts
from training.material.moments import MomentStore

Features = NDArray[np.float16]

_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Moments:
    """The moments of one recording.

    Attributes
    ----------
    recording
        The clip.
    picture_times_s, sound_times_s
        Where pictures and spectrograms are taken.
    materials
        Number of what each sound is of.
    """

    recording: Recording
    picture_times_s: tuple[float, ...]
    sound_times_s: tuple[float, ...]
    materials: tuple[int, ...]


def contact_moments(recordings: Sequence[Recording], contacts_per_clip: int, side: str) -> list[Moments]:
    """A picture and a spectrogram at each contact; recordings without a labelled one are left out.

    Raises
    ------
    UserFacingError
        When none is left; `side` tells of which side.
    """
    found: list[Moments] = []
    for recording in recordings:
        contacts = labelled_contacts(recording, contacts_per_clip)
        if contacts:
            times_s = tuple(contact.time_s for contact in contacts)
            found.append(
                Moments(recording, times_s, times_s, tuple(material_number(each) for each in contacts))
            )
    if not found:
        raise UserFacingError(
            f"None of the {len(recordings)} clips for {side} has a contact that is seen and heard and whose "
            "material is known."
        )
    return found


@dataclass(frozen=True, slots=True)
class Source:
    """Pictures or spectrograms of all moments, one after the other.

    Attributes
    ----------
    rows
        For each the number of its moments and its place there.
    read
        What lies at a row.
    features
        (n, features) in their place, where the backbone does not learn.
    """

    rows: Sequence[tuple[int, int]]
    read: Callable[[int, int], NDArray[np.generic]]
    features: Features | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> NDArray[np.generic]:
        if self.features is not None:
            return self.features[index].astype(np.float32)
        return np.array(self.read(*self.rows[index]))


class _Pictures:
    """Reads one picture; a class, so that a loader's workers can have a copy."""

    def __init__(self, store: MomentStore, moments: Sequence[Moments], width: int, height: int) -> None:
        self._store, self._moments, self._width, self._height = store, moments, width, height

    def __call__(self, number: int, place: int) -> NDArray[np.generic]:
        each = self._moments[number]
        return self._store.pictures(each.recording, each.picture_times_s, self._width, self._height)[place]


class _Spectrograms:
    """Reads one spectrogram."""

    def __init__(self, store: MomentStore, moments: Sequence[Moments]) -> None:
        self._store, self._moments = store, moments

    def __call__(self, number: int, place: int) -> NDArray[np.generic]:
        each = self._moments[number]
        return self._store.spectrograms(each.recording, each.sound_times_s)[place]


def picture_source(store: MomentStore, moments: Sequence[Moments], width: int, height: int) -> Source:
    """All pictures; they are taken from the videos now, where that was not done before."""
    read = _Pictures(store, moments, width, height)
    for number in _shown(range(len(moments)), "taking pictures"):
        read(number, 0)
    rows = [
        (number, place) for number, each in enumerate(moments) for place in range(len(each.picture_times_s))
    ]
    return Source(rows, read)


def sound_source(store: MomentStore, moments: Sequence[Moments]) -> Source:
    """All spectrograms; they are computed now, where that was not done before."""
    read = _Spectrograms(store, moments)
    for number in _shown(range(len(moments)), "listening"):
        read(number, 0)
    rows = [
        (number, place) for number, each in enumerate(moments) for place in range(len(each.sound_times_s))
    ]
    return Source(rows, read)


@torch.no_grad()
def looked_at(source: Source, branch: nn.Module, device: DeviceChoice) -> Source:
    """The source with the features of a branch that does not learn in its place; it ends on the CPU."""
    where = torch.device("cuda" if device != "cpu" and torch.cuda.is_available() else "cpu")
    branch.eval().to(where)
    parts: list[Features] = []
    for start in _shown(range(0, len(source), _AT_ONCE), "computing features"):
        rows = [source[index] for index in range(start, min(start + _AT_ONCE, len(source)))]
        parts.append(branch(torch.from_numpy(np.stack(rows)).to(where)).half().cpu().numpy())
    branch.to("cpu")
    return Source(source.rows, source.read, np.concatenate(parts))


class ContactSamples:
    """Contacts as `Samples`: what a network is called with by name, and "material".

    Parameters
    ----------
    inputs
        "pictures" and "spectrograms", or one of them.
    materials
        int (n,).
    mirror
        How often pictures are mirrored.
    """

    def __init__(self, inputs: dict[str, Source], materials: Sequence[int], mirror: float = 0.0) -> None:
        self.inputs, self.materials, self._mirror = inputs, np.asarray(materials, np.int64), mirror

    def __len__(self) -> int:
        return len(self.materials)

    def draw(self, index: int, rng: np.random.Generator) -> Sample:
        """See `Samples.draw`."""
        sample = {name: source[index] for name, source in self.inputs.items()}
        if "pictures" in sample:
            sample["pictures"] = mirrored(sample["pictures"], self._mirror, rng)
        return {**sample, "material": self.materials[index]}


def mirrored(picture: NDArray[np.generic], share: float, rng: np.random.Generator) -> NDArray[np.generic]:
    """A picture (height, width, 3), mirrored in so many of all cases; features are left alone."""
    if picture.ndim < 3 or rng.random() >= share:
        return picture
    return np.ascontiguousarray(picture[:, ::-1])


def _shown(steps: range, what: str) -> Iterator[int]:
    console = Console(stderr=True)
    yield from track(steps, what, console=console, transient=True, disable=not console.is_terminal)
