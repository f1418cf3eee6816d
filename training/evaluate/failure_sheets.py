"""What a detector got wrong, to be looked at: a table, and contact sheets of the pictures around it.

A sheet `CLIP.jpg` has a line per failure: seven pictures in a row around the moment, the one nearest to the
true contact (or to the false alarm) framed, and beside them the second around it: levels, true contacts,
everything that was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.contacts import ClipContacts
from engine.evaluation.failures import Failure, failures_of
from engine.media.decode import Frame, iter_frames
from engine.media.probe import require_video
from training.datasets.recording import Recording
from training.evaluate.calibration_tables import CALIBRATED_S
from training.evaluate.detectors import Finder
from training.evaluate.envelope_error import LevelPairs
from training.evaluate.figures import make_folder, write_figure
from training.evaluate.score_table import ScoreTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PICTURES = 7
_PICTURE_WIDTH = 168
_GAP_S = 0.5
"""The strip's pictures lie within this of the moment."""
_CURVE_S = 0.7
_FRAME_COLOUR = {"missed": (0, 90, 220), "mistimed": (230, 130, 0), "false alarm": (210, 0, 0)}
_BORDER = 4


def failure_table(name: str, clips: Sequence[ClipContacts]) -> ScoreTable:
    """Every failure of a detector at ±50 ms, clip by clip."""
    failures = [failure for clip in clips for failure in failures_of(clip, CALIBRATED_S)]
    kinds = [failure.kind for failure in failures]
    table = ScoreTable(
        f"{name}: what went wrong within ±{1000 * CALIBRATED_S:.0f} ms: {kinds.count('missed')} missed, "
        f"{kinds.count('mistimed')} mistimed, {kinds.count('false alarm')} false alarms",
        ("at s", "what"),
        first="clip",
    )
    for failure in failures:
        table.add(failure.clip, failure.time_s, failure.sentence)
    return table


def write_gallery(
    folder: Path,
    recordings: Sequence[Recording],
    clips: Sequence[ClipContacts],
    finder: Finder,
    levels: LevelPairs | None,
) -> list[Path]:
    """Write a sheet of each clip with failures.

    Parameters
    ----------
    clips
        Those of the recordings, in the same order.
    finder
        What was found; it knows when the pictures with levels are shown.
    levels
        (true, predicted) levels by the clip's name, or None.

    Raises
    ------
    UserFacingError
        When the folder can't be made or written, or a clip can't be decoded.
    """
    make_folder(folder)
    written = []
    for recording, clip in zip(recordings, clips, strict=True):
        failures = failures_of(clip, CALIBRATED_S)
        if not failures:
            continue
        pair = None if levels is None else levels.get(recording.name)
        figure = sheet(recording, clip, failures, finder.clips[recording.name].picture_times_s, pair)
        # A clip's name may be a path within its data set.
        path = folder / f"{recording.name.replace('/', '_')}.jpg"
        write_figure(figure, path, dots_per_inch=80)
        written.append(path)
    return written


def sheet(
    recording: Recording,
    clip: ClipContacts,
    failures: Sequence[Failure],
    picture_times_s: NDArray[np.float64],
    levels: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
) -> Figure:
    """One clip's failures, one below the other."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(17, 0.5 + 1.75 * len(failures)), layout="constrained")
    grid = figure.subplots(len(failures), 2, squeeze=False, width_ratios=(3.2, 1))
    figure.suptitle(
        f"{clip.name}: {len(failures)} failures, {clip.true_s.size} contacts, {clip.counted_s.size} hits",
        fontsize=10,
    )
    for (pictures, curve), failure in zip(grid, failures, strict=True):
        strip, labels = film_strip(recording.picture, failure)
        pictures.imshow(strip)
        width = strip.shape[1] / len(labels)
        pictures.set_xticks([(number + 0.5) * width for number in range(len(labels))], labels, fontsize=7)
        pictures.set_yticks([])
        pictures.set_title(f"{failure.time_s:.3f} s: {failure.sentence}", fontsize=9, loc="left")
        _draw_curves(curve, clip, failure, picture_times_s, levels)
    return figure


def film_strip(path: Path, failure: Failure) -> tuple[NDArray[np.uint8], list[str]]:
    """Pictures in a row around a failure, and how many ms each is shown after it.

    Returns
    -------
    tuple
        uint8 (height, width, 3), the nearest picture framed; and the labels.

    Raises
    ------
    MediaError
        When the clip can't be decoded there.
    """
    frames = _frames_around(path, failure.time_s)
    nearest = int(np.argmin([abs(frame.time_s - failure.time_s) for frame in frames]))
    strip = []
    for number, frame in enumerate(frames):
        image = np.array(frame.image)
        if number == nearest:
            for edge in (np.s_[:_BORDER], np.s_[-_BORDER:], np.s_[:, :_BORDER], np.s_[:, -_BORDER:]):
                image[edge] = _FRAME_COLOUR[failure.kind]
        strip.append(image)
    return np.hstack(strip), [f"{1000 * (frame.time_s - failure.time_s):+.0f} ms" for frame in frames]


def _frames_around(path: Path, time_s: float) -> list[Frame]:
    """At most `_PICTURES` pictures, the one nearest to a time in their middle unless the clip ends there."""
    video = require_video(path).video
    assert video is not None
    size = (_PICTURE_WIDTH, max(2, round(_PICTURE_WIDTH * video.height / video.width)))
    start_s, end_s = max(0.0, time_s - _GAP_S), time_s + _GAP_S
    frames = list(iter_frames(path, size=size, start_s=start_s, end_s=end_s, thread_count=1))
    if not frames:  # a moment after the last picture
        frames = list(iter_frames(path, size=size, thread_count=1))
    nearest = int(np.argmin([abs(frame.time_s - time_s) for frame in frames]))
    first = max(0, min(nearest - _PICTURES // 2, len(frames) - _PICTURES))
    return frames[first : first + _PICTURES]


def _draw_curves(
    axes: Axes,
    clip: ClipContacts,
    failure: Failure,
    picture_times_s: NDArray[np.float64],
    levels: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
) -> None:
    """Confidences of what was found and true contacts; levels behind them."""
    here_s = failure.time_s
    axes.set(xlim=(-_CURVE_S, _CURVE_S), ylim=(0, 1.05))
    axes.axhline(clip.threshold, color="gray", linewidth=0.7, linestyle=":")
    is_counted = clip.confidence >= clip.threshold
    for is_these, colour in ((is_counted, "tab:red"), (~is_counted, "darkgray")):
        axes.vlines(clip.found_s[is_these] - here_s, 0, clip.confidence[is_these], color=colour, linewidth=2)
    axes.plot(clip.true_s - here_s, np.full(clip.true_s.size, 1.0), "v", color="tab:green", markersize=7)
    axes.tick_params(labelsize=7)
    if levels is None:
        return
    right = axes.twinx()
    right.tick_params(labelsize=7)
    near = np.abs(picture_times_s - here_s) <= _CURVE_S
    for curve, colour in zip(levels, ("tab:blue", "tab:orange"), strict=True):
        right.plot(picture_times_s[near] - here_s, curve[near], color=colour, linewidth=0.9)
    right.set_ylabel("dB", fontsize=7)
