"""Every setting of the window, in one declared table on top of `QSettings`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QSettings, Signal

ORGANISATION, APPLICATION = "foley", "foley"
RECENT_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: where it is stored, what it is before anyone changed it, what it is for."""

    key: str
    default: bool | int | float | str | tuple[str, ...]
    meaning: str


THEME = Setting("view/theme", "dark", "Dark or light")
GEOMETRY = Setting("view/geometry", "", "Where the window was, as hexadecimal text")
SPLIT_ROWS = Setting("view/split_rows", (), "Heights of the picture and the timeline in pixels")
RECENT_FILES = Setting("files/recent", (), "Projects and videos, the newest first")
LAST_FOLDER = Setting("files/last_folder", "", "Where the last file was opened")
FOOTAGE_FOLDER = Setting("files/footage_folder", "", "Where the last footage to learn from lay")
DETECTOR = Setting("hits/detector", "", "Name of the detector; empty is the program's own")
AUTO_FILL = Setting("hits/auto_fill", True, "Put a sound on each hit after a video's first analysis")
AVOID_REPEAT = Setting("hits/avoid_repeat_within", 4, "No sound comes twice within this many hits")
GENERATOR = Setting("generate/generator", "", "Name of the generator; empty is the program's own")
TAKES = Setting("generate/takes", 3, "How many takes are made at once")
TEMPERATURE = Setting("generate/temperature", 1.0, "How wild a generated soundtrack is")
LIBRARY_FOLDERS = Setting("library/folders", (), "Folders with the editor's own sounds")
OUTPUT_DEVICE = Setting("audio/device", "", "Name of the output device; empty is the system's own")
BUFFER_FRAMES = Setting("audio/buffer_frames", 512, "Output buffer in sample frames")
AV_OFFSET_MS = Setting("audio/av_offset_ms", 0.0, "How much later the picture comes than the sound, in ms")
PRE_ROLL_S = Setting("audition/pre_roll_s", 0.6, "Picture before the hit when auditioning, in seconds")
POST_ROLL_S = Setting("audition/post_roll_s", 1.0, "Picture after the hit when auditioning, in seconds")
EXPORT_CODEC = Setting("export/codec", "", "The sound codec of the last export; empty is the container's own")
EXPORT_FOLDER = Setting("export/folder", "", "Where the last export went")

SETTINGS: tuple[Setting, ...] = (
    THEME,
    GEOMETRY,
    SPLIT_ROWS,
    RECENT_FILES,
    LAST_FOLDER,
    FOOTAGE_FOLDER,
    DETECTOR,
    AUTO_FILL,
    AVOID_REPEAT,
    GENERATOR,
    TAKES,
    TEMPERATURE,
    LIBRARY_FOLDERS,
    OUTPUT_DEVICE,
    BUFFER_FRAMES,
    AV_OFFSET_MS,
    PRE_ROLL_S,
    POST_ROLL_S,
    EXPORT_CODEC,
    EXPORT_FOLDER,
)


class Settings(QObject):
    """Reads and writes the declared settings.

    Parameters
    ----------
    store
        Where they live; the user's own store when omitted. Tests and screenshots pass a fresh one.

    **Signals**

    changed(object)
        The `Setting` that has a new value.
    """

    changed = Signal(object)

    def __init__(self, store: QSettings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store or QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, ORGANISATION, APPLICATION
        )

    def value(self, setting: Setting) -> Any:
        """The setting's value, of the same type as its default; the default where the store holds junk."""
        raw = self._store.value(setting.key)
        if raw is None:
            return setting.default
        try:
            return _as_type_of(setting.default, raw)
        except ValueError:
            return setting.default

    def set(self, setting: Setting, value: bool | int | float | str | tuple[str, ...]) -> None:
        """Store a value and tell everybody when it is a new one."""
        if value == self.value(setting):
            return
        self._store.setValue(setting.key, list(value) if isinstance(value, tuple) else value)
        self.changed.emit(setting)

    def remember_file(self, path: str) -> None:
        """Put a file at the top of the recent ones."""
        others = tuple(other for other in self.value(RECENT_FILES) if other != path)
        self.set(RECENT_FILES, (path, *others)[:RECENT_LIMIT])

    def sync(self) -> None:
        """Write to disk now."""
        self._store.sync()


def _as_type_of(default: bool | int | float | str | tuple[str, ...], raw: object) -> object:
    """What an INI file gives back, as the declared type; `ValueError` when it is not one."""
    if isinstance(default, tuple):
        if isinstance(raw, list | tuple):
            return tuple(str(part) for part in raw)
        return (str(raw),) if raw else ()
    if isinstance(default, bool):
        if isinstance(raw, bool):
            return raw
        if str(raw).lower() in ("true", "false"):
            return str(raw).lower() == "true"
        raise ValueError(f"{raw!r} is neither true nor false")
    if isinstance(default, int):
        return int(str(raw))
    if isinstance(default, float):
        return float(str(raw))
    return str(raw)
