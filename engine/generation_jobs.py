"""The engine's jobs around generated soundtracks, and what goes over the wire for them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.job import Job

if TYPE_CHECKING:
    from engine.media.media_pool import MediaPool
    from engine.synthesis.sample_rnn.soundtrack import SoundtrackSettings


def generators(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """The generators of soundtracks there are, and which one is used when none is asked for."""
    from engine.synthesis.sample_rnn.generators import default_generator
    from engine.synthesis.sample_rnn.generators import generators as all_of_them

    rows = [
        {
            "name": entry.name,
            "kind": entry.kind,
            "title": entry.origin.title,
            "made_from": entry.origin.made_from,
            "folder": str(entry.folder),
            "variant": entry.variant,
            "sample_rate": entry.sample_rate,
            "width": entry.width,
            "window_s": entry.window_s,
            "is_told_hits": entry.is_told_hits,
            "size_bytes": entry.size_bytes,
            "metrics": dict(entry.metrics),
            "problem": entry.problem,
        }
        for entry in all_of_them()
    ]
    return {"generators": rows, "default": default_generator()}


def generate(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """Takes of a soundtrack for the whole of a project's film or a stretch of it.

    `model` is a generator's name or folder, "" for the default; `seed`, `temperature` and `takes` are what
    `SoundtrackSettings` says. `start` and `end` in samples, and the lists `tracks` and `materials`, may be
    left out or null for all. With `replace`, the id of a generated track, only that stretch of it is made
    anew. The sounds are put beside the project in `folder`, or into the user's data folder without one.

    {"takes": [generated track, ...], "resumed_s", "notes": [str, ...]}; the first takes the place of the
    replaced one. What was interrupted goes on where it stopped, which a "note" tells.

    Events: "takes_begun" with "position", "length", "samples_per_peak", "names" and "seeds"; then
    "take_block" with "take", "first_peak" and "peaks": [[lowest, highest], ...], from the first on without a
    hole.
    """
    from engine.project.document_json import GENERATED_SHAPE, from_json

    _load(job)
    from engine.synthesis.sample_rnn.soundtrack import generate as make

    notes, telling = _noting(job)
    project = from_json(arguments["project"])
    made = make(project, _settings(arguments), _pool(arguments), job=telling)
    return {
        "takes": [GENERATED_SHAPE.write(track) for track in made.tracks],
        "resumed_s": made.resumed_s,
        "notes": notes,
    }


def remake_take(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """The take of the generated track `track` of a project made again by its recipe; see `generate`.

    {"take": take, "is_same": whether it is the same bit for bit, "notes": [str, ...]}.
    """
    from engine.errors import UserFacingError
    from engine.project.document_json import TAKE_SHAPE, from_json

    _load(job)
    from engine.synthesis.sample_rnn.soundtrack import remake

    notes, telling = _noting(job)
    project = from_json(arguments["project"])
    track = project.generated_by_id.get(arguments["track"])
    if track is None:
        raise UserFacingError("The generated take that was to be made again is not there any more.")
    remade = remake(project, track, _pool(arguments), job=telling)
    return {"take": TAKE_SHAPE.write(remade.take), "is_same": remade.is_same, "notes": notes}


def _load(job: Job) -> None:
    """Import what takes seconds, without keeping a person from cancelling."""
    job.progress(0.0, "Starting the generator")
    job.wait_for(lambda: import_module("engine.synthesis.sample_rnn.soundtrack"))


def _settings(arguments: dict[str, Any]) -> SoundtrackSettings:
    from engine.synthesis.sample_rnn.soundtrack import SoundtrackSettings

    end = arguments.get("end")
    return SoundtrackSettings(
        generator=str(arguments.get("model") or ""),
        seed=int(arguments.get("seed", 0)),
        temperature=float(arguments.get("temperature", 1.0)),
        takes=int(arguments.get("takes", 1)),
        start=int(arguments.get("start") or 0),
        end=None if end is None else int(end),
        tracks=arguments.get("tracks"),
        materials=arguments.get("materials"),
        is_exact=bool(arguments.get("exact", False)),
        replaces=str(arguments.get("replace") or ""),
    )


def _pool(arguments: dict[str, Any]) -> MediaPool:
    from engine.media.media_pool import MediaPool

    folder = str(arguments.get("folder") or "")
    return MediaPool(Path(folder) if folder else None)


def _noting(job: Job) -> tuple[list[str], Job]:
    """A list that fills with the sentences of the notes, and a job that fills it."""
    notes: list[str] = []

    def on_event(event: dict[str, Any]) -> None:
        if event.get("event") == "note":
            notes.append(str(event["sentence"]))
        job.emit(event)

    return notes, Job(on_progress=job.on_progress, on_event=on_event, is_cancelled=job.is_cancelled)
