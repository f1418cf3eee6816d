"""Generate a soundtrack: by which generator, for which stretch and hits, how many takes, how wild."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression, QSize, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.project.document import Project
from foley_app.dialogs.learning_form import button_row, quiet_text
from foley_app.generate.generation_desk import GenerationDesk
from foley_app.generate.generators import Generator
from foley_app.generate.hits_choice import HitsChoice
from foley_app.generate.soundtrack_request import (
    LEAST_TEMPERATURE,
    MOST_TAKES,
    MOST_TEMPERATURE,
    SEEDS,
    SoundtrackRequest,
    random_seed,
)
from foley_app.generate.take_texts import span_text
from foley_app.settings import GENERATOR, TAKES, TEMPERATURE, Settings
from foley_app.theme.icons import icon
from foley_app.theme.theme import CONTROL_HEIGHT

_LABEL_WIDTH = 96
_WIDTH = 520
_NONE_HERE = "No generator of soundtracks is installed; setting the program up anew brings its own."
_NO_HITS = (
    "This generator is told of hits, and there are none yet: analyse the picture with Ctrl+R, "
    "or add hits with A."
)
_NO_SUCH_HITS = "No hit is on the tracks and of the materials that are ticked."


class GenerateDialog(QDialog):
    """Asks; the takes appear on the timeline while they are made.

    **Signals**

    wanted(object)
        The button was pressed: a `SoundtrackRequest`.
    """

    wanted = Signal(object)

    def __init__(
        self,
        desk: GenerationDesk,
        settings: Settings,
        project: Project,
        marked: tuple[int, int] | None,
        like: SoundtrackRequest | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Generate a soundtrack")
        self._desk = desk
        self._settings = settings
        self._project = project
        self._marked = marked
        self._wish = like.model if like is not None else settings.value(GENERATOR)
        self.generator = QComboBox(self)
        self.generator.setMinimumHeight(CONTROL_HEIGHT)
        self.generator.currentIndexChanged.connect(lambda _index: self._show_generator())
        self._about = quiet_text("", self)
        self.whole = QRadioButton(f"The whole film, {span_text(project, 0, project.length)}", self)
        self.part = QRadioButton(self)
        self._stretch = QButtonGroup(self)
        self._stretch.addButton(self.whole)
        self._stretch.addButton(self.part)
        self.hits = HitsChoice(project, self)
        self.hits.changed.connect(self._show_problem)
        self.takes = QSpinBox(self)
        self.takes.setRange(1, MOST_TAKES)
        self.takes.setFixedSize(88, CONTROL_HEIGHT)
        self.seed = QLineEdit(self)
        self.seed.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]{1,10}"), self))
        self.seed.setFixedWidth(128)
        self.seed.setToolTip("The same seed makes the same sound again; each further take has the next one")
        self.seed.textChanged.connect(lambda _text: self._show_problem())
        self.dice = QToolButton(self)
        self.dice.setObjectName("chip")
        self.dice.setIcon(icon("dice"))
        self.dice.setIconSize(QSize(16, 16))
        self.dice.setToolTip("Another seed (Alt+D)")
        self.dice.setShortcut("Alt+D")
        self.dice.setAccessibleName("Another seed")
        self.dice.clicked.connect(self._roll)
        self.temperature = QSlider(Qt.Orientation.Horizontal, self)
        self.temperature.setRange(round(LEAST_TEMPERATURE * 100), round(MOST_TEMPERATURE * 100))
        self.temperature.setPageStep(10)
        self.temperature.setAccessibleName("Temperature")
        self.temperature.setToolTip("1 draws by the network's own odds; less is tamer, more is wilder")
        self._temperature_text = QLabel(self)
        self.temperature.valueChanged.connect(lambda _value: self._show_temperature())
        self._problem = QLabel(self)
        self._problem.setObjectName("warning")
        self._problem.setWordWrap(True)
        self.begin = QPushButton("Generate", self)
        self.begin.clicked.connect(self._ask)
        self._lay_out()
        self._show_stretch()
        self._fill_in(like)
        desk.changed.connect(self._list_generators)
        self._list_generators()
        desk.refresh()

    def _lay_out(self) -> None:
        seed = QHBoxLayout()
        seed.setSpacing(8)
        for widget in (self.seed, self.dice):
            seed.addWidget(widget)
        seed.addStretch(1)
        temperature = QHBoxLayout()
        temperature.setSpacing(12)
        temperature.addWidget(self.temperature, 1)
        temperature.addWidget(self._temperature_text)
        stretch = QVBoxLayout()
        stretch.setSpacing(0)
        stretch.addWidget(self.whole)
        stretch.addWidget(self.part)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        self._hits_label = QLabel("Told of", self)
        rows: list[tuple[QLabel | None, QWidget | QHBoxLayout | QVBoxLayout]] = [
            (QLabel("&Generator", self), self.generator),
            (None, self._about),
            (QLabel("For", self), stretch),
            (self._hits_label, self.hits),
            (QLabel("&Takes", self), self.takes),
            (QLabel("&Seed", self), seed),
            (QLabel("T&emperature", self), temperature),
        ]
        buddies = (self.generator, None, None, None, self.takes, self.seed, self.temperature)
        for row, ((label, field), buddy) in enumerate(zip(rows, buddies, strict=True)):
            if label is not None:
                top = Qt.AlignmentFlag.AlignTop if field is stretch else Qt.AlignmentFlag.AlignVCenter
                grid.addWidget(label, row, 0, top)
                if buddy is not None:
                    label.setBuddy(buddy)
            if isinstance(field, QWidget):
                grid.addWidget(field, row, 1)
            else:
                grid.addLayout(field, row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addLayout(grid)
        column.addWidget(self._problem)
        column.addLayout(button_row(self, (), self.begin))
        self.setMinimumWidth(_WIDTH)

    def _show_stretch(self) -> None:
        self.part.setEnabled(self._marked is not None)
        if self._marked is None:
            self.part.setText("The marked range (I and O mark one)")
            self.whole.setChecked(True)
        else:
            self.part.setText(f"The marked range, {span_text(self._project, *self._marked)}")
            self.part.setChecked(True)

    def _fill_in(self, like: SoundtrackRequest | None) -> None:
        wish = like or SoundtrackRequest(seed=random_seed(), temperature=self._settings.value(TEMPERATURE))
        self.takes.setValue(self._settings.value(TAKES))
        self.seed.setText(str(wish.seed))
        self.temperature.setValue(round(wish.temperature * 100))
        self._show_temperature()
        self.hits.tick(wish.tracks, wish.materials)

    def _show_temperature(self) -> None:
        self._temperature_text.setText(f"{self.temperature.value() / 100:.2f}")

    def _roll(self) -> None:
        self.seed.setText(str(random_seed()))

    @property
    def _chosen(self) -> Generator | None:
        return self._desk.find(self.generator.currentData() or "") if self.generator.count() else None

    @property
    def request(self) -> SoundtrackRequest:
        """What is filled in."""
        is_part = self.part.isChecked() and self._marked is not None
        start, end = self._marked if is_part and self._marked is not None else (None, None)
        chosen = self._chosen
        tells_hits = chosen is not None and chosen.is_told_hits
        return SoundtrackRequest(
            model=chosen.name if chosen is not None else "",
            seed=int(self.seed.text() or 0) % SEEDS,
            temperature=self.temperature.value() / 100,
            takes=self.takes.value(),
            start=start,
            end=end,
            tracks=self.hits.tracks if tells_hits else None,
            materials=self.hits.materials if tells_hits else None,
        )

    @property
    def problem(self) -> str:
        """Why this can't be begun, "" when it can."""
        chosen = self._chosen
        if not self._desk.is_known:
            return ""
        if chosen is None:
            return self._desk.trouble or _NONE_HERE
        if chosen.problem:
            return chosen.problem
        if chosen.is_told_hits and not self._project.shown_hits:
            return _NO_HITS
        if chosen.is_told_hits and not self.hits.count:
            return _NO_SUCH_HITS
        if not self.seed.text() or int(self.seed.text()) >= SEEDS:
            return f"A seed is a whole number below {SEEDS}."
        return ""

    def _list_generators(self) -> None:
        wish = self.generator.currentData() or self._wish
        self.generator.blockSignals(True)
        self.generator.clear()
        for one in self._desk.generators:
            self.generator.addItem(one.label, one.name)
            row = self.generator.count() - 1
            self.generator.setItemData(row, one.problem or None, Qt.ItemDataRole.ToolTipRole)
        found = self.generator.findData(wish or self._desk.default_name)
        self.generator.setCurrentIndex(max(found, 0) if self.generator.count() else -1)
        if not self.generator.count():
            self.generator.addItem("None" if self._desk.is_known else "Asking the engine…")
        self.generator.blockSignals(False)
        self.generator.setEnabled(bool(self._desk.generators))
        self._show_generator()

    def _show_generator(self) -> None:
        chosen = self._chosen
        self._about.setText(chosen.about if chosen is not None else "")
        self._about.setVisible(chosen is not None)
        tells_hits = chosen is None or chosen.is_told_hits
        for widget in (self._hits_label, self.hits):
            widget.setVisible(tells_hits)
        self.hits.setEnabled(self.hits.has_choice)
        self._show_problem()
        self.adjustSize()

    def _show_problem(self) -> None:
        self._problem.setText(self.problem)
        was_shown = self._problem.isVisibleTo(self)
        self._problem.setVisible(bool(self.problem))
        if was_shown != bool(self.problem):
            self.adjustSize()
        self.begin.setEnabled(self._chosen is not None and not self.problem)

    def _ask(self) -> None:
        request = self.request
        default = request.model == self._desk.default_name
        self._settings.set(GENERATOR, "" if default else request.model)
        self._settings.set(TAKES, request.takes)
        self._settings.set(TEMPERATURE, request.temperature)
        self.accept()
        self.wanted.emit(request)
