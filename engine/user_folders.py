"""Where the program keeps what is the user's but no document: caches, journals, fault reports."""

from __future__ import annotations

from pathlib import Path

import platformdirs

_PROGRAM = "foley"


def cache_folder() -> Path:
    """What can be made again: the library's catalogue, compiled loops, the test clip."""
    return platformdirs.user_cache_path(_PROGRAM, appauthor=False)


def journals_folder() -> Path:
    """The journals of open documents, for recovery after a crash."""
    return platformdirs.user_state_path(_PROGRAM, appauthor=False) / "journals"


def fault_folder() -> Path:
    """Reports of faults of the program itself."""
    return platformdirs.user_log_path(_PROGRAM, appauthor=False)
