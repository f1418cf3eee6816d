"""Time to an interactive window, and what its process has loaded.

The reference is what a program that waits for torch would pay: the time of `import torch` alone, in
the same run.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from engine.bundled import demo_video

_RUNS = 3
_GOAL_S = 2.0


def _timed(command: list[str], environment: dict[str, str]) -> tuple[float, str]:
    started = time.perf_counter()
    ended = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return time.perf_counter() - started, ended.stdout


def main() -> None:
    """Print the table."""
    environment = dict(os.environ)
    if not environment.get("DISPLAY"):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    torch_s = min(_timed([sys.executable, "-c", "import torch"], environment)[0] for _ in range(_RUNS))
    interactive_s, loaded = [], ""
    with tempfile.TemporaryDirectory() as folder:
        picture = str(Path(folder) / "window.png")
        command = [sys.executable, "-m", "foley_app.main", str(demo_video()), "--screenshot", picture]
        for _ in range(_RUNS):
            said = _timed(command, environment)[1]
            found = re.search(r"interactive after ([\d.]+) s", said)
            if found is None:
                raise SystemExit(f"The window did not say when it was interactive: {said}")
            interactive_s.append(float(found[1]))
            loaded = next((line for line in said.splitlines() if "heavy modules" in line), "")
    median_s = statistics.median(interactive_s)
    print(f"{'':34}{'seconds':>9}{'ratio':>8}{'goal':>8}")
    print(f"{'import torch (reference)':34}{torch_s:9.2f}{1.0:8.2f}{'':>8}")
    label = f"window interactive, median of {_RUNS}"
    print(f"{label:34}{median_s:9.2f}{median_s / torch_s:8.2f}{_GOAL_S:8.1f}")
    print(loaded)


if __name__ == "__main__":
    main()
