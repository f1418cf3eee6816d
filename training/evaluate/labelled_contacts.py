"""Contacts on real footage whose material somebody told, and how certain that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.evaluation.onsets import match_onsets
from training.datasets.annotations import read_object
from training.datasets.folder import FolderDataset
from training.datasets.greatest_hits_clips import GreatestHitsClips
from training.datasets.recording import Contact, Recording
from training.datasets.silent_scenes import Certainty, SilentScenes

TOLERANCE_S = 0.1
"""How far from a contact a hit may lie that stands for it, as in Owens et al."""


@dataclass(frozen=True, slots=True)
class LabelledContact:
    """A contact with a material.

    Attributes
    ----------
    recording
        The clip.
    contact
        Its `material` is told.
    certainty
        Of the label.
    next_s
        When the next contact of the clip begins, told or not, or the clip ends.
    """

    recording: Recording
    contact: Contact
    certainty: Certainty
    next_s: float

    @property
    def material(self) -> str:
        """What is touched."""
        return self.contact.material or ""

    @property
    def is_certain(self) -> bool:
        """Whether its label is beyond doubt."""
        return self.certainty == "certain"


def labelled_contacts(dataset: FolderDataset) -> list[LabelledContact]:
    """The contacts of a data set whose material is told, clip by clip.

    Labels that people made with the dataset are certain, but in clips of `GreatestHitsClips` whose labels are
    a guess; those of `SilentScenes` are as certain as they say.

    Raises
    ------
    DatasetError
        When the data set can't be used.
    """
    found = []
    for recording in dataset.recordings():
        certainties = _certainties(dataset, recording)
        ends = [contact.time_s for contact in recording.contacts[1:]] + [recording.duration_s]
        found += [
            LabelledContact(recording, contact, certainty, next_s)
            for contact, certainty, next_s in zip(recording.contacts, certainties, ends, strict=True)
            if contact.material is not None
        ]
    return found


def hits_of(contacts: Sequence[Contact], hit_times_s: Sequence[float]) -> list[int | None]:
    """For each contact which hit stands for it, one to one; None for a contact that was missed."""
    pairs = (
        match_onsets([contact.time_s for contact in contacts], hit_times_s, TOLERANCE_S)
        if contacts and hit_times_s
        else []
    )
    hit_of = dict(pairs)
    return [hit_of.get(number) for number in range(len(contacts))]


def _certainties(dataset: FolderDataset, recording: Recording) -> list[Certainty]:
    if isinstance(dataset, SilentScenes):
        of_contact: dict[Contact, Certainty] = {
            marked.contact: marked.certainty for marked in dataset.marks[recording.name].contacts
        }
        return [of_contact[contact] for contact in recording.contacts]
    told: list[Certainty] = ["guess" if _is_guessed(dataset, recording) else "certain"]
    return told * len(recording.contacts)


def _is_guessed(dataset: FolderDataset, recording: Recording) -> bool:
    if not isinstance(dataset, GreatestHitsClips):
        return False
    label = read_object(dataset.clips_folder / "labels.json").get(recording.picture.name) or {}
    return label.get("label_certainty") == "guess"
