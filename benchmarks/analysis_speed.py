"""Speed of the analysis as a multiple of real time, and its memory over a 20-minute video.

The reference is decoding alone, at the video's own size, in the same run. The pictures are a real clip
(`FOLEY_DATA`, or `../shared/data` beside the project) scaled to either size, or a drawn scene where there
is none. The long video repeats the small one's packets with their times moved on, so it costs no encoding.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import psutil
from numpy.typing import NDArray

from engine.analysis.analyse import DEFAULT_MODEL, analyse
from engine.job import Job
from engine.media.decode import iter_frames

_PROJECT = Path(__file__).resolve().parent.parent
_RATE = 30
_DURATION_S = 10
_LONG_S = 1200
_SIZES = (((456, 256), 8.0), ((1920, 1080), 2.5))
_RUNS = 3
_MIB = 1024 * 1024


def _pictures(size: tuple[int, int]) -> Iterator[NDArray[np.uint8]]:
    """Ten seconds at 30 fps: a real clip scaled, or a drawn stick over grain."""
    data = Path(os.environ.get("FOLEY_DATA", _PROJECT.parent / "shared" / "data"))
    clip = data / "greatest_hits" / "clips" / "gh_334.mp4"
    if clip.is_file():
        yield from (frame.image for frame in iter_frames(clip, size=size))
        return
    width, height = size
    grain = np.random.default_rng(0).integers(60, 160, (height // 4, width // 4, 3)).astype(np.uint8)
    scene = cv2.resize(grain, size, interpolation=cv2.INTER_CUBIC)
    for number in range(_RATE * _DURATION_S):
        image = scene.copy()
        lift = abs(np.sin(np.pi * number / 20))
        tip = (int(0.6 * width), int((0.8 - 0.6 * lift) * height))
        cv2.line(image, (0, int(0.7 * height)), tip, (230, 200, 150), width // 40)
        yield np.asarray(image, np.uint8)


def _write(path: Path, size: tuple[int, int]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=_RATE, options={"preset": "veryfast", "crf": "20"})
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        for image in _pictures(size):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode(None))


def _repeat(source: Path, target: Path, duration_s: int) -> None:
    """The packets of a video again and again until it lasts `duration_s`."""
    with av.open(str(target), "w") as out:
        stream = None
        for number in range(duration_s // _DURATION_S):
            with av.open(str(source)) as container:
                template = container.streams.video[0]
                stream = stream or out.add_stream_from_template(template)
                assert template.time_base is not None
                moved = int(Fraction(number * _DURATION_S) / template.time_base)
                for packet in container.demux(template):
                    if packet.pts is not None and packet.dts is not None:
                        packet.pts, packet.dts = packet.pts + moved, packet.dts + moved
                        packet.stream = stream
                        out.mux(packet)


def _decode_s(path: Path) -> float:
    started = time.perf_counter()
    for _ in iter_frames(path):
        pass
    return time.perf_counter() - started


def _analyse_s(path: Path) -> float:
    started = time.perf_counter()
    analyse(path)
    return time.perf_counter() - started


def main() -> None:
    """Print the tables."""
    print(f"{DEFAULT_MODEL}, {os.cpu_count()} processor cores, best of {_RUNS} runs of {_DURATION_S} s")
    print(f"{'× real time':24}{'decode':>9}{'analyse':>9}{'ratio':>8}{'goal':>7}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size, goal in _SIZES:
            path = folder / f"{size[1]}.mp4"
            _write(path, size)
            decoded = _DURATION_S / min(_decode_s(path) for _ in range(_RUNS))
            analysed = _DURATION_S / min(_analyse_s(path) for _ in range(_RUNS))
            label = f"{size[0]}x{size[1]} at {_RATE} fps"
            print(f"{label:24}{decoded:9.1f}{analysed:9.1f}{analysed / decoded:8.2f}{goal:7.1f}")
        _repeat(folder / "256.mp4", folder / "long.mp4", _LONG_S)
        _print_memory(folder / "long.mp4")


def _print_memory(path: Path) -> None:
    process = psutil.Process()
    resident: list[float] = []
    started = time.perf_counter()
    result = analyse(path, job=Job(on_progress=lambda *_: resident.append(process.memory_info().rss / _MIB)))
    speed = _LONG_S / (time.perf_counter() - started)
    print(f"\n{_LONG_S // 60} minutes: {len(result.hits)} hits at {speed:.1f} × real time; resident MiB at")
    shares = (0.05, 0.25, 0.5, 0.75, 1.0)
    print("".join(f"{f'{share:.0%}':>9}" for share in shares) + f"{'highest':>9}")
    values = [resident[round(share * (len(resident) - 1))] for share in shares]
    print("".join(f"{value:9.0f}" for value in (*values, max(resident))))


if __name__ == "__main__":
    sys.exit(main())
