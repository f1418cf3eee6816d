"""Fixtures of the media tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.media.awkward_videos import AWKWARD, Awkward, made


@pytest.fixture(params=AWKWARD, ids=lambda kind: kind.name)
def awkward(request: pytest.FixtureRequest) -> Awkward:
    """Each awkward kind of video in turn."""
    return request.param


@pytest.fixture
def video(awkward: Awkward, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The video of the kind."""
    return made(awkward, tmp_path_factory.mktemp)


@pytest.fixture
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video with nothing awkward about it."""
    return made(AWKWARD[0], tmp_path_factory.mktemp)
