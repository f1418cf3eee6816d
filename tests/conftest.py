"""Fixtures every part's tests share."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

# What a test chooses or learns is not to become the user's own.
_USER_DATA = tempfile.mkdtemp(prefix="foley-tests-")
atexit.register(shutil.rmtree, _USER_DATA, ignore_errors=True)
os.environ["XDG_DATA_HOME"] = _USER_DATA

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
