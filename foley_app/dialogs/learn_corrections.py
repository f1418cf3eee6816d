"""Learn from my corrections: which projects, under which name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.errors import UserFacingError
from engine.project.document import Project
from engine.project.references import rebase_references
from engine.project.storage import load_project
from foley_app.detector_desk import DetectorDesk
from foley_app.detectors import name_in_label
from foley_app.dialogs.learning_form import LearningForm, button_row, quiet_text
from foley_app.document_desk import PROJECT_SUFFIX, document_name
from foley_app.learning_desk import LearningDesk
from foley_app.session import Session
from foley_app.settings import LAST_FOLDER, Settings
from foley_app.texts import counted

_TEXT = (
    "A detector of your own learns from the hits you placed, moved, changed or locked, and from those you "
    "removed. It takes some minutes in the background; part of your work is held back to see whether it "
    "became better, and you are told."
)
_WIDTH = 560
_LIST_HEIGHT = 120


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    project: Project


class LearnCorrectionsDialog(QDialog):
    """Begins the learning and closes; the status bar shows how far it is."""

    def __init__(
        self,
        session: Session,
        detectors: DetectorDesk,
        learning: LearningDesk,
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Learn from my corrections")
        self.setMinimumWidth(_WIDTH)
        self._learning = learning
        self._settings = settings
        self._sources: list[_Source] = []
        heading = QLabel("Projects to learn from", self)
        heading.setObjectName("heading")
        self._list = QListWidget(self)
        self._list.setAccessibleName("Projects to learn from")
        self._list.setMinimumHeight(_LIST_HEIGHT)
        self._list.itemChanged.connect(lambda _row: self._enable())
        self._problem = QLabel(self)
        self._problem.setObjectName("warning")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self.form = LearningForm(detectors, self)
        self.form.changed.connect(self._enable)
        add = QPushButton("Add projects…", self)
        add.clicked.connect(self._ask_for_projects)
        self._learn = QPushButton("Learn", self)
        self._learn.clicked.connect(self.learn)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        column.addWidget(quiet_text(_TEXT, self))
        for part in (heading, self._list, self._problem, self.form):
            column.addWidget(part)
        column.addSpacing(4)
        column.addLayout(button_row(self, (add,), self._learn))
        if session.project is not None:
            self._add(_Source(document_name(session), session.project))
            # What was removed can be told only from what the same detector had found.
            self.form.choose_base(name_in_label(session.project.analysis_model))
        self._enable()
        self.form.name.setFocus()
        self.form.name.selectAll()

    def add_projects(self, paths: list[str]) -> None:
        """Learn from these project files too; what can't be read is said."""
        problems: list[str] = []
        for path in map(Path, paths):
            try:
                project = rebase_references(load_project(path), path.parent, None)
            except UserFacingError as error:
                problems.append(str(error))
                continue
            if all(project.id != source.project.id for source in self._sources):
                self._add(_Source(path.name, project))
        self._problem.setText("\n".join(problems))
        self._problem.setVisible(bool(problems))
        self._enable()

    def learn(self) -> None:
        """Begin, unless something is missing."""
        if self._learn.isEnabled():
            self._learning.learn_corrections(
                [source.project for source in self._chosen()], self.form.chosen_name, self.form.chosen_base
            )
            self.accept()

    def _add(self, source: _Source) -> None:
        self._sources.append(source)
        row = QListWidgetItem(f"{source.name}   {corrections_text(source.project)}")
        row.setCheckState(Qt.CheckState.Checked)
        self._list.addItem(row)
        if self._list.currentRow() < 0:
            self._list.setCurrentRow(0)

    def _chosen(self) -> list[_Source]:
        checked = Qt.CheckState.Checked
        return [one for n, one in enumerate(self._sources) if self._list.item(n).checkState() == checked]

    def _enable(self) -> None:
        self._learn.setEnabled(bool(self._chosen()) and not self.form.problem)

    def _ask_for_projects(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(
            self,
            "Add projects",
            self._settings.value(LAST_FOLDER),
            f"Foley projects (*{PROJECT_SUFFIX})",
        )
        if paths:
            self.add_projects(paths)


def corrections_text(project: Project) -> str:
    """How much of a project a person has touched."""
    shown = project.shown_hits
    touched = sum(hit.is_kept for hit in shown)
    if not touched:
        return f"{counted(len(shown), 'hit')}, none placed, changed or locked"
    return f"{counted(touched, 'hit')} of {len(shown)} placed, changed or locked"
