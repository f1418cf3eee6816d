"""`foley generate`: soundtracks made by a SampleRNN, as sound files."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from foley_app import targets, terminal
from foley_app.texts import clock_text, counted

if TYPE_CHECKING:
    from engine.job import Job
    from engine.project.document import GeneratedTrack, Project
    from engine.synthesis.sample_rnn.generators import GeneratorEntry

_TIME = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)")
_ANALYSIS_SHARE = 0.4

SourceArgument = Annotated[
    Path,
    typer.Argument(
        metavar="VIDEO", help="The video, or a .foley project of it.", show_default=False, readable=False
    ),
]
OutputOption = Annotated[
    Path,
    typer.Option(
        "-o",
        "--output",
        help="The WAV to write; several takes get -1, -2, ... in their names.",
        readable=False,
    ),
]
VariantOption = Annotated[
    str | None,
    typer.Option("--variant", help="hits, frame, sequence or flow: how the generator is told what is seen."),
]
GeneratorOption = Annotated[
    str | None,
    typer.Option("--model", help="A generator's name or the folder of its checkpoint.", show_default=False),
]
TakesOption = Annotated[int, typer.Option("--takes", min=1, max=64, help="How many to make at once.")]
SeedOption = Annotated[
    int, typer.Option("--seed", min=0, help="Of the first take; each further one has the next.")
]
TemperatureOption = Annotated[
    float, typer.Option("--temperature", help="Less than 1 is tamer, more is wilder.")
]
RangeOption = Annotated[
    str | None,
    typer.Option(
        "--range", metavar="A-B", help="Only from A to B: 12-20, or 1:05-1:12.5.", show_default=False
    ),
]
ExactOption = Annotated[
    bool, typer.Option("--exact", help="Weights of 32 bits instead of 8; slower.", show_default=False)
]
MaterialsOption = Annotated[
    list[str] | None,
    typer.Option("--material", help="Only hits on this material are told; may be given several times."),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Tell what was written, and its recipes, as JSON.", show_default=False)
]
DetectorOption = Annotated[
    str | None, typer.Option("--detector", help="Which detector finds the hits.", show_default=False)
]
ThresholdOption = Annotated[
    float | None,
    typer.Option("--threshold", min=0.0, max=1.0, help="Tell hits from this confidence on (0..1)."),
]


def generate(
    source: SourceArgument,
    output: OutputOption,
    variant: VariantOption = None,
    model: GeneratorOption = None,
    takes: TakesOption = 1,
    seed: SeedOption = 0,
    temperature: TemperatureOption = 1.0,
    stretch: RangeOption = None,
    exact: ExactOption = False,
    material: MaterialsOption = None,
    as_json: JsonOption = False,
    detector: DetectorOption = None,
    threshold: ThresholdOption = None,
) -> None:
    """Make the sound of VIDEO by a SampleRNN. What was interrupted goes on where it stopped."""
    from engine.media.media_pool import MediaPool
    from engine.project.timebase import seconds_to_samples
    from engine.synthesis.sample_rnn.generators import find_generator
    from engine.synthesis.sample_rnn.soundtrack import SoundtrackSettings
    from engine.synthesis.sample_rnn.soundtrack import generate as make

    start_s, end_s = (0.0, None) if stretch is None else _read_range(stretch)
    settings = SoundtrackSettings(
        generator=model or "",
        variant=variant or "",
        seed=seed,
        temperature=temperature,
        takes=takes,
        start=seconds_to_samples(start_s),
        end=None if end_s is None else seconds_to_samples(end_s),
        materials=material or None,
        is_exact=exact,
    )
    settings.check()
    if source.suffix.lower() == ".foley" and (detector or threshold is not None):
        raise typer.BadParameter(
            "a project has its hits already; it is for videos.",
            param_hint="--detector" if detector else "--threshold",
        )
    entry = find_generator(settings.generator, settings.variant)
    paths = [output] if takes == 1 else [_numbered(output, number) for number in range(1, takes + 1)]
    for path in paths:
        targets.check_file(path, suffixes=(".wav",), source=source)
    # Made beside where they are to lie, so that they can be put in place in one step.
    with (
        terminal.progress_bar() as job,
        tempfile.TemporaryDirectory(dir=output.resolve().parent, prefix=".foley-") as beside,
    ):
        project, folder, making = _project(source, entry, detector, threshold, job)
        made = make(project, settings, MediaPool(Path(beside)), project_folder=folder, job=making)
        written = tuple(zip(made.tracks, paths, strict=True))
        for track, path in written:
            assert track.take.media is not None
            Path(track.take.media.path).replace(path)
            job.emit({"event": "written", "path": str(path)})
    if as_json:
        rows = [_row(track, path) for track, path in written]
        report = {"generator": entry.name, "resumed_s": made.resumed_s, "takes": rows}
        terminal.hand_out(json.dumps(report, indent=1, allow_nan=False) + "\n")
        return
    for track, path in written:
        terminal.tell(_sentence(track, path, entry))


def _project(
    source: Path, entry: GeneratorEntry, detector: str | None, threshold: float | None, job: Job
) -> tuple[Project, Path, Job]:
    """The project to make sound for, the folder its references start from, and the rest of the job."""
    if source.suffix.lower() == ".foley":
        from engine.project.storage import load_project

        return load_project(source), source.resolve().parent, job
    from engine.analysis.analyse import DEFAULT_MODEL
    from engine.soundtrack import SoundtrackSettings, project_without_sounds

    folder = source.resolve().parent
    finding = SoundtrackSettings(model=detector or DEFAULT_MODEL, threshold=threshold)
    share = _ANALYSIS_SHARE if entry.is_told_hits else 0.0
    project = project_without_sounds(
        source, finding, folder, finds_hits=entry.is_told_hits, job=job.part(0.0, share)
    )
    return project, folder, job.part(share, 1.0)


def _read_range(text: str) -> tuple[float, float]:
    start, dash, end = text.partition("-")
    times = [_TIME.fullmatch(part.strip()) for part in (start, end)]
    if not dash or times[0] is None or times[1] is None:
        raise typer.BadParameter(f"“{text}” is no range such as 12-20 or 1:05-1:12.5.", param_hint="--range")
    start_s, end_s = (
        int(time[1] or 0) * 3600 + int(time[2] or 0) * 60 + float(time[3])
        for time in times
        if time is not None
    )
    if end_s <= start_s:
        raise typer.BadParameter(f"“{text}” ends before it begins.", param_hint="--range")
    return start_s, end_s


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.stem}-{number}{path.suffix}")


def _sentence(track: GeneratedTrack, path: Path, entry: GeneratorEntry) -> str:
    from engine.project.timebase import samples_to_seconds

    recipe = track.take.recipe
    assert recipe is not None
    told = dict(recipe.parameters).get("hits_count")
    from_what = f"from {counted(told, 'hit')}" if isinstance(told, int) else f"variant {entry.variant}"
    length = clock_text(samples_to_seconds(track.length))
    return f"Wrote {path}: {length}, seed {recipe.seed}, {from_what}."


def _row(track: GeneratedTrack, path: Path) -> dict[str, Any]:
    from engine.project.document_json import RECIPE_SHAPE
    from engine.project.timebase import samples_to_seconds

    recipe = track.take.recipe
    assert recipe is not None
    return {
        "path": str(path),
        "start_s": samples_to_seconds(track.position),
        "duration_s": samples_to_seconds(track.length),
        "seed": recipe.seed,
        "recipe": RECIPE_SHAPE.write(recipe),
    }
