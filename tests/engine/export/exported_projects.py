"""A small project with a video of its own for export tests: moving bars, kit sounds, no real footage."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from engine.project.document import Clip, Hit, MediaReference, Project, Track, Video
from engine.synthesis.kit import KitRecipe, kit_take

LENGTH = 4 * 48_000
MATERIALS = ("wood", "metal", "glass", "paper", "gravel", "cloth")


def write_video(path: Path, *, seconds: int = 4, with_sound: bool = False) -> Path:
    with av.open(str(path), "w") as container:
        picture = container.add_stream("libx264", rate=25)
        picture.width, picture.height, picture.pix_fmt = 96, 64, "yuv420p"
        sound = container.add_stream("aac", rate=48_000, layout="mono") if with_sound else None
        for number in range(25 * seconds):
            image = np.full((64, 96, 3), 30, dtype=np.uint8)
            image[:, number % 96 : number % 96 + 8] = 200
            for packet in picture.encode(av.VideoFrame.from_ndarray(image, format="rgb24")):
                container.mux(packet)
        for packet in picture.encode():
            container.mux(packet)
        if sound is not None:
            times_s = np.arange(48_000 * seconds) / 48_000
            tone = (0.3 * np.sin(2 * np.pi * 440 * times_s)).astype(np.float32)[None, :]
            frame = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
            frame.sample_rate = 48_000
            for packet in (*sound.encode(frame), *sound.encode()):
                container.mux(packet)
    return path


def project_of(video: Path, *, hits: int = 8, channels: int = 2, **more: object) -> Project:
    """Hits about every 0.45 s, the last ones closer together than their sounds are long."""
    places = [round(48_000 * (0.1 + 0.45 * number)) for number in range(hits - 2)]
    places += [places[-1] + 900, places[-1] + 20_000]
    made = []
    for number, position in enumerate(places):
        take = kit_take(KitRecipe(MATERIALS[number % len(MATERIALS)], "hit", seed=number, strength=0.8))
        clip = Clip(f"c{number}", (take,), take.id, pan=0.5 if number % 2 else -0.2)
        made.append(Hit(f"h{number}", position, track="feet", clips=(clip,)))
    reference = MediaReference(video.name)
    return Project(
        "p",
        length=LENGTH,
        channels=channels,
        frame_rate=Fraction(25),
        video=Video(reference, 96, 64, Fraction(25), LENGTH),
        tracks=(Track("feet", "Feet"),),
        hits=tuple(made),
        **more,  # type: ignore[arg-type]
    )
