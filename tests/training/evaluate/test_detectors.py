"""True and found contacts put side by side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import UserFacingError
from training.datasets.recording import Contact, Recording
from training.evaluate.detectors import Finder, Found, clip_contacts


def recording(*contacts: Contact) -> Recording:
    return Recording("clip", "video", Path("clip.mp4"), None, 10.0, contacts)


FOUND = Found(np.array([2.0, 1.0]), np.array([0.9, 0.1]), 0.5, None, np.zeros(0))


def test_what_is_only_heard_is_not_asked_for() -> None:
    seen, heard = Contact(1.0, "wood", "hit"), Contact(2.0, "wood", "hit", in_picture=False)
    (clip,) = clip_contacts([recording(seen, heard)], Finder("net", {"clip": FOUND}))
    assert (clip.source, clip.true_s.tolist(), clip.actions) == ("video", [1.0], ("hit",))
    assert clip.counted_s.tolist() == [2.0]


def test_clips_without_truth() -> None:
    with pytest.raises(UserFacingError, match="nothing can be scored"):
        clip_contacts([recording()], Finder("net", {"clip": FOUND}))
