"""References to files: contents by hash, relative paths, found again after a move."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from example_projects import full_project, library_take

from engine.errors import Cancelled, MediaError
from engine.job import Job
from engine.project import references
from engine.project.document import Clip, MediaReference, Project
from engine.project.references import (
    content_hash,
    find_moved,
    has_contents,
    make_reference,
    rebase_references,
    resolve_reference,
)


def write(path: Path, contents: bytes = b"knock") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(contents)
    return path


def test_small_files_are_hashed_whole(tmp_path: Path) -> None:
    assert content_hash(write(tmp_path / "a.wav")) == f"sha256:{hashlib.sha256(b'knock').hexdigest()}"
    assert content_hash(write(tmp_path / "b", b"")) == f"sha256:{hashlib.sha256().hexdigest()}"


def test_large_files_are_hashed_in_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "WHOLE_HASH_BYTES", 100)
    monkeypatch.setattr(references, "_SLICE_BYTES", 4)
    contents = bytes(range(164))
    expected = hashlib.sha256(b"".join(contents[n * 10 : n * 10 + 4] for n in range(17))).hexdigest()
    path = write(tmp_path / "reel.mov", contents)
    assert content_hash(path) == f"sampled-sha256:164:{expected}"
    assert has_contents(path, content_hash(path))
    for place in (0, 163):  # the first and the last byte count
        changed = bytearray(contents)
        changed[place] ^= 1
        assert not has_contents(write(tmp_path / "other.mov", bytes(changed)), content_hash(path))
    assert not has_contents(write(tmp_path / "longer.mov", contents + b"x"), content_hash(path))
    assert not has_contents(write(tmp_path / "short.wav", b"x"), content_hash(path))
    assert not has_contents(path, content_hash(tmp_path / "short.wav"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"“gone\.wav” can't be read"):
        content_hash(tmp_path / "gone.wav")


@pytest.mark.parametrize(
    ("place", "written"),
    [
        ("work/scene.mp4", "scene.mp4"),
        ("work/media/knöchel 1.wav", "media/knöchel 1.wav"),
        ("sounds/a.wav", "../sounds/a.wav"),
    ],
)
def test_paths_are_relative_to_the_project(tmp_path: Path, place: str, written: str) -> None:
    (tmp_path / "work").mkdir()
    path = write(tmp_path / place)
    reference = make_reference(path, tmp_path / "work")
    assert reference.path == written
    assert resolve_reference(reference, tmp_path / "work") == path.resolve()
    absolute = make_reference(path, None)
    assert absolute.path == path.resolve().as_posix()
    assert resolve_reference(absolute, None) == path.resolve()


def test_a_moved_project_folder_keeps_its_media(tmp_path: Path) -> None:
    path = write(tmp_path / "old" / "media" / "a.wav")
    reference = make_reference(path, tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    assert resolve_reference(reference, tmp_path / "new") == (tmp_path / "new/media/a.wav").resolve()
    assert resolve_reference(reference, tmp_path / "old") is None
    assert resolve_reference(reference, None) is None


def test_linked_folders_lead_to_the_same_file(tmp_path: Path) -> None:
    """ "../" past a linked folder leads to the real parent, not to the link's."""
    path = write(tmp_path / "a.wav")
    real = tmp_path / "deep" / "down" / "work"
    real.mkdir(parents=True)
    link = tmp_path / "work"
    link.symlink_to(real)
    reference = make_reference(path, link)
    assert resolve_reference(reference, link) == resolve_reference(reference, real) == path.resolve()
    sound = write(real / "sounds" / "b.wav")
    assert make_reference(link / "sounds" / "b.wav", real).path == "sounds/b.wav"
    assert make_reference(sound, link).path == "sounds/b.wav"


def test_a_moved_file_is_found_by_its_contents(tmp_path: Path) -> None:
    reference = make_reference(write(tmp_path / "old" / "a.wav"), tmp_path)
    (tmp_path / "old" / "a.wav").unlink()
    write(tmp_path / "new" / "1" / "a.wav", b"another sound of the same name")
    write(tmp_path / "new" / "notes.txt")
    assert find_moved(reference, [tmp_path / "new"]) is None
    renamed = write(tmp_path / "new" / "2" / "renamed.WAV")
    assert find_moved(reference, [tmp_path / "nowhere", tmp_path / "new"]) == renamed
    same_name = write(tmp_path / "new" / "3" / "a.wav")
    assert find_moved(reference, [tmp_path / "new"]) == same_name
    assert find_moved(MediaReference("x/a.wav"), [tmp_path / "new"]) == tmp_path / "new" / "1" / "a.wav"
    assert find_moved(MediaReference("x/b.wav"), [tmp_path / "new"]) is None


def test_looking_can_be_cancelled(tmp_path: Path) -> None:
    write(tmp_path / "a.wav")
    with pytest.raises(Cancelled):
        find_moved(MediaReference("b.wav", "sha256:0"), [tmp_path], Job(is_cancelled=lambda: True))


def test_saving_elsewhere_rewrites_every_path(tmp_path: Path) -> None:
    old, new = tmp_path / "a", tmp_path / "b" / "c"
    project = full_project()
    moved = rebase_references(project, old, new)
    assert moved.video is not None
    assert moved.video.media.path == "../../a/clips/straße \U0001f941.mp4"
    assert moved.hit("b").clips[0].take.media is not None
    assert moved.hit("b").clips[0].take.media.path == "../../a/sounds/Knöchel 2.wav"
    assert moved.generated[0].take.media is not None
    assert moved.generated[0].take.media.path == "../../a/sounds/Knöchel 9.wav"
    assert moved.hit("a") is project.hit("a")
    assert moved.hit("b").clips[1] is project.hit("b").clips[1]
    assert rebase_references(moved, new, old) == project
    assert rebase_references(project, old, old) is project


def test_the_first_save_makes_absolute_paths_relative(tmp_path: Path) -> None:
    sound = write(tmp_path / "work" / "a.wav")
    take = replace(library_take(1), media=make_reference(sound, None))
    project = Project(
        "p", hits=(replace(full_project().hit("a"), clips=(Clip("c", (take,), take.id),), track=""),)
    )
    moved = rebase_references(project, None, tmp_path / "work")
    media = moved.hits[0].clips[0].take.media
    assert media is not None
    assert media.path == "a.wav"
    assert take.media is not None
    assert media.content_hash == take.media.content_hash
