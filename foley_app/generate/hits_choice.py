"""Which hits a generator is told of: all, or those of some tracks and materials."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from engine.project.document import Hit, Project
from foley_app.texts import counted
from foley_app.theme.theme import CONTROL_HEIGHT


class HitsChoice(QPushButton):
    """A button with a menu of tracks and materials to tick; nothing ticked is all hits.

    **Signals**

    changed()
        Other hits are meant.
    """

    changed = Signal()

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._hits = project.shown_hits
        self._tracks: dict[str, QAction] = {}
        self._materials: dict[str, QAction] = {}
        self.setObjectName("choice")
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(CONTROL_HEIGHT)
        menu = QMenu(self)
        self._all = menu.addAction("All hits", self._tick_none)
        self._all.setCheckable(True)
        self._fill(menu, "Of the tracks", self._tracks, self._count_tracks(), "no track")
        self._fill(menu, "Of the materials", self._materials, self._count_materials(), "unknown")
        self.setMenu(menu)
        self._show()

    @property
    def has_choice(self) -> bool:
        """Whether there is more than one kind of hits to choose from."""
        return bool(self._tracks or self._materials)

    @property
    def tracks(self) -> tuple[str, ...] | None:
        """Ids of the ticked tracks, "" for hits on none; None for all."""
        return _ticked(self._tracks)

    @property
    def materials(self) -> tuple[str, ...] | None:
        """The ticked materials, "" for an unknown one; None for all."""
        return _ticked(self._materials)

    @property
    def count(self) -> int:
        """How many hits are meant."""
        return sum(self._is_meant(hit) for hit in self._hits)

    def tick(self, tracks: tuple[str, ...] | None, materials: tuple[str, ...] | None) -> None:
        """Tick these, as far as they are there."""
        for actions, wanted in ((self._tracks, tracks), (self._materials, materials)):
            for key, action in actions.items():
                action.setChecked(wanted is not None and key in wanted)
        self._show()

    def _count_tracks(self) -> dict[str, tuple[str, int]]:
        known = self._project.tracks_by_id
        counts = {track.id: (track.name, 0) for track in self._project.tracks}
        for hit in self._hits:
            key = hit.track if hit.track in known else ""
            name, count = counts.get(key, ("", 0))
            counts[key] = (name, count + 1)
        return {key: row for key, row in counts.items() if row[1]}

    def _count_materials(self) -> dict[str, tuple[str, int]]:
        counts: dict[str, tuple[str, int]] = {}
        for hit in self._hits:
            counts[hit.material] = (hit.material, counts.get(hit.material, ("", 0))[1] + 1)
        return dict(sorted(counts.items(), key=lambda row: -row[1][1]))

    def _fill(
        self,
        menu: QMenu,
        title: str,
        actions: dict[str, QAction],
        rows: dict[str, tuple[str, int]],
        nameless: str,
    ) -> None:
        if len(rows) < 2:
            return
        menu.addSeparator()
        menu.addAction(title).setEnabled(False)
        for key, (name, count) in rows.items():
            action = menu.addAction(f"{name or nameless} ({count})")
            action.setCheckable(True)
            action.toggled.connect(lambda _on: self._show())
            action.setProperty("word", name or nameless)
            actions[key] = action

    def _tick_none(self) -> None:
        for action in (*self._tracks.values(), *self._materials.values()):
            action.setChecked(False)
        self._show()

    def _show(self) -> None:
        ticked = [a for a in (*self._tracks.values(), *self._materials.values()) if a.isChecked()]
        self._all.setChecked(not ticked)
        words = ", ".join(str(action.property("word")) for action in ticked)
        hits = counted(self.count, "hit")
        self.setText(f"{words} · {hits}" if ticked else f"All {hits}" if self._hits else "No hits yet")
        self.changed.emit()

    def _is_meant(self, hit: Hit) -> bool:
        track = hit.track if hit.track in self._project.tracks_by_id else ""
        tracks, materials = self.tracks, self.materials
        return (tracks is None or track in tracks) and (materials is None or hit.material in materials)


def _ticked(actions: dict[str, QAction]) -> tuple[str, ...] | None:
    ticked = tuple(key for key, action in actions.items() if action.isChecked())
    return ticked or None
