"""Tiny films of a block that falls, lands and is lifted, in the stage's layout."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

WIDTH, HEIGHT, RATE, PICTURES = 96, 72, 30, 60
_FLOOR, _FALL_S, _REST_S = 60.0, 0.25, 0.2


def write_falling_blocks(folder: Path, clips: int, seed: int = 0) -> Path:
    """Clips of 2 s with two landings each; the last quarter is for testing."""
    rng = np.random.default_rng(seed)
    shard = folder / "shard_0000"
    shard.mkdir(parents=True)
    names = [f"block_{number}" for number in range(clips)]
    for name in names:
        landings_s = [float(rng.uniform(0.4, 0.7)), float(rng.uniform(1.2, 1.6))]
        _write_film(shard / f"{name}_denoised.mp4", landings_s, rng)
        (shard / f"{name}_times.txt").write_text(
            "".join(f"{time_s} wood hit static\n" for time_s in landings_s)
        )
        (shard / f"{name}_truth.json").write_text(json.dumps(_truth(landings_s)))
    split = clips - clips // 4
    (folder / "train.txt").write_text("\n".join(names[:split]))
    (folder / "test.txt").write_text("\n".join(names[split:]))
    (folder / "stage.json").write_text(
        json.dumps({"version": 1, "clips": clips, "finished_shards": ["shard_0000"]})
    )
    return folder


def _write_film(path: Path, landings_s: Sequence[float], rng: np.random.Generator) -> None:
    left = int(rng.integers(10, 60))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(PICTURES):
            picture = _picture(number / RATE, landings_s, left)
            container.mux(stream.encode(VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


def _picture(time_s: float, landings_s: Sequence[float], left: int) -> NDArray[np.uint8]:
    picture = np.full((HEIGHT, WIDTH, 3), 200, np.uint8)
    picture[int(_FLOOR) :] = 120
    bottom = 0.0
    for landing_s in landings_s:
        before_s = landing_s - time_s
        if 0 < before_s < _FALL_S:
            bottom = _FLOOR * (1 - before_s / _FALL_S)
        elif -_REST_S < before_s <= 0:
            bottom = _FLOOR
        elif -_REST_S - _FALL_S < before_s <= -_REST_S:
            bottom = _FLOOR * (1 + (before_s + _REST_S) / _FALL_S)
    picture[max(0, int(bottom) - 20) : int(bottom), left : left + 16] = 30
    return picture


def _truth(landings_s: Sequence[float]) -> dict[str, object]:
    contact = {
        "duration_s": 0.0,
        "action": "hit",
        "material": "wood",
        "reaction": "static",
        "strength": 0.5,
        "point": [0.5, 0.8],
        "in_picture": True,
        "turns_s": [],
    }
    levels_db = np.full(PICTURES, -50.0)
    for landing_s in landings_s:
        first = int(landing_s * RATE)
        levels_db[first : first + 4] = [-15, -20, -30, -40]
    return {
        "version": 1,
        "seed": 0,
        "frame_rate": str(RATE),
        "width": WIDTH,
        "height": HEIGHT,
        "set": "blocks",
        "contacts": [{"time_s": landing_s, **contact} for landing_s in landings_s],
        "level_db": levels_db.tolist(),
        "near_misses": [],
    }
