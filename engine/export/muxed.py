"""The export: a project's picture, stream-copied, with its mix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ExportError
from engine.export.self_check import ExportCheck, check_export
from engine.job import SILENT_JOB, Job
from engine.media.mux import mux
from engine.project.document import MediaReference, Project
from engine.project.references import has_contents, resolve_reference
from engine.synthesis.mixer import render_blocks
from engine.synthesis.mixer.voices import VoiceMaker
from engine.synthesis.sound_pool import Samples, SoundPool

_BLOCK = 1 << 18
_CHECK_SHARE = 0.3
_CHANGED = "The video “{}” has changed since the project was made with it."


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
    allow_missing
        Whether to write the file although sounds are missing, which are silent then.
    """

    codec: str | None = None
    keep_original_audio: bool | None = None
    check: bool = True
    allow_missing: bool = True


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
        A sentence for each sound that could not be read (it is silent), and for each sound, and the
        picture, that is not the one the project was made with.
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
        Progress and cancellation; an event "written" with the "path" tells when the file is in place, which
        cancelling the check does not take back.

    Raises
    ------
    ExportError
        When the project has no picture, sounds are missing that must not be, or the file can't be written.
    MediaError
        When the picture can't be read.
    """
    settings = settings or ExportSettings()
    source, reference = _source_of(project, project_folder)
    pool = SoundPool(project_folder)
    if not settings.allow_missing:
        _require_sounds(project, pool)
    is_changed = bool(reference.content_hash) and not has_contents(source, reference.content_hash)
    changed = (_CHANGED.format(reference.path),) if is_changed else ()
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
    job.emit({"event": "written", "path": str(out_path)})
    check = None
    if settings.check:
        check = check_export(out_path, project, pool, job.part(1.0 - _CHECK_SHARE, 1.0))
    return ExportReport(
        path=out_path,
        codec=written.sound_codec,
        left_out=written.left_out,
        missing=tuple(problem.sentence for problem in pool.missing),
        changed=(*changed, *(problem.sentence for problem in pool.changed)),
        check=check,
    )


def _source_of(project: Project, project_folder: Path) -> tuple[Path, MediaReference]:
    if project.video is None:
        raise ExportError("This project has no video, so there is no picture to export.")
    reference = project.video.media
    source = resolve_reference(reference, project_folder)
    if source is None:
        raise ExportError(
            f"The video “{reference.path}” is not there any more; put it back, or open the project in the "
            "window and show where it is now."
        )
    return source, reference


def _require_sounds(project: Project, pool: SoundPool) -> None:
    VoiceMaker(project, pool).all_voices()
    if pool.missing:
        first = pool.missing[0].sentence
        count = len(pool.missing)
        raise ExportError(first if count == 1 else f"{count} sounds can't be read; the first: {first}")


def _mix(project: Project, pool: SoundPool, job: Job) -> Iterator[Samples]:
    for block in render_blocks(project, pool, _BLOCK):
        job.check()
        yield block
