"""Speed of the rendered stage: pictures per second and core, with sound, and where the time goes.

The clips are rendered one after the other by this process with one thread, as each of the stage's processes
does. Times are those of the processor, so that other work on the machine counts as little as it can. The
goal is for the stage's usual size and length.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from training.stage.clip import RATE, clip_sound, render_clip  # noqa: E402
from training.stage.options import StageOptions  # noqa: E402
from training.stage.picture.render import render_frames  # noqa: E402
from training.stage.scene import build_scene  # noqa: E402
from training.stage.writer import draw_compression, film_bytes  # noqa: E402

_CLIPS = 8
_SEED = 77
_GOAL_FRAMES_PER_S = 150.0
_PARTS = ("scene and still", "pictures", "sound", "H.264 and AAC")


def main() -> None:
    """Print frames per second and core and the share of each part."""
    import numpy as np

    options = StageOptions()
    frames = round(options.duration_s * RATE)
    seconds: dict[str, list[float]] = {part: [] for part in _PARTS}
    whole: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        render_clip(Path(folder), _SEED, 0, options)  # compiles loops, reads what ships with the program
        for index in range(1, 1 + _CLIPS):
            with _timed(seconds["scene and still"]):
                scene = build_scene(_SEED, index, options)
            with _timed(seconds["pictures"]):
                pictures = list(render_frames(scene))
            with _timed(seconds["sound"]):
                sound = clip_sound(scene, _SEED, index, options)
            with _timed(seconds["H.264 and AAC"]):
                compression = draw_compression(np.random.default_rng(index))
                film_bytes(pictures, RATE, (options.width, options.height), sound.samples, compression)
            with _timed(whole):
                render_clip(Path(folder), _SEED, index, options)

    print(f"{_CLIPS} clips of {frames} pictures, {options.width}x{options.height}, one thread\n")
    print(f"{'part':<20}{'s per clip':>12}{'ms per picture':>17}{'slowest clip, s':>18}")
    for part, taken in seconds.items():
        mean = statistics.mean(taken)
        print(f"{part:<20}{mean:>12.2f}{1000.0 * mean / frames:>17.2f}{max(taken):>18.2f}")
    mean = statistics.mean(whole)
    print(f"{'all, written':<20}{mean:>12.2f}{1000.0 * mean / frames:>17.2f}{max(whole):>18.2f}")
    print(f"\n{frames / mean:.0f} pictures per second and core with sound (goal: {_GOAL_FRAMES_PER_S:.0f})")


@contextmanager
def _timed(taken: list[float]) -> Iterator[None]:
    begun = time.process_time()
    yield
    taken.append(time.process_time() - begun)


if __name__ == "__main__":
    main()
