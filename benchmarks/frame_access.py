"""Reaching pictures: decoding in order, stepping, and jumping about a 1080p video with 250 pictures a GOP.

"Cold" is a jump to a picture of whose GOP nothing was kept: the pictures from its keyframe on must be
decoded first, so it stands beside what libav alone needs for all of them. The reader can be faster, because
it leaves out what no other picture refers to.
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


def plain_pictures_per_second(path: Path) -> float:
    """The reference: libav's decoder alone, with as many threads, every picture thrown away."""
    start = time.perf_counter()
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        count = sum(1 for _ in container.decode(video=0))
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
        full = write_clip(Path(folder) / "full.mp4", (1920, 1080), random)
        small = write_clip(Path(folder) / "small.mp4", _ANALYSIS, random)
        print(f"{'decoding in order, to gray':38}{'pictures/s':>11}{'x real time':>13}{'of libav alone':>16}")
        plain_speed = 0.0
        for name, path, size in (
            ("456x256", small, None),
            ("1920x1080, scaled to 456x256", full, _ANALYSIS),
        ):
            plain_speed = plain_pictures_per_second(path)
            speed = pictures_per_second(path, size)
            print(f"{name:38}{speed:11.0f}{speed / _RATE:13.1f}{speed / plain_speed:16.2f}")

        print(f"\n{f'1920x1080 shown at {_VIEWER[0]}x{_VIEWER[1]}, GOP of {_GOP}':38}", end="")
        print(f"{'median ms':>11}{'p95 ms':>13}{'goal p95 ms':>16}")
        start = time.perf_counter()
        reader = FrameReader(full, size=_VIEWER)
        opening_ms = (time.perf_counter() - start) * 1000
        _print_row("stepping forward", reach(reader, np.arange(0, 100)), _GOAL_CACHED_MS)
        reader.frame(_GOP + 200)
        just_passed = np.arange(_GOP + 199, _GOP + 160, -1)
        _print_row("stepping back after a jump", reach(reader, just_passed), _GOAL_CACHED_MS)
        revisits = random.choice(just_passed, _REVISITS)
        _print_row("jumping within the cache", reach(reader, revisits), _GOAL_CACHED_MS)
        reader.close()
        reader = FrameReader(full, size=_VIEWER, cache_bytes=1)
        jumps = random.permutation(np.linspace(0, _PICTURES - 1, _JUMPS).astype(np.int64))
        _print_row("jumping, cold", reach(reader, jumps), None)
        to_decode = jumps % _GOP + 1
        plain = Latency(
            float(np.median(to_decode)) / plain_speed * 1000,
            float(np.percentile(to_decode, 95)) / plain_speed * 1000,
        )
        _print_row("libav alone, from the keyframe on", plain, None)
        reader.close()
        print(f"{'opening and indexing the file':38}{opening_ms:11.1f}")


def _print_row(name: str, latency: Latency, goal_ms: float | None) -> None:
    goal = "" if goal_ms is None else f"{goal_ms:.0f} {'met' if latency.p95_ms <= goal_ms else 'missed'}"
    print(f"{name:38}{latency.median_ms:11.1f}{latency.p95_ms:13.1f}{goal:>16}")


if __name__ == "__main__":
    main()
