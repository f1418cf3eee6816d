"""Reaching pictures: decoding in order, stepping, and jumping about a 1080p video with 250 pictures a GOP.

"Cold" is a jump to a picture that nothing was kept of: everything from its keyframe on must be decoded, so
it is reported beside the plain cost of that (pictures in between divided by the decoding speed).
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from engine.media.decode import iter_frames
from engine.media.frames import FrameReader

_RATE = 30
_GOP = 250
_PICTURES = 3 * _GOP
_VIEWER = (1280, 720)
_ANALYSIS = (456, 256)
_JUMPS = 24
_REVISITS = 200
_GOAL_CACHED_MS = 40.0


@dataclass(frozen=True, slots=True)
class Latency:
    """Latencies of one way of reaching pictures, in milliseconds."""

    median_ms: float
    p95_ms: float


def write_clip(path: Path, size: tuple[int, int], random: np.random.Generator) -> Path:
    """A textured picture that moves and carries film grain, coded as a camera's editor would export it."""
    width, height = size
    coarse = random.integers(40, 216, (height // 8 + 40, width // 8 + 40), np.uint8)
    texture = np.kron(coarse, np.ones((8, 8), np.uint8))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=_RATE)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.gop_size = _GOP
        stream.codec_context.options = {"preset": "veryfast", "crf": "23", "sc_threshold": "0"}
        grain = random.integers(0, 12, (height, width), np.uint8)
        for number in range(_PICTURES):
            x, y = number % 200, number // 3 % 200
            gray = texture[y : y + height, x : x + width] + np.roll(grain, 37 * number)
            frame = VideoFrame.from_ndarray(gray, format="gray").reformat(format="yuv420p")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def pictures_per_second(path: Path, size: tuple[int, int] | None) -> float:
    """Speed of decoding a whole video in order, to gray."""
    start = time.perf_counter()
    count = sum(1 for _ in iter_frames(path, size=size, gray=True))
    return count / (time.perf_counter() - start)


def reach(reader: FrameReader, pictures: NDArray[np.int64]) -> Latency:
    """How long each of some pictures takes to be at hand."""
    took_ms = []
    for picture in pictures:
        start = time.perf_counter()
        reader.frame(int(picture))
        took_ms.append((time.perf_counter() - start) * 1000)
    return Latency(float(np.median(took_ms)), float(np.percentile(took_ms, 95)))


def main() -> None:
    """Print the tables."""
    random = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        print("Decoding in order, to gray        pictures/s   x real time at 30 fps")
        full = write_clip(Path(folder) / "full.mp4", (1920, 1080), random)
        small = write_clip(Path(folder) / "small.mp4", _ANALYSIS, random)
        small_speed = pictures_per_second(small, None)
        full_speed = pictures_per_second(full, _ANALYSIS)
        print(f"  456x256                         {small_speed:10.0f}   {small_speed / _RATE:6.1f}")
        print(f"  1920x1080, scaled to 456x256    {full_speed:10.0f}   {full_speed / _RATE:6.1f}")

        print(f"\nReaching a picture, 1920x1080 shown at {_VIEWER[0]}x{_VIEWER[1]}, {_GOP} pictures a GOP")
        print("                                  median ms     p95 ms    goal p95 ms")
        start = time.perf_counter()
        reader = FrameReader(full, size=_VIEWER)
        opened_ms = (time.perf_counter() - start) * 1000
        steps = reach(reader, np.arange(0, 100))
        _print_row("stepping forward", steps, _GOAL_CACHED_MS)
        kept = np.arange(60, 100)
        _print_row("stepping back, within the cache", reach(reader, kept[::-1]), _GOAL_CACHED_MS)
        _print_row(
            "jumping, within the cache", reach(reader, random.choice(kept, _REVISITS)), _GOAL_CACHED_MS
        )
        jumps = random.permutation(np.linspace(0, _PICTURES - 1, _JUMPS).astype(np.int64))
        reader.close()
        reader = FrameReader(full, size=_VIEWER, cache_bytes=1)
        _print_row("jumping, cold", reach(reader, jumps), None)
        expected_ms = float(np.percentile(jumps % _GOP, 95)) / full_speed * 1000
        print(f"  (decoding {expected_ms:.0f} ms of that; opening and indexing the file {opened_ms:.0f} ms)")
        reader.close()


def _print_row(name: str, latency: Latency, goal_ms: float | None) -> None:
    goal = (
        "reported"
        if goal_ms is None
        else f"<= {goal_ms:.0f}  {'met' if latency.p95_ms <= goal_ms else 'MISSED'}"
    )
    print(f"  {name:<32}{latency.median_ms:9.1f}  {latency.p95_ms:9.1f}    {goal}")


if __name__ == "__main__":
    main()
