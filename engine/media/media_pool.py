"""Where a project's own sounds lie: files named by their contents, so that nothing is there twice.

They lie in the folder `sounds` beside the project file, and in the user's data folder while there is none.
Beside a sound there may be notes: what its recipe needs to make it again, named by their contents too.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from engine.errors import UserFacingError
from engine.project.document import MediaReference
from engine.project.durable import reason, write_beside
from engine.project.references import content_hash, make_reference
from engine.user_folders import sounds_folder

_FOLDER = "sounds"
_DIGITS = 32


class MediaPool:
    """See the module.

    Parameters
    ----------
    project_folder
        Where the project file lies; None while it lies nowhere.
    is_relative
        Whether sounds are referred to relative to that folder, as in the file, or absolutely.

    Attributes
    ----------
    folder
        Where the files lie; made when something is first kept.
    """

    def __init__(self, project_folder: Path | None, *, is_relative: bool = False) -> None:
        self.folder = sounds_folder() if project_folder is None else project_folder / _FOLDER
        self._referring_folder = project_folder if is_relative else None

    def open(self) -> Path:
        """The folder, which is there now.

        Raises
        ------
        UserFacingError
            When it can't be made or written into.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserFacingError(
                f"The sounds can't be kept in the folder “{self.folder}”: {reason(error)}."
            ) from error
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise UserFacingError(
                f"The sounds can't be kept in the folder “{self.folder}”: you may not write into it."
            )
        return self.folder

    def place_of(self, unfinished: Path, suffix: str) -> Path:
        """Where a file that was written in full belongs."""
        digest = content_hash(unfinished).rpartition(":")[2]
        return self.folder / f"{digest[:_DIGITS]}{suffix}"

    def reference(self, path: Path) -> MediaReference:
        """How a document refers to a file of the pool."""
        return make_reference(path, self._referring_folder)

    def keep_notes(self, contents: bytes) -> str:
        """Keep notes; the digest they are found by."""
        digest = notes_digest(contents)
        path = self.open() / f"{digest}.json"
        if not path.is_file():
            try:
                write_beside(path, contents).replace(path)
            except OSError as error:
                raise UserFacingError(f"“{path.name}” can't be written: {reason(error)}.") from error
        return digest

    def notes(self, digest: str) -> bytes | None:
        """The notes of a digest; None when they are not there, or are not what was kept.

        They are looked for where sounds lie that were made before the project was saved, too.
        """
        for folder in (self.folder, sounds_folder()):
            with contextlib.suppress(OSError):
                contents = (folder / f"{digest}.json").read_bytes()
                if notes_digest(contents) == digest:
                    return contents
        return None


def notes_digest(contents: bytes) -> str:
    """What notes are found by."""
    return hashlib.sha256(contents).hexdigest()[:_DIGITS]
