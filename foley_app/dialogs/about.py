"""What the program is and which version."""

from __future__ import annotations

import platform

import PySide6
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

import engine


class AboutDialog(QDialog):
    """Name, version, licence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About")
        title = QLabel("Foley Editor", self)
        title.setObjectName("title")
        text = QLabel(
            "Opens a silent video, finds every hit, puts a sound on each,\n"
            "and exports the picture with its sound.\n\n"
            f"Version {engine.__version__} · Python {platform.python_version()} · Qt {PySide6.__version__}\n"
            "Apache License 2.0",
            self,
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        for part in (title, text, buttons):
            column.addWidget(part)
