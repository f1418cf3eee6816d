"""The command line: `foley analyze | render | export | demo | doctor`.

Exit codes: 0 done, 1 failed (one sentence on standard error says why), 2 wrong usage. Heavy libraries
are imported inside the commands, so that `foley --help` answers at once.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import engine
from foley_app import terminal

if TYPE_CHECKING:
    from engine.job import Job
    from engine.project.document import Project

app = typer.Typer(
    name="foley",
    help="Finds every hit in a silent video, puts a sound on each, and writes the picture with its sound.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

VideoArgument = Annotated[Path, typer.Argument(help="The video to work on.", show_default=False)]
LibraryOption = Annotated[
    list[Path] | None,
    typer.Option("--library", help="A folder of your own sounds; may be given several times."),
]
KitOption = Annotated[
    bool | None,
    typer.Option(
        "--kit/--no-kit",
        help="Offer the built-in kit's sounds too. By default only when no library is given.",
        show_default=False,
    ),
]
ModelOption = Annotated[str, typer.Option("--model", help="Which detector finds the hits.")]
ThresholdOption = Annotated[
    float | None,
    typer.Option("--threshold", min=0.0, max=1.0, help="Show hits from this confidence on (0..1)."),
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
    Path | None, typer.Option("--stems", help="Also write one WAV per track into this folder.")
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
        Path, typer.Option("--json", help="Where to write the analysis; - for standard output.")
    ],
    sounds: Annotated[int, typer.Option("--sounds", min=0, help="How many sounds to list per hit.")] = 5,
    library: LibraryOption = None,
    kit: KitOption = None,
    model: ModelOption = "motion-baseline",
    threshold: ThresholdOption = None,
    seed: SeedOption = 0,
) -> None:
    """Find the hits of VIDEO, their levels, materials and best sounds, and write them as JSON."""
    from engine.soundtrack import SoundtrackSettings, analysis_with_sounds

    to_standard_output = str(json_path) == "-"
    if not to_standard_output:
        terminal.check_output(json_path)
    settings = SoundtrackSettings(
        library=tuple(library or ()), include_kit=kit, model=model, threshold=threshold, seed=seed
    )
    with terminal.progress_bar() as job:
        contract = analysis_with_sounds(video, settings, sounds_per_hit=sounds, job=job)
    text = json.dumps(contract, indent=1, allow_nan=False) + "\n"
    if to_standard_output:
        sys.stdout.write(text)
        return
    from engine.project.storage import write_atomically

    write_atomically(json_path, text.encode())
    print(f"{len(contract['hits'])} hits written to {json_path}")


@app.command()
def render(
    video: VideoArgument,
    output: Annotated[Path, typer.Option("-o", "--output", help="The video to write.")],
    library: LibraryOption = None,
    kit: KitOption = None,
    seed: SeedOption = 0,
    stems: StemsOption = None,
    codec: CodecOption = None,
    keep_original_audio: KeepOption = False,
    project_path: Annotated[
        Path | None, typer.Option("--project", help="Also save the project, to go on in the window.")
    ] = None,
    model: ModelOption = "motion-baseline",
    threshold: ThresholdOption = None,
) -> None:
    """Find the hits of VIDEO, put a sound on each and write the picture with its sound."""
    from engine.soundtrack import SoundtrackSettings, make_soundtrack

    terminal.check_output(output)
    if project_path is not None:
        terminal.check_output(project_path, suffixes=(".foley",))
    settings = SoundtrackSettings(
        library=tuple(library or ()),
        include_kit=kit,
        model=model,
        threshold=threshold,
        seed=seed,
        keep_original_audio=keep_original_audio,
    )
    with terminal.progress_bar() as job:
        folder = (project_path or output).resolve().parent
        project = make_soundtrack(video, settings, folder, job=job.part(0.0, 0.6))
        _write_video(project, folder, output, codec, stems, job.part(0.6, 1.0))
    if project_path is not None:
        from engine.project.storage import save_project

        save_project(project, project_path)
        print(f"Saved {project_path}.")


@app.command()
def export(
    project_path: Annotated[Path, typer.Argument(metavar="PROJECT", help="A .foley project.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The video to write.")],
    codec: CodecOption = None,
    stems: StemsOption = None,
) -> None:
    """Write the picture of PROJECT with its sound."""
    from engine.project.storage import load_project

    terminal.check_output(output)
    project = load_project(project_path)
    folder = project_path.resolve().parent
    with terminal.progress_bar() as job:
        _write_video(project, folder, output, codec, stems, job)


@app.command()
def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="The video to write.")] = Path(
        "demo-with-sound.mp4"
    ),
) -> None:
    """Render the demo clip with its sound."""
    from engine.bundled import demo_video

    render(demo_video(), output)


@app.command()
def doctor() -> None:
    """Look this machine over: versions, devices, codecs, sound, models, and what is wrong with any."""
    from rich.console import Console
    from rich.table import Table

    from foley_app.doctor import examine

    console = Console()
    table = Table(box=None, pad_edge=False, show_header=False)
    marks = {"ok": "[green]ok[/]", "note": "[yellow]note[/]", "broken": "[red]broken[/]"}
    findings = []
    with console.status("Looking") as status:
        for finding in examine(lambda name: status.update(f"Looking at {name}")):
            findings.append(finding)
            table.add_row(marks[finding.state], finding.name, finding.found)
            if finding.advice:
                table.add_row("", "", f"[bold]{finding.advice}[/]")
    console.print(table)
    broken = [finding.name for finding in findings if finding.state == "broken"]
    if broken:
        terminal.say(f"not in working order: {', '.join(broken)}")
        raise typer.Exit(terminal.EXIT_FAILED)
    console.print("Everything the program needs is there.")


def _write_video(
    project: Project,
    project_folder: Path,
    output: Path,
    codec: str | None,
    stems_folder: Path | None,
    job: Job,
) -> None:
    """Write the video, then the stems when wanted, and tell what was written."""
    from engine.export.muxed import ExportSettings, export_video
    from engine.export.stems import export_stems
    from engine.synthesis.sound_pool import SoundPool

    share = 0.9 if stems_folder is not None else 1.0
    print(export_video(project, project_folder, output, ExportSettings(codec=codec), job.part(0.0, share)))
    if stems_folder is not None:
        print(export_stems(project, SoundPool(project_folder), stems_folder, job.part(share, 1.0)))


def main() -> None:
    """The entry point `foley`."""
    sys.exit(terminal.run(app))


if __name__ == "__main__":
    main()
