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

SAME_FROM = 0.75
"""Probability from which two hits are taken to be on one surface."""

# Log odds of two hits of one video, fitted on 368 pairs of hits of 24 rendered and 7 real clips. Six in seven
# were of one material; how far apart they are tells more than what the pictures show. Held out by clip, 0.92
# of them were found and 0.65 of the others taken for one: what is carried from hit to hit must be easy to
# undo.
_ONE_VIDEO, _PER_OVERLAP, _PER_COSINE, _PER_DISTANCE = 2.7, 4.4, 1.2, -7.3
_USUAL_COSINE = 0.87
# Of two videos: one thing filmed twice was alike by 0.83 and more, of 7,000 other pairs one in a thousand by
# 0.74.
_PER_COSINE_ELSEWHERE, _SAME_COSINE_ELSEWHERE = 30.0, 0.82


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


class Surfaces:
    """Many views, to ask of all of them at once whether they are of the same surface as one.

    Parameters
    ----------
    views
        n of them.
    """

    def __init__(self, views: Sequence[SurfaceView]) -> None:
        self._videos = np.array([view.video for view in views], object)
        self._materials = np.array([view.materials for view in views]).reshape(len(views), len(MATERIALS))
        nowhere = (np.nan, np.nan)
        self._contacts = np.array([view.contact or nowhere for view in views], np.float64).reshape(-1, 2)
        self._has_crop = np.array([view.crop is not None for view in views], bool)
        crops = [view.crop for view in views if view.crop is not None]
        self._crops = np.stack(crops) if crops else np.zeros((0, 0), np.float32)

    def __len__(self) -> int:
        return len(self._videos)

    def same(self, view: SurfaceView) -> NDArray[np.float64]:
        """The probability for each that it is of the same surface as `view`: (n,) float64."""
        is_same_video = self._videos == view.video
        is_seen = self._has_crop & (view.crop is not None)
        cosine = np.full(len(self), _USUAL_COSINE)
        if view.crop is not None and len(self._crops):
            cosine[self._has_crop] = self._crops @ view.crop
        away = np.zeros(len(self))
        if view.contact is not None:
            away = np.nan_to_num(np.hypot(*(self._contacts - view.contact).T))
        odds = np.where(
            is_same_video,
            _ONE_VIDEO + _PER_COSINE * cosine + _PER_DISTANCE * away,
            _PER_COSINE_ELSEWHERE * (cosine - _SAME_COSINE_ELSEWHERE),
        )
        overlap = np.sqrt(self._materials * view.materials).sum(axis=1)
        is_known = self._materials.any(axis=1) & bool(view.materials.any())
        odds += np.where(is_known, _PER_OVERLAP * (overlap - 1.0), 0.0)
        # Of another video nothing can be told without having seen both.
        return np.where(is_same_video | is_seen, 1.0 / (1.0 + np.exp(-odds)), 0.0)


def same_surface(view: SurfaceView, others: Sequence[SurfaceView]) -> NDArray[np.float64]:
    """Probability for each of n other views that it is of the same surface: (n,) float64."""
    return Surfaces(others).same(view)
