"""Where the program keeps what is the user's but no document: caches, journals, detectors, fault reports."""

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


def models_folder() -> Path:
    """The detectors that the user's own material taught, each in a folder of its name."""
    return platformdirs.user_data_path(_PROGRAM, appauthor=False) / "models"


def generators_folder() -> Path:
    """Generators of soundtracks that the user trained or was given, each in a folder of its name."""
    return platformdirs.user_data_path(_PROGRAM, appauthor=False) / "generators"


def sounds_folder() -> Path:
    """Sounds made for projects that were not saved when they were made."""
    return platformdirs.user_data_path(_PROGRAM, appauthor=False) / "sounds"


def choices_folder() -> Path:
    """What the user chose so far, which re-ranks what is offered; it can't be made again."""
    return platformdirs.user_data_path(_PROGRAM, appauthor=False) / "choices"


def fault_folder() -> Path:
    """Reports of faults of the program itself."""
    return platformdirs.user_log_path(_PROGRAM, appauthor=False)
