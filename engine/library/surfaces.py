"""Whether two hits are on the same surface: the same table, the same lawn, seen by the same picture.

Told by what the pictures show around the contact, by where in the picture it is, and by what a model takes
them for. A person's own word on the material is left out: it is what is carried from hit to hit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.project.document import Hit
from engine.project.materials import MATERIALS

SAME_FROM = 0.5
"""Probability from which two hits are taken to be on one surface."""

_BIAS, _OTHER_VIDEO = -1.0, -4.0
_PER_OVERLAP, _PER_COSINE, _USUAL_COSINE, _PER_DISTANCE = 4.0, 12.0, 0.75, -3.0


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceView:
    """What is known of the surface that a hit is on.

    Attributes
    ----------
    video
        Contents of the video, as `engine.project.references.content_hash` tells them.
    materials
        (17,) what a model takes it for, sum 1; all 0 when nothing is known.
    contact
        Where in the picture, 0..1; None when unknown.
    crop
        (1280,) float32 of length 1: what the picture shows around the contact; None when nobody looked.
    """

    video: str
    materials: NDArray[np.float32]
    contact: tuple[float, float] | None = None
    crop: NDArray[np.float32] | None = None


def surface_view(hit: Hit, video: str, crop: NDArray[np.floating] | None = None) -> SurfaceView:
    """The view of a hit; `crop` (1280,) is of any scale."""
    materials = np.zeros(len(MATERIALS), np.float32)
    for row in hit.materials:
        if row.name in MATERIALS:
            materials[MATERIALS.index(row.name)] = max(0.0, row.probability)
    total = float(materials.sum())
    contact = None if hit.contact is None else (hit.contact.x, hit.contact.y)
    length = 0.0 if crop is None else float(np.linalg.norm(crop))
    return SurfaceView(
        video,
        materials / total if total > 0.0 else materials,
        contact,
        None if crop is None or length <= 0.0 else np.asarray(crop / length, np.float32),
    )


def same_surface(view: SurfaceView, others: Sequence[SurfaceView]) -> NDArray[np.float64]:
    """Probability for each of n other views that it is of the same surface: (n,) float64."""
    return np.array([_probability(view, other) for other in others], np.float64)


def _probability(one: SurfaceView, other: SurfaceView) -> float:
    if one.video != other.video and (one.crop is None or other.crop is None):
        return 0.0  # nothing seen, nothing to tell it by
    odds = _BIAS + (_OTHER_VIDEO if one.video != other.video else 0.0)
    if one.materials.any() and other.materials.any():
        odds += _PER_OVERLAP * (float(np.sqrt(one.materials * other.materials).sum()) - 0.5)
    if one.crop is not None and other.crop is not None:
        odds += _PER_COSINE * (float(one.crop @ other.crop) - _USUAL_COSINE)
    if one.contact is not None and other.contact is not None and one.video == other.video:
        odds += _PER_DISTANCE * float(np.hypot(*np.subtract(one.contact, other.contact)))
    return float(1.0 / (1.0 + np.exp(-odds)))
