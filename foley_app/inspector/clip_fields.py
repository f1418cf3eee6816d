"""How the chosen sound is shaped: gain, pitch, offset, fade, pan, and the mute and lock of the hit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QWidget

from engine.project.document import MAX_GAIN_DB, MAX_PITCH_SEMITONES, MIN_GAIN_DB, Clip, Hit
from engine.project.timebase import SAMPLE_RATE
from foley_app.inspector.drag_field import DragField, FieldSpec
from foley_app.theme.theme import CONTROL_HEIGHT

FIELDS: dict[str, FieldSpec] = {
    "gain": FieldSpec(
        "gain", "dB", MIN_GAIN_DB, MAX_GAIN_DB, 0.0, 0.5, 1, meaning="How loud this sound is."
    ),
    "pitch": FieldSpec(
        "pitch", "st", -MAX_PITCH_SEMITONES, MAX_PITCH_SEMITONES, 0.0, 0.1, 1,
        meaning="Plays the sound slower or faster, in semitones.",
    ),
    "offset": FieldSpec(
        "offset", "ms", -1000.0, 1000.0, 0.0, 1.0, 1, meaning="Moves the sound against its hit."
    ),
    "fade_out": FieldSpec(
        "fade out", "ms", 0.0, 10_000.0, 0.0, 10.0, 0, signed=False, meaning="How long it fades at its end.",
    ),
    "pan": FieldSpec("pan", "%", -100.0, 100.0, 0.0, 5.0, 0, meaning="Left (−) or right (+)."),
}  # fmt: skip
"""The fields by name, in the order they are shown."""

_COLUMNS = 4

_READERS: dict[str, Callable[[Clip], float]] = {
    "gain": lambda clip: clip.gain_db,
    "pitch": lambda clip: clip.pitch_semitones,
    "offset": lambda clip: clip.offset * 1000 / SAMPLE_RATE,
    "fade_out": lambda clip: clip.fade_out * 1000 / SAMPLE_RATE,
    "pan": lambda clip: clip.pan * 100,
}


class ClipFields(QWidget):
    """Numbers of the first clip of the selected hits.

    **Signals**

    value_changed(str name, float value, bool finished)
        A field of `FIELDS` is being changed, in the field's unit.
    """

    value_changed = Signal(str, float, bool)

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[str, DragField] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for number, (name, spec) in enumerate(FIELDS.items()):
            field = DragField(spec, self, one_line=number >= _COLUMNS)
            field.value_changed.connect(
                lambda value, finished, name=name: self.value_changed.emit(name, value, finished)
            )
            self.fields[name] = field
            grid.addWidget(field, number // _COLUMNS, number % _COLUMNS)
        for column, name, text in ((1, "mute", "Mute"), (2, "lock", "Lock"), (3, "fill_selected", "Re-roll")):
            grid.addWidget(_button(actions[name], text), 1, column)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)

    def show_hits(self, hits: Sequence[Hit]) -> None:
        """Show what the first clips of these hits have in common."""
        clips = [hit.clips[0] for hit in hits if hit.clips]
        for name, field in self.fields.items():
            field.setEnabled(bool(clips))
            spec = FIELDS[name]
            values = {round(_READERS[name](clip), spec.decimals) for clip in clips}
            field.set_value(values.pop() if len(values) == 1 else None if values else spec.default)


def _button(action: QAction, text: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName("chip")
    button.setDefaultAction(action)
    button.setText(text)
    # A default action sets its own, longer text whenever it changes.
    action.changed.connect(lambda: button.setText(text))
    button.setIconSize(QSize(22, 16))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    button.setFixedHeight(CONTROL_HEIGHT)
    return button
