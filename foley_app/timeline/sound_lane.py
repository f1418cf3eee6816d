"""A lane of sound: the waveform of a track, a generated take, the guide sound or the whole mix."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from engine.project.document import Hit, Project
from foley_app.theme.theme import colour, ui_font
from foley_app.timeline.array_painting import draw_rects
from foley_app.timeline.column_image import Band, draw_columns
from foley_app.timeline.lane import Lane, LaneHeight
from foley_app.timeline.mixing import blended
from foley_app.timeline.waveform import Waveform

_LOUDNESS_POWER = 0.6
"""Amplitudes are drawn to this power: at -20 dB a quarter of full height, so that quiet foley is seen."""
_MARGIN = 4.0
_QUIET_SHARE = 0.35
_BLOCK_SHARE = 0.3
_BLOCK_EDGE = 2.0
_UNKNOWN_CLIP_S = 0.35
"""How long a clip of unknown length is drawn."""

_UNMADE_SHARE = 0.12
_UNMADE_MARGIN = 8.0
_BEHIND_TEXT = 0.7

SoundColour = Literal["sound", "generated"]


@dataclass(frozen=True, slots=True)
class Making:
    """How far the sound of a lane is made.

    Attributes
    ----------
    made, end
        What lies between these positions is still to come.
    text
        What is said there.
    """

    made: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class ClipSpans:
    """Where a track's clips lie.

    Attributes
    ----------
    start, end
        (n,) int64 samples, `start` ascending.
    share
        (n,) float64 height in 0..1, from the hit's level.
    longest
        The longest span in samples.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    share: NDArray[np.float64]
    longest: int


def clip_spans(project: Project, hits: tuple[Hit, ...]) -> ClipSpans:
    """The clips of hits as spans, in the order of time."""
    unknown = round(_UNKNOWN_CLIP_S * project.sample_rate)
    rows = [
        (
            hit.position + clip.offset,
            hit.position + clip.offset + (clip.length or hit.length or unknown),
            min(max((hit.level_db + 60) / 54, 0.15), 1.0),
        )
        for hit in hits
        if not hit.mute
        for clip in hit.clips
    ]
    rows.sort()
    start = np.array([row[0] for row in rows], np.int64)
    end = np.array([row[1] for row in rows], np.int64)
    return ClipSpans(
        start, end, np.array([row[2] for row in rows], np.float64), int((end - start).max(initial=0))
    )


class SoundLane(Lane):
    """Draws peaks where there are any; otherwise where the track's clips lie, as plain blocks.

    Attributes
    ----------
    is_quiet
        Muted, or silenced by another lane's solo: drawn paler.
    """

    heights = LaneHeight(48, 60, 120)

    def __init__(self, key: str, title: str, sound_colour: SoundColour = "sound") -> None:
        super().__init__(key, title)
        self._sound_colour: SoundColour = sound_colour
        self._waveform: Waveform | None = None
        self._spans: ClipSpans | None = None
        self.is_quiet = False
        self._making: Making | None = None
        self._over: Waveform | None = None
        self._message = ""
        self._message_font = ui_font(12)

    def set_waveform(self, waveform: Waveform | None) -> None:
        """Show other peaks, or none."""
        if waveform is not self._waveform:
            self._waveform = waveform
            self.update()

    @property
    def has_waveform(self) -> bool:
        """Whether there are peaks to draw."""
        return self._waveform is not None

    def set_spans(self, spans: ClipSpans | None) -> None:
        """Blocks to draw while there are no peaks."""
        if spans is not self._spans:
            self._spans = spans
            if self._waveform is None:
                self.update()

    def set_quiet(self, is_quiet: bool) -> None:
        """Draw paler, because it is not heard."""
        if is_quiet != self.is_quiet:
            self.is_quiet = is_quiet
            self.update()

    def set_making(self, making: Making | None, over: Waveform | None = None) -> None:
        """Show what is still to come of a sound that is being made; None for one that is whole.

        Parameters
        ----------
        over
            Peaks of the part that is being made anew, drawn in place of the old ones.
        """
        if making != self._making or over is not self._over:
            self._making, self._over = making, over
            self.update()

    def set_message(self, text: str) -> None:
        """A quiet sentence while there is nothing to hear."""
        if text != self._message:
            self._message = text
            self.update()

    def draw_lane(self, painter: QPainter, left: float, right: float) -> None:
        if self._waveform is not None:
            self._draw_waveform(painter, self._waveform, left, right)
        elif self._spans is not None and len(self._spans.start):
            self._draw_spans(painter, self._spans, left, right)
        elif self._message:
            painter.setFont(self._message_font)
            self.draw_message(painter, self._message)
        if self._over is not None:
            self._draw_waveform(painter, self._over, left, right)
        if self._making is not None:
            self._draw_unmade(painter, self._making)

    def _ink(self, share: float) -> str:
        """The lane's sound colour over its ground; paler while it is not heard."""
        ink: str = getattr(self.palette, self._sound_colour)
        return blended(ink, self.palette.lane, share * (_QUIET_SHARE if self.is_quiet else 1.0))

    def _draw_waveform(self, painter: QPainter, waveform: Waveform, left: float, right: float) -> None:
        ratio = self.device_ratio()
        step = self.axis.samples_per_pixel / ratio
        # Columns are counted from the document's start, so that scrolling does not make peaks flicker.
        origin = math.floor(self.axis.start / step)
        first = math.floor(left * ratio) - 1
        last = math.ceil(right * ratio) + 1
        first_sounding = math.floor(max(waveform.start, 0) / step) - origin
        last_sounding = math.ceil(min(waveform.end, self.axis.length) / step) - origin
        first, last = max(first, first_sounding), min(last, last_sounding)
        if last <= first:
            return
        peaks = waveform.columns((origin + first) * step, step, last - first)
        middle = self.height / 2
        y = middle - np.sign(peaks) * np.abs(peaks) ** _LOUDNESS_POWER * (middle - _MARGIN)
        # Silence is a line one device pixel thick.
        band = Band(np.minimum(y[:, 1], middle), np.maximum(y[:, 0], middle), self._ink(1.0))
        draw_columns(painter, first / ratio, self.height, ratio, self.palette.lane, band)

    def _draw_unmade(self, painter: QPainter, making: Making) -> None:
        left, right = self.axis.x_of(making.made), self.axis.x_of(making.end)
        painter.fillRect(
            QRectF(left, 0, right - left, self.height), colour(self.palette.accent, _UNMADE_SHARE)
        )
        painter.fillRect(QRectF(left, 0, 1.0, self.height), colour(self.palette.accent))
        painter.setFont(self._message_font)
        painter.setPen(colour(self.palette.text))
        width = painter.fontMetrics().horizontalAdvance(making.text)
        # Beside the edge where there is room, else on the side that is made already.
        seen = max(left, 0.0)
        x = seen + _UNMADE_MARGIN
        if x + width > min(right, self.width):
            x = min(seen, self.width) - width - _UNMADE_MARGIN
        line = painter.fontMetrics().height()
        behind = QRectF(x - 4, (self.height - line) / 2 - 1, width + 8, line + 2)
        painter.fillRect(behind, colour(self.palette.lane, _BEHIND_TEXT))
        painter.drawText(QRectF(x, 0, width + 2, self.height), Qt.AlignmentFlag.AlignVCenter, making.text)

    def _draw_spans(self, painter: QPainter, spans: ClipSpans, left: float, right: float) -> None:
        first = int(np.searchsorted(spans.start, self.axis.position_at(left) - spans.longest))
        last = int(np.searchsorted(spans.start, self.axis.position_at(right) + 1))
        start_x = np.clip(self.axis.x_of(spans.start[first:last]), -8.0, self.width + 8.0)
        end_x = np.clip(self.axis.x_of(spans.end[first:last]), -8.0, self.width + 8.0)
        height = np.maximum(spans.share[first:last] * (self.height - 2 * _MARGIN), 4.0)
        rects = np.column_stack(
            (start_x, (self.height - height) / 2, np.maximum(end_x - start_x, 1.0), height)
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._ink(_BLOCK_SHARE)))
        draw_rects(painter, rects)
        rects[:, 2] = _BLOCK_EDGE
        painter.setBrush(QColor(self._ink(1.0)))
        draw_rects(painter, rects)
