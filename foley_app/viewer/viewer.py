"""The viewer: picture, meters at its right, transport underneath."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QWidget

from foley_app.viewer.meters import Meters
from foley_app.viewer.picture import PictureView
from foley_app.viewer.transport_bar import TransportBar


class Viewer(QWidget):
    """Arranges the parts; connect to `picture`, `meters` and `transport_bar` directly."""

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.picture = PictureView(self)
        self.meters = Meters(self)
        self.transport_bar = TransportBar(actions, self)
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 8, 8, 8)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.addWidget(self.picture, 0, 0)
        grid.addWidget(self.meters, 0, 1)
        grid.addWidget(self.transport_bar, 1, 0, 1, 2)
        grid.setRowStretch(0, 1)
        grid.setColumnStretch(0, 1)
