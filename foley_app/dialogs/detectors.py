"""All detectors: what each was made from and how it did; use, rename, delete."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from foley_app.detector_desk import DetectorDesk
from foley_app.detectors import KIND_TEXTS, Detector, metric_rows, size_text
from foley_app.dialogs.learning_form import quiet_text
from foley_app.document_desk import Questions

_LIST_WIDTH = 240
_ROW_HEIGHT = 44
_SIZE = QSize(760, 440)


class DetectorsDialog(QDialog):
    """The list at the left, the highlighted one at the right; Return uses it, F2 renames, Del deletes."""

    def __init__(self, detectors: DetectorDesk, questions: Questions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Detectors")
        self.resize(_SIZE)
        self._detectors = detectors
        self._questions = questions
        self._wish = ""
        self._list = QListWidget(self)
        self._list.setAccessibleName("Detectors")
        self._list.setFixedWidth(_LIST_WIDTH)
        self._list.currentItemChanged.connect(lambda _row, _old: self._show_current())
        self._list.itemDoubleClicked.connect(lambda _row: self.use_current())
        self._name = QLineEdit(self)
        self._name.setAccessibleName("Name")
        self._title = QLabel(self)
        self._title.setObjectName("title")
        self._kind = quiet_text("", self)
        self._about = QLabel(self)
        self._about.setWordWrap(True)
        self._measured = QLabel("Measured", self)
        self._measured.setObjectName("heading")
        self._metric_names = QLabel(self)
        self._metric_names.setObjectName("quiet")
        self._metric_values = QLabel(self)
        self._status = QLabel(self)
        self._status.setWordWrap(True)
        self._use = QPushButton("Use it", self)
        self._use.setDefault(True)
        self._use.clicked.connect(self.use_current)
        self._rename = QPushButton("Rename", self)
        self._rename.clicked.connect(self._begin_renaming)
        self._delete = QPushButton("Delete…", self)
        self._delete.clicked.connect(self._delete_current)
        close = QPushButton("Close", self)
        close.clicked.connect(self.accept)
        for button in (self._rename, self._delete, close):
            button.setAutoDefault(False)
        QShortcut(QKeySequence(Qt.Key.Key_F2), self._list, self._begin_renaming)
        QShortcut(QKeySequence.StandardKey.Delete, self._list, self._delete_current)
        self._lay_out(close)
        detectors.changed.connect(self._show_list)
        detectors.failed.connect(lambda sentence: self._say(sentence, "error"))
        self._show_list()
        self._list.setFocus()
        detectors.refresh()

    def use_current(self) -> None:
        """Find hits with the highlighted one from now on."""
        detector = self._current()
        if detector is not None:
            self._detectors.choose(detector.name)
            self._say("Used from the next analysis on; Ctrl+R analyses this picture again.", "good")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._name.hasFocus() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._rename_current()
        elif self._name.hasFocus() and event.key() == Qt.Key.Key_Escape:
            self._end_renaming()
        else:
            super().keyPressEvent(event)

    def _lay_out(self, close: QPushButton) -> None:
        details = QVBoxLayout()
        details.setSpacing(8)
        for part in (self._title, self._name, self._kind, self._about):
            details.addWidget(part)
        details.addSpacing(8)
        details.addWidget(self._measured)
        metrics = QHBoxLayout()
        metrics.setSpacing(24)
        metrics.addWidget(self._metric_names)
        metrics.addWidget(self._metric_values, 1)
        details.addLayout(metrics)
        details.addStretch(1)
        details.addWidget(self._status)
        top = QHBoxLayout()
        top.setSpacing(24)
        top.addWidget(self._list)
        top.addLayout(details, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for button in (self._delete, self._rename, close, self._use):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(16)
        column.addLayout(top, 1)
        column.addLayout(buttons)

    def _show_list(self) -> None:
        current = self._current() or self._detectors.find(self._wish) or self._detectors.chosen
        self._list.blockSignals(True)
        self._list.clear()
        for detector in self._detectors.detectors:
            in_use = detector == self._detectors.chosen
            second = " · ".join(text for text in (_short_kind(detector), "in use" if in_use else "") if text)
            row = QListWidgetItem(f"{detector.name}\n{second}")
            row.setData(Qt.ItemDataRole.UserRole, detector.name)
            row.setSizeHint(QSize(0, _ROW_HEIGHT))
            self._list.addItem(row)
            if detector == current:
                self._list.setCurrentItem(row)
        if self._list.currentRow() < 0:
            self._list.setCurrentRow(0)
        self._list.blockSignals(False)
        if self._detectors.trouble:
            self._say(self._detectors.trouble, "error")
        self._show_current()

    def _show_current(self) -> None:
        detector = self._current()
        is_mine = detector is not None and detector.is_mine
        self._name.hide()
        self._title.show()
        self._title.setText(detector.name if detector is not None else "")
        self._kind.setText(" · ".join(_kind_parts(detector)) if detector is not None else "")
        self._about.setText("\n".join(_about_lines(detector)) if detector is not None else "")
        rows = metric_rows(detector.metrics) if detector is not None else []
        self._show_metrics(rows)
        self._rename.setEnabled(is_mine)
        self._delete.setEnabled(is_mine)
        can_use = detector is not None and not detector.problem and detector != self._detectors.chosen
        self._use.setEnabled(can_use)

    def _show_metrics(self, rows: list[tuple[str, str]]) -> None:
        self._metric_names.setText("\n".join(name for name, _ in rows))
        self._metric_values.setText("\n".join(number for _, number in rows))
        self._measured.setVisible(bool(rows))

    def _current(self) -> Detector | None:
        row = self._list.currentItem()
        return self._detectors.find(row.data(Qt.ItemDataRole.UserRole)) if row is not None else None

    def _begin_renaming(self) -> None:
        detector = self._current()
        if detector is not None and detector.is_mine:
            self._title.hide()
            self._name.setText(detector.name)
            self._name.show()
            self._name.setFocus()
            self._name.selectAll()

    def _rename_current(self) -> None:
        detector, name = self._current(), self._name.text().strip()
        if detector is not None and name and name != detector.name:
            self._wish = name
            self._detectors.rename(detector.name, name)
        self._end_renaming()

    def _end_renaming(self) -> None:
        self._list.setFocus()
        self._name.hide()
        self._title.show()

    def _delete_current(self) -> None:
        detector = self._current()
        if detector is not None and detector.is_mine and self._questions.delete_detector(detector.name):
            self._detectors.delete(detector.name)

    def _say(self, text: str, tone: str) -> None:
        self._status.setText(text)
        self._status.setObjectName(tone)
        self._status.style().unpolish(self._status)
        self._status.style().polish(self._status)


def _short_kind(detector: Detector) -> str:
    return "yours" if detector.is_mine else "built in"


def _kind_parts(detector: Detector) -> list[str]:
    parts = (KIND_TEXTS[detector.kind], detector.made_on, size_text(detector.size_bytes))
    return [part for part in parts if part]


def _about_lines(detector: Detector) -> list[str]:
    """What it is, what it was made from, why it can't be used; those of them that are known."""
    made_from = f"Made from: {detector.made_from}" if detector.made_from else ""
    base = f"Began as: {detector.base}" if detector.base else ""
    return [line for line in (detector.about, made_from, base, detector.problem) if line]
