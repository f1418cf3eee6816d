"""The library's folders: scanned when they change, listened to after that, paused and stopped."""

from __future__ import annotations

import pytest

from foley_app.library_desk import LibraryDesk
from foley_app.settings import LIBRARY_FOLDERS, Settings
from tests.foley_app.fakes import FakeEngine, FakeJob


class Bench:
    """A desk, its engine, and what it said."""

    def __init__(self, settings: Settings) -> None:
        self.engine = FakeEngine()
        self.desk = LibraryDesk(self.engine, settings)  # type: ignore[arg-type]
        self.news: list[str] = []
        self.desk.sounds_changed.connect(lambda: self.news.append("sounds"))
        self.desk.ended.connect(lambda: self.news.append("ended"))
        self.desk.failed.connect(self.news.append)

    def scanned(self, *problems: str, sounds: int = 12) -> FakeJob:
        result = {"sounds": sounds, "materials": {"wood": sounds}, "problems": list(problems)}
        self.engine.last("scan_library").finished.emit(result)
        return self.engine.last("listen_library")


@pytest.fixture
def bench(qapp: object, settings: Settings) -> Bench:
    return Bench(settings)


def test_an_added_folder_is_scanned_then_listened_to(bench: Bench, settings: Settings) -> None:
    bench.desk.add("/sounds")
    assert settings.value(LIBRARY_FOLDERS) == ("/sounds",)
    assert bench.engine.last("scan_library").arguments == {"folders": ["/sounds"]}
    listening = bench.scanned("“b.wav” is no sound.")
    assert bench.news == ["sounds"]
    assert listening.arguments == {"folders": ["/sounds"]}
    assert bench.desk.is_listening
    listening.progressed.emit(0.5, "Listened to 6 of 12 sounds")
    assert bench.desk.progress == (0.5, "Listened to 6 of 12 sounds")
    listening.finished.emit({"sounds": 12, "heard": 11, "problems": ["“a.wav” is empty."]})
    assert bench.news == ["sounds", "ended", "sounds"]
    assert bench.desk.counts.heard == 11
    assert bench.desk.counts.problems == ("“b.wav” is no sound.", "“a.wav” is empty.")
    assert not bench.desk.is_running


def test_a_folder_that_is_there_already_is_not_added_twice(bench: Bench, settings: Settings) -> None:
    bench.desk.add("/sounds")
    count = len(bench.engine.jobs)
    bench.desk.add("/sounds")
    assert len(bench.engine.jobs) == count
    assert settings.value(LIBRARY_FOLDERS) == ("/sounds",)


def test_the_last_folder_removed_leaves_nothing_to_do(bench: Bench, settings: Settings) -> None:
    bench.desk.add("/sounds")
    listening = bench.scanned()
    bench.desk.remove("/sounds")
    assert listening.was_cancelled
    assert settings.value(LIBRARY_FOLDERS) == ()
    assert not bench.desk.is_running
    assert bench.desk.counts.sounds is None
    assert bench.news[-1] == "sounds"


def test_a_pause_keeps_its_place_and_goes_on(bench: Bench) -> None:
    bench.desk.add("/sounds")
    first = bench.scanned()
    first.progressed.emit(0.5, "Listened to 6 of 12 sounds")
    bench.desk.toggle_pause()
    assert first.was_cancelled
    assert (bench.desk.is_paused, bench.desk.is_running, bench.desk.is_listening) == (True, True, False)
    assert bench.desk.progress == (0.5, "Paused: listened to 6 of 12 sounds")
    assert "ended" not in bench.news
    bench.desk.toggle_pause()
    assert bench.engine.last("listen_library") is not first
    assert (bench.desk.is_paused, bench.desk.is_listening) == (False, True)


def test_a_pause_can_be_stopped_for_good(bench: Bench) -> None:
    bench.desk.add("/sounds")
    bench.scanned()
    bench.desk.pause()
    bench.desk.cancel()
    assert not bench.desk.is_running
    assert bench.news[-1] == "ended"


def test_only_listening_can_be_paused(bench: Bench) -> None:
    bench.desk.add("/sounds")
    bench.desk.pause()
    assert not bench.desk.is_paused
    assert bench.desk.is_scanning


def test_a_failure_is_said_and_kept_among_the_problems(bench: Bench) -> None:
    bench.desk.add("/sounds")
    bench.engine.last("scan_library").failed.emit("The engine process ended.")
    assert bench.news == ["ended", "The engine process ended."]
    assert bench.desk.counts.problems == ("The engine process ended.",)
    assert not bench.desk.is_running


def test_a_new_scan_makes_an_older_answer_void(bench: Bench) -> None:
    bench.desk.add("/sounds")
    older = bench.engine.last("scan_library")
    bench.desk.scan()
    older.finished.emit({"sounds": 1, "materials": {}, "problems": []})
    assert bench.desk.counts.sounds is None
    assert bench.desk.is_scanning


def test_the_program_goes_on_listening_when_it_starts(bench: Bench, settings: Settings) -> None:
    bench.desk.begin()
    assert not bench.desk._begin_soon.isActive()
    settings.set(LIBRARY_FOLDERS, ("/sounds",))
    bench.desk.begin()
    assert bench.engine.jobs == []
    bench.desk._begin_soon.timeout.emit()
    assert [job.kind for job in bench.engine.jobs] == ["listen_library"]
