"""The questions the desks ask, as dialogs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from engine.project.document import MediaReference
from foley_app.dialogs.message import MessageDialog
from foley_app.document_desk import PROJECT_SUFFIX, VIDEO_SUFFIXES, Answer

_VIDEO_FILTER = f"Videos ({' '.join('*' + suffix for suffix in VIDEO_SUFFIXES)});;All files (*)"
_PROJECT_FILTER = f"Foley projects (*{PROJECT_SUFFIX})"


class DialogQuestions:
    """Asks the person through dialogs above a window."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def choose_video(self, folder: str) -> str:
        """Path of a video, "" when none was chosen."""
        return QFileDialog.getOpenFileName(self._parent, "Open video", folder, _VIDEO_FILTER)[0]

    def choose_project(self, folder: str) -> str:
        """Path of a project, "" when none was chosen."""
        return QFileDialog.getOpenFileName(self._parent, "Open project", folder, _PROJECT_FILTER)[0]

    def choose_save_path(self, suggestion: str) -> str:
        """Where the project is to be written, "" when nowhere."""
        return QFileDialog.getSaveFileName(self._parent, "Save the project", suggestion, _PROJECT_FILTER)[0]

    def about_unsaved(self, name: str) -> Answer:
        """What to do with changes that are in no file yet."""
        box = QMessageBox(self._parent)
        box.setWindowTitle("Save the changes?")
        box.setText(f"“{name}” has changes that are not saved.")
        box.setInformativeText("Discarded changes can't be brought back.")
        button = QMessageBox.StandardButton
        box.setStandardButtons(button.Save | button.Discard | button.Cancel)
        box.setDefaultButton(button.Save)
        box.setIcon(QMessageBox.Icon.NoIcon)
        answers: dict[int, Answer] = {button.Save.value: "save", button.Discard.value: "discard"}
        return answers.get(box.exec(), "cancel")

    def open_previous(self, sentence: str, previous: Path) -> bool:
        """Whether to go on with the version kept before a damaged one."""
        box = QMessageBox(self._parent)
        box.setWindowTitle("The project is damaged")
        box.setText(sentence)
        box.setIcon(QMessageBox.Icon.NoIcon)
        yes = box.addButton(f"Open “{previous.name}”", QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(yes)
        box.exec()
        return box.clickedButton() is yes

    def relink(self, reference: MediaReference, folder: Path) -> MediaReference | None:
        """Where a missing file lies now; None to go on without it."""
        from foley_app.dialogs.relink import RelinkDialog

        dialog = RelinkDialog(reference, folder, self._parent)
        dialog.exec()
        return dialog.found

    def delete_detector(self, title: str) -> bool:
        """Whether one of the person's own detectors is to go for good."""
        return self._confirm(
            "Delete the detector?",
            f"“{title}” can't be brought back. Hits it has found stay in their projects.",
            "Delete",
        )

    def stop_learning(self) -> bool:
        """Whether the window may close while a detector learns."""
        return self._confirm(
            "A detector is learning",
            "It stops when the program closes, and nothing is kept of it.",
            "Stop and close",
        )

    def show_error(self, sentence: str) -> None:
        """Say what went wrong; does not hold up the program."""
        show_message(self._parent, sentence)

    def _confirm(self, title: str, sentence: str, yes: str) -> bool:
        box = QMessageBox(self._parent)
        box.setWindowTitle(title)
        box.setText(sentence)
        box.setIcon(QMessageBox.Icon.NoIcon)
        button = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        return box.clickedButton() is button


def show_message(parent: QWidget, sentence: str, title: str = "That did not work") -> MessageDialog:
    """Open a message above a window and return at once."""
    dialog = MessageDialog(title, sentence, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
