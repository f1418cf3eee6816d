"""The command line: `foley analyze | render | generate | export | library | models | learn | demo | doctor`.

Exit codes: 0 done, 1 failed (one sentence on standard error says why), 2 wrong usage. Heavy libraries
are imported inside the commands, so that `foley --help` answers at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Literal

import typer

import engine
from foley_app import targets, terminal
from foley_app.cli_generate import TemperatureOption, VariantOption, generate
from foley_app.cli_learn import learn_app
from foley_app.cli_library import library as show_library
from foley_app.texts import counted

if TYPE_CHECKING:
    from engine.export.muxed import ExportSettings
    from engine.job import Job
    from engine.media.media_pool import MediaPool
    from engine.project.document import Project
    from engine.synthesis.sample_rnn.soundtrack import SoundtrackSettings as GenerationSettings

app = typer.Typer(
    name="foley",
    help="Finds every hit in a silent video, puts a sound on each, and writes the picture with its sound.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

models_app = typer.Typer(
    name="models",
    help="The detectors: list, rename and delete them.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
app.add_typer(models_app)
app.add_typer(learn_app)

# What can't be read is a failure with a sentence of ours, and no wrong usage: hence no `readable`.
VideoArgument = Annotated[
    Path, typer.Argument(help="The video to work on.", show_default=False, readable=False)
]
OutputOption = Annotated[Path, typer.Option("-o", "--output", help="The video to write.", readable=False)]
LibraryOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--library", help="A folder of your own sounds; may be given several times.", readable=False
    ),
]
KitOption = Annotated[
    bool | None,
    typer.Option(
        "--kit/--no-kit",
        help="Offer the built-in kit's sounds too. By default only when no library is given.",
        show_default=False,
    ),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model", help="Which detector finds the hits; “foley models list” shows them.", show_default=False
    ),
]
ThresholdOption = Annotated[
    float | None,
    typer.Option("--threshold", min=0.0, max=1.0, help="Show hits from this confidence on (0..1)."),
]
ModelArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="A detector of yours.", show_default=False)
]
SeedOption = Annotated[int, typer.Option("--seed", help="Another seed gives other variations.")]
CodecOption = Annotated[
    str | None,
    typer.Option("--codec", help="aac, pcm, flac, alac or opus; the container's own by default."),
]
KeepOption = Annotated[
    bool, typer.Option("--keep-original-audio", help="Keep the video's own sound as a second track.")
]
StemsOption = Annotated[
    Path | None,
    typer.Option("--stems", help="Also write one WAV per track into this folder.", readable=False),
]


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"foley {engine.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    return None


@app.command()
def analyze(
    video: VideoArgument,
    json_path: Annotated[
        Path,
        typer.Option("--json", help="Where to write the analysis; - for standard output.", readable=False),
    ],
    sounds: Annotated[int, typer.Option("--sounds", min=0, help="How many sounds to list per hit.")] = 5,
    library: LibraryOption = None,
    kit: KitOption = None,
    model: ModelOption = None,
    threshold: ThresholdOption = None,
    seed: SeedOption = 0,
) -> None:
    """Find the hits of VIDEO, their levels, materials and best sounds, and write them as JSON."""
    from engine.analysis.analyse import DEFAULT_MODEL
    from engine.soundtrack import SoundtrackSettings, analysis_with_sounds

    to_standard_output = targets.is_standard_output(json_path)
    if not (to_standard_output or targets.is_stream(json_path)):
        targets.check_file(json_path, source=video)
    settings = SoundtrackSettings(
        library=tuple(library or ()),
        include_kit=kit,
        model=model or DEFAULT_MODEL,
        threshold=threshold,
        seed=seed,
    )
    with terminal.progress_bar() as job:
        contract = analysis_with_sounds(video, settings, sounds_per_hit=sounds, job=job)
    text = json.dumps(contract, indent=1, allow_nan=False) + "\n"
    if to_standard_output:
        terminal.hand_out(text)
        return
    if targets.is_stream(json_path):
        targets.write_stream(json_path, text.encode())
    else:
        from engine.project.storage import write_atomically

        write_atomically(json_path, text.encode())
    terminal.tell(f"{counted(len(contract['hits']), 'hit')} written to {json_path}")


@app.command()
def render(
    video: VideoArgument,
    output: OutputOption,
    library: LibraryOption = None,
    kit: KitOption = None,
    seed: SeedOption = 0,
    stems: StemsOption = None,
    codec: CodecOption = None,
    keep_original_audio: KeepOption = False,
    project_path: Annotated[
        Path | None,
        typer.Option("--project", help="Also save the project, to go on in the window.", readable=False),
    ] = None,
    model: ModelOption = None,
    threshold: ThresholdOption = None,
    source: Annotated[
        Literal["hits", "samplernn"],
        typer.Option("--source", help="A sound on every hit, or a soundtrack that a SampleRNN makes."),
    ] = "hits",
    generator: Annotated[
        str | None,
        typer.Option("--generator", help="With samplernn: a generator's name or folder.", show_default=False),
    ] = None,
    variant: VariantOption = None,
    temperature: TemperatureOption = 1.0,
) -> None:
    """Find the hits of VIDEO, put a sound on each and write the picture with its sound."""
    from engine.analysis.analyse import DEFAULT_MODEL
    from engine.export.muxed import ExportSettings
    from engine.media.mux import require_muxable
    from engine.soundtrack import SoundtrackSettings, generated_soundtrack, make_soundtrack

    if source == "samplernn" and (library or kit):
        raise typer.BadParameter(
            "a SampleRNN takes no sounds from a library or the kit.", param_hint="--source"
        )
    if source == "hits" and (generator or variant):
        raise typer.BadParameter(
            "a generator makes the sound only with --source samplernn.", param_hint="--source"
        )
    _check_targets(output, stems, source=video)
    if project_path is not None:
        targets.check_file(project_path, suffixes=(".foley",))
    require_muxable(video, output, codec)
    settings = SoundtrackSettings(
        library=tuple(library or ()),
        include_kit=kit,
        model=model or DEFAULT_MODEL,
        threshold=threshold,
        seed=seed,
        keep_original_audio=keep_original_audio,
    )
    generation = _generation(generator, variant, seed, temperature) if source == "samplernn" else None
    folder = (project_path or output).resolve().parent
    with ExitStack() as stack:
        reports, job = stack.enter_context(_reports()), stack.enter_context(terminal.progress_bar())
        if generation is not None:
            pool = stack.enter_context(_media_pool(project_path))
            project = generated_soundtrack(video, settings, generation, folder, pool, job=job.part(0.0, 0.6))
        else:
            project = make_soundtrack(video, settings, folder, job=job.part(0.0, 0.6))
            reports.append(_what_was_found(project))
        _write_video(project, folder, output, ExportSettings(codec=codec), stems, job.part(0.6, 1.0), reports)
    if project_path is not None:
        from engine.project.storage import save_project

        save_project(project, project_path)
        terminal.tell(f"Saved {project_path}.")


@app.command()
def export(
    project_path: Annotated[
        Path, typer.Argument(metavar="PROJECT", help="A .foley project.", readable=False)
    ],
    output: OutputOption,
    codec: CodecOption = None,
    stems: StemsOption = None,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Go on without sounds whose files are missing.")
    ] = False,
) -> None:
    """Write the picture of PROJECT with its sound."""
    from engine.export.muxed import ExportSettings
    from engine.project.storage import load_project

    _check_targets(output, stems)
    project = load_project(project_path)
    folder = project_path.resolve().parent
    settings = ExportSettings(codec=codec, allow_missing=allow_missing)
    with _reports() as reports, terminal.progress_bar() as job:
        _write_video(project, folder, output, settings, stems, job, reports)


app.command("generate")(generate)
app.command("library")(show_library)


@models_app.callback()
def _list_without_command(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_models()


@models_app.command("list")
def list_models() -> None:
    """Show the detectors: where each came from, its size, and what was measured of it."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from engine.analysis.detectors import default_detector, detectors

    default = default_detector()
    table = Table(box=None, pad_edge=False)
    for title in ("name", "kind", "size", "what it is", "measured"):
        table.add_column(title, overflow="fold")
    for entry in detectors():
        origin = entry.origin
        told = (origin.title, origin.made_from, origin.base and f"began as {origin.base}", origin.made_on)
        table.add_row(
            escape(entry.name) + (" (used by default)" if entry.name == default else ""),
            entry.kind,
            f"{entry.size_bytes / 1e6:.1f} MB" if entry.size_bytes else "",
            escape(entry.problem or "; ".join(text for text in told if text)),
            escape(", ".join(f"{name} {value:.2f}" for name, value in sorted(entry.metrics.items()))),
        )
    Console().print(table)


@models_app.command("delete")
def delete_model(name: ModelArgument) -> None:
    """Delete NAME, a detector of yours."""
    from engine.models.registry import delete_user_model

    delete_user_model(name)
    terminal.tell(f"Deleted {name}.")


@models_app.command("rename")
def rename_model(
    name: ModelArgument,
    to: Annotated[str, typer.Argument(metavar="TO", help="Its new name.", show_default=False)],
) -> None:
    """Call NAME, a detector of yours, TO from now on."""
    from engine.models.registry import rename_user_model

    rename_user_model(name, to)
    terminal.tell(f"{name} is called {to} now.")


@app.command()
def demo(
    output: OutputOption = Path("demo-with-sound.mp4"),
) -> None:
    """Render the demo clip with its sound."""
    from engine.bundled import demo_video

    render(demo_video(), output)


@app.command()
def doctor() -> None:
    """Look this machine over: versions, devices, codecs, sound, models, and what is wrong with any."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from foley_app.doctor import examine

    console = Console()
    table = Table(box=None, pad_edge=False, show_header=False)
    marks = {"ok": "[green]ok[/]", "note": "[yellow]note[/]", "broken": "[red]broken[/]"}
    findings = []
    with console.status("Looking") as status:
        for finding in examine(lambda name: status.update(f"Looking at {name}")):
            findings.append(finding)
            table.add_row(marks[finding.state], finding.name, escape(finding.found))
            if finding.advice:
                table.add_row("", "", f"[bold]{escape(finding.advice)}[/]")
    console.print(table)
    broken = [finding.name for finding in findings if finding.state == "broken"]
    if broken:
        terminal.say(f"not in working order: {', '.join(broken)}")
        raise typer.Exit(terminal.EXIT_FAILED)
    console.print("Everything the program needs is there.")


def _check_targets(output: Path, stems: Path | None, *, source: Path | None = None) -> None:
    targets.check_file(output, source=source)
    if stems is not None:
        targets.check_folder(stems)


@contextmanager
def _reports() -> Iterator[list[object]]:
    """A list whose reports are told at the end, of what was done before a failure too."""
    reports: list[object] = []
    try:
        yield reports
    finally:
        terminal.tell(*reports)


def _generation(
    generator: str | None, variant: str | None, seed: int, temperature: float
) -> GenerationSettings:
    """How a soundtrack is to be generated; what can't be is refused before the video is looked at."""
    from engine.synthesis.sample_rnn.soundtrack import SoundtrackSettings

    settings = SoundtrackSettings(
        generator=generator or "", variant=variant or "", seed=seed, temperature=temperature
    )
    settings.check()
    return settings


@contextmanager
def _media_pool(project_path: Path | None) -> Iterator[MediaPool]:
    """Where generated sounds lie: beside the project file; without one, only until the video is written."""
    from engine.media.media_pool import MediaPool

    if project_path is not None:
        yield MediaPool(project_path.resolve().parent, is_relative=True)
        return
    with TemporaryDirectory(prefix="foley-") as folder:
        yield MediaPool(Path(folder))


def _what_was_found(project: Project) -> str:
    count = len(project.shown_hits)
    if not count:
        return (
            f"No hit was found from a confidence of {project.threshold:.2f} on, so the sound is silent; "
            "a lower --threshold finds more."
        )
    return f"{counted(count, 'hit')} found."


def _write_video(
    project: Project,
    project_folder: Path,
    output: Path,
    settings: ExportSettings,
    stems_folder: Path | None,
    job: Job,
    reports: list[object],
) -> None:
    """Write the video, then the stems when wanted, and report what was written."""
    from engine.export.muxed import export_video
    from engine.export.stems import export_stems
    from engine.synthesis.sound_pool import SoundPool

    share = 0.9 if stems_folder is not None else 1.0
    reports.append(export_video(project, project_folder, output, settings, job.part(0.0, share)))
    if stems_folder is not None:
        reports.append(export_stems(project, SoundPool(project_folder), stems_folder, job.part(share, 1.0)))


def main() -> None:
    """The entry point `foley`."""
    sys.exit(terminal.run(app))


if __name__ == "__main__":
    main()
