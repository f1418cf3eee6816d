"""The level line by keyboard: choose a point, nudge it, add one, delete one."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from engine.project.document import AutomationPoint
from foley_app.timeline.level_lane import LevelLane
from foley_app.timeline.level_scale import GAIN_BOTTOM_DB, GAIN_TOP_DB

if TYPE_CHECKING:
    from foley_app.timeline.timeline_view import TimelineView

_STEP_DB, _FINE_STEP_DB = 1.0, 0.1
_DELETE_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_GAIN_KEYS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
_TIME_KEYS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
_KEYS = frozenset((*_DELETE_KEYS, *_GAIN_KEYS, *_TIME_KEYS, Qt.Key.Key_Escape))
_FOREIGN = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class AutomationKeys:
    """What keys and menus do to the level line."""

    def __init__(self, view: TimelineView) -> None:
        self._view = view

    def add(self, point: AutomationPoint) -> None:
        """Add a point; one at the very same position is replaced."""
        points = [other for other in self._points if other.position != point.position]
        index = bisect_left([other.position for other in points], point.position)
        self._view.automation_changed.emit((*points[:index], point, *points[index:]), True)
        if self._view.project is not None and point in self._points:
            self._level.choose(self._points.index(point))

    def add_at(self, position: int) -> None:
        """Add a point on the line as it is, to be moved then."""
        project = self._view.project
        if project is not None:
            self.add(AutomationPoint(position, round(project.loudness.automation_gain_db(position), 1)))

    def choose_next(self, direction: int) -> None:
        """Choose the next (+1) or previous (-1) point, the first or last one to begin with."""
        count = len(self._points)
        if not count:
            return
        chosen = self._level.chosen
        if chosen is None:
            index = 0 if direction > 0 else count - 1
        else:
            index = min(max(chosen + direction, 0), count - 1)
        self._level.choose(index)
        self._view.scroll_to(self._points[index].position)

    def delete_chosen(self) -> bool:
        """Delete the chosen point; whether there was one."""
        chosen = self._level.chosen
        if chosen is None:
            return False
        points = self._points
        self._level.choose(None)
        self._view.automation_changed.emit((*points[:chosen], *points[chosen + 1 :]), True)
        return True

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key is about the chosen point."""
        is_plain = not event.modifiers() & _FOREIGN
        return is_plain and self._level.chosen is not None and event.key() in _KEYS

    def press(self, event: QKeyEvent) -> None:
        """Do what a wanted key says."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self._level.choose(None)
        elif key in _DELETE_KEYS:
            self.delete_chosen()
        else:
            is_fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._nudge(
                _GAIN_KEYS.get(key, 0) * (_FINE_STEP_DB if is_fine else _STEP_DB), _TIME_KEYS.get(key, 0)
            )

    def _nudge(self, step_db: float, frames: int) -> None:
        points, chosen = self._points, self._level.chosen
        if chosen is None:
            return
        point = points[chosen]
        before = points[chosen - 1].position + 1 if chosen else 0
        after = points[chosen + 1].position - 1 if chosen + 1 < len(points) else self._view.axis.length
        wanted = self._view.frames.stepped(point.position, frames) if frames else point.position
        gain_db = round(min(max(point.gain_db + step_db, GAIN_BOTTOM_DB), GAIN_TOP_DB), 1)
        moved = replace(point, position=min(max(wanted, before), after), gain_db=gain_db)
        if moved != point:
            self._view.automation_changed.emit((*points[:chosen], moved, *points[chosen + 1 :]), True)

    @property
    def _level(self) -> LevelLane:
        return self._view.stage.level

    @property
    def _points(self) -> tuple[AutomationPoint, ...]:
        return self._level.points
