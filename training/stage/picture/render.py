"""Turns a scene into the pictures of its clip."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from training.stage.picture.film import FRAME_RATE, Developer
from training.stage.picture.moving import MovingLayer
from training.stage.scene import Scene


def frame_count(scene: Scene) -> int:
    """How many pictures the clip has."""
    return round(scene.duration_s * FRAME_RATE)


def render_frames(scene: Scene) -> Iterator[NDArray[np.uint8]]:
    """The clip's pictures in order, each uint8 (height, width, 3) RGB; the first is at time 0.

    A source picture at time t shows what happens from t plus the film's lead until its exposure ends.
    """
    film = scene.film
    source = _SourcePictures(scene)
    for index in range(frame_count(scene)):
        first, second, weight = film.shown(index)
        picture = source.picture(first)
        if weight:
            mixed = cv2.addWeighted(picture, 1 - weight, source.picture(second), weight, 0)
            picture = np.asarray(mixed, np.uint8)
        yield picture


class _SourcePictures:
    """The camera's own pictures, made once each and in order; the last two are kept."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._base = scene.still.colour.copy()
        self._waiting = sorted(scene.reactions, key=lambda reaction: reaction.end_s)
        paints = [paint for performer in scene.performers for paint in performer.paints]
        self._layer = MovingLayer(scene.still, scene.set_.light, paints, scene.film.readout)
        self._developer = Developer(
            scene.film, scene.camera.width, scene.camera.height, np.random.default_rng(scene.grain_seed)
        )
        self._kept: dict[int, NDArray[np.uint8]] = {}
        self._made = 0

    def picture(self, number: int) -> NDArray[np.uint8]:
        while self._made <= number:
            self._kept[self._made] = self._make(self._made)
            self._kept.pop(self._made - 2, None)
            self._made += 1
        return self._kept[number]

    def _make(self, number: int) -> NDArray[np.uint8]:
        scene, film = self._scene, self._scene.film
        interval_s = 1 / film.source_rate
        start_s, exposed_s = number * interval_s + film.lead_s, film.shutter * interval_s
        while self._waiting and self._waiting[0].end_s <= start_s:
            self._waiting.pop(0).settle(self._base)
        base = self._base.copy()
        middle_s = start_s + exposed_s / 2
        for reaction in self._waiting:
            if reaction.start_s <= middle_s:
                reaction.draw(base, middle_s)
        self._layer.draw(base, scene.cones, start_s, exposed_s, film.shutter)
        return self._developer.develop(base, number)
