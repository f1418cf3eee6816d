"""Fixtures every part's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; the test is skipped where it is absent."""
    folder = Path(os.environ.get("FOLEY_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "README.md").is_file():
        pytest.skip("needs the real data folder (set FOLEY_DATA)")
    return folder


@pytest.fixture(scope="session")
def clips(shared_data: Path) -> Path:
    """The nine real clips and their truth."""
    return shared_data / "greatest_hits" / "clips"
