"""What a look into the files of a data set found, remembered on disk: a look costs some 10 ms a clip.

A file is looked into again when its size or its time of change differs, and the contacts in its sound are
looked for again when the detector's settings or the program's version do.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import engine
from engine.errors import MediaError
from engine.user_folders import cache_folder

_VERSION = 1
_LISTENING_RATE_HZ = 48_000


@dataclass(frozen=True, slots=True)
class SeenFile:
    """What a file holds.

    Attributes
    ----------
    duration_s
        Of the picture; of the sound where there is no picture.
    picture_count
        0 for a file of sound only.
    has_sound
        Whether there is sound that can be decoded.
    fault
        Why the file can't be used, in a sentence; "" when it can.
    """

    duration_s: float = 0.0
    picture_count: int = 0
    has_sound: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class HeardContact:
    """An onset in a file's sound: seconds from the first picture, and RMS of its loudest 1/30 s in dBFS."""

    time_s: float
    level_db: float


class Catalogue:
    """The files of one data set.

    Parameters
    ----------
    root
        The data set's folder; what was seen in another one is kept apart.
    folder
        Where to remember; the user's cache folder when None.
    """

    def __init__(self, root: Path, folder: Path | None = None) -> None:
        digest = hashlib.sha256(os.fsencode(root.absolute())).hexdigest()[:24]
        self._path = (folder or cache_folder() / "datasets") / f"{digest}.json"
        self._entries: dict[str, dict[str, Any]] = _remembered(self._path)
        self._has_changed = False

    def look(self, path: Path) -> SeenFile:
        """What a file holds, and whether it can be used."""
        entry = self._entry(path)
        if entry is None:
            return SeenFile(fault=f"“{path.name}” does not exist.")
        if "seen" not in entry:
            entry["seen"] = asdict(_look_into(path))
            self._has_changed = True
        return SeenFile(**entry["seen"])

    def listen(self, path: Path) -> tuple[HeardContact, ...]:
        """The contacts that can be heard in a file.

        Raises
        ------
        MediaError
            When its sound can't be decoded.
        """
        from engine.features.flux_onsets import FluxOnsetConfig, flux_onsets
        from engine.media.audio import read_audio

        config = FluxOnsetConfig()
        detector = f"{engine.__version__} {config!r}"
        entry = self._entry(path)
        if entry is None or entry.get("listened_with") != detector:
            samples = read_audio(path, sample_rate=_LISTENING_RATE_HZ, channels=1)[:, 0]
            found = flux_onsets(samples, _LISTENING_RATE_HZ, config)
            heard = [[onset.time_s, onset.level_db] for onset in found]
            if entry is None:
                return tuple(HeardContact(*pair) for pair in heard)
            entry["listened_with"], entry["heard"] = detector, heard
            self._has_changed = True
        return tuple(HeardContact(*pair) for pair in entry["heard"])

    def keep(self) -> None:
        """Write down what is new. A cache folder that can't be written costs time the next time, no more."""
        if not self._has_changed:
            return
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self._path.parent, suffix=".part")
            unfinished = Path(name)
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    json.dump({"version": _VERSION, "files": self._entries}, file)
                unfinished.replace(self._path)
            finally:
                unfinished.unlink(missing_ok=True)
            self._has_changed = False

    def _entry(self, path: Path) -> dict[str, Any] | None:
        """What is remembered of a file as it is now; None when it is not there."""
        try:
            status = path.stat()
        except OSError:
            return None
        key, stamp = str(path.absolute()), [status.st_size, status.st_mtime_ns]
        entry = self._entries.get(key)
        if entry is None or entry.get("stamp") != stamp:
            entry = self._entries[key] = {"stamp": stamp}
        return entry


def _look_into(path: Path) -> SeenFile:
    from engine.media.probe import probe

    try:
        info = probe(path)
    except MediaError as error:
        return SeenFile(fault=str(error))
    if info.is_cut_off:
        return SeenFile(fault=info.warning)
    count = info.video.frame_count if info.video else 0
    return SeenFile(info.duration_s, count, bool(info.audio))


def _remembered(path: Path) -> dict[str, dict[str, Any]]:
    """What was written down; nothing where that can't be read."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["version"] == _VERSION and all("stamp" in entry for entry in kept["files"].values()):
            return kept["files"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    return {}
