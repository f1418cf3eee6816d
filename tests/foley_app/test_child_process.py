"""What a killed window leaves behind is cleared away by the next one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from foley_app.child_process import remove_orphaned_maps


def test_maps_of_dead_windows_are_removed_and_others_kept(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    names = [f"foley-maps-{ended.pid}-ab", f"foley-maps-{os.getpid()}-cd", "foley-maps-notes", "other"]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "array.map").touch()
    remove_orphaned_maps(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names[1:])
