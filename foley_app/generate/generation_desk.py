"""Has the engine generate soundtracks, and lays what it makes into the document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.project import edits
from engine.project.document import GeneratedTrack, Project, Take
from engine.project.document_json import GENERATED_SHAPE, TAKE_SHAPE, to_json
from engine.project.timebase import samples_to_seconds
from foley_app.engine_client import EngineClient, JobHandle
from foley_app.generate.generators import Generator, generator_from_wire
from foley_app.generate.growing_take import GrowingTake
from foley_app.generate.soundtrack_request import SoundtrackRequest
from foley_app.generate.take_texts import span_text
from foley_app.session import Session
from foley_app.texts import counted

_SHOW_EVERY_MS = 80


@dataclass(frozen=True, slots=True)
class Lost:
    """A generation that ended before it was done.

    Attributes
    ----------
    request
        Asked for again, the engine goes on where it stopped.
    sentence
        Why it ended.
    made_s
        How much sound there was of each take.
    """

    request: SoundtrackRequest
    sentence: str
    made_s: float


class GenerationDesk(QObject):
    """One generation at a time, for the document in force.

    Attributes
    ----------
    generators, default_name
        Those there are, and the one used when none is named; empty while the engine has not said.
    is_known, trouble
        Whether the engine has answered, and why it could not say, "" when it could.
    growing
        The takes that are being made.
    stopped
        What was stopped last; asked for again, the engine goes on where it stopped.

    **Signals**

    changed()
        The list of generators is another.
    begun()
        Something is being made now.
    progressed(float, str)
        The fraction done and what is being done.
    grown()
        There is more of the takes in `growing`, or they came or went.
    drawn(str track_id, object)
        The waveform of a track that is about to come, a `GrowingTake`.
    finished(object)
        Ids of the tracks that were made, a tuple; they are in the document.
    noticed(str)
        A sentence worth saying.
    lost(object)
        It ended before its time; a `Lost`.
    sound_came_back(str)
        A sound of this generated track was made again where its file was missing.
    ended()
        Nothing is generated any more, for whatever reason.
    """

    changed = Signal()
    begun = Signal()
    progressed = Signal(float, str)
    grown = Signal()
    drawn = Signal(str, object)
    finished = Signal(object)
    noticed = Signal(str)
    lost = Signal(object)
    sound_came_back = Signal(str)
    ended = Signal()

    def __init__(self, session: Session, engine: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._engine = engine
        self._job: JobHandle | None = None
        self._list_job: JobHandle | None = None
        self._document_id = ""
        self.generators: tuple[Generator, ...] = ()
        self.default_name = ""
        self.trouble = ""
        self.is_known = False
        self.growing: tuple[GrowingTake, ...] = ()
        self._request: SoundtrackRequest | None = None
        self.stopped: SoundtrackRequest | None = None
        self._show_soon = QTimer(self)
        self._show_soon.setSingleShot(True)
        self._show_soon.setInterval(_SHOW_EVERY_MS)
        self._show_soon.timeout.connect(self.grown)
        session.opened.connect(lambda project, _edits: self._on_document(project))

    @property
    def is_running(self) -> bool:
        """Whether something is being generated."""
        return self._job is not None

    def find(self, name: str) -> Generator | None:
        """The generator of this name; "" is the program's own choice."""
        wanted = name or self.default_name
        return next((one for one in self.generators if one.name == wanted), None)

    def refresh(self) -> None:
        """Ask the engine which generators there are."""
        job = self._engine.start_job("generators", {})
        self._list_job = job
        job.finished.connect(lambda result: self._on_list(job, result))
        job.failed.connect(lambda sentence: self._on_no_list(job, sentence))

    def generate(self, request: SoundtrackRequest) -> None:
        """Make what is wanted; one undo step when it is there."""
        project = self._session.project
        if project is None:
            return
        job = self._start("generate", request.arguments(project, self._session.path), "Generating")
        self._request = request
        job.finished.connect(lambda result: self._on_made(job, request, result))
        job.failed.connect(lambda sentence: self._on_lost(job, request, sentence))

    def make_again(self, track_id: str) -> None:
        """Make a track's sound again by its recipe."""
        project, path = self._session.project, self._session.path
        if project is None:
            return
        folder = str(path.parent) if path is not None else ""
        arguments = {"project": to_json(project), "track": track_id, "folder": folder}
        job = self._start("remake_take", arguments, "Making it again")
        job.finished.connect(lambda result: self._on_made_again(job, track_id, result))
        job.failed.connect(lambda sentence: self._on_not_made_again(job, sentence))

    def cancel(self) -> None:
        """Stop; the document stays as it is."""
        if self._job is not None:
            job, request = self._job, self._request
            self._end(job)
            job.cancel()
            if request is not None and not request.replace:
                self.stopped = request

    def _start(self, kind: str, arguments: dict[str, Any], begin: str) -> JobHandle:
        self.cancel()
        job = self._engine.start_job(kind, arguments)
        self._job = job
        self.begun.emit()
        self.progressed.emit(0.0, begin)
        job.progressed.connect(lambda fraction, text: self._on_progress(job, fraction, text))
        job.partial.connect(lambda event: self._on_partial(job, event))
        job.cancelled.connect(lambda: self._end(job))
        return job

    def _on_progress(self, job: JobHandle, fraction: float, text: str) -> None:
        if job is self._job:
            self.progressed.emit(fraction, text)

    def _on_partial(self, job: JobHandle, event: dict[str, Any]) -> None:
        if job is not self._job:
            return
        kind = event.get("event")
        if kind == "takes_begun":
            stretch = (int(event["position"]), int(event["length"]), int(event["samples_per_peak"]))
            replaced = str(job.arguments.get("replace") or job.arguments.get("track") or "")
            self.growing = tuple(
                GrowingTake(str(name), *stretch, track="" if number else replaced)
                for number, name in enumerate(event["names"])
            )
            self.grown.emit()
        elif kind == "take_block" and 0 <= event["take"] < len(self.growing):
            self.growing[event["take"]].add(event["first_peak"], event["peaks"])
            if not self._show_soon.isActive():
                self._show_soon.start()
        elif kind == "note":
            self.noticed.emit(str(event["sentence"]))

    def _on_made(self, job: JobHandle, request: SoundtrackRequest, result: dict[str, Any]) -> None:
        if job is not self._job:
            return
        project = self._session.project
        tracks: tuple[GeneratedTrack, ...] = tuple(GENERATED_SHAPE.read(row) for row in result["takes"])
        if project is None or not tracks:
            self._end(job)
            return
        self.stopped = None
        text, after = _laid_in(project, tracks, request)
        for track, take in zip(tracks, self.growing, strict=False):
            if track.id != request.replace:
                self.drawn.emit(track.id, take)
        self._session.apply(text, after)
        self._end(job)
        self.finished.emit(tuple(track.id for track in tracks))

    def _on_made_again(self, job: JobHandle, track_id: str, result: dict[str, Any]) -> None:
        if job is not self._job:
            return
        self._end(job)
        project = self._session.project
        track = project.generated_by_id.get(track_id) if project is not None else None
        if project is None or track is None:
            return
        take: Take = TAKE_SHAPE.read(result["take"])
        if result.get("is_same"):
            self.sound_came_back.emit(track_id)
            self.noticed.emit(f"“{track.name}” was made again, bit for bit the same.")
        else:
            after = edits.replace_generated_take(project, track_id, take)
            self._session.apply(f"Make {track.name} again", after)
            self.noticed.emit(
                f"“{track.name}” was made again, but is not quite the same; undo takes it back."
            )

    def _on_lost(self, job: JobHandle, request: SoundtrackRequest, sentence: str) -> None:
        if job is self._job:
            made = min((take.made for take in self.growing), default=0)
            project = self._session.project
            rate = project.sample_rate if project is not None else 1
            self._end(job)
            self.lost.emit(Lost(request, sentence, samples_to_seconds(made, rate)))

    def _on_not_made_again(self, job: JobHandle, sentence: str) -> None:
        if job is self._job:
            self._end(job)
            self.noticed.emit(sentence)

    def _end(self, job: JobHandle) -> None:
        if job is self._job:
            self._job = self._request = None
            self._show_soon.stop()
            self.growing = ()
            self.grown.emit()
            self.ended.emit()

    def _on_document(self, project: Project | None) -> None:
        document_id = project.id if project is not None else ""
        if document_id != self._document_id:
            self._document_id = document_id
            self.cancel()
            self.stopped = None

    def _on_list(self, job: JobHandle, result: dict[str, Any]) -> None:
        if job is self._list_job:
            self._list_job = None
            self.generators = tuple(generator_from_wire(row) for row in result["generators"])
            self.default_name = str(result.get("default") or "")
            self.trouble, self.is_known = "", True
            self.changed.emit()

    def _on_no_list(self, job: JobHandle, sentence: str) -> None:
        if job is self._list_job:
            self._list_job = None
            self.trouble, self.is_known = sentence, True
            self.changed.emit()


def _laid_in(
    project: Project, tracks: tuple[GeneratedTrack, ...], request: SoundtrackRequest
) -> tuple[str, Project]:
    """What the undo step is called, and the document with the new takes; the first of them is heard."""
    first, *others = tracks
    replaced = project.generated_by_id.get(request.replace)
    if replaced is not None:
        after = edits.replace_generated_take(project, replaced.id, first.take)
        for track in others:
            after = edits.add_generated_track(after, replace(track, mute=True))
        end = project.length if request.end is None else request.end
        return f"Remake {span_text(project, request.start or 0, end)} of {replaced.name}", after
    after = project
    for track in tracks:
        after = edits.add_generated_track(after, track)
    after = edits.choose_generated(after, first.id)
    if request.is_of_everything and not project.generated:
        after = edits.hear_takes(after)
    return f"Generate {counted(len(tracks), 'take')}", after
