"""Speed of the analysis as a multiple of real time, of loading the detector, and memory over 20 minutes.

`python -m benchmarks analysis_speed` measures the detector that ships; `python -m benchmarks.analysis_speed`
takes the name of another one, or the folder of a checkpoint. The reference is decoding alone, at the video's
own size, in the same run. The pictures are a real clip (`FOLEY_DATA`, or `../shared/data` beside the project)
scaled to either size, or a drawn scene where there is none. The long video repeats the small one's packets
with their times moved on, so it costs no encoding.
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

from engine.analysis.analyse import DEFAULT_MODEL
from engine.analysis.detector import BatchDetector, Detector
from engine.analysis.detectors import MOTION_BASELINE, load_detector
from engine.analysis.learned_detector import load_learned_detector
from engine.analysis.result import Analysis
from engine.errors import UserFacingError
from engine.job import SILENT_JOB, Job
from engine.media.decode import iter_frames
from engine.media.probe import require_video
from engine.models.checkpoint import WEIGHTS_FILE
from engine.models.registry import find_model

_PROJECT = Path(__file__).resolve().parent.parent
_RATE = 30
_DURATION_S = 10
_LONG_S = 1200
_SIZES = (((456, 256), 6.0), ((1920, 1080), 2.5))
_RUNS = 3
_BATCH = 4
_LOAD_GOAL_S = 0.5
_SIZE_GOAL_MB = 6.0
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


def _analyse(detector: Detector, path: Path, job: Job = SILENT_JOB) -> Analysis:
    return detector.detect(require_video(path), detector.threshold, job)


def _analyse_s(detector: Detector, path: Path) -> float:
    started = time.perf_counter()
    _analyse(detector, path)
    return time.perf_counter() - started


def _loaded(name: str) -> Detector:
    """The detector; tells how long loading it takes once what it is made of has been imported."""
    detector = _load(name)
    times_s: list[float] = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        _load(name)
        times_s.append(time.perf_counter() - started)
    print(f"loaded in {min(times_s):.3f} s after imports (goal {_LOAD_GOAL_S})", end="")
    weights = _weights(name)
    print(f", weights {weights.stat().st_size / 1e6:.2f} MB (goal {_SIZE_GOAL_MB})" if weights else "")
    return detector


def _load(name: str) -> Detector:
    folder = Path(name)
    return load_learned_detector(folder.name, folder) if folder.is_dir() else load_detector(name)


def _weights(name: str) -> Path | None:
    try:
        return (Path(name) if Path(name).is_dir() else find_model(name)) / WEIGHTS_FILE
    except UserFacingError:
        return None


def main() -> None:
    """Print the tables."""
    name = sys.argv[1] if len(sys.argv) > 1 else DEFAULT_MODEL
    print(f"{name}, {os.cpu_count()} processor cores, best of {_RUNS} runs of {_DURATION_S} s")
    detector, baseline = _loaded(name), load_detector(MOTION_BASELINE)
    print(f"\n{'× real time':24}{'decode':>9}{'analyse':>9}{'ratio':>8}{'goal':>7}{'baseline':>10}")
    with tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name)
        for size, goal in _SIZES:
            path = folder / f"{size[1]}.mp4"
            _write(path, size)
            decoded = _DURATION_S / min(_decode_s(path) for _ in range(_RUNS))
            analysed = _DURATION_S / min(_analyse_s(detector, path) for _ in range(_RUNS))
            plain = _DURATION_S / min(_analyse_s(baseline, path) for _ in range(_RUNS))
            label = f"{size[0]}x{size[1]} at {_RATE} fps"
            print(
                f"{label:24}{decoded:9.1f}{analysed:9.1f}{analysed / decoded:8.2f}{goal:7.1f}{plain:10.1f}",
                flush=True,
            )
        _print_batch(detector, folder / "256.mp4")
        _repeat(folder / "256.mp4", folder / "long.mp4", _LONG_S)
        _print_memory(detector, folder / "long.mp4")


def _print_batch(detector: Detector, path: Path) -> None:
    if not isinstance(detector, BatchDetector):
        return
    videos = [require_video(path)] * _BATCH
    started = time.perf_counter()
    detector.detect_many(videos, detector.threshold, SILENT_JOB)
    together_s = time.perf_counter() - started
    alone_s = sum(_analyse_s(detector, path) for _ in videos)
    print(
        f"{_BATCH} videos together in {together_s / alone_s:.2f} of the time they take one by one", flush=True
    )


def _print_memory(detector: Detector, path: Path) -> None:
    process = psutil.Process()
    resident: list[float] = []
    job = Job(on_progress=lambda *_: resident.append(process.memory_info().rss / _MIB))
    started = time.perf_counter()
    result = _analyse(detector, path, job)
    speed = _LONG_S / (time.perf_counter() - started)
    print(f"\n{_LONG_S // 60} minutes: {len(result.hits)} hits at {speed:.1f} × real time; resident MiB at")
    shares = (0.05, 0.25, 0.5, 0.75, 1.0)
    print("".join(f"{f'{share:.0%}':>9}" for share in shares) + f"{'highest':>9}")
    values = [resident[round(share * (len(resident) - 1))] for share in shares]
    print("".join(f"{value:9.0f}" for value in (*values, max(resident))))


if __name__ == "__main__":
    sys.exit(main())
