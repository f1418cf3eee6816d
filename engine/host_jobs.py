"""The kinds of job that the engine process knows; each imports what it needs when it runs.

Every job takes arguments and gives a result that JSON can hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.generation_jobs import generate, generators, remake_take
from engine.job import Job

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.library.recommend import ScoredSound
    from engine.library.shelf import Shelf
    from engine.synthesis.sound_pool import SoundPool

JobFunction = Callable[[dict[str, Any], Job], dict[str, Any]]


def new_project(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """An empty project for the video at `path`, which it refers to absolutely."""
    from engine.analysis.to_document import project_from_video
    from engine.project.document_json import to_json

    return {"project": to_json(project_from_video(Path(arguments["path"])))}


def analyse(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """Hits and levels of the video at `path` in samples at `sample_rate`; hits are emitted as found.

    By the detector called `model`, or the program's own choice without one.
    """
    from engine.analysis import analyse as find_hits
    from engine.analysis.contract import notes_to_json
    from engine.analysis.to_document import document_event, hits_and_loudness
    from engine.project.document_json import HIT_SHAPE, LOUDNESS_SHAPE

    sample_rate = int(arguments["sample_rate"])
    telling = replace(job, on_event=lambda event: job.emit(document_event(event, sample_rate)))
    model = arguments.get("model") or find_hits.DEFAULT_MODEL
    analysis = find_hits.analyse(arguments["path"], model=model, job=telling)
    hits, loudness = hits_and_loudness(analysis, sample_rate)
    return {
        "hits": [HIT_SHAPE.write(hit) for hit in hits],
        "loudness": LOUDNESS_SHAPE.write(loudness),
        "threshold": analysis.threshold,
        "model": analysis.model.label,
        "notes": notes_to_json(analysis.notes),
    }


def models(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """The detectors there are, and which one is used when none is asked for."""
    from engine.analysis.detectors import default_detector, detectors

    rows = [
        {
            "name": entry.name,
            "kind": entry.kind,
            "title": entry.origin.title,
            "size_bytes": entry.size_bytes,
            "made_from": entry.origin.made_from,
            "base": entry.origin.base,
            "made_on": entry.origin.made_on,
            "metrics": dict(entry.metrics),
            "threshold": entry.threshold,
            "problem": entry.problem,
        }
        for entry in detectors()
    ]
    return {"models": rows, "default": default_detector()}


def delete_model(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """Delete the user's detector `name`."""
    from engine.models.registry import delete_user_model

    delete_user_model(str(arguments["name"]))
    return {}


def rename_model(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """Call the user's detector `name` what `to` says."""
    from engine.models.registry import rename_user_model

    rename_user_model(str(arguments["name"]), str(arguments["to"]))
    return {}


def learn_corrections(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """A detector `name` made from `base` by the corrections in `projects`, whose references are absolute.

    It is kept only if it is better, or when `keep_anyway` says so.
    """
    from engine.learning.own_detector import learn_corrections as learn
    from engine.project.document_json import from_json

    projects = [(from_json(written), None) for written in arguments["projects"]]
    keep_anyway = bool(arguments.get("keep_anyway", False))
    return learn(projects, arguments["name"], arguments["base"], job, keep_anyway=keep_anyway).to_json()


def learn_footage(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """A detector `name` made from `base` by the sound of the videos at, or in the folders, `paths`."""
    from engine.learning.own_detector import learn_footage as learn

    paths = [Path(path) for path in arguments["paths"]]
    keep_anyway = bool(arguments.get("keep_anyway", False))
    return learn(paths, arguments["name"], arguments["base"], job, keep_anyway=keep_anyway).to_json()


def candidates(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """The sounds that suit `hits` of a project, the best first: `count` of library and kit each.

    {"candidates": {hit id: [{"take", "gain_db", "length", "parts", "heard"}, ...]}, "problems": [str, ...]}.
    `parts` is what the take's score is made of, each 0..1, by name: "material", "picture", "brightness",
    "level", "shape", "action", and "choices" where the person chose sounds or materials for the same
    surface; what is not known is left out. `heard` is [[material, probability], ...], empty for a sound that
    nobody listened to. `problems` has a sentence when a folder or sounds of it have gone since the last
    scan.
    """
    from engine.library.choices import Choices
    from engine.library.looks import looks_at
    from engine.library.offers import offers
    from engine.project.document_json import from_json

    project = from_json(arguments["project"])
    hits = [project.hits_by_id[hit_id] for hit_id in arguments["hits"]]
    with Choices() as kept:
        choices = kept.recall()
    looks = looks_at(project, hits, wants_surfaces=bool(choices), job=job.part(0.0, 0.5))
    count, rest = int(arguments["count"]), job.part(0.5, 1.0)
    found = offers(_shelf(), arguments["library"], hits, count, looks=looks, choices=choices, job=rest)
    return {
        "candidates": {
            hit_id: [_offer_to_json(sound) for sound in sounds] for hit_id, sounds in found.sounds.items()
        },
        "problems": list(found.problems),
    }


def offer_sound(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """The sound at `path`, one of the library in `folders`, for the hit `hit` of a project.

    {"sound": a row as `candidates` has them}.
    """
    from engine.errors import UserFacingError
    from engine.library.looks import looks_at
    from engine.library.recommend import recommend
    from engine.project.document_json import from_json

    path, table = Path(arguments["path"]), _shelf().table(arguments["folders"], job)
    row = next((row for row, sound in enumerate(table.sounds) if sound.path == path), None)
    if row is None or not path.is_file():
        raise UserFacingError(f"“{path.name}” is not there any more; scan the library again.")
    project = from_json(arguments["project"])
    hit = project.hits_by_id[arguments["hit"]]
    look = looks_at(project, [hit], job=job).get(hit.id)
    return {"sound": _offer_to_json(recommend(hit, table.only([row]), 1, look=look)[0])}


def remember_choice(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """Keep that the person chose the sound `take`, or the `material`, for the hit `hit` of a project."""
    from engine.library.choices import Choices
    from engine.library.looks import remember_material, remember_sound
    from engine.project.document_json import TAKE_SHAPE, from_json

    project = from_json(arguments["project"])
    hit = project.hits_by_id[arguments["hit"]]
    with Choices() as choices:
        if "take" in arguments:
            remember_sound(project, hit, TAKE_SHAPE.read(arguments["take"]), choices)
        else:
            remember_material(project, hit, str(arguments["material"]), choices)
    return {}


def forget_choices(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """Choices that the person took back, for the hits `takes` and the hits `materials`, count no more."""
    from engine.library.choices import Choices
    from engine.library.looks import forget
    from engine.project.document_json import from_json

    project = from_json(arguments["project"])
    with Choices() as choices:
        for hit_id in arguments["takes"]:
            forget(project, project.hits_by_id[hit_id], "sound", choices)
        for hit_id in arguments["materials"]:
            forget(project, project.hits_by_id[hit_id], "material", choices)
    return {}


def see_hits(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """What is struck at `hits` of a project: those a person placed, or whose contact point they moved.

    {"materials": {hit id: [[name, probability], ...]}, "contacts": {hit id: [x, y]}}; materials with the
    likeliest first, contacts in 0..1, the hit's own where it has one.
    """
    from engine.analysis.struck_materials import ranked
    from engine.analysis.struck_materials import see_hits as see
    from engine.project.document_json import from_json

    project = from_json(arguments["project"])
    hits = [project.hits_by_id[hit_id] for hit_id in arguments["hits"]]
    seen = see(project, hits, job=job)
    return {
        "materials": {
            hit.id: [list(row) for row in ranked(probabilities)]
            for hit, probabilities in zip(hits, seen.materials, strict=True)
        },
        "contacts": {hit.id: [float(x), float(y)] for hit, (x, y) in zip(hits, seen.points, strict=True)},
    }


def surface_materials(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """What the material of the hit `hit` means for the others on its surface whose material nobody chose.

    {"materials": {hit id: [[name, probability], ...]}}, the likeliest first; hits on other surfaces are left
    out. The project is the one in which the hit has its new material.
    """
    from engine.library.looks import carried_materials
    from engine.project.document_json import from_json

    project = from_json(arguments["project"])
    carried = carried_materials(project, project.hits_by_id[arguments["hit"]])
    return {"materials": {hit_id: [list(row) for row in rows] for hit_id, rows in carried.items()}}


def waveforms(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """A small drawing of each of `takes`: `columns` peaks from its beginning to its end, the highest 1."""
    from engine.errors import MediaError
    from engine.project.document_json import TAKE_SHAPE

    drawings: dict[str, list[float]] = {}
    for written in arguments["takes"]:
        job.check()
        take = TAKE_SHAPE.read(written)
        try:
            drawings[take.id] = _drawing(_sound_pool().samples(take), int(arguments["columns"]))
        except MediaError:
            # The mix says which sounds are missing; a list of candidates just has nothing to draw.
            drawings[take.id] = []
    return {"waveforms": drawings}


def scan_library(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """Read the sounds of `folders` anew; how many there are of each material."""
    library = _shelf().library(arguments["folders"], job, anew=True)
    return {
        "sounds": len(library.sounds),
        "materials": dict(Counter(sound.material for sound in library.sounds)),
        "problems": list(library.problems),
    }


def listen_library(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """Listen to the sounds of `folders` that nobody has listened to; goes on where an earlier one stopped.

    {"sounds": how many there are, "heard": how many are known by ear, "problems": [str, ...]}. As they rise,
    both numbers come as partial results too: {"event": "heard", "heard", "sounds"}.
    """
    from engine.library.bundled_ear import NOBODY_LISTENS, load_listener
    from engine.library.listening import listen

    library = _shelf().library(arguments["folders"], job.part(0.0, 0.05))
    if not library.sounds:
        return {"sounds": 0, "heard": 0, "problems": []}
    listener = load_listener()
    if listener is None:
        return {"sounds": len(library.sounds), "heard": 0, "problems": [NOBODY_LISTENS]}
    try:
        listened = listen(library.sounds, listener, job.part(0.05, 1.0))
    finally:
        _shelf().has_listened()
    return {"sounds": len(library.sounds), "heard": listened.heard, "problems": list(listened.problems)}


def library_sounds(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """The sounds of `folders` as a list shows them, in order of path.

    {"sounds": [{"path", "name", "material", "heard", "duration_s", "action"}, ...], "problems": [str, ...]}.
    `material` is what the names tell, "" when they don't; `heard` is [[material, probability], ...], the
    likeliest first, empty for a sound that nobody listened to so far.
    """
    table = _shelf().table(arguments["folders"], job)
    library = _shelf().library(arguments["folders"], job)
    rows = [
        {
            "path": str(sound.path),
            "name": sound.path.stem,
            "material": sound.material,
            "heard": [list(row) for row in sound.heard_materials],
            "duration_s": sound.duration_s,
            "action": sound.action,
        }
        for sound in sorted(table.sounds, key=lambda sound: sound.path)
    ]
    return {"sounds": rows, "problems": list(library.problems)}


def export(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """Write the project's picture with its sound to `path`, and its stems into the folder `stems` if any."""
    from engine.export.muxed import ExportSettings, export_video
    from engine.export.stems import export_stems
    from engine.project.document_json import from_json

    project = from_json(arguments["project"])
    settings = ExportSettings(
        codec=arguments["codec"], keep_original_audio=bool(arguments["keep_original_audio"])
    )
    stems_folder = arguments["stems"]
    picture_job = job.part(0.0, 0.7) if stems_folder else job
    report = export_video(project, Path.home(), Path(arguments["path"]), settings, picture_job)
    sentences, is_clean = [str(report)], not (report.missing or report.changed)
    if stems_folder:
        stems = export_stems(project, _sound_pool(), Path(stems_folder), job.part(0.7, 1.0))
        sentences.append(f"Stems in {stems_folder}:\n{stems}")
        is_clean = is_clean and not any(stem.is_clipped for stem in stems.stems)
    return {"summary": "\n".join(sentences), "is_clean": is_clean}


def sync_test_clip(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """A project of the flash-and-click clip with a click on each flash."""
    from engine.analysis.to_document import project_from_video
    from engine.media.sync_clip import FLASH_TIMES_S, write_sync_clip
    from engine.project import edits
    from engine.project.document_json import to_json
    from engine.project.timebase import seconds_to_samples
    from engine.synthesis.kit import KitRecipe, kit_take
    from engine.user_folders import cache_folder

    path = cache_folder() / "flash-and-click.mp4"
    write_sync_clip(path)
    project = project_from_video(path)
    click = kit_take(KitRecipe("wood", "hit", seed=0, strength=1.0))
    for number, time_s in enumerate(FLASH_TIMES_S):
        project = edits.add_hit(project, seconds_to_samples(time_s), hit_id=f"flash-{number}")
        project = edits.choose_take(project, f"flash-{number}", click, gain_db=0.0)
    return {"project": to_json(project)}


KINDS: dict[str, JobFunction] = {
    "new_project": new_project,
    "analyse": analyse,
    "models": models,
    "delete_model": delete_model,
    "rename_model": rename_model,
    "learn_corrections": learn_corrections,
    "learn_footage": learn_footage,
    "candidates": candidates,
    "offer_sound": offer_sound,
    "remember_choice": remember_choice,
    "forget_choices": forget_choices,
    "see_hits": see_hits,
    "surface_materials": surface_materials,
    "waveforms": waveforms,
    "scan_library": scan_library,
    "listen_library": listen_library,
    "library_sounds": library_sounds,
    "generators": generators,
    "generate": generate,
    "remake_take": remake_take,
    "export": export,
    "sync_test_clip": sync_test_clip,
}
"""Every kind by its name on the wire."""

QUICK_KINDS = frozenset(
    {
        "new_project",
        "models",
        "delete_model",
        "rename_model",
        "candidates",
        "offer_sound",
        "remember_choice",
        "forget_choices",
        "see_hits",
        "surface_materials",
        "library_sounds",
        "waveforms",
        "generators",
        "sync_test_clip",
    }
)
"""Kinds that a person waits for; they don't queue behind an analysis, a scan or an export."""

SLOW_KINDS = frozenset({"learn_corrections", "learn_footage"})
"""Kinds that take minutes and that nobody waits for; nothing queues behind them."""

BACKGROUND_KINDS = frozenset({"listen_library"})
"""Kinds that go on by themselves for as long as it takes; not even the slow ones queue behind them."""

GENERATING_KINDS = frozenset({"generate", "remake_take"})
"""Kinds that take about as long as the sound they make, while a person watches it grow."""


def _offer_to_json(sound: ScoredSound) -> dict[str, Any]:
    from engine.project.document_json import TAKE_SHAPE

    return {
        "take": TAKE_SHAPE.write(sound.take),
        "gain_db": sound.gain_db,
        "length": sound.length,
        "parts": dict(sound.parts),
        "heard": [list(row) for row in sound.heard],
    }


@cache
def _shelf() -> Shelf:
    from engine.library.shelf import Shelf

    return Shelf()


@cache
def _sound_pool() -> SoundPool:
    from engine.synthesis.sound_pool import SoundPool

    # The window's references are absolute, so the folder that relative ones start from never matters.
    return SoundPool(Path.home())


def _drawing(samples: NDArray[np.float32], columns: int) -> list[float]:
    import numpy as np

    magnitudes = np.abs(samples).max(axis=1) if samples.ndim > 1 else np.abs(samples)
    if not len(magnitudes):
        return []
    starts = np.linspace(0, len(magnitudes), columns, endpoint=False).astype(np.int64)
    peaks = np.maximum.reduceat(magnitudes, starts)
    highest = float(peaks.max())
    return [round(float(peak) / highest, 3) for peak in peaks] if highest > 0.0 else [0.0] * columns
