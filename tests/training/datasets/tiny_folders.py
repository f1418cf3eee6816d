"""Writes tiny data sets in the layouts that people download."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from tests.media_factory import clicks, make_video

SIZE = (32, 24)
RATE = 30
SOUND_RATE = 48_000
CLEAN_RATE = 96_000


def write_clip(path: Path, *, pictures: int = 60, with_sound: bool = True, **options: Any) -> Path:
    """A clip of numbered pictures at 30 fps, with clicks every half second from 0.5 s on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"count": pictures, "rate": RATE, "size": SIZE, **options}
    if with_sound:
        length = round(pictures / RATE * SOUND_RATE)
        options.setdefault("audio", clicks(length, range(SOUND_RATE // 2, length, SOUND_RATE // 2)))
    return make_video(path, **options)


def write_wave(path: Path, samples: NDArray[np.float32], rate: int = CLEAN_RATE) -> Path:
    """A 16-bit wave file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate, subtype="PCM_16")
    return path


def write_vis_data(
    folder: Path,
    names: Iterable[str],
    times: str = "0.5 wood hit static\n1.0 None None None\n",
    lists: Mapping[str, Iterable[str]] | None = None,
) -> Path:
    """Videos of 2 s in the original layout of The Greatest Hits."""
    folder.mkdir(parents=True, exist_ok=True)
    first: Path | None = None
    for name in names:
        picture = folder / f"{name}_denoised.mp4"
        if first is None:
            first = write_clip(picture)
        else:
            shutil.copy(first, picture)
        shutil.copy(first, folder / f"{name}_mic.mp4")
        sound = clicks(2 * CLEAN_RATE, [CLEAN_RATE // 2, CLEAN_RATE])[:, 0]
        write_wave(folder / f"{name}_denoised.wav", sound)
        (folder / f"{name}_times.txt").write_text(times)
    for list_name, listed in (lists or {}).items():
        (folder / list_name).write_text("".join(f"{name}\n" for name in listed))
    return folder


def write_stage(folder: Path, shards: Mapping[str, Iterable[str]]) -> Path:
    """Rendered clips of 2 s with their truth, the first half of them for training."""
    names = []
    for shard, clips in shards.items():
        for name in clips:
            write_vis_data(folder / shard, [name])
            (folder / shard / f"{name}_truth.json").write_text(json.dumps(stage_truth()))
            names.append(name)
    (folder / "train.txt").write_text("\n".join(names[: len(names) // 2]))
    (folder / "test.txt").write_text("\n".join(names[len(names) // 2 :]))
    (folder / "stage.json").write_text(json.dumps({"version": 1, "clips": len(names)}))
    return folder


def stage_truth() -> dict[str, Any]:
    """What the renderer says of a clip of 60 pictures."""
    return {
        "version": 1,
        "seed": 7,
        "frame_rate": "30",
        "width": SIZE[0],
        "height": SIZE[1],
        "set": "table",
        "contacts": [
            {
                "time_s": 0.5125,
                "duration_s": 0.0,
                "action": "hit",
                "material": "wood",
                "reaction": "static",
                "strength": 0.7,
                "point": [0.25, 0.75],
                "in_picture": True,
            },
            {
                "time_s": 1.25,
                "duration_s": 0.4,
                "action": "scratch",
                "material": "leaf",
                "reaction": "scatter",
                "strength": 0.2,
                "point": None,
                "in_picture": False,
                "turns_s": [1.4, 1.5],
            },
        ],
        "near_misses": [0.9],
        "level_db": [-40.0] * 60,
    }


def write_vegas(folder: Path, clips: Mapping[str, Iterable[str]]) -> Path:
    """One clip per YouTube video named, in each category, 1 s long; row n of the table tells video n."""
    first: Path | None = None
    for category, videos in clips.items():
        rows = ["YTID,start_second,end_second"]
        for number, video in enumerate(videos):
            path = folder / category / "videos" / f"video_{number:05d}.mp4"
            path.parent.mkdir(parents=True, exist_ok=True)
            if first is None:
                first = write_clip(path, pictures=30)
            else:
                shutil.copy(first, path)
            rows.append(f"{video},30,40")
        (folder / category / "video_info.csv").write_text("\n".join(rows) + "\n")
    return folder
