"""Which container holds which sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ExportError
from engine.media.containers import codecs_for, container_of, in_words


def test_usual_codec_comes_first() -> None:
    assert [codecs_for(suffix)[0] for suffix in (".mp4", ".mov", ".mkv", ".webm", ".avi")] == [
        "aac", "pcm", "flac", "opus", "pcm",
    ]  # fmt: skip
    assert codecs_for(".MP4") == codecs_for(".m4v")
    assert codecs_for(".txt") == ()


def test_unknown_suffix() -> None:
    with pytest.raises(ExportError, match=r"“a\.gif” .* \.mp4, \.mov, \.mkv, \.webm or \.avi\."):
        container_of(Path("a.gif"))


def test_in_words() -> None:
    assert [in_words(names, "or") for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a or b", "a, b or c",
    ]  # fmt: skip
