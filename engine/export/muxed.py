"""The export: a project's picture, stream-copied, with its mix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ExportError
from engine.export.self_check import ExportCheck, check_export
from engine.job import SILENT_JOB, Job
from engine.media.mux import mux
from engine.project.document import Project
from engine.project.references import resolve_reference
from engine.synthesis.mixer import render_blocks
from engine.synthesis.sound_pool import Samples, SoundPool

_BLOCK = 1 << 18
_CHECK_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """How to write the file.

    Attributes
    ----------
    codec
        "aac", "pcm", "flac", "alac" or "opus"; None takes the container's usual one.
    keep_original_audio
        Whether the video's own sound follows as a second track; None takes the project's setting.
    check
        Whether to open the file again and measure it.
    """

    codec: str | None = None
    keep_original_audio: bool | None = None
    check: bool = True


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written.

    Attributes
    ----------
    path, codec
        The file and its sound's codec.
    left_out
        What the container could not hold, in words.
    missing, changed
        A sentence for each sound that could not be read (it is silent), or is not the one the project
        was made with.
    check
        What the self-check measured; None when it was not wanted.
    """

    path: Path
    codec: str
    left_out: tuple[str, ...]
    missing: tuple[str, ...]
    changed: tuple[str, ...]
    check: ExportCheck | None

    def __str__(self) -> str:
        lines = [f"Wrote {self.path} ({self.codec.upper()} sound)."]
        if self.left_out:
            lines.append(f"Its container can't hold {', '.join(self.left_out)}.")
        lines += [*self.missing, *self.changed]
        if self.check is not None and str(self.check):
            lines.append(f"Checked: {self.check}.")
        return "\n".join(lines)


def export_video(
    project: Project,
    project_folder: Path,
    out_path: Path,
    settings: ExportSettings | None = None,
    job: Job = SILENT_JOB,
) -> ExportReport:
    """Write a project's picture with its sound, and check the result.

    The picture is copied, never encoded again; the mix is rendered as it is written, in flat memory.

    Parameters
    ----------
    project
        The document.
    project_folder
        The folder that its media paths start from.
    out_path
        The file to write; its suffix chooses the container. Left as it was when anything fails.
    settings
        How to write it.
    job
        Progress and cancellation.

    Raises
    ------
    ExportError
        When the project has no picture, or the file can't be written.
    MediaError
        When the picture can't be read.
    """
    settings = settings or ExportSettings()
    source = _source_of(project, project_folder)
    pool = SoundPool(project_folder)
    keep = settings.keep_original_audio
    written = mux(
        source,
        out_path,
        _mix(project, pool, job),
        sample_rate=project.sample_rate,
        channels=project.channels,
        codec=settings.codec,
        keep_original_audio=project.keep_original_audio if keep is None else keep,
        start_timecode=project.timecode.format(project.start_frame),
        job=job.part(0.0, 1.0 - _CHECK_SHARE if settings.check else 1.0),
    )
    check = None
    if settings.check:
        check = check_export(out_path, project, pool, job.part(1.0 - _CHECK_SHARE, 1.0))
    return ExportReport(
        path=out_path,
        codec=written.sound_codec,
        left_out=written.left_out,
        missing=tuple(problem.sentence for problem in pool.missing),
        changed=tuple(problem.sentence for problem in pool.changed),
        check=check,
    )


def _source_of(project: Project, project_folder: Path) -> Path:
    if project.video is None:
        raise ExportError("This project has no video, so there is no picture to export.")
    source = resolve_reference(project.video.media, project_folder)
    if source is None:
        raise ExportError(f"The video “{project.video.media.path}” is not there any more; relink it first.")
    return source


def _mix(project: Project, pool: SoundPool, job: Job) -> Iterator[Samples]:
    for block in render_blocks(project, pool, _BLOCK):
        job.check()
        yield block
