"""The timeline's picture: canvas, ruler, lanes, headers and overlays, and where each of them lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from engine.project.document import GeneratedTrack, Project, Track
from foley_app.generate.take_texts import take_tip
from foley_app.theme.palette import DARK, Palette
from foley_app.timeline.canvas import Canvas
from foley_app.timeline.growing_lanes import Growing, GrowingLanes
from foley_app.timeline.headers import HeaderColumn, LaneHeader, ScaleMark
from foley_app.timeline.hits_lane import HitsLane
from foley_app.timeline.lane import CanvasItem, Lane, LaneGround
from foley_app.timeline.lane_layout import LANE_GAP, lane_heights
from foley_app.timeline.level_lane import LevelLane
from foley_app.timeline.level_scale import labelled_marks, y_of_level
from foley_app.timeline.overlays import DragLabel, Playhead, RangeShade, RubberBand
from foley_app.timeline.picture_lane import PictureLane
from foley_app.timeline.ruler import RULER_HEIGHT, Ruler
from foley_app.timeline.sound_lane import SoundLane, clip_spans
from foley_app.timeline.time_axis import TimeAxis
from foley_app.timeline.trigger_lines import TriggerLines
from foley_app.timeline.waveform import Waveform

MIX = "mix"
GUIDE = "guide"
"""Names of the two sound lanes that are neither a track nor a generated take."""


_MAKE_AGAIN = "Make the take again to have it back."


class Stage(QObject):
    """Everything that is painted; the view decides what to show and the pointer what to do.

    **Signals**

    mute_clicked(str lane key, bool on), solo_clicked(str lane key, bool on)
        A header's button.
    header_menu_requested(QPoint global, str lane key)
        Right click on a header.
    take_chosen(str id)
        A click on a generated take: its header or its lane.
    laid_out()
        Lanes came, went or have another height.
    """

    mute_clicked = Signal(str, bool)
    solo_clicked = Signal(str, bool)
    header_menu_requested = Signal(QPoint, str)
    take_chosen = Signal(str)
    laid_out = Signal()

    def __init__(self, parent: QWidget, ask_for_thumbnails: Callable[[list[float], int], None]) -> None:
        super().__init__(parent)
        self.canvas = Canvas(parent)
        self.headers = HeaderColumn(RULER_HEIGHT, parent)
        self.axis = TimeAxis.fitted(1, 0)
        self._palette: Palette = DARK
        self._scroll = 0
        self._peaks: dict[str, Waveform] = {}
        self.ruler = Ruler()
        self.picture = PictureLane(ask_for_thumbnails)
        self.level = LevelLane()
        self.hits = HitsLane()
        self._hits_ground = LaneGround("hits ground", "")
        self.triggers = TriggerLines()
        self.playhead = Playhead()
        self.range_shade = RangeShade()
        self.rubber_band = RubberBand()
        self.drag_label = DragLabel()
        self.sounds: list[SoundLane] = []
        self._header_of: dict[str, LaneHeader] = {}
        self._heights: list[int] = []
        self._spans_source: tuple[object, ...] = ()
        self._growing = GrowingLanes()
        self._takes: dict[str, GeneratedTrack] = {}
        self._tips: dict[str, tuple[LaneHeader, GeneratedTrack]] = {}
        self._missing: dict[str, str] = {}
        self._current = ""
        overlays = (
            self.triggers,
            self.rubber_band,
            self.range_shade,
            self.ruler,
            self.playhead,
            self.drag_label,
        )
        for depth, item in enumerate(overlays, start=1):
            item.setZValue(depth)
            self._add(item)
        self._add(self._hits_ground)
        self.hits.setZValue(self.playhead.zValue() + 0.5)
        # The range's bar lies on the ruler, its tint over the lanes.
        self.range_shade.setZValue(self.ruler.zValue() + 0.5)
        for lane in (self.picture, self.level, self.hits):
            self._add_lane(lane, with_buttons=False)
        self.canvas.resized.connect(self.lay_out)

    @property
    def lanes(self) -> list[Lane]:
        """All lanes from the top."""
        return [self.picture, self.level, self.hits, *self.sounds]

    def _add(self, item: CanvasItem) -> None:
        item.set_palette(self._palette)
        item.set_axis(self.axis)
        self.canvas.addItem(item)

    def _add_lane(self, lane: Lane, *, with_buttons: bool) -> None:
        self._add(lane)
        header = LaneHeader(lane.title, self.headers, with_buttons=with_buttons)
        header.set_palette(self._palette)
        header.mute_clicked.connect(lambda on: self.mute_clicked.emit(lane.key, on))
        header.solo_clicked.connect(lambda on: self.solo_clicked.emit(lane.key, on))
        header.menu_requested.connect(lambda point: self.header_menu_requested.emit(point, lane.key))
        header.chosen.connect(lambda: self.choose_take(lane.key))
        self._header_of[lane.key] = header

    def header(self, key: str) -> LaneHeader:
        """The header of a lane; `KeyError` when there is no such lane."""
        return self._header_of[key]

    def set_palette(self, palette: Palette) -> None:
        """Paint everything in other colours."""
        self._palette = palette
        self.canvas.setBackground(QColor(palette.window))
        self.headers.set_palette(palette)
        for header in self._header_of.values():
            header.set_palette(palette)
        for item in self._items():
            item.set_palette(palette)

    def set_axis(self, axis: TimeAxis) -> None:
        """Show another stretch of time in every lane."""
        self.axis = axis
        for item in self._items():
            item.set_axis(axis)

    def _items(self) -> list[CanvasItem]:
        overlays = [
            self.ruler,
            self.triggers,
            self.playhead,
            self.range_shade,
            self.rubber_band,
            self.drag_label,
        ]
        return [*overlays, self._hits_ground, *self.lanes]

    def show_sounds(self, project: Project | None) -> None:
        """A lane per track and generated take, the mix where tracks have no peaks of their own."""
        wanted: list[tuple[str, str, bool]] = []
        self._takes = {take.id: take for take in project.generated} if project is not None else {}
        if project is not None:
            tracks_have_peaks = bool(project.tracks) and all(t.id in self._peaks for t in project.tracks)
            if len(project.tracks) != 1 and not tracks_have_peaks:
                wanted.append((MIX, "Mix" if project.tracks else "Kit + library", False))
            wanted += [(track.id, track.name, True) for track in project.tracks]
            wanted += [(take.id, take.name, True) for take in project.generated]
            wanted += [(key, name, False) for key, name in self._growing.own_lanes(self._takes)]
            if GUIDE in self._peaks:
                wanted.append((GUIDE, "Guide sound", False))
        if [key for key, _, _ in wanted] != [lane.key for lane in self.sounds]:
            self._rebuild_sounds(wanted)
        for key, title, _ in wanted:
            if self._header_of[key].title != title:
                self._header_of[key].set_title(title)
        self.headers.show_blend(project.blend if project is not None and self._takes else None)
        if project is not None:
            self._dress_sounds(project)

    def show_growing(self, takes: Sequence[Growing], project: Project | None) -> None:
        """Show takes that are being made, as far as they go; a part of a track is shown in its lane."""
        were_there = self._growing.keys
        self._growing.set_takes(takes)
        self.show_sounds(project)
        if takes and not were_there:
            self.bring_into_view(self._growing.keys[-1])

    def set_current(self, key: str) -> None:
        """Mark the generated take that is looked at; "" marks none."""
        self._current = key
        for lane in self.sounds:
            self._header_of[lane.key].set_current(lane.key == key)
        self.bring_into_view(key)

    def bring_into_view(self, key: str) -> None:
        """Scroll the lanes so far that this one is seen; nothing when there is no such lane."""
        lane = next((lane for lane in self.lanes if lane.key == key), None)
        if lane is None:
            return
        top, bottom = round(lane.y()) - RULER_HEIGHT - LANE_GAP, round(lane.y()) + lane.height
        if top < 0:
            self.set_scroll(self._scroll + top)
        elif bottom > self.canvas.height():
            self.set_scroll(self._scroll + bottom - self.canvas.height() + LANE_GAP)
        self.laid_out.emit()

    def generated_take(self, key: str) -> GeneratedTrack | None:
        """The generated take of a lane, None on other lanes."""
        return self._takes.get(key)

    def choose_take(self, key: str) -> None:
        """Tell that a lane was clicked, if it is a generated take's."""
        if key in self._takes:
            self.take_chosen.emit(key)

    def _rebuild_sounds(self, wanted: list[tuple[str, str, bool]]) -> None:
        for lane in self.sounds:
            self.canvas.removeItem(lane)
            header = self._header_of.pop(lane.key)
            header.hide()
            header.deleteLater()
        generated = {*self._takes, *self._growing.keys}
        self.sounds = []
        for key, title, with_buttons in wanted:
            is_own = key not in generated and key != GUIDE
            lane = SoundLane(key, title, "sound" if is_own else "generated")
            self._add_lane(lane, with_buttons=with_buttons)
            self._header_of[key].set_current(key == self._current)
            self.sounds.append(lane)
        self.lay_out()

    def _dress_sounds(self, project: Project) -> None:
        parts: dict[str, Track | GeneratedTrack] = {
            part.id: part for part in (*project.tracks, *project.generated)
        }
        any_solo = any(part.solo for part in parts.values())
        for lane in self.sounds:
            part = parts.get(lane.key)
            if part is not None:
                self._header_of[lane.key].set_state(mute=part.mute, solo=part.solo)
                is_off = project.blend == (1.0 if isinstance(part, Track) else 0.0)
                lane.set_quiet(part.mute or (any_solo and not part.solo) or is_off)
            waveform = self._peaks.get(lane.key)
            if isinstance(part, GeneratedTrack):
                self._show_tip(project, part)
                if waveform is not None and waveform.start != part.position:
                    waveform = self._peaks[lane.key] = replace(waveform, start=part.position)
            self._growing.dress(lane, project.sample_rate)
            # The mix is the one track's sound only where nothing else is in it.
            is_alone = len(project.tracks) == 1 and not project.generated
            if waveform is None and isinstance(part, Track) and is_alone:
                waveform = self._peaks.get(MIX)
            lane.set_waveform(waveform)
            missing = self._missing.get(lane.key, "")
            lane.set_message(f"{missing} {_MAKE_AGAIN}" if missing else "")
        self._show_spans(project)

    def _show_tip(self, project: Project, take: GeneratedTrack) -> None:
        header = self._header_of[take.id]
        known = self._tips.get(take.id)
        if known is None or known[0] is not header or known[1] is not take:
            self._tips[take.id] = (header, take)
            header.set_tip(take_tip(project, take))

    def _show_spans(self, project: Project) -> None:
        """Where the clips of tracks without peaks lie, read anew only when the hits differ."""
        bare = [lane for lane in self.sounds if not lane.has_waveform and lane.key in project.tracks_by_id]
        source = (project.hits, project.threshold, *bare)
        if len(source) == len(self._spans_source) and all(
            new is old for new, old in zip(source, self._spans_source, strict=True)
        ):
            return
        self._spans_source = source
        for lane in bare:
            is_first = lane.key == project.tracks[0].id
            hits = tuple(
                hit
                for hit in project.shown_hits
                if hit.track == lane.key or (is_first and hit.track not in project.tracks_by_id)
            )
            lane.set_spans(clip_spans(project, hits))

    def set_peaks(self, key: str, waveform: Waveform | None) -> None:
        """Peaks of the mix, a track, a generated take or the guide sound."""
        self._missing.pop(key, None)
        if waveform is None:
            self._peaks.pop(key, None)
        else:
            self._peaks[key] = waveform

    def set_missing(self, key: str, sentence: str) -> None:
        """A generated take's sound can't be read, and why."""
        self.set_peaks(key, None)
        self._missing[key] = sentence

    def forget_peaks(self) -> None:
        """Another document was opened."""
        self._peaks.clear()
        self._missing.clear()

    @property
    def scroll(self) -> int:
        """How far the lanes are scrolled down, in pixels."""
        return self._scroll

    def set_scroll(self, pixels: int) -> None:
        """Scroll the lanes down to here, within what there is."""
        scroll = min(max(pixels, 0), self.hidden_height)
        if scroll != self._scroll:
            self._scroll = scroll
            self._place()

    @property
    def hidden_height(self) -> int:
        """How many pixels of lanes do not fit."""
        lanes = sum(lane.height + LANE_GAP for lane in self.lanes)
        return max(lanes + RULER_HEIGHT + LANE_GAP - self.canvas.height(), 0)

    def lay_out(self) -> None:
        """Share the height among the lanes and put everything in its place."""
        lanes = self.lanes
        available = self.canvas.height() - RULER_HEIGHT - LANE_GAP - LANE_GAP * len(lanes)
        self._heights = lane_heights([lane.heights for lane in lanes], available)
        self._place()
        self._scroll = min(self._scroll, self.hidden_height)
        self._place()
        self.laid_out.emit()

    def _place(self) -> None:
        width, height = self.canvas.width(), self.canvas.height()
        self.ruler.place(0, width, RULER_HEIGHT)
        top = RULER_HEIGHT + LANE_GAP - self._scroll
        for lane, lane_height in zip(self.lanes, self._heights, strict=True):
            lane.place(top, width, lane_height)
            self.headers.place(self._header_of[lane.key], top, lane_height)
            top += lane_height + LANE_GAP
        self._hits_ground.place(round(self.hits.y()), width, self.hits.height)
        marks = tuple(
            ScaleMark(str(mark_db).replace("-", "−"), y_of_level(float(mark_db), self.level.height))
            for mark_db in labelled_marks(self.level.height)
        )
        self._header_of[self.level.key].set_marks(marks)
        self.playhead.place(0, width, height)
        self.range_shade.place(0, width, height)
        self._place_triggers(width, height)

    def _place_triggers(self, width: int, height: int) -> None:
        top = round(self.hits.y()) + self.hits.height - 3
        self.triggers.place(top, width, max(height - top, 0))
        bottoms = {lane.key: round(lane.y()) + lane.height - top for lane in self.sounds}
        first = self.sounds[0] if self.sounds else None
        self.triggers.set_bottoms(bottoms, bottoms[first.key] if first is not None else 0)

    def lane_at(self, y: float) -> Lane | None:
        """The lane under a y of the canvas, None in the ruler, in a gap and below the last lane."""
        if y < RULER_HEIGHT:
            return None
        return next((lane for lane in self.lanes if lane.y() <= y < lane.y() + lane.height), None)
