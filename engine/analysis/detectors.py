"""The detectors there are, by name; a learned one and a rule of thumb are chosen and used alike."""

from __future__ import annotations

import importlib

from engine.analysis.detector import Detector
from engine.errors import UserFacingError
from engine.models.origin import Origin
from engine.models.registry import (
    BUILT_IN_NAMES,
    HIT_NET_NAME,
    ModelEntry,
    bundled_models,
    find_model,
    user_models,
)

MOTION_BASELINE, SOUND_ONSETS = BUILT_IN_NAMES

_BUILT_IN = {
    MOTION_BASELINE: (
        "engine.analysis.motion_baseline",
        "MotionBaseline",
        "Watches for motion that stops or turns at once; nothing learned",
    ),
    SOUND_ONSETS: (
        "engine.analysis.sound_onsets",
        "SoundOnsets",
        "Listens to the video's own sound",
    ),
}
"""Module, class and title by name; imported when asked for, because a detector is heavy."""


def detectors() -> tuple[ModelEntry, ...]:
    """All of them: what ships with the program, and then the user's own by name."""
    built_in = (ModelEntry(name, "built-in", origin=Origin(title=row[2])) for name, row in _BUILT_IN.items())
    return (*bundled_models(), *built_in, *user_models())


def default_detector() -> str:
    """The name of the best one that ships with the program."""
    is_there = any(entry.name == HIT_NET_NAME and not entry.problem for entry in bundled_models())
    return HIT_NET_NAME if is_there else MOTION_BASELINE


def load_detector(name: str) -> Detector:
    """The detector of this name.

    Raises
    ------
    UserFacingError
        When there is none, or it can't be used.
    """
    if name in _BUILT_IN:
        module, kind, _ = _BUILT_IN[name]
        return getattr(importlib.import_module(module), kind)()
    names = [entry.name for entry in detectors()]
    if name not in names:
        raise UserFacingError(f"There is no detector called “{name}”; there are: {', '.join(names)}.")
    from engine.analysis.learned_detector import load_learned_detector

    return load_learned_detector(name, find_model(name))
