"""What comes out of a sound server is the mix, in time with the pictures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.playback import PlaybackReport, missing_programs

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.slow
@pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}")
def test_the_mix_is_heard_with_its_pictures(tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    command = [sys.executable, "-m", "benchmarks.playback", "--seconds", "6", "--json", str(out)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    report = PlaybackReport(**json.loads(out.read_text()))
    # Interruptions are the machine's, and a driver may lose a few blocks in one; what is heard around
    # them must still be the mix.
    assert report.wrong_samples <= (0.02 * report.samples if report.interruptions else 0)
    assert abs(report.offset_ms) <= 15.0
    assert report.pictures_shown > 0.8 * report.pictures
