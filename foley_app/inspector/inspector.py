"""The inspector: the selected hit, its material and sounds; or the generated take that is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.project.document import GeneratedTrack, Hit, Project
from foley_app.candidates import SOURCE_NAMES, OfferedSound
from foley_app.generate.take_page import TakePage, scrolled
from foley_app.generate.take_texts import stretch_text, take_title
from foley_app.inspector.candidate_list import CandidateList
from foley_app.inspector.clip_fields import ClipFields
from foley_app.inspector.material_bars import MaterialBars
from foley_app.inspector.score_parts import ScoreParts
from foley_app.texts import hit_summary, hits_title

WIDTH = 424
_ALL = "all"


class Inspector(QWidget):
    """Shows the selected hits and emits what the person wants for them.

    **Signals**

    material_chosen(str)
        The selected hits are of this material; "" takes back what the person said of them.
    audition_requested(object)
        Play an `OfferedSound` in sync with the picture.
    take_requested(object)
        Give the selected hits an `OfferedSound`.
    field_changed(str name, float value, bool finished)
        A number of `clip_fields.FIELDS` is being changed.
    """

    material_chosen = Signal(str)
    audition_requested = Signal(object)
    take_requested = Signal(object)
    field_changed = Signal(str, float, bool)

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(WIDTH)
        self.setMaximumWidth(WIDTH)
        self._hits: tuple[Hit, ...] = ()
        self._sounds: tuple[OfferedSound, ...] = ()
        self._source = _ALL
        self._title = QLabel(self)
        self._title.setObjectName("heading")
        self._summary = QLabel(self)
        self._summary.setObjectName("quiet")
        self._summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.material_bars = MaterialBars(self)
        self.material_bars.material_chosen.connect(self.material_chosen)
        self._tabs = QHBoxLayout()
        self._tabs.setContentsMargins(0, 0, 0, 0)
        self._tabs.setSpacing(4)
        self._tab_group = QButtonGroup(self)
        self.candidates = CandidateList(self)
        self.candidates.audition_requested.connect(self.audition)
        self.candidates.take_requested.connect(self.take)
        self.score_parts = ScoreParts(self)
        self.candidates.current_changed.connect(lambda: self.score_parts.show_sound(self.candidates.current))
        self._notice = QLabel(self)
        self._notice.setObjectName("quiet")
        self._notice.setWordWrap(True)
        self._notice.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.clip_fields = ClipFields(actions, self)
        self.clip_fields.value_changed.connect(self.field_changed)
        self._empty = QLabel(self)
        self._empty.setObjectName("quiet")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._hit_page())
        self.take_page = TakePage(actions, self)
        self._pages.addWidget(scrolled(self.take_page))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        header = QHBoxLayout()
        header.setSpacing(12)
        header.addWidget(self._title)
        header.addWidget(self._summary, 1)
        column.addLayout(header)
        column.addWidget(self._pages, 1)

    def _hit_page(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.material_bars)
        column.addLayout(self._tabs)
        column.addWidget(self._notice)
        column.addWidget(self.candidates, 1)
        column.addWidget(self.score_parts)
        column.addWidget(self.clip_fields)
        return page

    def show_hits(self, project: Project | None, hits: tuple[Hit, ...]) -> None:
        """Show these selected hits of a project."""
        self._hits = hits
        self._title.setText(hits_title(project, hits))
        self._summary.setText(hit_summary(project, hits))
        self._pages.setCurrentIndex(1 if hits else 0)
        if not hits:
            self._empty.setText(_nothing_selected(project))
            return
        self.material_bars.show_hits(hits)
        self.clip_fields.show_hits(hits)
        self._list_sounds()

    def show_take(self, project: Project, track: GeneratedTrack) -> None:
        """Show this generated take instead of hits."""
        self._hits = ()
        self._title.setText(take_title(project, track))
        self._summary.setText(stretch_text(project, track))
        self._pages.setCurrentIndex(2)
        self.take_page.show_take(project, track)

    def show_sounds(self, sounds: Sequence[OfferedSound], notice: str = "") -> None:
        """List what is offered for the first selected hit; `notice` says why there is nothing yet."""
        self._sounds = tuple(sounds)
        self._notice.setText(notice)
        self._notice.setVisible(bool(notice))
        self._show_tabs()
        self._list_sounds()

    def audition(self, row: int) -> None:
        """Make the n-th listed sound (from 0) the current one and play it."""
        if 0 <= row < len(self.candidates.sounds):
            self.candidates.make_current(row)
            self.audition_requested.emit(self.candidates.sounds[row])

    def take(self, row: int) -> None:
        """Give the hits the n-th listed sound."""
        if 0 <= row < len(self.candidates.sounds):
            self.take_requested.emit(self.candidates.sounds[row])

    def take_current(self) -> None:
        """Give the hits the highlighted sound."""
        self.take(self.candidates.current_row)

    def move_current(self, by: int) -> None:
        """Move the highlight up or down and play what it lands on."""
        count = len(self.candidates.sounds)
        if count:
            self.audition(min(max(self.candidates.current_row + by, 0), count - 1))

    def _list_sounds(self) -> None:
        listed = [s for s in self._sounds if self._source in (_ALL, s.take.source)]
        self.candidates.show_sounds(listed, _take_in_use(self._hits))

    def _show_tabs(self) -> None:
        """One tab per source that offers something; none at all when there is only one."""
        sources = [source for source in SOURCE_NAMES if any(s.take.source == source for s in self._sounds)]
        wanted = [_ALL, *sources] if len(sources) > 1 else []
        shown = [button.property("source") for button in self._tab_group.buttons()]
        if shown == wanted:
            return
        for button in self._tab_group.buttons():
            self._tab_group.removeButton(button)
            button.deleteLater()
        while self._tabs.count():
            self._tabs.takeAt(0)
        if self._source not in wanted:
            self._source = _ALL
        for source in wanted:
            self._tabs.addWidget(self._tab(source))
        self._tabs.addStretch(1)

    def _tab(self, source: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("tab")
        button.setText("All" if source == _ALL else SOURCE_NAMES[source])
        button.setProperty("source", source)
        button.setCheckable(True)
        button.setChecked(source == self._source)
        button.clicked.connect(lambda: self._choose_source(source))
        self._tab_group.addButton(button)
        return button

    def _choose_source(self, source: str) -> None:
        self._source = source
        self._list_sounds()


def _take_in_use(hits: Sequence[Hit]) -> str:
    """Id of the take all hits sound with, "" when there is none in common."""
    takes = {hit.clips[0].active_take if hit.clips else "" for hit in hits}
    return takes.pop() if len(takes) == 1 else ""


def _nothing_selected(project: Project | None) -> str:
    if project is None:
        return ""
    if not project.analysis_model and not project.hits:
        return "There are no hits yet. They appear as they are found; A adds one at the playhead."
    if not project.shown_hits:
        return "There are no hits yet. Put the playhead on a contact and press A to add one."
    return "Click a hit on the timeline. N selects the next uncertain one, ] the next one of all."
