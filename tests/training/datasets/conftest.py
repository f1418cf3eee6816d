"""What is known of files is kept apart from the user's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.datasets import catalogue


@pytest.fixture(autouse=True)
def remembered(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder of this test."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr(catalogue, "cache_folder", lambda: folder)
    return folder
