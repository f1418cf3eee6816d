"""How a generated take and its recipe are put into words."""

from __future__ import annotations

from engine.project.document import GeneratedTrack, Project, Recipe
from engine.project.timebase import samples_to_seconds
from foley_app.generate.soundtrack_request import base_recipe, first_recipe
from foley_app.texts import clock_text, counted

_VARIANTS = {
    "hits": "picture and hits",
    "frame": "picture",
    "sequence": "picture, in windows",
    "flow": "picture and motion, in windows",
}
_SHORT_HASH = 8


def span_text(project: Project, start: int, end: int) -> str:
    """From one position to another: "00:01.000–00:03.500"."""
    return "–".join(clock_text(samples_to_seconds(one, project.sample_rate)) for one in (start, end))


def stretch_text(project: Project, track: GeneratedTrack) -> str:
    """From where to where a take lasts."""
    end = track.position + track.length if track.length else project.length
    return span_text(project, track.position, end)


def take_title(project: Project, track: GeneratedTrack) -> str:
    """Its name, and which of how many it is."""
    count = len(project.generated)
    if count == 1:
        return track.name
    number = next(n for n, one in enumerate(project.generated, 1) if one.id == track.id)
    return f"{track.name} · {number} of {count}"


def recipe_rows(project: Project, track: GeneratedTrack) -> list[tuple[str, str]]:
    """What made it, as rows of a name and a value; empty when that is not known."""
    recipe = first_recipe(track)
    if recipe is None:
        return []
    named = dict(recipe.parameters)
    version = recipe.checkpoint_hash.removeprefix("sha256:")[:_SHORT_HASH]
    rows = [("Generator", f"{recipe.model} · {version}" if version else recipe.model)]
    if isinstance(variant := named.get("variant"), str):
        told = _VARIANTS.get(variant, variant)
        if variant == "hits" and isinstance(count := named.get("hits_count"), int):
            told = f"picture and {counted(count, 'hit')}{_which_hits(project, recipe)}"
        rows.append(("Told of", told))
    rows.append(("Seed", str(recipe.seed)))
    if isinstance(temperature := named.get("temperature"), int | float):
        rows.append(("Temperature", f"{temperature:.2f}"))
    if named.get("exact") is True:
        rows.append(("Weights", "exact"))
    if parts := _parts_made_anew(project, track):
        rows.append(("Made anew", ", ".join(parts)))
    if recipe.engine_version:
        rows.append(("Engine", recipe.engine_version))
    return rows


def take_tip(project: Project, track: GeneratedTrack) -> str:
    """All there is to say about it, for a tool tip."""
    lines = [f"{track.name} · {stretch_text(project, track)}"]
    lines += [f"{name}: {value}" for name, value in recipe_rows(project, track)]
    return "\n".join(lines)


def _which_hits(project: Project, recipe: Recipe) -> str:
    named = dict(recipe.parameters)
    words: list[str] = []
    if isinstance(tracks := named.get("tracks"), str):
        known = project.tracks_by_id
        words += [known[one].name if one in known else "no track" for one in tracks.split(",")]
    if isinstance(materials := named.get("materials"), str):
        words += [one or "unknown" for one in materials.split(",")]
    return f" of {', '.join(words)}" if words else ""


def _parts_made_anew(project: Project, track: GeneratedTrack) -> list[str]:
    parts: list[str] = []
    recipe = track.take.recipe
    while recipe is not None and (base := base_recipe(recipe)) is not None:
        named = dict(recipe.parameters)
        start, end = named.get("start"), named.get("end")
        if isinstance(start, int) and isinstance(end, int):
            parts.append(span_text(project, start, end))
        recipe = base
    return parts[::-1]
