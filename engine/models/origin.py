"""`origin.json`: what a person is told about where a detector came from; it lies beside its weights."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

ORIGIN_FILE = "origin.json"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a detector came from. Each may be empty when nobody wrote it down.

    Attributes
    ----------
    title
        What it is, in a few words.
    made_from
        What it learned from: "12 corrected hits of 2 projects".
    base
        Name of the detector it began as.
    made_on
        ISO date, "2026-05-31".
    """

    title: str = ""
    made_from: str = ""
    base: str = ""
    made_on: str = ""

    def to_bytes(self) -> bytes:
        """The text of the file."""
        return (json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n").encode()


def read_origin(folder: Path) -> Origin:
    """The origin of the checkpoint in a folder; an empty one when it is not told or can't be read.

    A detector works without it, so that this never stands in its way.
    """
    try:
        told = json.loads((folder / ORIGIN_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Origin()
    if not isinstance(told, dict):
        return Origin()
    return Origin(**{field.name: str(told.get(field.name, "")) for field in fields(Origin)})
