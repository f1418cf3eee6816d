"""The inspector's page about a generated take: how it sounds in the mix, and what made it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.project.document import MAX_GAIN_DB, MIN_GAIN_DB, GeneratedTrack, Project
from foley_app.generate.blend_slider import BlendRow
from foley_app.generate.take_texts import recipe_rows
from foley_app.inspector.drag_field import DragField, FieldSpec
from foley_app.theme.theme import CONTROL_HEIGHT

FIELDS: dict[str, FieldSpec] = {
    "gain": FieldSpec(
        "gain", "dB", MIN_GAIN_DB, MAX_GAIN_DB, 0.0, 0.5, 1, meaning="How loud this take is in the mix."
    ),
    "pan": FieldSpec("pan", "%", -100.0, 100.0, 0.0, 5.0, 0, meaning="Left (−) or right (+)."),
}
_NO_RECIPE = "What made this sound is not known, so it can't be made again."


class TakePage(QWidget):
    """Shows one generated take and emits what the person wants of it.

    **Signals**

    field_changed(str name, float value, bool finished)
        "gain" in dB or "pan" in % is being turned.
    blend_changed(float value, bool finished)
        The blend of hits and takes is being moved.
    mute_requested(str track_id, bool on), solo_requested(str track_id, bool on)
        One of the two buttons.
    """

    field_changed = Signal(str, float, bool)
    blend_changed = Signal(float, bool)
    mute_requested = Signal(str, bool)
    solo_requested = Signal(str, bool)

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._track_id = ""
        self.blend = BlendRow("Hits", "Takes", self)
        self.blend.moved.connect(self.blend_changed)
        self.fields = {name: DragField(spec, self) for name, spec in FIELDS.items()}
        for name, field in self.fields.items():
            field.value_changed.connect(
                lambda value, finished, name=name: self.field_changed.emit(name, value, finished)
            )
        self.mute = _switch("Mute", self)
        self.mute.clicked.connect(lambda on: self.mute_requested.emit(self._track_id, on))
        self.solo = _switch("Solo", self)
        self.solo.clicked.connect(lambda on: self.solo_requested.emit(self._track_id, on))
        self._names = QLabel(self)
        self._names.setObjectName("quiet")
        self._values = QLabel(self)
        self._values.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._values.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._missing = QLabel(_NO_RECIPE, self)
        self._missing.setObjectName("quiet")
        self._missing.setWordWrap(True)
        self._lay_out(actions)

    def _lay_out(self, actions: dict[str, QAction]) -> None:
        compare = QHBoxLayout()
        compare.setSpacing(8)
        for name, text in (("compare", "A/B"), ("hear_both", "Both"), ("next_take", "Next take")):
            compare.addWidget(_button(actions[name], text))
        shape = QHBoxLayout()
        shape.setSpacing(8)
        for widget in (*self.fields.values(), self.mute, self.solo):
            shape.addWidget(widget, 1)
        recipe = QGridLayout()
        recipe.setHorizontalSpacing(16)
        recipe.addWidget(self._names, 0, 0, Qt.AlignmentFlag.AlignTop)
        recipe.addWidget(self._values, 0, 1, Qt.AlignmentFlag.AlignTop)
        recipe.setColumnStretch(1, 1)
        makes = QGridLayout()
        makes.setSpacing(8)
        for place, (name, text) in enumerate(
            (
                ("match_loudness", "Match loudness"),
                ("remake_range", "Remake range"),
                ("make_again", "Make again"),
                ("more_like_it", "More like it…"),
                ("rename_take", "Rename…"),
                ("remove_take", "Remove"),
            )
        ):
            makes.addWidget(_button(actions[name], text), place // 3, place % 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(_heading("Hits against takes", self))
        column.addWidget(self.blend)
        column.addLayout(compare)
        column.addSpacing(8)
        column.addWidget(_heading("This take", self))
        column.addLayout(shape)
        column.addSpacing(8)
        column.addWidget(_heading("Recipe", self))
        column.addLayout(recipe)
        column.addWidget(self._missing)
        column.addStretch(1)
        column.addLayout(makes)

    def show_take(self, project: Project, track: GeneratedTrack) -> None:
        """Show this one."""
        self._track_id = track.id
        self.blend.show_value(project.blend)
        self.fields["gain"].set_value(track.gain_db)
        self.fields["pan"].set_value(track.pan * 100)
        self.fields["pan"].setEnabled(project.channels == 2)
        self.mute.setChecked(track.mute)
        self.solo.setChecked(track.solo)
        rows = recipe_rows(project, track)
        self._names.setText("\n".join(name for name, _ in rows))
        self._values.setText("\n".join(value for _, value in rows))
        self._values.setToolTip(self._values.text())
        self._missing.setVisible(not rows)


def scrolled(page: TakePage) -> QScrollArea:
    """The page in a frameless area that scrolls where the window is low."""
    area = QScrollArea()
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    # The inspector's own ground shows through.
    area.viewport().setAutoFillBackground(False)
    page.setAutoFillBackground(False)
    return area


def _heading(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setObjectName("heading")
    return label


def _switch(text: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setText(text)
    button.setCheckable(True)
    return _chip(button, 44)


def _button(action: QAction, text: str) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setText(text)
    # A default action sets its own, longer text whenever it changes.
    action.changed.connect(lambda: button.setText(text))
    button.setIconSize(QSize(16, 16))
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return _chip(button, CONTROL_HEIGHT)


def _chip(button: QToolButton, height: int) -> QToolButton:
    button.setObjectName("chip")
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    button.setFixedHeight(height)
    return button
