"""The whole way in one call: a silent video in, a project with a sound on every hit out.

The window takes the same steps one by one, with the person in between. What a person chose in the window
counts there alone: here the same files and settings always give the same sound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.analysis.analyse import DEFAULT_MODEL, analyse
from engine.analysis.contract import SoundRow, analysis_to_json
from engine.analysis.result import Analysis
from engine.analysis.to_document import document_hit, hits_and_loudness, project_from_video
from engine.errors import MediaError, UserFacingError
from engine.job import SILENT_JOB, Job
from engine.library.bundled_ear import bundled_ear, bundled_fit, load_listener
from engine.library.listening import heard_table, listen
from engine.library.looks import looks_at
from engine.library.matching import SoundTable
from engine.library.recommend import ScoredSound, candidates_for
from engine.library.scan import Library, scan_folders
from engine.media.probe import require_video
from engine.project import edits
from engine.project.document import Project
from engine.project.durable import reason
from engine.project.references import rebase_references

if TYPE_CHECKING:
    from engine.media.media_pool import MediaPool
    from engine.synthesis.sample_rnn.soundtrack import SoundtrackSettings as GenerationSettings

_CANDIDATES_PER_HIT = 8


@dataclass(frozen=True, slots=True)
class SoundtrackSettings:
    """What decides a soundtrack.

    `include_kit` None means: the kit serves when there is no library. `threshold` None leaves the
    detector's own.
    """

    library: tuple[Path, ...] = ()
    include_kit: bool | None = None
    model: str = DEFAULT_MODEL
    threshold: float | None = None
    seed: int = 0
    keep_original_audio: bool = False

    @property
    def uses_kit(self) -> bool:
        """Whether the built-in kit's sounds are offered."""
        return not self.library if self.include_kit is None else self.include_kit


def make_soundtrack(
    video: Path, settings: SoundtrackSettings, project_folder: Path, *, job: Job = SILENT_JOB
) -> Project:
    """A project for a video in which every hit has its sound.

    Parameters
    ----------
    video
        The silent video.
    settings
        Which sounds, which detector, which variation.
    project_folder
        Where the project will lie; media is referred to relative to it.

    Raises
    ------
    MediaError
        When the video is no whole video.
    UserFacingError
        When the library or the detector can't serve.
    """
    _require_whole_video(video)
    table = read_library(settings, job.part(0.0, 0.1))
    project = project_without_sounds(video, settings, project_folder, job=job.part(0.1, 0.9))
    candidates = candidates_for(
        project,
        table,
        include_kit=settings.uses_kit,
        k=_CANDIDATES_PER_HIT,
        seed=settings.seed,
        looks=looks_at(project, project.shown_hits, folder=project_folder, job=job.part(0.9, 0.95)),
        job=job.part(0.95, 1.0),
    )
    project = edits.fill_all(project, candidates, seed=settings.seed)
    # The library's sounds too are referred to from the project's folder, so that both can move together.
    return rebase_references(project, project_folder, project_folder)


def project_without_sounds(
    video: Path,
    settings: SoundtrackSettings,
    project_folder: Path,
    *,
    finds_hits: bool = True,
    job: Job = SILENT_JOB,
) -> Project:
    """A project for a video with the hits that are found in it, or none.

    Raises
    ------
    MediaError
        When the video is no whole video.
    UserFacingError
        When the detector can't serve.
    """
    _require_whole_video(video)
    project = project_from_video(video, project_folder=project_folder)
    if finds_hits:
        analysis = _analysed(video, settings, job)
        hits, loudness = hits_and_loudness(analysis, project.sample_rate)
        project, _ = edits.merge_analysis(project, hits, loudness, analysis.model.label)
        project = edits.set_threshold(project, analysis.threshold)
    return edits.set_keep_original_audio(project, settings.keep_original_audio)


def generated_soundtrack(
    video: Path,
    settings: SoundtrackSettings,
    generation: GenerationSettings,
    project_folder: Path,
    pool: MediaPool,
    *,
    job: Job = SILENT_JOB,
) -> Project:
    """A project for a video whose sound a generator makes; its hits have no sounds of their own.

    Parameters
    ----------
    generation
        Which generator, and how.
    pool
        Where its takes are put.

    Raises
    ------
    MediaError
        When the video is no whole video.
    UserFacingError
        When the detector or the generator can't serve.
    """
    from engine.synthesis.sample_rnn.generators import find_generator
    from engine.synthesis.sample_rnn.soundtrack import generate

    entry = find_generator(generation.generator, generation.variant)
    project = project_without_sounds(
        video, settings, project_folder, finds_hits=entry.is_told_hits, job=job.part(0.0, 0.4)
    )
    made = generate(project, generation, pool, project_folder=project_folder, job=job.part(0.4, 1.0))
    for track in made.tracks:
        project = edits.add_generated_track(project, track)
    return project


def analysis_with_sounds(
    video: Path, settings: SoundtrackSettings, *, sounds_per_hit: int, job: Job = SILENT_JOB
) -> dict[str, Any]:
    """The JSON of `engine.analysis.contract` for a video, with the best sounds for every hit.

    Raises
    ------
    MediaError
        When the video is no whole video.
    UserFacingError
        When the library or the detector can't serve.
    """
    _require_whole_video(video)
    table = read_library(settings, job.part(0.0, 0.1))
    analysis = _analysed(video, settings, job.part(0.1, 0.9))
    if not sounds_per_hit:
        return analysis_to_json(analysis)
    rows = _sound_rows(analysis, table, settings, sounds_per_hit, job.part(0.9, 1.0))
    return analysis_to_json(analysis, rows)


def read_library(settings: SoundtrackSettings, job: Job = SILENT_JOB) -> SoundTable:
    """The sounds of the settings' folders, listened to where a network for that ships.

    What can't be read is left out, and told in an event "note" with a "sentence".

    Raises
    ------
    UserFacingError
        When a folder can't be read, or none of the folders named holds a readable sound.
    """
    if not settings.library:
        return heard_table((), None, bundled_fit())
    library = scan_library(settings.library, job.part(0.0, 0.4))
    problems = list(library.problems)
    listener = load_listener()
    if listener is not None:
        problems += listen(library.sounds, listener, job.part(0.4, 1.0)).problems
    if problems:
        job.emit({"event": "note", "sentence": _problems_sentence(problems)})
    return heard_table(library.sounds, bundled_ear(), bundled_fit())


def scan_library(folders: Sequence[Path], job: Job = SILENT_JOB) -> Library:
    """The sounds of folders that are named on purpose.

    Raises
    ------
    UserFacingError
        When a folder can't be read, or none of them holds a readable sound.
    """
    for folder in folders:
        _require_folder(folder)
    library = scan_folders(folders, job)
    if not library.sounds:
        named = ", ".join(map(str, folders))
        reason = library.problems[0] if library.problems else "No sound file lies in there."
        raise UserFacingError(f"The library {named} can't serve: {reason}")
    return library


def _analysed(video: Path, settings: SoundtrackSettings, job: Job) -> Analysis:
    """The analysis; what to know about the video is told in events "note"."""
    analysis = analyse(video, model=settings.model, threshold=settings.threshold, job=job)
    for note in analysis.notes:
        job.emit({"event": "note", "sentence": f"about {video.name}: {note.text}"})
    return analysis


def _require_folder(folder: Path) -> None:
    try:
        is_folder = folder.is_dir()
    except OSError as error:
        raise UserFacingError(f"The library folder {folder} can't be read: {reason(error)}.") from error
    if not is_folder:
        raise UserFacingError(f"The library folder {folder} does not exist or is no folder.")


def _problems_sentence(problems: Sequence[str]) -> str:
    if len(problems) == 1:
        return f"about the library: {problems[0]}"
    return f"about the library, {len(problems)} problems, the first: {problems[0]}"


def _require_whole_video(video: Path) -> None:
    info = require_video(video)
    if info.is_cut_off:
        raise MediaError(f"{info.warning} Copy it again from where it came from.")


def _sound_rows(
    analysis: Analysis,
    table: SoundTable,
    settings: SoundtrackSettings,
    sounds_per_hit: int,
    job: Job,
) -> list[list[SoundRow]]:
    """For each hit and then each candidate its sounds as rows of the contract."""
    found = (*analysis.hits, *analysis.candidates)
    hits = [replace(document_hit(hit), id=str(number)) for number, hit in enumerate(found)]
    project = project_from_video(analysis.video.path)
    candidates = candidates_for(
        hits,
        table,
        include_kit=settings.uses_kit,
        k=sounds_per_hit,
        seed=settings.seed,
        looks=looks_at(project, hits, job=job.part(0.0, 0.5)),
        job=job.part(0.5, 1.0),
    )
    return [[_sound_row(sound) for sound in candidates[hit.id]] for hit in hits]


def _sound_row(sound: ScoredSound) -> SoundRow:
    return {
        "id": sound.id,
        "path": sound.path,
        "material": sound.material,
        "score": sound.score,
        "parts": sound.parts,
    }
