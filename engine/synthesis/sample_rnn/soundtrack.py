"""Soundtracks for a project: new takes, a stretch of one made anew, and takes made again by their recipes."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import MediaError, UserFacingError
from engine.job import SILENT_JOB, Job
from engine.media.media_pool import MediaPool, notes_digest
from engine.media.peaks import SAMPLES_PER_PEAK
from engine.project.document import GeneratedTrack, MediaReference, Project, Recipe, Take, Video, new_id
from engine.project.document_json import RECIPE_SHAPE
from engine.project.materials import MATERIALS
from engine.project.references import resolve_reference
from engine.project.shapes import ShapeError
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.sample_rnn.generators import find_generator, generator_of_version
from engine.synthesis.sample_rnn.making import make_request
from engine.synthesis.sample_rnn.request import Base, TakeRequest
from engine.synthesis.sample_rnn.splicing import OldSound
from engine.synthesis.sample_rnn.told_hits import ToldHits, hits_from_bytes, hits_to_bytes, told_hits

MOST_TAKES = 64
LEAST_TEMPERATURE, MOST_TEMPERATURE = 0.1, 2.0
SHORTEST = SAMPLE_RATE // 10
LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True)
class SoundtrackSettings:
    """What a person decides.

    Attributes
    ----------
    generator, variant
        See `find_generator`.
    seed
        Of the first take; each further one has the next.
    temperature
        1 draws by the generator's odds, less is tamer, more is wilder.
    takes
        How many.
    start, end
        In samples at the project's rate; `end` None is the film's.
    tracks, materials
        Only the hits of these are told; see `told_hits`.
    is_exact
        Weights stay as exact as they are, which is slower.
    replaces
        Id of a generated track: only this stretch of it is made anew.
    """

    generator: str = ""
    variant: str = ""
    seed: int = 0
    temperature: float = 1.0
    takes: int = 1
    start: int = 0
    end: int | None = None
    tracks: Collection[str] | None = None
    materials: Collection[str] | None = None
    is_exact: bool = False
    replaces: str = ""

    def check(self) -> None:
        """Refuse what can't be.

        Raises
        ------
        UserFacingError
            Says which setting, and what it may be.
        """
        if not 1 <= self.takes <= MOST_TAKES:
            raise UserFacingError(f"There can be 1 to {MOST_TAKES} takes at a time, not {self.takes}.")
        if not LEAST_TEMPERATURE <= self.temperature <= MOST_TEMPERATURE:
            raise UserFacingError(
                f"The temperature can be {LEAST_TEMPERATURE:g} to {MOST_TEMPERATURE:g}, "
                f"not {self.temperature:g}."
            )
        if not 0 <= self.seed <= LARGEST_SEED - MOST_TAKES:
            raise UserFacingError(f"A seed is a whole number from 0 on, below 2^63; {self.seed} is none.")
        if self.end is not None:
            _require_length(self.end - self.start)
        for name in self.materials or ():
            if name and name not in MATERIALS:
                raise UserFacingError(
                    f"There is no material called “{name}”; there are: {', '.join(MATERIALS)}."
                )


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """What was made.

    Attributes
    ----------
    tracks
        One per take; the first takes the place of the one that was to be replaced.
    resumed_s
        So much of the sound an earlier attempt had made.
    """

    tracks: tuple[GeneratedTrack, ...]
    resumed_s: float


@dataclass(frozen=True, slots=True)
class Remade:
    """A take that was made again, and whether it is the same, bit for bit."""

    take: Take
    is_same: bool


def generate(
    project: Project,
    settings: SoundtrackSettings,
    pool: MediaPool,
    *,
    project_folder: Path | None = None,
    job: Job = SILENT_JOB,
) -> Soundtrack:
    """Make takes for a project; see the job "generate" for the events.

    Parameters
    ----------
    pool
        Where they are put.
    project_folder
        Where relative references start from.

    Raises
    ------
    UserFacingError
        When a setting, the generator, the hits, the film or the disk refuses.
    """
    settings.check()
    entry = find_generator(settings.generator, settings.variant)
    hits = told_hits(project, settings.tracks, settings.materials) if entry.is_told_hits else ()
    if entry.is_told_hits and not hits:
        raise UserFacingError(_no_hits_sentence(project, entry.name))
    replaced = _replaced(project, settings.replaces)
    start, end = _stretch(project, settings, replaced)
    video, path = _film(project, project_folder)
    request = TakeRequest(
        generator=entry,
        is_exact=settings.is_exact,
        seeds=tuple(range(settings.seed, settings.seed + settings.takes)),
        temperature=settings.temperature,
        start=start,
        end=end,
        video=path,
        video_hash=video.media.content_hash,
        hits=hits,
        chosen=_chosen(project, settings),
        base=None if replaced is None else _base(replaced, project_folder),
    )
    names = _names(project, settings.takes, replaced)
    _tell_beginning(request, names, job)
    made = make_request(request, pool, project.length or end, job)
    tracks = [
        GeneratedTrack(
            id=new_id(),
            name=name,
            take=_take(request, number, name, pool.reference(path)),
            position=start if replaced is None else replaced.position,
            length=end - start if replaced is None else replaced.length,
        )
        for number, (name, path) in enumerate(zip(names, made.paths, strict=True))
    ]
    if replaced is not None:
        tracks[0] = replace(replaced, take=tracks[0].take)
    return Soundtrack(tuple(tracks), made.resumed_s)


def remake(
    project: Project,
    track: GeneratedTrack,
    pool: MediaPool,
    *,
    project_folder: Path | None = None,
    job: Job = SILENT_JOB,
) -> Remade:
    """Make a take again by its recipe; on the same device it is the same bit for bit.

    Raises
    ------
    UserFacingError
        When what it was made from, the generator's weights, the film or the hits, is not there any more.
    """
    if track.take.recipe is None:
        raise UserFacingError(f"Nothing says how “{track.name}” was made, so it can't be made again.")
    path, request = _remade_file(project, track.take.recipe, pool, project_folder, track.name, job)
    take = _take(request, 0, track.take.name, pool.reference(path))
    old = track.take.media
    return Remade(
        replace(take, recipe=track.take.recipe),
        old is not None and take.media is not None and old.content_hash == take.media.content_hash,
    )


def _remade_file(
    project: Project, recipe: Recipe, pool: MediaPool, folder: Path | None, name: str, job: Job
) -> tuple[Path, TakeRequest]:
    wanted = dict(recipe.parameters)
    try:
        start, end = int(wanted["start"]), int(wanted["end"])
        temperature, video_hash = float(wanted["temperature"]), str(wanted["video"])
        is_exact, position = bool(wanted["exact"]), int(wanted.get("position", 0))
    except (KeyError, ValueError) as error:
        raise UserFacingError(f"The recipe of “{name}” is of another kind or version.") from error
    video, path = _film(project, folder)
    if video.media.content_hash != video_hash:
        raise UserFacingError(f"“{name}” was made for another video, or for this one before it changed.")
    entry = generator_of_version(recipe.checkpoint_hash, recipe.model)
    base = None
    if "base" in wanted:
        earlier = _recipe_from(str(wanted["base"]), name)
        # The older take is made first, to go on from it; nobody watches that part grow.
        quiet = replace(job.part(0.0, 0.5), on_event=lambda event: None)
        earlier_path, _ = _remade_file(project, earlier, pool, folder, name, quiet)
        media = pool.reference(earlier_path)
        base = Base(OldSound(earlier_path, position), media.content_hash, earlier)
        job = job.part(0.5, 1.0)
    elif "position" in wanted:
        raise UserFacingError(f"“{name}” is partly a sound that nobody knows how to make again.")
    request = TakeRequest(
        generator=replace(entry, name=recipe.model),
        is_exact=is_exact,
        seeds=(recipe.seed,),
        temperature=temperature,
        start=start,
        end=end,
        video=path,
        video_hash=video_hash,
        hits=_hits_of(project, wanted, pool, name) if entry.is_told_hits else (),
        base=base,
    )
    _tell_beginning(request, (name,), job)
    made = make_request(request, pool, project.length or end, job)
    return made.paths[0], request


def _hits_of(project: Project, wanted: Mapping[str, object], pool: MediaPool, name: str) -> ToldHits:
    """The hits as they were then: from the notes in the pool, or those that the project has now."""
    digest = str(wanted.get("hits", ""))
    notes = pool.notes(digest)
    if notes is not None:
        return hits_from_bytes(notes)
    tracks, materials = (
        None if key not in wanted else str(wanted[key]).split(",") for key in ("tracks", "materials")
    )
    hits = told_hits(project, tracks, materials)
    if notes_digest(hits_to_bytes(hits)) != digest:
        raise UserFacingError(
            f"The hits have changed since “{name}” was made, and nobody kept how they were; "
            "a new take is made from the hits there are."
        )
    return hits


def _recipe_from(text: str, name: str) -> Recipe:
    try:
        return RECIPE_SHAPE.read(json.loads(text))
    except (ValueError, ShapeError) as error:
        raise UserFacingError(f"The recipe of “{name}” is damaged.") from error


def _film(project: Project, folder: Path | None) -> tuple[Video, Path]:
    if project.video is None:
        raise UserFacingError("The project has no video to make a soundtrack for.")
    path = resolve_reference(project.video.media, folder)
    if path is None:
        raise MediaError(f"The video “{project.video.media.path}” is not there any more; relink it.")
    return project.video, path


def _replaced(project: Project, track_id: str) -> GeneratedTrack | None:
    if not track_id:
        return None
    for track in project.generated:
        if track.id == track_id:
            return track
    raise UserFacingError("The generated take that was to be made anew in part is not there any more.")


def _stretch(
    project: Project, settings: SoundtrackSettings, replaced: GeneratedTrack | None
) -> tuple[int, int]:
    start, end = settings.start, project.length if settings.end is None else settings.end
    start, end = max(0, start), min(end, project.length) if project.length else end
    if replaced is not None:
        start = max(start, replaced.position)
        end = min(end, replaced.position + replaced.length) if replaced.length else end
    _require_length(end - start, "" if replaced is None else f" of “{replaced.name}”")
    return start, end


def _require_length(length: int, where: str = "") -> None:
    if length < SHORTEST:
        raise UserFacingError(f"The range{where} is shorter than {SHORTEST / SAMPLE_RATE:g} s.")


def _base(replaced: GeneratedTrack, folder: Path | None) -> Base:
    media = replaced.take.media
    path = None if media is None else resolve_reference(media, folder)
    if media is None or path is None:
        raise MediaError(f"The sound of “{replaced.name}” is not there any more; make it again first.")
    sound = OldSound(path, replaced.position)
    return Base(sound, media.content_hash, replaced.take.recipe)


def _chosen(project: Project, settings: SoundtrackSettings) -> tuple[tuple[str, str], ...]:
    rows = (("tracks", settings.tracks), ("materials", settings.materials))
    return tuple((name, ",".join(sorted(chosen))) for name, chosen in rows if chosen is not None)


def _names(project: Project, count: int, replaced: GeneratedTrack | None) -> tuple[str, ...]:
    taken = {track.name for track in project.generated}
    names = [] if replaced is None else [replaced.name]
    number = len(project.generated)
    while len(names) < count:
        number += 1
        if f"Take {number}" not in taken:
            names.append(f"Take {number}")
    return tuple(names)


def _take(request: TakeRequest, number: int, name: str, media: MediaReference) -> Take:
    return Take(id=new_id(), name=name, source="generated", media=media, recipe=request.recipe(number))


def _tell_beginning(request: TakeRequest, names: tuple[str, ...], job: Job) -> None:
    job.emit(
        {
            "event": "takes_begun",
            "position": request.start,
            "length": request.length,
            "samples_per_peak": SAMPLES_PER_PEAK,
            "names": list(names),
            "seeds": list(request.seeds),
        }
    )


def _no_hits_sentence(project: Project, name: str) -> str:
    if project.shown_hits:
        return (
            f"None of the hits chosen counts or is audible, and the generator “{name}” makes sound from hits."
        )
    return (
        f"The generator “{name}” makes its sound from the hits, and there are none; find or place some, "
        "lower the threshold, or choose another variant."
    )
