"""Tiny films of a stick that comes down on a spot and goes up again, in the stage's layout."""

from __future__ import annotations

import json
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

WIDTH, HEIGHT, RATE, PICTURES = 96, 72, 30, 45
TAPS_S = (0.5, 1.1)


def write_tapping_sticks(folder: Path, clips: int, seed: int = 0) -> Path:
    """Clips of 1.5 s with two taps each, somewhere in the picture; the last quarter is for testing."""
    rng = np.random.default_rng(seed)
    shard = folder / "shard_0000"
    shard.mkdir(parents=True)
    names = [f"stick_{number}" for number in range(clips)]
    for name in names:
        points = rng.uniform(0.2, 0.8, (len(TAPS_S), 2))
        _write_film(shard / f"{name}_denoised.mp4", points)
        (shard / f"{name}_times.txt").write_text("".join(f"{time_s} wood hit static\n" for time_s in TAPS_S))
        (shard / f"{name}_truth.json").write_text(json.dumps(_truth(points)))
    split = clips - clips // 4
    (folder / "train.txt").write_text("\n".join(names[:split]))
    (folder / "test.txt").write_text("\n".join(names[split:]))
    (folder / "stage.json").write_text(
        json.dumps({"version": 1, "clips": clips, "finished_shards": ["shard_0000"]})
    )
    return folder


def tap_picture(time_s: float, points: NDArray[np.float64]) -> NDArray[np.uint8]:
    """RGB: the stick's tip is on a point at the time of its tap, and above it before and after."""
    picture = np.full((HEIGHT, WIDTH, 3), 200, np.uint8)
    tap = int(np.argmin(np.abs(np.array(TAPS_S) - time_s)))
    x, y = points[tap] * (WIDTH, HEIGHT)
    lifted = 150 * abs(time_s - TAPS_S[tap])
    ends = ((-10.0, y - lifted - 12), (x, y - lifted))
    start, end = (tuple(round(16 * value) for value in point) for point in ends)
    cv2.line(picture, start, end, (30, 30, 30), 4, cv2.LINE_AA, shift=4)
    return picture


def _write_film(path: Path, points: NDArray[np.float64]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(PICTURES):
            frame = VideoFrame.from_ndarray(tap_picture(number / RATE, points), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _truth(points: NDArray[np.float64]) -> dict[str, object]:
    contact = {"duration_s": 0.0, "action": "hit", "material": "wood", "reaction": "static"}
    return {
        "version": 1,
        "seed": 0,
        "frame_rate": str(RATE),
        "width": WIDTH,
        "height": HEIGHT,
        "set": "sticks",
        "contacts": [
            {
                "time_s": time_s,
                **contact,
                "strength": 0.5,
                "point": point,
                "in_picture": True,
                "turns_s": [],
            }
            for time_s, point in zip(TAPS_S, points.tolist(), strict=True)
        ],
        "level_db": [-50.0] * PICTURES,
        "near_misses": [],
    }
