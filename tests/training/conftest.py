"""What tests of recipes have in common."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def quiet(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The user's own cache stays out of it, and one thread is enough; `place` is the test file's folder."""
    import torch

    from training.datasets import catalogue

    monkeypatch.setattr(catalogue, "cache_folder", lambda: place / "cache")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
