"""What holds for the whole project: where its timecode starts, how it counts, mono or stereo."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from engine.errors import UserFacingError
from engine.project import edits
from engine.project.document import Project
from engine.project.timebase import supports_drop_frame
from foley_app.session import Session
from foley_app.theme.theme import CONTROL_HEIGHT


class ProjectSettingsDialog(QDialog):
    """All changes together are one undo step; what can't be is said beside the fields."""

    def __init__(self, session: Session, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Project settings")
        self._session = session
        self._project = project
        self._start = QLineEdit(project.timecode.format(project.start_frame), self)
        self._drop_frame = QCheckBox("Drop-frame counting", self)
        self._drop_frame.setChecked(project.drop_frame)
        self._drop_frame.setEnabled(supports_drop_frame(project.frame_rate))
        self._drop_frame.toggled.connect(self._on_counting)
        if not self._drop_frame.isEnabled():
            self._drop_frame.setToolTip("Drop-frame timecode exists for 29.97, 59.94 and 119.88 fps")
        self._channels = QComboBox(self)
        self._channels.setMinimumHeight(CONTROL_HEIGHT)
        self._channels.addItem("Stereo", 2)
        self._channels.addItem("Mono", 1)
        self._channels.setCurrentIndex(self._channels.findData(project.channels))
        self._problem = QLabel(self)
        self._problem.setObjectName("error")
        self._problem.setWordWrap(True)
        self._problem.hide()
        button = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(button.Ok | button.Cancel, self)
        buttons.accepted.connect(self._apply)
        buttons.rejected.connect(self.reject)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.addWidget(QLabel("Timecode starts at", self), 0, 0)
        grid.addWidget(self._start, 0, 1)
        grid.addWidget(self._drop_frame, 1, 1)
        grid.addWidget(QLabel("Sound", self), 2, 0)
        grid.addWidget(self._channels, 2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addLayout(grid)
        column.addWidget(self._problem)
        column.addWidget(buttons)
        self.setMinimumWidth(380)

    def _changed(self) -> Project:
        project = edits.set_drop_frame(self._project, self._drop_frame.isChecked())
        project = edits.set_start_timecode(project, self._start.text())
        return edits.set_channels(project, self._channels.currentData())

    def _on_counting(self, drop_frame: bool) -> None:
        """Write the same first picture in the other way of counting."""
        counted = edits.set_drop_frame(self._project, drop_frame)
        self._start.setText(counted.timecode.format(counted.start_frame))

    def _apply(self) -> None:
        try:
            changed = self._changed()
        except UserFacingError as error:
            self._problem.setText(f"{error}.".replace("..", "."))
            self._problem.show()
            return
        self._session.apply("Change the project's settings", changed)
        self.accept()
