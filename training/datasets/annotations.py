"""The labels of *The Greatest Hits* without its footage: `annotations.json`.

    {video: {"duration_s": number, "events": [[time_s, material, action], ...]}}

Times are rounded to 1/15 s. They serve for statistics and for priors; nothing can be seen or heard in them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.datasets.folder import Findings
from training.datasets.recording import Contact, DatasetError
from training.datasets.words import NOT_SAID, contact_of


@dataclass(frozen=True, slots=True)
class AnnotatedVideo:
    """The contacts of one video, in order of time."""

    name: str
    duration_s: float
    contacts: tuple[Contact, ...]


def read_annotations(path: Path, found: Findings | None = None) -> list[AnnotatedVideo]:
    """All annotated videos, in order of name.

    Parameters
    ----------
    path
        The file.
    found
        Where problems go; when None, the first is an error.

    Raises
    ------
    DatasetError
        When the file can't be read, or (without `found`) has a label that can't be right.
    """
    contents = read_object(path)
    problems = found if found is not None else Findings()
    videos = []
    for name, entry in sorted(contents.items()):
        try:
            duration_s = float(entry["duration_s"])
            contacts = read_events(entry["events"], name, path.name, duration_s, problems)
        except (KeyError, TypeError, ValueError) as error:
            raise DatasetError(
                f"“{path.name}”: the entry “{name}” does not hold “duration_s” and “events” as it should."
            ) from error
        videos.append(AnnotatedVideo(name, duration_s, contacts))
    if found is None and problems.problems:
        first = problems.problems[0]
        raise DatasetError(f"{first.name}: {first.reason}")
    return videos


def read_events(
    events: Any, name: str, file_name: str, duration_s: float, found: Findings
) -> tuple[Contact, ...]:
    """Contacts of lists `[time_s, material, action]`; what can't be right becomes a problem of the clip.

    Raises
    ------
    TypeError, ValueError
        When they are no such lists.
    """
    contacts = []
    for number, (time_s, material, action) in enumerate(events, start=1):
        where = f"event {number} in “{file_name}”"
        contact = contact_of(
            float(time_s), str(material), str(action), NOT_SAID, name, where, duration_s, found
        )
        if contact is not None:
            contacts.append(contact)
    return tuple(sorted(contacts, key=lambda contact: contact.time_s))


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file.

    Raises
    ------
    DatasetError
        When the file is missing or is none.
    """
    try:
        contents = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DatasetError(f"“{path}” can't be read: {error.strerror}.") from error
    except ValueError as error:
        raise DatasetError(f"“{path}” is not JSON, or it was cut off: {error}.") from error
    if not isinstance(contents, dict):
        raise DatasetError(f"“{path}” should hold a JSON object, and holds a {type(contents).__name__}.")
    return contents
