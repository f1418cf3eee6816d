"""Contacts heard in a recording's sound: for clips nobody labelled, and to sharpen coarse labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.evaluation.onsets import match_onsets
from training.datasets.catalogue import Catalogue
from training.datasets.recording import Contact, Recording

SHARPENING_REACH_S = 0.1
"""How far from what people saw the sound may begin."""


def contacts_heard(path: Path, duration_s: float, catalogue: Catalogue) -> tuple[Contact, ...]:
    """The contacts in a file's sound while there is a picture.

    Their level is that of their loudest 1/30 s; their strength is the amplitude of that beside the loudest
    contact of the file, so 1 for the loudest.

    Raises
    ------
    MediaError
        When the sound can't be decoded.
    """
    heard = [contact for contact in catalogue.listen(path) if contact.time_s < duration_s]
    loudest_db = max((contact.level_db for contact in heard), default=0.0)
    return tuple(
        Contact(
            contact.time_s,
            strength=10 ** ((contact.level_db - loudest_db) / 20),
            level_db=contact.level_db,
        )
        for contact in heard
    )


def sharpened(recording: Recording, catalogue: Catalogue) -> Recording:
    """The recording with annotated contacts moved to their onsets in the sound.

    Contacts without an onset within `SHARPENING_REACH_S` stay where they are; so does everything when there
    is no sound or the times are better than annotated ones.
    """
    if recording.sound is None or recording.timing != "annotated" or not recording.contacts:
        return recording
    heard = catalogue.listen(recording.sound)
    if not heard:
        return recording
    contacts = list(recording.contacts)
    pairs = match_onsets(
        [contact.time_s for contact in heard],
        [contact.time_s for contact in contacts],
        SHARPENING_REACH_S,
    )
    for onset, number in pairs:
        contacts[number] = replace(
            contacts[number], time_s=heard[onset].time_s, level_db=heard[onset].level_db
        )
    return replace(recording, contacts=tuple(sorted(contacts, key=lambda contact: contact.time_s)))
