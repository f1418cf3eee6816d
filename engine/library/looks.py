"""The surfaces that a project's hits are on: what a person chose for one hit counts for the others there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from engine.library.choices import Choice, Choices
from engine.library.matching import material_probabilities
from engine.library.recommend import Look
from engine.library.surfaces import SAME_FROM, SurfaceView, same_surface, surface_view
from engine.project.document import Hit, Project, Take
from engine.project.materials import MATERIALS

_CARRIED = 0.9
"""So sure is a material that was carried from another hit of the surface, at the most."""


def surfaces(project: Project, hits: Iterable[Hit]) -> dict[str, SurfaceView]:
    """The surface of each hit, by id; none for a project without a video."""
    if project.video is None:
        return {}
    video = project.video.media.content_hash
    return {hit.id: surface_view(hit, video) for hit in hits}


def looks_at(project: Project, hits: Iterable[Hit]) -> dict[str, Look]:
    """What is known of hits beside the document, by id."""
    return {hit_id: Look(surface=view) for hit_id, view in surfaces(project, hits).items()}


def remember_sound(project: Project, hit: Hit, take: Take, choices: Choices) -> None:
    """Keep that a person chose a sound for a hit.

    Raises
    ------
    UserFacingError
        When it can't be kept.
    """
    view = surfaces(project, [hit]).get(hit.id)
    if view is not None:
        choices.remember(hit.position, Choice("sound", take.id, take.material, view))


def remember_material(project: Project, hit: Hit, material: str, choices: Choices) -> None:
    """Keep that a person said what a hit is on.

    Raises
    ------
    UserFacingError
        When it can't be kept.
    """
    view = surfaces(project, [hit]).get(hit.id)
    if view is not None:
        choices.remember(hit.position, Choice("material", "", material, view))


def carried_materials(project: Project, hit: Hit) -> Mapping[str, tuple[tuple[str, float], ...]]:
    """What follows from a hit's material for the other hits on its surface whose material nobody chose.

    Returns
    -------
    By hit id (name, probability), the likeliest first; the probabilities sum to 1.
    """
    wanted = material_probabilities(hit)
    others = [other for other in project.hits if other.id != hit.id and not other.material_chosen]
    if hit.material not in MATERIALS or not others:
        return {}
    views = surfaces(project, [hit, *others])
    if not views:
        return {}
    same = same_surface(views[hit.id], [views[other.id] for other in others])
    carried: dict[str, tuple[tuple[str, float], ...]] = {}
    for other, probability in zip(others, same, strict=True):
        if probability < SAME_FROM:
            continue
        share = min(float(probability), _CARRIED)
        mixed = share * wanted + (1.0 - share) * material_probabilities(other)
        mixed /= mixed.sum()
        order = np.argsort(-mixed, kind="stable")
        carried[other.id] = tuple((MATERIALS[n], float(mixed[n])) for n in order if mixed[n] > 0.0)
    return carried
