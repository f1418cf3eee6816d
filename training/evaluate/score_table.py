"""Tables of scores on a terminal: ours, what it is compared with, and the paper's own row."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from engine.evaluation.bootstrap import Interval
from training.evaluate.papers import OTHER_DATA, PaperRow

MISSING = "–"

_LEAST_NAME_WIDTH = 26
_FILE_WIDTH = 150

RowKind = Literal["ours", "reference", "paper"]
_STYLES: dict[RowKind, str] = {"ours": "bold", "reference": "", "paper": "dim italic"}


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A line of a table: a name and a text per column."""

    name: str
    cells: tuple[str, ...]
    kind: RowKind = "reference"


@dataclass(slots=True)
class ScoreTable:
    """A table that is filled line by line.

    Attributes
    ----------
    title
        What is scored, on how much data.
    columns
        Headings; the first column holds the names and is headed by `first`.
    notes
        Sentences printed below.
    """

    title: str
    columns: tuple[str, ...]
    first: str = ""
    rows: list[ScoreRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, *cells: object, kind: RowKind = "reference") -> None:
        """Add a line; numbers are shown with three digits, intervals with their range below.

        Raises
        ------
        ValueError
            When there are not as many cells as columns.
        """
        if len(cells) != len(self.columns):
            raise ValueError(f"{len(cells)} cells do not fill {len(self.columns)} columns")
        self.rows.append(ScoreRow(name, tuple(shown(cell) for cell in cells), kind))

    def add_papers(
        self,
        papers: Iterable[PaperRow],
        measures: Sequence[str | None],
        mark: str = OTHER_DATA,
        digits: int = 3,
    ) -> None:
        """Add the papers' lines, marked as being of other data.

        Parameters
        ----------
        measures
            For each column the name of the paper's measure; None where no paper has one.
        mark
            What keeps them from being compared with ours without a thought.
        digits
            After the point.
        """
        for paper in papers:
            values = [paper.values.get(measure) if measure else None for measure in measures]
            cells = [None if value is None else f"{value:.{digits}f}" for value in values]
            self.add(f"{paper.who} [{mark}: {paper.data}]", *cells, kind="paper")

    def show(self, console: Console | None = None) -> None:
        """Print the table."""
        table = Table(title=escape(self.title), title_justify="left", header_style="bold")
        table.add_column(escape(self.first), min_width=_LEAST_NAME_WIDTH)
        for column in self.columns:
            table.add_column(escape(column), justify="right")
        for row in self.rows:
            table.add_row(escape(row.name), *(escape(cell) for cell in row.cells), style=_STYLES[row.kind])
        console = console or Console()
        if not console.is_terminal:
            # Nobody can widen a file afterwards.
            console = Console(file=console.file, width=max(console.width, _FILE_WIDTH))
        console.print(table)
        for note in self.notes:
            console.print(escape(note), style="dim", soft_wrap=True)


def shown(cell: object) -> str:
    """A cell's text."""
    if isinstance(cell, Interval):
        # Two short lines leave room for the other columns.
        return f"{shown(cell.value)}\n{shown(cell.low)}–{shown(cell.high)}"
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return MISSING
    if isinstance(cell, float):
        return f"{cell:.3f}"
    return str(cell)
