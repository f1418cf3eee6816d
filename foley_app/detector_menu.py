"""The submenu that chooses the detector of the next analysis."""

from __future__ import annotations

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from foley_app.detector_desk import DetectorDesk


class DetectorMenu(QMenu):
    """Lists the detectors, the person's own below a line; the one in use is ticked."""

    def __init__(self, detectors: DetectorDesk, parent: QWidget | None = None) -> None:
        super().__init__("&Detector", parent)
        self._detectors = detectors
        self._group = QActionGroup(self)
        detectors.changed.connect(self._list)
        self._list()

    def _list(self) -> None:
        self.clear()
        for action in self._group.actions():
            self._group.removeAction(action)
        own_begin = False
        for detector in self._detectors.detectors:
            if detector.is_mine and not own_begin:
                own_begin = True
                self.addSeparator()
            action = self.addAction(detector.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(detector == self._detectors.chosen)
            action.setEnabled(not detector.problem)
            self._group.addAction(action)
            action.triggered.connect(lambda _on=False, name=detector.name: self._detectors.choose(name))
        if self.isEmpty():
            self.addAction(self._detectors.trouble or "The engine is starting").setEnabled(False)
