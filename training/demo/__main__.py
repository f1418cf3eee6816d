"""Renders the demo clip: a stick striking the things on a table.

    python -m training.demo resources/demo

writes `demo.mp4` (silent) and `truth.json` (when, where and what is struck). Some minutes on two cores.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from rich.progress import track

from training.demo.drummer import Contact, Drummer
from training.demo.shapes import BOX_FIELDS, CYLINDER_FIELDS, rows
from training.demo.surfaces import SURFACES
from training.demo.tracer import Camera, trace

FRAME_RATE = Fraction(30000, 1001)
DURATION_S = 10.0
SHUTTER = 0.5
SAMPLES = 12

CAMERA = Camera(
    eye=(-0.05, -0.78, 0.55), target=(0.025, 0.03, 0.03), field_of_view_deg=32, width=640, height=360
)

BOXES = rows(
    [
        (0.0, 0.15, -0.02, 1.6, 0.62, 0.02, 0.0, SURFACES["table"]),
        (0.0, 0.80, 0.6, 3.0, 0.02, 1.4, 0.0, SURFACES["wall"]),
        (-0.245, -0.055, 0.006, 0.085, 0.115, 0.006, 0.22, SURFACES["carpet"]),
        (0.055, -0.085, 0.014, 0.075, 0.055, 0.010, -0.16, SURFACES["paper"]),
        (0.055, -0.085, 0.002, 0.078, 0.058, 0.002, -0.16, SURFACES["book"]),
        (0.055, -0.085, 0.0255, 0.078, 0.058, 0.0015, -0.16, SURFACES["paper"]),
        (0.315, 0.115, 0.03, 0.055, 0.075, 0.03, 0.35, SURFACES["plastic"]),
    ],
    BOX_FIELDS,
)
CYLINDERS = rows(
    [
        (-0.085, 0.155, 0.0, 0.085, 0.07, 0.081, SURFACES["metal"]),
        (0.135, 0.165, 0.0, 0.043, 0.088, 0.038, SURFACES["ceramic"]),
    ],
    CYLINDER_FIELDS,
)

CONTACTS = (
    Contact(0.82, (-0.10, -0.135, 0.0), "wood", 0.7),
    Contact(1.61, (-0.085, 0.072, 0.07), "metal", 0.8),
    Contact(2.22, (-0.085, 0.072, 0.07), "metal", 0.5),
    Contact(3.05, (0.125, 0.124, 0.088), "ceramic", 0.6),
    Contact(3.87, (0.30, 0.06, 0.06), "plastic", 0.8),
    Contact(4.72, (0.06, -0.085, 0.027), "paper", 0.7),
    Contact(5.36, (0.05, -0.08, 0.027), "paper", 0.9),
    Contact(6.24, (-0.275, -0.06, 0.012), "carpet", 0.5, duration_s=1.1, reach_m=0.035, strokes=5),
    Contact(8.02, (-0.23, -0.05, 0.012), "carpet", 0.8),
    Contact(8.71, (-0.04, -0.15, 0.0), "wood", 0.6),
    Contact(9.33, (-0.03, -0.145, 0.0), "wood", 0.9),
)


def write_truth(path: Path) -> None:
    """Write when, where and what is struck, in the terms of the analysis' JSON."""
    hits = []
    for contact in CONTACTS:
        x, y = CAMERA.project(np.array(contact.spot))
        hits.append(
            {
                "time_s": contact.time_s,
                "duration_s": contact.duration_s,
                "action": "scratch" if contact.duration_s else "hit",
                "material": contact.material,
                "strength": contact.strength,
                "contact": {"x": round(x, 4), "y": round(y, 4)},
            }
        )
    path.write_text(json.dumps({"frame_rate": str(FRAME_RATE), "hits": hits}, indent=1) + "\n")


def render(path: Path, duration_s: float = DURATION_S) -> None:
    """Render the clip to `path` as H.264 with a start timecode of 01:00:00;00."""
    drummer = Drummer(CONTACTS)
    frames = int(duration_s * FRAME_RATE)
    grain = np.random.default_rng(7)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FRAME_RATE, options={"crf": "24", "preset": "veryslow"})
        stream.width, stream.height, stream.pix_fmt = CAMERA.width, CAMERA.height, "yuv420p"
        stream.metadata["timecode"] = "01:00:00;00"
        for index in track(range(frames), description="Rendering"):
            moments = (index + SHUTTER * (np.arange(SAMPLES) + 0.5) / SAMPLES) / float(FRAME_RATE)
            picture = trace(CAMERA, BOXES, CYLINDERS, np.stack([drummer.shapes(float(t)) for t in moments]))
            noisy = picture + grain.normal(0.0, 1.2, picture.shape[:2])[..., None]
            frame = av.VideoFrame.from_ndarray(np.clip(noisy, 0, 255).astype(np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def main() -> None:
    """Render the clip and its truth into the folder named on the command line."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    write_truth(folder / "truth.json")
    render(folder / "demo.mp4")


if __name__ == "__main__":
    main()
