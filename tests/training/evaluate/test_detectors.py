"""True and found contacts put side by side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import UserFacingError
from training.datasets.recording import Contact, Recording
from training.evaluate.detectors import Finder, Found, clip_contacts, found_in_file, predictions_text


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


def test_what_was_found_is_read_as_it_was_written(tmp_path: Path) -> None:
    told = Found(np.array([2.0]), np.array([0.9]), 0.5, None, np.array([-20.0]), ("scratch",))
    path = tmp_path / "net.json"
    path.write_text(predictions_text(Finder("net", {"a": told, "clip": FOUND})))
    finder = found_in_file(path)
    assert finder.name == "net" and finder.clips["a"].actions == ("scratch",)
    assert finder.clips["clip"].actions == (None, None)
    assert finder.clips["clip"].times_s.tolist() == [2.0, 1.0]
    assert finder.clips["a"].level_db.tolist() == [-20.0]
