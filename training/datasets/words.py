"""Reading what annotators wrote: lines of `_times.txt`, words, and lists of names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.project.materials import ACTIONS, MATERIALS, REACTIONS
from training.datasets.folder import Findings, lies_beyond
from training.datasets.recording import Contact

NOT_SAID = "None"
"""The word for a hit whose material, action or reaction the annotators could not tell."""

_COLUMNS = 4


def read_times(path: Path, name: str, duration_s: float, found: Findings) -> tuple[Contact, ...]:
    """The contacts of a `NAME_times.txt`, with lines of `time material action reaction`.

    A line that can't be right becomes a problem of the clip. Of an unknown word nothing is kept but the
    contact itself; a time outside the clip costs the contact.

    Parameters
    ----------
    path
        The file.
    name
        Of the clip, for messages.
    duration_s
        Of the clip.
    found
        Where problems go.
    """
    contacts: list[Contact] = []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        columns = line.split()
        if not columns:
            continue
        where = f"line {number} of “{path.name}”"
        time_s = _seconds(columns[0])
        if len(columns) != _COLUMNS or time_s is None:
            shown = line.strip()[:60]
            found.mislabelled(name, f"{where} is “{shown}”, not “time material action reaction”.")
            continue
        contact = contact_of(time_s, columns[1], columns[2], columns[3], name, where, duration_s, found)
        if contact is not None:
            contacts.append(contact)
    return tuple(sorted(contacts, key=lambda contact: contact.time_s))


def contact_of(
    time_s: float,
    material: str,
    action: str,
    reaction: str,
    name: str,
    where: str,
    duration_s: float,
    found: Findings,
) -> Contact | None:
    """An annotated contact; None, and a problem, when its time lies outside the clip."""
    if lies_beyond(time_s, duration_s):
        found.mislabelled(
            name,
            f"{where} has a contact at {time_s:g} s, but the clip lasts {duration_s:.2f} s; the annotations "
            "may belong to another version of the clip.",
        )
        return None
    return Contact(
        time_s,
        known_word(material, MATERIALS, "material", name, where, found),
        known_word(action, ACTIONS, "action", name, where, found),
        known_word(reaction, REACTIONS, "reaction", name, where, found),
    )


def known_word(
    word: str | None, known: Sequence[str], kind: str, name: str, where: str, found: Findings
) -> str | None:
    """The word if it is one of those known; None for “None”, and None and a problem for any other."""
    if word is None or word == NOT_SAID:
        return None
    if word in known:
        return word
    found.mislabelled(
        name, f"{where} has the unknown {kind} “{word}”; known are {', '.join(known)} and {NOT_SAID}."
    )
    return None


def read_names(path: Path) -> list[str]:
    """The names in a list such as `train.txt`, one a line, without folder or ending; [] without the file."""
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    return [_bare(line.strip()) for line in lines if line.strip()]


def _bare(name: str) -> str:
    for ending in ("_denoised.mp4", "_mic.mp4", "_denoised.wav", "_times.txt", ".mp4", "_denoised", "_mic"):
        name = name.removesuffix(ending)
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _seconds(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
