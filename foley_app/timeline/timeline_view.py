"""The timeline: ruler, picture, level, hits and sounds over one axis of time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from engine.project.document import Hit, Project
from foley_app.theme.palette import Palette
from foley_app.theme.theme import colour, current_palette
from foley_app.timeline.automation_keys import AutomationKeys
from foley_app.timeline.following import Following
from foley_app.timeline.frame_grid import FrameGrid
from foley_app.timeline.gestures import Pointer
from foley_app.timeline.growing_lanes import Growing
from foley_app.timeline.hit_columns import NO_HITS, HitColumns
from foley_app.timeline.pointing import Pointing
from foley_app.timeline.scroll_bars import ScrollBars
from foley_app.timeline.stage import MIX, Stage
from foley_app.timeline.time_axis import TimeAxis
from foley_app.timeline.tips import spoken_summary, timecode_text
from foley_app.timeline.waveform import PeaksUpdate, Waveform
from foley_app.timeline.zooming import Zooming

_SPEAK_AFTER_MS = 300
_NO_VIDEO = "Open a video and its hits appear here."
_NOT_ANALYSED = "No hits yet. They appear here as they are found; double-click to add one."
_NO_HITS = "No hits yet. Double-click here to add one, or press A to add one at the playhead."


class TimelineView(QWidget):
    """Shows a project over time and says what the person wants of it; changes nothing itself.

    Positions and lengths are samples at the project's rate. While hits, ends of scratches or level
    points are dragged, the timeline draws the preview by itself; the wish is emitted once, when the
    button comes up, with `finished` True. Escape gives a drag up.

    **Signals**

    seek_requested(int position, bool scrub)
        Put the playhead here; `scrub` while it is being dragged.
    selection_changed(object ids)
        A frozenset of hit ids.
    move_requested(object ids, int delta, bool finished)
        Move these hits (none of them locked) by `delta` samples.
    length_requested(str hit_id, int length, bool finished)
        Let a scratch last this long.
    add_requested(int position, bool exact)
        Add a hit; `exact` without snapping to a contact.
    hit_activated(str hit_id)
        Double click on a hit.
    hit_dragged(int position)
        Where the dragged hit is at the moment, for whoever wants to show that picture.
    automation_changed(object points, bool finished)
        A tuple of `AutomationPoint`, ordered: the whole level line.
    loop_requested(int start, int end)
        Mark this range (Shift-drag in the ruler, or a drag of one of its ends).
    filmstrip_requested(object times_s, int height)
        Make thumbnails of these times, `height` device pixels tall.
    track_mute_requested(str track_id, bool on), track_solo_requested(str track_id, bool on)
    generated_mute_requested(str id, bool on), generated_solo_requested(str id, bool on)
        A header's button.
    take_chosen(str id)
        A click on a generated take: its header or its lane.
    blend_changed(float value, bool finished)
        The slider between hits and takes, in the corner, is being moved.
    context_menu_requested(QPoint global, str hit_id)
        Right click; "" where there is no hit. The hit is selected by then.
    header_menu_requested(QPoint global, str lane_key)
        Right click on a header: a track's or generated take's id, or "picture", "level", "hits",
        "mix", "guide".
    """

    seek_requested = Signal(int, bool)
    selection_changed = Signal(object)
    move_requested = Signal(object, int, bool)
    length_requested = Signal(str, int, bool)
    add_requested = Signal(int, bool)
    hit_activated = Signal(str)
    hit_dragged = Signal(int)
    automation_changed = Signal(object, bool)
    loop_requested = Signal(int, int)
    filmstrip_requested = Signal(object, int)
    track_mute_requested = Signal(str, bool)
    track_solo_requested = Signal(str, bool)
    generated_mute_requested = Signal(str, bool)
    generated_solo_requested = Signal(str, bool)
    take_chosen = Signal(str)
    blend_changed = Signal(float, bool)
    context_menu_requested = Signal(QPoint, str)
    header_menu_requested = Signal(QPoint, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Timeline")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.snaps_to_frames = False
        self.frames = FrameGrid()
        self.base_columns = NO_HITS
        self.selection: frozenset[str] = frozenset()
        self._anchor = ""
        self._palette = current_palette()
        self._project: Project | None = None
        self._shows_candidates = False
        self._speak = QTimer(self)
        self._speak.setSingleShot(True)
        self._speak.setInterval(_SPEAK_AFTER_MS)
        self._speak.timeout.connect(self._describe)
        self.stage = Stage(self, self.filmstrip_requested.emit)
        self._bars = ScrollBars(self)
        self._following = Following(self)
        self.zooming = Zooming(self, self._following)
        self._automation_keys = AutomationKeys(self)
        self._pointing = Pointing(self)
        self.stage.canvas.set_target(self._pointing)
        self._arrange()
        self._connect()
        self.set_palette(current_palette())

    def _arrange(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.stage.headers, 0, 0)
        grid.addWidget(self.stage.canvas, 0, 1)
        grid.addWidget(self._bars.vertical, 0, 2)
        grid.addWidget(self._bars.horizontal, 1, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(0, 1)
        self._empty = QLabel(_NO_VIDEO, self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def _connect(self) -> None:
        self.stage.canvas.resized.connect(self._on_canvas_resized)
        self.stage.laid_out.connect(self._show_lanes_bar)
        self.stage.mute_clicked.connect(self._on_mute)
        self.stage.solo_clicked.connect(self._on_solo)
        self.stage.header_menu_requested.connect(self.header_menu_requested)
        self.stage.take_chosen.connect(self.take_chosen)
        self.stage.headers.blend.moved.connect(self.blend_changed)
        self._bars.time_scrolled.connect(lambda start: self.set_axis(self.axis.starting_at(start)))
        self._bars.lanes_scrolled.connect(self._on_lanes_scrolled)

    def sizeHint(self) -> QSize:
        return QSize(1200, 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(480, 160)

    # What is shown.

    @property
    def project(self) -> Project | None:
        """The project as shown."""
        return self._project

    @property
    def axis(self) -> TimeAxis:
        """The stretch of time on screen."""
        return self.stage.axis

    @property
    def columns(self) -> HitColumns:
        """The hits as drawn, a preview included."""
        return self.stage.hits.columns

    @property
    def sample_rate(self) -> int:
        """The project's sample rate."""
        return self._project.sample_rate if self._project is not None else self.frames.sample_rate

    def set_project(self, project: Project | None) -> None:
        """Show a project; only what differs by identity is painted anew."""
        old = self._project
        if project is old:
            return
        self._project = project
        is_other = project is None or old is None or project.id != old.id
        if is_other:
            self._pointing.cancel()
            self.stage.forget_peaks()
            self.stage.range_shade.set_range(None)
            self.frames = FrameGrid()
        if project is not None and (is_other or project.frame_rate != self.frames.frame_rate):
            self.frames = FrameGrid(project.frame_rate, project.sample_rate)
        self._empty.setVisible(project is None)
        self.stage.ruler.set_project(project)
        self.stage.picture.set_project(project)
        if project is not None:
            self.stage.level.set_curve(project.loudness)
        if _hits_differ(project, old):
            self._read_hits()
        self.stage.show_sounds(project)
        length = project.length if project is not None else 0
        if is_other:
            self.set_axis(TimeAxis.fitted(self.stage.canvas.width(), length))
        else:
            self.set_axis(self.axis.resized(self.stage.canvas.width(), length))
        self._speak.start()

    def _read_hits(self) -> None:
        project = self._project
        shown = project.shown_hits if project is not None else ()
        is_analysed = project is None or bool(project.analysis_model)
        self.stage.hits.set_message(_NO_HITS if is_analysed else _NOT_ANALYSED)
        self.base_columns = HitColumns.of(shown, self.base_columns)
        self._show_columns(self.base_columns)
        hidden: tuple[Hit, ...] = ()
        if project is not None and self._shows_candidates:
            shown_ids = {hit.id for hit in shown}
            hidden = tuple(hit for hit in project.hits if hit.id not in shown_ids)
        self.stage.hits.set_candidates(HitColumns.of(hidden) if hidden else NO_HITS)

    def preview(self, columns: HitColumns | None) -> None:
        """Draw hits as a drag would leave them; None goes back to the document's."""
        self._show_columns(self.base_columns if columns is None else columns)

    def _show_columns(self, columns: HitColumns) -> None:
        self.stage.hits.set_columns(columns)
        self.stage.triggers.set_columns(columns)

    def set_candidates_shown(self, shown: bool) -> None:
        """Draw the hits below the threshold faintly, or not at all."""
        if shown != self._shows_candidates:
            self._shows_candidates = shown
            self._read_hits()

    def set_selection(self, ids: frozenset[str]) -> None:
        """Mark these hits as selected; emits nothing."""
        self.selection = frozenset(ids)
        self.stage.hits.set_selection(self.selection)
        self._speak.start()

    def set_playhead(self, position: int) -> None:
        """Put the playhead here; the view follows by whole pages."""
        self.stage.playhead.set_position(position)
        self._following.playhead_moved(position, is_busy=self._pointing.is_busy)

    def set_playing(self, is_playing: bool) -> None:
        """While playing, scrolling away from the playhead is respected."""
        self._following.set_playing(is_playing)

    def set_loop(self, start: int | None, end: int | None) -> None:
        """Show the marked range; None and None show none."""
        self.stage.range_shade.set_range(None if start is None or end is None else (start, end))

    def set_peaks(self, peaks: PeaksUpdate) -> None:
        """Show the waveform of the mix; the array is copied."""
        self.set_lane_peaks(MIX, peaks.lowest_and_highest, peaks.samples_per_peak)

    def set_lane_peaks(
        self, key: str, peaks: NDArray[np.generic] | None, samples_per_peak: int = 256
    ) -> None:
        """Show peaks of a track or generated take (its id), of the mix ("mix") or the guide sound ("guide").

        Parameters
        ----------
        peaks
            (n, 2) lowest and highest, floating point in -1..1 or int16; None removes them.
        """
        self.stage.set_peaks(key, None if peaks is None else Waveform.of(peaks, samples_per_peak))
        self.stage.show_sounds(self._project)

    def set_growing(self, takes: Sequence[Growing]) -> None:
        """Show takes that are being made in lanes of their own; none when it is over."""
        self.stage.show_growing(takes, self._project)

    def set_take_missing(self, track_id: str, sentence: str) -> None:
        """Say in a generated take's lane that its sound can't be read."""
        self.stage.set_missing(track_id, sentence)
        self.stage.show_sounds(self._project)

    def set_current_take(self, track_id: str) -> None:
        """Mark the generated take that is looked at; "" marks none."""
        self.stage.set_current(track_id)

    def set_thumbnail(self, request: int, time_s: float, image: QImage) -> None:
        """Put a thumbnail on the filmstrip."""
        self.stage.picture.put_thumbnail(time_s, image)

    def refresh_filmstrip(self) -> None:
        """Ask for the thumbnails again, because the video can be read only now."""
        self.stage.picture.forget_thumbnails()

    def set_frame_positions(self, positions: NDArray[np.int64]) -> None:
        """Where each picture begins, in samples: what snapping to frames snaps to."""
        self.frames = FrameGrid(self.frames.frame_rate, self.frames.sample_rate, positions)

    def set_snap(self, snaps_to_frames: bool) -> None:
        """Let drags stop at the beginnings of pictures; Alt moves freely all the same."""
        self.snaps_to_frames = snaps_to_frames

    def set_palette(self, palette: Palette) -> None:
        """Paint in other colours; a change of the application's theme arrives by itself."""
        self.stage.set_palette(palette)
        self._palette = palette
        self.update()
        self._empty.setStyleSheet(f"background: {palette.window}; color: {palette.text_quiet};")

    # Zoom and scroll.

    def set_axis(self, axis: TimeAxis) -> None:
        """Show another stretch of time."""
        self.stage.set_axis(axis)
        self._bars.show_axis(axis)
        self._following.view_moved()

    def zoom_about(self, factor: float, x: float) -> None:
        """Zoom by a factor; what lies at canvas x stays there."""
        self.set_axis(self.axis.zoomed(factor, x))

    def scroll_to(self, position: int) -> None:
        """Bring a position on screen if it is not."""
        self._following.bring_into_view(position)

    def scroll_by(self, pixels: float) -> None:
        """Scroll towards later times by so many pixels."""
        self.set_axis(self.axis.scrolled(pixels))

    def scroll_lanes(self, pixels: int) -> None:
        """Scroll the lanes down by so many pixels."""
        self._on_lanes_scrolled(self.stage.scroll + pixels)

    def _on_lanes_scrolled(self, pixels: int) -> None:
        self.stage.set_scroll(pixels)
        self._show_lanes_bar()

    def _show_lanes_bar(self) -> None:
        self._bars.show_lanes(self.stage.scroll, self.stage.hidden_height, self.stage.canvas.height())

    def _on_canvas_resized(self) -> None:
        self.set_axis(self.axis.resized(self.stage.canvas.width(), self.axis.length))

    # What the pointer and the keys do.

    def choose_hits(self, ids: frozenset[str], anchor: str = "") -> None:
        """Select hits for the person, and say so."""
        if anchor:
            self._anchor = anchor
        if ids != self.selection:
            self.set_selection(ids)
            self.selection_changed.emit(ids)

    def extend_selection_to(self, hit: Hit) -> None:
        """Select everything from the last hit that was clicked to this one."""
        hits = self.base_columns.hits
        index_of = {h.id: index for index, h in enumerate(hits)}
        first, last = sorted((index_of.get(self._anchor, index_of[hit.id]), index_of[hit.id]))
        self.choose_hits(self.selection | {h.id for h in hits[first : last + 1]})

    @property
    def automation(self) -> AutomationKeys:
        """Level points by keyboard: add, choose, nudge, delete."""
        return self._automation_keys

    def inside(self, position: int) -> int:
        """The position, or the nearest one within the document."""
        return min(max(position, 0), max(self.axis.length - 1, 0))

    def timecode_text(self, position: int) -> str:
        """Timecode of a position."""
        return timecode_text(self._project, position) if self._project is not None else ""

    def show_label(self, text: str, pointer: Pointer) -> None:
        """Say something beside the pointer while it drags."""
        self.stage.drag_label.show_text(text, pointer.x, pointer.y, self.stage.canvas.width())

    def _on_mute(self, key: str, on: bool) -> None:
        is_track = self._project is not None and key in self._project.tracks_by_id
        (self.track_mute_requested if is_track else self.generated_mute_requested).emit(key, on)
        self.stage.show_sounds(self._project)

    def _on_solo(self, key: str, on: bool) -> None:
        is_track = self._project is not None and key in self._project.tracks_by_id
        (self.track_solo_requested if is_track else self.generated_solo_requested).emit(key, on)
        self.stage.show_sounds(self._project)

    def event(self, event: QEvent) -> bool:
        # While a level point is chosen, these keys are about it and not about the selected hits.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (self._automation_keys.wants(event) or self._is_escape(event))
        ):
            event.accept()
            return True
        return super().event(event)

    def _is_escape(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape and self._pointing.is_busy

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_escape(event):
            self._pointing.cancel()
        elif self._automation_keys.wants(event):
            self._automation_keys.press(event)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Over the headers; the canvas takes its own.
        self.scroll_lanes(-round(event.angleDelta().y() / 3))
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.set_palette(current_palette())
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._empty.setGeometry(self.rect())
        self._empty.raise_()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), colour(self._palette.window))

    def _describe(self) -> None:
        playhead = self.stage.playhead.position
        self.setAccessibleDescription(spoken_summary(self._project, playhead, self.selection))


def _hits_differ(project: Project | None, old: Project | None) -> bool:
    if project is None or old is None:
        return True
    return project.hits is not old.hits or project.threshold != old.threshold
