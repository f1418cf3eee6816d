"""The three areas of an open document and how news travels between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from engine.project.document import Hit, Project
from foley_app.candidates import OfferedSound
from foley_app.generate.take_commands import TakeCommands
from foley_app.hit_commands import HitCommands
from foley_app.inspector.inspector import Inspector
from foley_app.note_strip import NoteStrip
from foley_app.session import Session
from foley_app.settings import POST_ROLL_S, PRE_ROLL_S, Settings
from foley_app.sound_desk import SoundDesk
from foley_app.texts import hit_number, material_text
from foley_app.track_commands import TrackCommands
from foley_app.transport import Transport
from foley_app.viewer.picture import ContactMark
from foley_app.viewer.viewer import Viewer

if TYPE_CHECKING:
    from foley_app.player_client import OpenedVideo, PlayerClient
    from foley_app.timeline.timeline_view import TimelineView

_CONTACT_NEAR_S = 0.2
_PICTURE_SHARE, _TIMELINE_SHARE = 14, 11


class Workspace(QWidget):
    """Viewer, inspector, notes and timeline; passes wishes on to the commands and news on to the widgets.

    **Signals**

    context_menu_requested(QPoint global, str hit_id)
        Right click on the timeline; "" where there is no hit.
    """

    context_menu_requested = Signal(QPoint, str)

    def __init__(
        self,
        session: Session,
        transport: Transport,
        commands: HitCommands,
        sounds: SoundDesk,
        player: PlayerClient,
        settings: Settings,
        actions: dict[str, QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._transport = transport
        self._commands = commands
        self._sounds = sounds
        self._player = player
        self._settings = settings
        self.track_commands = TrackCommands(session, self)
        self.take_commands = TakeCommands(session, self)
        self.timeline: TimelineView | None = None
        # Takes the focus, so that no control of the inspector has it before the person asks.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewer = Viewer(actions, self)
        self.inspector = Inspector(actions, self)
        self.notes = NoteStrip(self)
        top = QWidget(self)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        row.addWidget(self.viewer, 1)
        row.addWidget(self.inspector)
        rows = QVBoxLayout(top)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(row, 1)
        rows.addWidget(self.notes)
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.splitter.setHandleWidth(3)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(top)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.splitter)
        self._connect_viewer()
        self._connect_inspector()
        session.project_changed.connect(self._on_project)
        session.selection_changed.connect(self._on_selection)
        transport.position_changed.connect(self._on_position)
        sounds.offered.connect(self._on_offered)
        self.take_commands.current_changed.connect(self._on_current_take)

    def add_timeline(self, timeline: TimelineView) -> None:
        """Put the timeline below; it comes later than the rest because its library loads slowly."""
        self.timeline = timeline
        self.splitter.addWidget(timeline)
        self.splitter.setStretchFactor(0, _PICTURE_SHARE)
        self.splitter.setStretchFactor(1, _TIMELINE_SHARE)
        total = max(self.splitter.height(), 1)
        share = _PICTURE_SHARE / (_PICTURE_SHARE + _TIMELINE_SHARE)
        self.splitter.setSizes([round(total * share), round(total * (1 - share))])
        connect_timeline(timeline, self)
        timeline.set_project(self._session.project)
        timeline.set_playhead(self._transport.position)
        timeline.set_selection(self._session.selection)

    def audition(self, sound: OfferedSound | None) -> None:
        """Play the first selected hit in sync with the picture, with a sound or as it is."""
        hits = self._session.selected_hits
        if hits:
            self._player.audition(
                hits[0].id,
                sound.take if sound is not None else None,
                sound.gain_db if sound is not None else 0.0,
                pre_roll_s=self._settings.value(PRE_ROLL_S),
                post_roll_s=self._settings.value(POST_ROLL_S),
            )

    def _connect_viewer(self) -> None:
        viewer, player = self.viewer, self._player
        viewer.picture.size_wanted.connect(player.set_view_size)
        viewer.picture.contact_moved.connect(self._commands.set_contact)
        viewer.transport_bar.seek_requested.connect(self._transport.seek)
        player.opened.connect(self._on_opened)
        player.restarted.connect(lambda _sentence: self._transport.hold())
        player.frame_shown.connect(lambda frame, _index, _position: viewer.picture.show_frame(frame))
        player.clock.connect(self._transport.on_clock)
        player.meters.connect(viewer.meters.set_levels)
        player.take_loudness.connect(self.take_commands.match_loudness)
        player.loudness.connect(viewer.transport_bar.set_loudness)

    def _connect_inspector(self) -> None:
        inspector = self.inspector
        inspector.material_chosen.connect(self._commands.set_material)
        inspector.audition_requested.connect(self.audition)
        inspector.take_requested.connect(self._commands.take)
        inspector.field_changed.connect(self._commands.set_field)
        page, takes = inspector.take_page, self.take_commands
        page.field_changed.connect(takes.set_field)
        page.blend_changed.connect(takes.set_blend)
        page.mute_requested.connect(takes.set_mute)
        page.solo_requested.connect(takes.set_solo)

    def _on_opened(self, video: OpenedVideo) -> None:
        self._transport.set_frames(video.frame_positions)
        self._transport.release()

    def _on_project(self, project: Project | None, old: Project | None) -> None:
        self.viewer.transport_bar.set_project(project)
        self._transport.set_project(project)
        if self.timeline is not None:
            self.timeline.set_project(project)
        if project is None or old is None or project.id != old.id:
            self._transport.reset()
            self.viewer.picture.clear()
            self.viewer.meters.reset()
            self.viewer.transport_bar.set_loudness(None)
        self._show_hits()

    def _on_selection(self, selection: frozenset[str]) -> None:
        if self.timeline is not None:
            self.timeline.set_selection(selection)
        self._show_hits()

    def _on_offered(self, hit_ids: frozenset[str]) -> None:
        hits = self._session.selected_hits
        if hits and hits[0].id in hit_ids:
            self._show_sounds(hits)

    def _on_current_take(self, track_id: str) -> None:
        if self.timeline is not None:
            self.timeline.set_current_take(track_id)
        self._show_hits()

    def _show_hits(self) -> None:
        hits = self._session.selected_hits
        project, take = self._session.project, self.take_commands.current
        if project is not None and take is not None and not hits:
            self.inspector.show_take(project, take)
            self._show_mark()
            return
        self.inspector.show_hits(self._session.project, hits)
        self._show_sounds(hits)
        self._show_mark()

    def _show_sounds(self, hits: tuple[Hit, ...]) -> None:
        if not hits:
            self.inspector.show_sounds(())
            return
        sounds = self._sounds.sounds_for(hits[0])
        if sounds is None:
            self.inspector.show_sounds((), "Looking for sounds…")
        elif not sounds:
            self.inspector.show_sounds(
                (), "No sound suits this hit. Add a folder with Sounds, Sound library."
            )
        else:
            self.inspector.show_sounds(sounds)

    def _on_position(self, position: int) -> None:
        self.viewer.transport_bar.show_position(position)
        if self.timeline is not None:
            self.timeline.set_playhead(position)
        self._show_mark()

    def _show_mark(self) -> None:
        project, hits = self._session.project, self._session.selected_hits
        if project is None or len(hits) != 1 or hits[0].contact is None:
            self.viewer.picture.set_mark(None)
            return
        hit = hits[0]
        assert hit.contact is not None
        label = f"{hit.action} {hit_number(project, hit.id)}"
        if hit.material:
            label += f" · {material_text(hit)}"
        distance_s = abs(self._transport.position - hit.position) / project.sample_rate
        self.viewer.picture.set_mark(ContactMark(hit.contact, label, distance_s <= _CONTACT_NEAR_S))


def connect_timeline(timeline: TimelineView, workspace: Workspace) -> None:
    """Connect the timeline's wishes."""
    session, transport = workspace._session, workspace._transport
    commands, player = workspace._commands, workspace._player
    timeline.seek_requested.connect(lambda position, scrub: transport.seek(position, scrub=scrub))
    timeline.selection_changed.connect(session.select)
    timeline.move_requested.connect(commands.move)
    timeline.length_requested.connect(commands.set_length)
    timeline.hit_activated.connect(lambda _hit_id: workspace.audition(None))
    tracks = workspace.track_commands
    timeline.track_mute_requested.connect(tracks.set_mute)
    timeline.track_solo_requested.connect(tracks.set_solo)
    timeline.header_menu_requested.connect(tracks.show_menu)
    takes = workspace.take_commands
    timeline.generated_mute_requested.connect(takes.set_mute)
    timeline.generated_solo_requested.connect(takes.set_solo)
    timeline.header_menu_requested.connect(takes.show_menu)
    timeline.take_chosen.connect(takes.choose)
    timeline.blend_changed.connect(takes.set_blend)
    timeline.context_menu_requested.connect(workspace.context_menu_requested)
    timeline.add_requested.connect(lambda position, exact: commands.add(position, exact=exact))
    timeline.automation_changed.connect(commands.set_automation)
    timeline.loop_requested.connect(transport.set_range)
    # The picture under a dragged marker is what it is placed by, so the playhead goes with it.
    timeline.hit_dragged.connect(lambda position: transport.seek(position))
    timeline.filmstrip_requested.connect(player.request_filmstrip)
    player.opened.connect(lambda video: timeline.set_frame_positions(video.frame_positions))
    player.opened.connect(lambda _video: timeline.refresh_filmstrip())
    player.peaks.connect(timeline.set_peaks)
    player.take_peaks.connect(timeline.set_lane_peaks)
    player.take_missing.connect(timeline.set_take_missing)
    player.thumbnail.connect(timeline.set_thumbnail)
