"""What a press may become: each gesture previews while the pointer moves and says once what it did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.project.document import AutomationPoint, Hit
from foley_app.timeline.level_scale import GAIN_BOTTOM_DB, GAIN_TOP_DB, gain_per_pixel
from foley_app.timeline.tips import duration_text, gain_text, signed_time_text

if TYPE_CHECKING:
    from foley_app.timeline.timeline_view import TimelineView

FINE_SHARE = 0.1
"""How much of the pointer's way counts with Shift."""
SHORTEST_SCRATCH_S = 0.03


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the pointer is.

    Attributes
    ----------
    position
        The sample position below it; it follows when the view scrolls under a resting pointer.
    is_fine
        Shift is held.
    is_exact
        Alt is held: no snapping.
    """

    x: float
    y: float
    position: int
    is_fine: bool = False
    is_exact: bool = False


class Gesture:
    """A drag from its press to its end; until the pointer moves a little it is a click."""

    scrolls_at_edges = True

    def __init__(self, view: TimelineView, start: Pointer) -> None:
        self.view = view
        self.start = start

    def drag(self, pointer: Pointer) -> None:
        """The pointer moved, far enough to be meant."""

    def click(self) -> None:
        """The button came up where it went down."""

    def drop(self) -> None:
        """The button came up after a drag."""

    def cancel(self) -> None:
        """Escape: as if nothing had happened."""


class Scrub(Gesture):
    """The playhead follows the pointer."""

    def __init__(self, view: TimelineView, start: Pointer) -> None:
        super().__init__(view, start)
        self._last = start
        self._seek(start, scrub=False)

    def _seek(self, pointer: Pointer, *, scrub: bool) -> None:
        self._last = pointer
        self.view.seek_requested.emit(self.view.inside(pointer.position), scrub)

    def drag(self, pointer: Pointer) -> None:
        self._seek(pointer, scrub=True)

    def drop(self) -> None:
        self._seek(self._last, scrub=False)

    def cancel(self) -> None:
        self._seek(self.start, scrub=False)


class BandSelect(Gesture):
    """Selects the hits in the stretch dragged over; a click seeks instead."""

    def __init__(self, view: TimelineView, start: Pointer, *, extends: bool, in_hits: bool) -> None:
        super().__init__(view, start)
        self._before = view.selection
        self._kept = view.selection if extends else frozenset()
        self._clears = in_hits and not extends

    def drag(self, pointer: Pointer) -> None:
        stage = self.view.stage
        first_x = self.view.axis.x_of(self.start.position)
        lane = stage.lane_at(self.start.y) or stage.hits
        stage.rubber_band.place(round(lane.y()), stage.canvas.width(), lane.height)
        stage.rubber_band.show_between(first_x, pointer.x)
        self.view.choose_hits(self._kept | stage.hits.ids_between(first_x, pointer.x))

    def click(self) -> None:
        if self._clears:
            self.view.choose_hits(frozenset())
        self.view.seek_requested.emit(self.view.inside(self.start.position), False)

    def drop(self) -> None:
        self.view.stage.rubber_band.setVisible(False)

    def cancel(self) -> None:
        self.view.stage.rubber_band.setVisible(False)
        self.view.choose_hits(self._before)


class HitMove(Gesture):
    """Moves the selected hits; locked ones stay."""

    def __init__(self, view: TimelineView, start: Pointer, hit: Hit, *, is_alone_on_click: bool) -> None:
        super().__init__(view, start)
        self._anchor = hit
        self._is_alone_on_click = is_alone_on_click
        columns = view.columns
        self._ids = frozenset(h.id for h in columns.hits if h.id in view.selection and not h.locked)
        positions = [h.position for h in columns.hits if h.id in self._ids]
        self._earliest = min(positions, default=0)
        self._latest = max(positions, default=0)
        self._way = 0.0
        self._last = start
        self._delta = 0

    def drag(self, pointer: Pointer) -> None:
        if not self._ids:
            self.view.show_label("Locked", pointer)
            return
        speed = FINE_SHARE if pointer.is_fine else 1.0
        self._way += (pointer.position - self._last.position) * speed
        self._last = pointer
        delta = round(self._way)
        if self.view.snaps_to_frames and not pointer.is_exact:
            delta = self.view.frames.nearest(self._anchor.position + delta) - self._anchor.position
        last = max(self.view.axis.length - 1, 0)
        self._delta = max(min(delta, last - self._latest), -self._earliest)
        self.view.preview(self.view.base_columns.moved(self._ids, self._delta))
        self.view.show_label(
            f"{signed_time_text(self._delta, self.view.sample_rate)}   "
            f"{self.view.timecode_text(self._anchor.position + self._delta)}",
            pointer,
        )
        self.view.hit_dragged.emit(self._anchor.position + self._delta)

    def click(self) -> None:
        if self._is_alone_on_click:
            self.view.choose_hits(frozenset((self._anchor.id,)))

    def drop(self) -> None:
        if self._delta:
            self.view.move_requested.emit(self._ids, self._delta, True)
        self.view.preview(None)

    def cancel(self) -> None:
        self.view.preview(None)


class LengthDrag(Gesture):
    """Drags the end of a scratch."""

    def __init__(self, view: TimelineView, start: Pointer, hit: Hit) -> None:
        super().__init__(view, start)
        self._hit = hit
        self._way = 0.0
        self._last = start
        self._length = hit.length

    def drag(self, pointer: Pointer) -> None:
        hit = self._hit
        if hit.locked:
            self.view.show_label("Locked", pointer)
            return
        self._way += (pointer.position - self._last.position) * (FINE_SHARE if pointer.is_fine else 1.0)
        self._last = pointer
        end = hit.position + hit.length + round(self._way)
        if self.view.snaps_to_frames and not pointer.is_exact:
            end = self.view.frames.nearest(end)
        end = min(end, self.view.axis.length)
        shortest = round(SHORTEST_SCRATCH_S * self.view.sample_rate)
        self._length = max(end - hit.position, shortest)
        self.view.preview(self.view.base_columns.lengthened(hit.id, self._length))
        self.view.show_label(duration_text(self._length, self.view.sample_rate), pointer)

    def drop(self) -> None:
        if self._length != self._hit.length:
            self.view.length_requested.emit(self._hit.id, self._length, True)
        self.view.preview(None)

    def cancel(self) -> None:
        self.view.preview(None)


class AutomationDrag(Gesture):
    """Moves one point of the level line, between its neighbours."""

    def __init__(self, view: TimelineView, start: Pointer, index: int) -> None:
        super().__init__(view, start)
        self._index = index
        self._points = view.stage.level.points
        self._gain_db = self._points[index].gain_db
        self._way = 0.0
        self._last = start
        self._moved: tuple[AutomationPoint, ...] | None = None
        view.stage.level.choose(index)

    def drag(self, pointer: Pointer) -> None:
        level, points, index = self.view.stage.level, self._points, self._index
        speed = FINE_SHARE if pointer.is_fine else 1.0
        self._way += (pointer.position - self._last.position) * speed
        self._gain_db -= (pointer.y - self._last.y) * gain_per_pixel(level.height) * speed
        self._last = pointer
        before = points[index - 1].position + 1 if index else 0
        after = points[index + 1].position - 1 if index + 1 < len(points) else self.view.axis.length
        position = min(max(points[index].position + round(self._way), before), after)
        gain_db = round(min(max(self._gain_db, GAIN_BOTTOM_DB), GAIN_TOP_DB), 1)
        moved = replace(points[index], position=position, gain_db=gain_db)
        self._moved = (*points[:index], moved, *points[index + 1 :])
        level.set_preview(self._moved)
        self.view.show_label(f"{gain_text(gain_db)}   {self.view.timecode_text(position)}", pointer)

    def drop(self) -> None:
        if self._moved is not None and self._moved != self._points:
            self.view.automation_changed.emit(self._moved, True)
        self.view.stage.level.set_preview(None)

    def cancel(self) -> None:
        self.view.stage.level.set_preview(None)


class RangeDrag(Gesture):
    """Marks a range, or drags one of its ends, in the ruler."""

    def __init__(self, view: TimelineView, start: Pointer, fixed_end: int | None = None) -> None:
        super().__init__(view, start)
        self._fixed = view.inside(start.position) if fixed_end is None else fixed_end
        self._before = view.stage.range_shade.range
        self._range: tuple[int, int] | None = None

    def drag(self, pointer: Pointer) -> None:
        moving = min(max(pointer.position, 0), self.view.axis.length)
        if self.view.snaps_to_frames and not pointer.is_exact:
            moving = self.view.frames.nearest(moving)
        start, end = sorted((self._fixed, moving))
        self._range = (start, end) if end > start else None
        self.view.stage.range_shade.set_range(self._range)
        self.view.show_label(duration_text(end - start, self.view.sample_rate), pointer)

    def drop(self) -> None:
        if self._range is not None:
            self.view.loop_requested.emit(*self._range)
        else:
            self.cancel()

    def cancel(self) -> None:
        self.view.stage.range_shade.set_range(self._before)


class Pan(Gesture):
    """The middle button drags the time under the pointer along."""

    scrolls_at_edges = False

    def __init__(self, view: TimelineView, start: Pointer) -> None:
        super().__init__(view, start)
        self._axis = view.axis

    def drag(self, pointer: Pointer) -> None:
        self.view.set_axis(self._axis.scrolled(self.start.x - pointer.x))
