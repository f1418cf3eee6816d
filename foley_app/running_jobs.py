"""Shows the jobs of several desks in the one place the status bar has, and stops the one that is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from foley_app.analysis_desk import AnalysisDesk
from foley_app.generate.generation_desk import GenerationDesk
from foley_app.learning_desk import LearningDesk
from foley_app.library_desk import LibraryDesk
from foley_app.sound_desk import SoundDesk
from foley_app.status_bar import StatusBar

JobDesk = AnalysisDesk | GenerationDesk | SoundDesk | LearningDesk | LibraryDesk
"""A desk whose job can be followed and stopped."""


class RunningJobs(QObject):
    """Follows the desks.

    Parameters
    ----------
    desks
        The one whose job is waited for most comes first; its job is the one shown.
    """

    def __init__(
        self, status_bar: StatusBar, desks: Sequence[JobDesk], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._status_bar = status_bar
        self._desks = tuple(desks)
        self._news: list[tuple[float, str]] = [(0.0, "")] * len(self._desks)
        for number, desk in enumerate(self._desks):
            desk.progressed.connect(lambda fraction, text, n=number: self._on_progress(n, fraction, text))
            desk.ended.connect(lambda n=number: self._on_ended(n))
        status_bar.cancel_requested.connect(self.cancel_shown)
        status_bar.pause_requested.connect(self.pause_shown)

    def cancel_shown(self) -> None:
        """Stop the job that the status bar shows."""
        if (shown := self._shown()) is not None:
            self._desks[shown].cancel()

    def pause_shown(self) -> None:
        """Let the job that the status bar shows rest, or go on, if it is one that can."""
        if (shown := self._shown()) is not None and isinstance(desk := self._desks[shown], LibraryDesk):
            desk.toggle_pause()

    def cancel_all(self) -> None:
        """Stop every job."""
        for desk in self._desks:
            desk.cancel()

    def show_ready(self) -> None:
        """The engine waits for work."""
        self._status_bar.show_engine("Engine ready (CPU)", is_ready=True)
        self._status_bar.hide_progress()

    def _on_progress(self, number: int, fraction: float, text: str) -> None:
        self._news[number] = (fraction, text)
        self._show()

    def _on_ended(self, number: int) -> None:
        self._news[number] = (0.0, "")
        self._show()

    def _show(self) -> None:
        shown = self._shown()
        if shown is None:
            self.show_ready()
            return
        fraction, text = self._news[shown]
        self._status_bar.show_engine(text, is_ready=False)
        desk = self._desks[shown]
        if isinstance(desk, LibraryDesk):
            can_pause = desk.is_listening or desk.is_paused
            self._status_bar.show_progress(fraction, can_pause=can_pause, is_paused=desk.is_paused)
        else:
            self._status_bar.show_progress(fraction)

    def _shown(self) -> int | None:
        """The first desk whose job runs and has said what it does; a quick one ends without a word."""
        numbered = enumerate(self._desks)
        return next((n for n, desk in numbered if desk.is_running and self._news[n][1]), None)
