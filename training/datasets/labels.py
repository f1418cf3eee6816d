"""Words as numbers for training: the place in the list, or `UNLABELLED` where nobody said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.project.materials import ACTIONS, MATERIALS, REACTIONS
from training.datasets.recording import Contact

UNLABELLED = -1
"""What losses are told to pass over (`ignore_index`)."""


def material_number(contact: Contact) -> int:
    """Place in `MATERIALS`."""
    return _place(contact.material, MATERIALS)


def action_number(contact: Contact) -> int:
    """Place in `ACTIONS`."""
    return _place(contact.action, ACTIONS)


def reaction_number(contact: Contact) -> int:
    """Place in `REACTIONS`."""
    return _place(contact.reaction, REACTIONS)


def materials_present(contacts: Iterable[Contact]) -> NDArray[np.float32]:
    """Which materials are among some contacts, float32 (17,) of 0 and 1."""
    present = np.zeros(len(MATERIALS), np.float32)
    for contact in contacts:
        if contact.material is not None:
            present[MATERIALS.index(contact.material)] = 1.0
    return present


def _place(word: str | None, words: Sequence[str]) -> int:
    return UNLABELLED if word is None else words.index(word)
