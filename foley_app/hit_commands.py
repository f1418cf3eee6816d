"""What the Hits and Sounds menus do: each turns a wish into one pure edit with a readable name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from engine.project import edits
from engine.project.document import AutomationPoint, ContactPoint, Hit, Project
from engine.project.timebase import SAMPLE_RATE, frame_to_samples
from foley_app.candidates import OfferedSound
from foley_app.session import Session
from foley_app.snapping import likeliest_contact
from foley_app.texts import hits_phrase
from foley_app.transport import Transport

_NUDGE_DB = 1.0


class HitCommands(QObject):
    """Edits of the selected hits, and moving among hits.

    **Signals**

    material_set(tuple hit_ids, str material)
        The person said what these hits are on, or "" for having taken it back; the last step of the session
        is that.
    sound_taken(tuple hit_ids, object take)
        The person chose a `Take` for these hits.
    looks_wanted(tuple hit_ids)
        What the picture shows of these hits is not known: they were placed, or their contact points were;
        the last step of the session is that.
    """

    material_set = Signal(tuple, str)
    sound_taken = Signal(tuple, object)
    looks_wanted = Signal(tuple)

    def __init__(self, session: Session, transport: Transport, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._transport = transport
        self._is_contact_moved = False

    def add_at_playhead(self, *, exact: bool) -> None:
        """Add a hit at the playhead; see `add`."""
        self.add(self._transport.position, exact=exact)

    def add(self, position: int, *, exact: bool) -> None:
        """Add a hit, on the likeliest contact within three frames unless `exact`, and select it."""
        project = self._session.project
        if project is None:
            return
        found = None if exact else likeliest_contact(project, position)
        if found is not None:
            position = found.position
        known = {hit.id for hit in project.hits}
        if found is not None and found.hit is not None:
            # A contact the detector had doubted becomes the person's own.
            project_without = edits.remove_hits(project, [found.hit.id])
            after = edits.add_hit(
                project_without,
                position,
                action=found.hit.action,
                length=found.hit.length,
                level_db=found.hit.level_db,
            )
        else:
            after = edits.add_hit(project, position, level_db=_level_near(project, position))
        added = [hit.id for hit in after.hits if hit.id not in known]
        if found is not None and found.hit is not None:
            after = edits.set_materials(after, {added[0]: found.hit.materials})
            after = edits.set_contact(after, added[0], found.hit.contact)
        self._session.apply("Add a hit", after)
        self._session.select(added)
        if not after.hit(added[0]).materials:
            self.looks_wanted.emit(tuple(added))

    def delete(self) -> None:
        """Remove the selected hits; the next one is selected."""
        project, hits = self._session.project, self._session.selected_hits
        if project is None or not hits:
            return
        later = [h for h in project.shown_hits if h.position > hits[-1].position]
        text = f"Delete {hits_phrase(project, hits)}"
        self._session.apply(text, edits.remove_hits(project, [hit.id for hit in hits]))
        self._session.select([later[0].id] if later else [])

    def move(self, ids: Sequence[str] | frozenset[str], delta: int, finished: bool) -> None:
        """Move hits by samples; `delta` counts from where the last call left them."""
        self._edit("Move", ids, lambda p, i: edits.move_hits(p, i, delta), gesture="move", finished=finished)
        project = self._session.project
        if finished and project is not None:
            moved = (project.hits_by_id[hit_id] for hit_id in ids if hit_id in project.hits_by_id)
            unknown = tuple(hit.id for hit in moved if not hit.material and not hit.locked)
            if unknown:
                self.looks_wanted.emit(unknown)

    def set_length(self, hit_id: str, length: int, finished: bool) -> None:
        """Let a scratch last this long."""
        self._edit(
            "Change the length of",
            [hit_id],
            lambda p, i: edits.set_length(p, i[0], length),
            gesture="length",
            finished=finished,
        )

    def nudge(self, frames: int) -> None:
        """Move the selected hits by frames."""
        project = self._session.project
        if project is not None:
            delta = frame_to_samples(frames, project.frame_rate, project.sample_rate)
            self.move(self._session.selection, delta, True)

    def set_material(self, material: str) -> None:
        """Say what is struck; "" takes back what was said."""
        changed = self._edit(
            "Set material of",
            [hit.id for hit in self._session.selected_hits],
            lambda p, i: edits.set_material(p, i, material),
            suffix=f" to {material or 'what the picture says'}",
        )
        if changed:
            self.material_set.emit(changed, material)

    def toggle_action(self) -> None:
        """Make scratches of hits and hits of scratches."""
        hits = self._session.selected_hits
        if not hits:
            return
        action = "hit" if hits[0].action == "scratch" else "scratch"
        length = 0 if action == "hit" else hits[0].length or SAMPLE_RATE // 3
        self._edit(
            "Make",
            self._session.selection,
            lambda p, i: edits.set_action(p, i, action, length),
            suffix=f" a {action}" if len(hits) == 1 else f" {action}es" if action == "scratch" else " hits",
        )

    def toggle_mute(self) -> None:
        """Mute the selected hits, or let them sound again when all are muted."""
        mute = not all(hit.mute for hit in self._session.selected_hits)
        text = "Mute" if mute else "Unmute"
        self._edit(text, self._session.selection, lambda p, i: edits.set_mute(p, i, mute))

    def toggle_lock(self) -> None:
        """Lock the selected hits, or unlock them when all are locked."""
        locked = not all(hit.locked for hit in self._session.selected_hits)
        text = "Lock" if locked else "Unlock"
        self._edit(text, self._session.selection, lambda p, i: edits.set_locked(p, i, locked))

    def louder(self, steps: int) -> None:
        """Change the gain of the selected hits by whole decibels."""
        word = "Louder:" if steps > 0 else "Softer:"
        self._edit(word, self._session.selection, lambda p, i: edits.nudge_gain(p, i, steps * _NUDGE_DB))

    def set_contact(self, x: float, y: float, finished: bool) -> None:
        """Move the contact point of the one selected hit."""
        hits = self._session.selected_hits
        if len(hits) == 1:
            changed = self._edit(
                "Move the contact point of",
                [hits[0].id],
                lambda p, i: edits.set_contact(p, i[0], ContactPoint(x, y)),
                gesture="contact",
                finished=finished,
            )
            # The call that ends a drag may bring nothing new.
            self._is_contact_moved = self._is_contact_moved or bool(changed)
            if finished and self._is_contact_moved:
                self._is_contact_moved = False
                self.looks_wanted.emit((hits[0].id,))

    def take(self, sound: OfferedSound) -> None:
        """Give every selected hit a sound, each at its own level."""
        project, hits = self._session.project, self._session.selected_hits
        if project is None or not hits:
            return
        after = project
        for hit in hits:
            gain_db = sound.gain_db + hit.level_db - hits[0].level_db
            length = hit.length if hit.action == "scratch" else sound.length
            after = edits.choose_take(after, hit.id, sound.take, gain_db=gain_db, length=length)
        if after is not project:
            self._session.apply(f"Take “{sound.take.name}” for {hits_phrase(project, hits)}", after)
            self.sound_taken.emit(tuple(hit.id for hit in hits if not hit.locked), sound.take)

    def set_field(self, name: str, value: float, finished: bool) -> None:
        """Change a number of the selected hits' sounds; `name` and unit as in the inspector."""
        label, edit = _FIELD_EDITS[name]
        self._edit(
            f"{label} of",
            self._session.selection,
            lambda p, i: edit(p, i, value),
            gesture=f"field {name}",
            finished=finished,
        )

    def set_threshold(self, threshold: float, finished: bool) -> None:
        """Show more or fewer of the found hits."""
        project = self._session.project
        if project is not None:
            after = edits.set_threshold(project, threshold)
            self._session.apply(f"Set the threshold to {threshold:.2f}", after, "threshold")
            if finished:
                self._session.end_gesture()

    def nudge_threshold(self, steps: int) -> None:
        """Move the threshold by hundredths; steps that follow each other are one."""
        project = self._session.project
        if project is not None:
            hundredths = min(max(round(project.threshold * 100) + steps, 0), 100)
            self.set_threshold(hundredths / 100, False)

    def set_automation(self, points: Sequence[AutomationPoint], finished: bool) -> None:
        """Replace the editor's own level line."""
        project = self._session.project
        if project is not None:
            self._session.apply("Draw the level", edits.set_automation(project, points), "automation")
            if finished:
                self._session.end_gesture()

    def select_all(self) -> None:
        """Select every hit that counts."""
        if self._session.project is not None:
            self._session.select(hit.id for hit in self._session.project.shown_hits)

    def go_to_neighbour(self, direction: int, wanted: Callable[[Hit], bool] = lambda _hit: True) -> bool:
        """Select the next (+1) or previous (-1) hit of those wanted and put the playhead on it.

        False when there is none.
        """
        project = self._session.project
        if project is None:
            return False
        hits = [hit for hit in project.shown_hits if wanted(hit)]
        selected = self._session.selected_hits
        from_position = selected[0].position if len(selected) == 1 else self._transport.position
        if direction > 0:
            here = from_position if selected else from_position - 1
            chosen = next((hit for hit in hits if hit.position > here), hits[0] if hits else None)
        else:
            earlier = [hit for hit in hits if hit.position < from_position]
            chosen = earlier[-1] if earlier else hits[-1] if hits else None
        if chosen is not None:
            self.go_to(chosen)
        return chosen is not None

    def go_to(self, hit: Hit) -> None:
        """Select a hit and put the playhead on it."""
        self._session.select([hit.id])
        self._transport.seek(hit.position)

    def _edit(
        self,
        verb: str,
        ids: Sequence[str] | frozenset[str],
        edit: Callable[[Project, list[str]], Project],
        *,
        suffix: str = "",
        gesture: str | None = None,
        finished: bool = True,
    ) -> tuple[str, ...]:
        """Apply an edit; the ids of the hits that it changed."""
        project = self._session.project
        if project is None:
            return ()
        hits = [hit for hit in project.hits if hit.id in ids]
        changed: tuple[str, ...] = ()
        if hits:
            text = f"{verb} {hits_phrase(project, hits)}{suffix}"
            after = edit(project, [hit.id for hit in hits])
            changed = tuple(hit.id for hit in hits if after.hits_by_id.get(hit.id) is not hit)
            self._session.apply(text, after, gesture)
        if gesture is not None and finished:
            self._session.end_gesture()
        return changed


def _level_near(project: Project, position: int) -> float:
    """The predicted level just after a position, -20 dB where nothing is known."""
    curve = project.loudness
    near = [
        level
        for start, level in zip(curve.frame_positions, curve.level_db, strict=True)
        if position - SAMPLE_RATE // 30 <= start <= position + SAMPLE_RATE // 15
    ]
    return max(max(near), -40.0) if near else -20.0


def _samples(milliseconds: float) -> int:
    return round(milliseconds * SAMPLE_RATE / 1000)


_FIELD_EDITS: dict[str, tuple[str, Callable[[Project, list[str], float], Project]]] = {
    "gain": ("Gain", lambda p, ids, v: edits.set_gain(p, ids, v)),
    "pitch": ("Pitch", lambda p, ids, v: edits.set_pitch(p, ids, v)),
    "offset": ("Offset", lambda p, ids, v: edits.set_offset(p, ids, _samples(v))),
    "fade_out": ("Fade out", lambda p, ids, v: edits.set_fades(p, ids, fade_out=_samples(v))),
    "pan": ("Pan", lambda p, ids, v: edits.set_pan(p, ids, v / 100)),
}
