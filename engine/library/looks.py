"""What is known of a project's hits beside the document: what their pictures show, which surface they are on.

A look gives a hit the vector of its picture, to be held against sounds' vectors, and the surface it is on:
what a person chose for one hit counts for the others there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from engine.job import SILENT_JOB, Job
from engine.library.bundled_ear import bundled_fit, bundled_towers
from engine.library.choices import Choice, Choices
from engine.library.matching import material_probabilities
from engine.library.recommend import Look
from engine.library.surfaces import SAME_FROM, SurfaceView, same_surface, surface_view
from engine.project.document import Hit, Project, Take
from engine.project.materials import MATERIALS

if TYPE_CHECKING:
    from engine.analysis.seen_hits import SeenHits

_CARRIED = 0.9
"""So sure is a material that was carried from another hit of the surface, at the most."""


def looks_at(
    project: Project,
    hits: Sequence[Hit],
    *,
    folder: Path | None = None,
    wants_surfaces: bool = False,
    job: Job = SILENT_JOB,
) -> dict[str, Look]:
    """What is known of hits beside the document, by id.

    Parameters
    ----------
    hits
        Of the project's video, whether or not they are in the project.
    folder
        Where the project lies; None when it refers to its video absolutely.
    wants_surfaces
        Whether earlier choices are to count; else only what pictures say about sounds is looked for.
    """
    towers = bundled_towers() if bundled_fit().picture_counts else None
    if project.video is None or not hits or (towers is None and not wants_surfaces):
        return {}
    from engine.analysis.seen_hits import seen_hits

    seen = seen_hits(project, hits, folder=folder, looks_now=towers is not None, job=job)
    pictures: dict[str, NDArray[np.float32]] = {}
    if towers is not None and len(seen.features):
        known = [hit for hit in hits if hit.id in seen.rows]
        materials = np.stack([_completed(material_probabilities(hit)) for hit in known])
        vectors = towers.picture_vectors(seen.features[[seen.rows[hit.id] for hit in known]], materials)
        pictures = {hit.id: vector for hit, vector in zip(known, vectors, strict=True)}
    views = surfaces(project, hits, seen) if wants_surfaces else {}
    return {hit.id: Look(pictures.get(hit.id), views.get(hit.id)) for hit in hits}


def surfaces(project: Project, hits: Sequence[Hit], seen: SeenHits | None = None) -> dict[str, SurfaceView]:
    """The surface of each hit, by id; none for a project without a video.

    `seen` is what their pictures show, where that is known already.
    """
    if project.video is None:
        return {}
    if seen is None:
        from engine.analysis.seen_hits import seen_hits

        seen = seen_hits(project, hits)
    video, crops = project.video.media.content_hash, seen.features.crop
    return {
        hit.id: surface_view(hit, video, crops[seen.rows[hit.id]] if hit.id in seen.rows else None)
        for hit in hits
    }


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


def forget(project: Project, hit: Hit, kind: Literal["sound", "material"], choices: Choices) -> None:
    """Let what a person chose for a hit and took back count no more.

    Raises
    ------
    UserFacingError
        When it can't be taken out.
    """
    if project.video is not None:
        choices.forget(project.video.media.content_hash, hit.position, kind)


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


def _completed(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is unknown may be any material alike."""
    return probabilities if probabilities.any() else np.full(len(MATERIALS), 1.0 / len(MATERIALS))
