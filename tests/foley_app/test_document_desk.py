"""Opening and saving: nothing is lost without a question, every failure is one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.project import edits
from engine.project.document import MediaReference, Project
from engine.project.document_json import to_json
from engine.project.storage import load_project, save_project
from foley_app.document_desk import DocumentDesk, document_name, dropped_path
from foley_app.session import Session
from foley_app.settings import RECENT_FILES, Settings
from tests.foley_app.fakes import FakeEngine, FakeQuestions


class Bench:
    """A document desk with an engine and a person that answer as told."""

    def __init__(self, settings: Settings) -> None:
        self.session, self.engine, self.questions = Session(), FakeEngine(), FakeQuestions()
        self.settings = settings
        self.desk = DocumentDesk(self.session, self.engine, settings, self.questions)  # type: ignore[arg-type]


@pytest.fixture
def bench(settings: Settings, qapp: object) -> Bench:
    return Bench(settings)


@pytest.fixture
def saved(project: Project, tmp_path: Path) -> Path:
    path = tmp_path / "work.foley"
    save_project(project, path)
    return path


def test_a_video_becomes_a_project_of_the_engines_making(
    bench: Bench, video_file: Path, project: Project
) -> None:
    bench.desk.open_path(video_file)
    job = bench.engine.last("new_project")
    assert job.arguments == {"path": str(video_file)}
    job.finished.emit({"project": to_json(project)})
    assert bench.session.project == project
    assert document_name(bench.session) == "clip"
    assert not bench.session.is_dirty
    assert bench.settings.value(RECENT_FILES) == (str(video_file),)


def test_what_is_not_a_video_is_said_and_changes_nothing(
    bench: Bench, video_file: Path, project: Project
) -> None:
    bench.session.open(project)
    bench.desk.open_path(video_file)
    bench.engine.last("new_project").failed.emit("“clip.mp4” is not a video.")
    assert bench.questions.errors == ["“clip.mp4” is not a video."]
    assert bench.session.project is project
    assert bench.settings.value(RECENT_FILES) == ()


def test_a_file_that_is_gone_is_said(bench: Bench, tmp_path: Path) -> None:
    bench.desk.open_path(tmp_path / "gone.mp4")
    assert bench.questions.errors == [f"“gone.mp4” is not there any more (looked in {tmp_path})."]
    assert not bench.engine.jobs


def test_only_the_last_of_two_videos_opens(bench: Bench, video_file: Path, project: Project) -> None:
    bench.desk.open_path(video_file)
    bench.desk.open_path(video_file)
    first, second = bench.engine.jobs
    assert first.was_cancelled
    second.finished.emit({"project": to_json(project)})
    opened = bench.session.project
    first.finished.emit({"project": to_json(project)})
    assert bench.session.project is opened


@pytest.mark.parametrize(("answer", "opens"), [("cancel", False), ("discard", True)])
def test_unsaved_changes_are_asked_about(
    bench: Bench, project: Project, saved: Path, answer: str, opens: bool
) -> None:
    bench.session.open(project)
    bench.session.apply("Mute", edits.set_mute(project, ["h1"], True))
    bench.questions.unsaved_answer = answer
    bench.desk.open_path(saved)
    assert bench.questions.asked_about == ["clip"]
    assert (bench.session.path == saved) is opens


def test_saving_on_the_way_out_saves_first(
    bench: Bench, project: Project, saved: Path, tmp_path: Path
) -> None:
    bench.session.open(project)
    bench.session.apply("Mute", edits.set_mute(project, ["h1"], True))
    bench.questions.unsaved_answer = "save"
    bench.questions.save_path = str(tmp_path / "kept")
    bench.desk.open_path(saved)
    assert load_project(tmp_path / "kept.foley").hit("h1").mute
    assert bench.session.path == saved


def test_a_save_that_is_given_up_keeps_the_document(bench: Bench, project: Project, saved: Path) -> None:
    bench.session.open(project)
    bench.session.apply("Mute", edits.set_mute(project, ["h1"], True))
    bench.questions.unsaved_answer = "save"
    bench.desk.open_path(saved)
    assert bench.session.path is None
    assert bench.session.is_dirty


def test_the_file_has_relative_paths_and_the_session_absolute_ones(
    bench: Bench, project: Project, tmp_path: Path
) -> None:
    bench.session.open(project)
    bench.questions.save_path = str(tmp_path / "work.foley")
    assert bench.desk.save()
    written = load_project(tmp_path / "work.foley")
    assert written.video is not None and written.video.media.path == "clip.mp4"
    bench.desk.open_path(tmp_path / "work.foley")
    opened = bench.session.project
    assert opened is not None and opened.video is not None
    assert opened.video.media.path == (tmp_path / "clip.mp4").as_posix()


def test_the_second_save_asks_nothing(bench: Bench, project: Project, saved: Path) -> None:
    bench.desk.open_path(saved)
    assert bench.session.project is not None
    bench.session.apply("Mute", edits.set_mute(bench.session.project, ["h1"], True))
    assert bench.desk.save()
    assert not bench.session.is_dirty
    assert load_project(saved).hit("h1").mute


def test_a_save_that_fails_is_said_and_stays_unsaved(bench: Bench, project: Project, tmp_path: Path) -> None:
    bench.session.open(project)
    bench.session.apply("Mute", edits.set_mute(project, ["h1"], True))
    bench.questions.save_path = str(tmp_path / "no such folder" / "work.foley")
    assert not bench.desk.save()
    assert "was not saved" in bench.questions.errors[0]
    assert bench.session.is_dirty


def test_a_moved_video_is_relinked_in_one_step(
    bench: Bench, project: Project, saved: Path, video_file: Path, tmp_path: Path
) -> None:
    moved = video_file.rename(tmp_path / "moved.mp4")
    bench.questions.relinked = MediaReference(str(moved), "")
    bench.desk.open_path(saved)
    opened = bench.session.project
    assert opened is not None and opened.video is not None
    assert opened.video.media.path == str(moved)
    assert bench.session.undo_stack.undoText() == "Relink the video"


def test_without_its_video_the_project_opens_all_the_same(
    bench: Bench, saved: Path, video_file: Path
) -> None:
    video_file.unlink()
    bench.desk.open_path(saved)
    assert bench.session.project is not None
    assert len(bench.session.project.hits) == 7


def test_one_flipped_byte_is_refused_and_the_version_before_offered(
    bench: Bench, project: Project, saved: Path
) -> None:
    save_project(edits.set_mute(project, ["h1"], True), saved)
    damaged = bytearray(saved.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    saved.write_bytes(damaged)
    bench.desk.open_path(saved)
    assert bench.session.project is None
    assert "“work.foley~”" in bench.questions.errors[0]
    bench.questions.opens_previous = True
    bench.desk.open_path(saved)
    assert bench.session.project is not None
    assert not bench.session.project.hit("h1").mute
    assert bench.session.path == saved
    assert bench.session.is_dirty


def test_a_project_of_a_newer_program_is_refused(bench: Bench, saved: Path) -> None:
    import hashlib
    import re

    text = re.sub(r'"version": \d+', '"version": 99', saved.read_text(), count=1)
    body = text[: text.rindex('"sha256"')].encode()
    saved.write_bytes(body + f'"sha256": "{hashlib.sha256(body).hexdigest()}"}}\n'.encode())
    bench.desk.open_path(saved)
    assert bench.session.project is None
    assert "newer" in bench.questions.errors[0]


def test_closing_goes_back_to_nothing(bench: Bench, project: Project) -> None:
    bench.session.open(project)
    bench.desk.close()
    assert bench.session.project is None


@pytest.mark.parametrize(
    ("paths", "chosen"),
    [
        (["/a/notes.txt", "/a/Clip.MOV"], "/a/Clip.MOV"),
        (["/a/work.foley"], "/a/work.foley"),
        (["/a/notes.txt"], ""),
        ([], ""),
    ],
)
def test_a_drop_is_the_first_file_that_can_be_opened(paths: list[str], chosen: str) -> None:
    assert dropped_path(paths) == chosen
