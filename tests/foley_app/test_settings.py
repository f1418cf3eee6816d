"""The table of settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from foley_app.settings import (
    AUTO_FILL,
    AV_OFFSET_MS,
    BUFFER_FRAMES,
    LIBRARY_FOLDERS,
    RECENT_FILES,
    RECENT_LIMIT,
    SETTINGS,
    Setting,
    Settings,
)


def test_fresh_settings_are_the_defaults(settings: Settings) -> None:
    assert {setting.key: settings.value(setting) for setting in SETTINGS} == {
        setting.key: setting.default for setting in SETTINGS
    }


def test_keys_are_distinct_and_every_setting_says_what_it_is_for() -> None:
    assert len({setting.key for setting in SETTINGS}) == len(SETTINGS)
    assert all(setting.meaning for setting in SETTINGS)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        (AUTO_FILL, False),
        (BUFFER_FRAMES, 1024),
        (AV_OFFSET_MS, -12.5),
        (LIBRARY_FOLDERS, ("/a b/c", "/d,e")),
        (LIBRARY_FOLDERS, ("/only one",)),
        (LIBRARY_FOLDERS, ()),
    ],
)
def test_values_survive_a_new_start_with_their_type(tmp_path: Path, setting: Setting, value: object) -> None:
    path = str(tmp_path / "again.ini")
    first = Settings(QSettings(path, QSettings.Format.IniFormat))
    first.set(setting, (*value, "/x") if isinstance(value, tuple) else setting.default)
    first.set(setting, value)  # type: ignore[arg-type]
    first.sync()
    second = Settings(QSettings(path, QSettings.Format.IniFormat))
    assert second.value(setting) == value
    assert type(second.value(setting)) is type(value)


def test_junk_in_the_file_is_the_default(tmp_path: Path) -> None:
    path = tmp_path / "junk.ini"
    path.write_text("[audio]\nbuffer_frames=many\n[hits]\nauto_fill=perhaps\n")
    settings = Settings(QSettings(str(path), QSettings.Format.IniFormat))
    assert settings.value(BUFFER_FRAMES) == BUFFER_FRAMES.default
    assert settings.value(AUTO_FILL) is True


def test_a_change_is_told_once(settings: Settings) -> None:
    told: list[object] = []
    settings.changed.connect(told.append)
    settings.set(BUFFER_FRAMES, 256)
    settings.set(BUFFER_FRAMES, 256)
    assert told == [BUFFER_FRAMES]


def test_recent_files_are_ordered_distinct_and_few(settings: Settings) -> None:
    for number in range(RECENT_LIMIT + 3):
        settings.remember_file(f"/clip{number}.mp4")
    settings.remember_file("/clip5.mp4")
    recent = settings.value(RECENT_FILES)
    assert recent[:2] == ("/clip5.mp4", f"/clip{RECENT_LIMIT + 2}.mp4")
    assert len(recent) == len(set(recent)) == RECENT_LIMIT
