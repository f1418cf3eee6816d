"""The containers an export can be written as, and what each may hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ExportError

SoundCodec = str
"""One of "aac", "pcm", "flac", "alac", "opus"."""


@dataclass(frozen=True, slots=True)
class Container:
    """A file format for picture and sound.

    `sound_codecs` starts with the one taken when nobody chooses; `has_edit_list` says whether players are
    told to leave out what lies before time 0.
    """

    name: str
    muxer: str
    suffixes: tuple[str, ...]
    sound_codecs: tuple[SoundCodec, ...]
    has_edit_list: bool


CONTAINERS: tuple[Container, ...] = (
    Container("mp4", "mp4", (".mp4", ".m4v"), ("aac", "alac", "flac", "opus"), True),
    Container("mov", "mov", (".mov",), ("pcm", "aac", "alac"), True),
    Container("mkv", "matroska", (".mkv",), ("flac", "pcm", "aac", "opus", "alac"), False),
    Container("webm", "webm", (".webm",), ("opus",), False),
    Container("avi", "avi", (".avi",), ("pcm",), False),
)


def codecs_for(container_suffix: str) -> tuple[SoundCodec, ...]:
    """The sound codecs a file with this suffix may hold, the usual one first; empty for others."""
    suffix = container_suffix.lower()
    return next((kind.sound_codecs for kind in CONTAINERS if suffix in kind.suffixes), ())


def container_of(path: Path) -> Container:
    """The container a file name asks for.

    Raises
    ------
    ExportError
        When the suffix is none of those that can be written.
    """
    suffix = path.suffix.lower()
    for kind in CONTAINERS:
        if suffix in kind.suffixes:
            return kind
    known = in_words([kind.suffixes[0] for kind in CONTAINERS], "or")
    raise ExportError(f"“{path.name}” can't be written: choose a name that ends in {known}.")


def in_words(names: Sequence[str], conjunction: str) -> str:
    """A list as it is read aloud: “mp4, mov or mkv”."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {conjunction} {names[-1]}"
