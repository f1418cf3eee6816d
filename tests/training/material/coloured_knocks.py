"""Tiny films of one colour per material, with a tone of its own at its contacts, in the stage's layout."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import soundfile
from av.video.frame import VideoFrame

MATERIALS = ("wood", "metal", "cloth")
WIDTH, HEIGHT, RATE, PICTURES, SAMPLE_RATE = 64, 48, 10, 16, 16_000
CONTACTS_S = (0.4, 0.8, 1.2)

_COLOURS = {"wood": (200, 120, 40), "metal": (60, 90, 220), "cloth": (40, 200, 90)}
_TONES_HZ = {"wood": 600.0, "metal": 3500.0, "cloth": 150.0}


def write_coloured_knocks(folder: Path, clips: int, seed: int = 0) -> Path:
    """Clips of 1.6 s with three contacts of one material each; the last third is for testing."""
    rng = np.random.default_rng(seed)
    shard = folder / "shard_0000"
    shard.mkdir(parents=True)
    names = [f"knock_{number:02d}" for number in range(clips)]
    for number, name in enumerate(names):
        material = MATERIALS[number // 3 % len(MATERIALS)]
        _write_film(shard / f"{name}_denoised.mp4", material, rng)
        _write_sound(shard / f"{name}_denoised.wav", material, rng)
        times = "".join(f"{time_s} {material} hit static\n" for time_s in CONTACTS_S)
        (shard / f"{name}_times.txt").write_text(times)
        (shard / f"{name}_truth.json").write_text(json.dumps(_truth(material)))
    split = clips - clips // 3
    (folder / "train.txt").write_text("\n".join(names[:split]))
    (folder / "test.txt").write_text("\n".join(names[split:]))
    manifest = {"version": 1, "clips": clips, "finished_shards": ["shard_0000"]}
    (folder / "stage.json").write_text(json.dumps(manifest))
    return folder


def _write_film(path: Path, material: str, rng: np.random.Generator) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        colour = np.array(_COLOURS[material]) + rng.integers(-25, 25, 3)
        for _ in range(PICTURES):
            picture = np.clip(colour + rng.integers(-20, 20, (HEIGHT, WIDTH, 3)), 0, 255).astype(np.uint8)
            container.mux(stream.encode(VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


def _write_sound(path: Path, material: str, rng: np.random.Generator) -> None:
    sound = 0.001 * rng.standard_normal(SAMPLE_RATE * PICTURES // RATE)
    time_s = np.arange(1600) / SAMPLE_RATE
    knock = 0.5 * np.sin(2 * np.pi * _TONES_HZ[material] * time_s) * np.exp(-time_s / 0.03)
    for contact_s in CONTACTS_S:
        first = round(contact_s * SAMPLE_RATE)
        sound[first : first + len(knock)] += knock * rng.uniform(0.5, 1.0)
    soundfile.write(path, np.clip(sound, -1, 1), SAMPLE_RATE)


def _truth(material: str) -> dict[str, object]:
    contact = {
        "duration_s": 0.0,
        "action": "hit",
        "material": material,
        "reaction": "static",
        "strength": 0.5,
        "point": [0.5, 0.5],
        "in_picture": True,
        "turns_s": [],
    }
    return {
        "version": 1,
        "seed": 0,
        "frame_rate": str(RATE),
        "width": WIDTH,
        "height": HEIGHT,
        "set": "knocks",
        "contacts": [{"time_s": time_s, **contact} for time_s in CONTACTS_S],
        "level_db": [],
        "near_misses": [],
    }
