"""A table seen from above, its maps worked out from the camera alone: wood on the left, cloth right."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.project.materials import MATERIALS
from training.stage.camera import Camera
from training.stage.contacts import Absence, Contact, Script
from training.stage.script.rhythm import draw_rhythm
from training.stage.world import Light, Look, Set, Shape

MARGIN_PX = 20
HALF_WIDTH_M, HALF_DEPTH_M = 0.6, 0.45


@dataclass(frozen=True)
class ToyStill:
    """The maps that spots are picked from."""

    camera: Camera
    position: NDArray[np.float32]
    normal: NDArray[np.float32]
    depth: NDArray[np.float32]
    shape: NDArray[np.int16]
    material: NDArray[np.int8]
    inner: tuple[int, int, int, int]


def toy_set(arm_from: str = "left") -> Set:
    """Two slabs whose tops are z = 0; only they are targets."""
    look, half = Look("none"), (HALF_WIDTH_M / 2, HALF_DEPTH_M, 0.02)
    slabs = (
        Shape("box", (-HALF_WIDTH_M / 2, 0, -0.02), half, look, "wood", target=True, name="wood"),
        Shape("box", (HALF_WIDTH_M / 2, 0, -0.02), half, look, "cloth", target=True, movable=True),
        Shape("box", (0, 0, -0.8), (3, 3, 0.05), look, "carpet", name="floor"),
    )
    camera = Camera((0.0, -0.5, 0.55), (0.0, 0.0, 0.0))
    return Set("toy table", slabs, camera, Light((0.2, 0.1, 1.0)), arm_from=arm_from)  # type: ignore[arg-type]


def toy_still(set_: Set) -> ToyStill:
    """The maps of `toy_set`, by intersecting every pixel's ray with the table's and the floor's planes."""
    camera = set_.camera.widened(MARGIN_PX)
    y, x = np.mgrid[: camera.height, : camera.width] + 0.5
    axes, eye = camera.axes(), np.array(camera.eye)
    ray = np.stack(
        [(x - camera.width / 2) / camera.focal_px, (y - camera.height / 2) / camera.focal_px, x * 0 + 1], -1
    )
    ray = ray @ axes
    on_table = eye + ray * (-eye[2] / ray[..., 2])[..., None]
    on_floor = eye + ray * ((-0.75 - eye[2]) / ray[..., 2])[..., None]
    hits = (np.abs(on_table[..., 0]) < HALF_WIDTH_M) & (np.abs(on_table[..., 1]) < HALF_DEPTH_M)
    position = np.where(hits[..., None], on_table, on_floor)
    shape = np.where(hits, (on_table[..., 0] > 0).astype(int), 2)
    words = np.array([MATERIALS.index(word) for word in ("wood", "cloth", "carpet")], np.int8)
    return ToyStill(
        camera=camera,
        position=position.astype(np.float32),
        normal=np.broadcast_to(np.array([0, 0, 1], np.float32), position.shape),
        depth=((position - eye) @ axes[2]).astype(np.float32),
        shape=shape.astype(np.int16),
        material=words[shape],
        inner=(MARGIN_PX, MARGIN_PX, camera.width - MARGIN_PX, camera.height - MARGIN_PX),
    )


def toy_script(rng: np.random.Generator, *, leaves: bool = False, material: str = "wood") -> Script:
    """Hits and scratches on the table in real rhythm, in places a hand can get to in time."""
    contacts: list[Contact] = []
    times = [*draw_rhythm(8.0, rng), 9.0]
    spot = np.zeros(3)
    for time_s, next_s in pairwise(times):
        gap_s = time_s - contacts[-1].end_s if contacts else 1.0
        spot = spot + rng.normal(0, min(0.06, 0.15 * gap_s), 3) * [1, 1, 0]
        spot = np.clip(spot, -0.15, 0.15)
        points, stroke_times = [spot], [time_s]
        if rng.random() < 0.4 and next_s - time_s > 0.4:
            count, way = int(rng.integers(1, 4)), rng.normal(size=3) * [1, 1, 0]
            shift = 0.05 * way / np.linalg.norm(way)
            points += [spot + ((k + 1) % 2) * shift for k in range(count)]
            stroke_times += list(time_s + (next_s - time_s - 0.15) * (np.arange(count) + 1) / count)
        is_scratch = len(points) > 1
        contacts.append(
            Contact(
                time_s=time_s,
                duration_s=float(stroke_times[-1] - time_s),
                action="scratch" if is_scratch else "hit",
                material=material,
                reaction="static",
                strength=float(rng.uniform(0.15, 1.0)),
                spot=_plain(spot),
                normal=(0.0, 0.0, 1.0),
                stroke_points=tuple(_plain(point) for point in points) if is_scratch else (),
                stroke_times_s=tuple(float(t) for t in stroke_times) if is_scratch else (),
            )
        )
        spot = np.array(contacts[-1].last_point)
    absences = ()
    if leaves:
        absences = tuple(
            Absence(first.end_s + 0.3, second.time_s - 0.12)
            for first, second in pairwise(contacts)
            if second.time_s - first.end_s > 0.7
        )
    return Script(tuple(contacts), (), absences)


def _plain(vector: NDArray[np.float64]) -> tuple[float, float, float]:
    return float(vector[0]), float(vector[1]), float(vector[2])
