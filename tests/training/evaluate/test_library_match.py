"""Sounds for real contacts, by a program whose answers are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.analysis.to_document import project_from_video
from engine.errors import UserFacingError
from engine.media.probe import probe
from engine.project import edits
from engine.project.document import Hit, MaterialProbability, Project
from engine.user_folders import cache_folder, choices_folder
from tests.training.evaluate.conftest import impact
from training.datasets import Recording, open_dataset
from training.evaluate import library_tables
from training.evaluate.heard_distance import distance, heard_contact, heard_sound
from training.evaluate.labelled_contacts import hits_of, labelled_contacts
from training.evaluate.labelled_library import hidden_copy, labelled_library
from training.evaluate.library_match import matched
from training.evaluate.library_rankings import HIDDEN, LABELS, TOLD, VISIBLE, good_in_top_k
from training.evaluate.program_path import EngineProgram, OfferedSound, own_user_folders
from training.evaluate.score_table import ScoreTable


def cells(table: ScoreTable, name: str) -> list[str]:
    return list(next(row.cells for row in table.rows if row.name == name))


class Knowing:
    """Knows every sound by its contents; takes what is struck for `believed` unless a person told it."""

    def __init__(
        self,
        recordings: Path,
        believed: Mapping[str, str],
        times_s: Sequence[float],
        candidate_s: float = 1.9,
    ) -> None:
        self._material_of = {path.read_bytes(): path.parent.name for path in recordings.rglob("*.wav")}
        self._believed, self._times_s, self._candidate_s = believed, times_s, candidate_s
        self.learned: list[Path] = []

    def analysed(self, recording: Recording, video: Path) -> Project:
        assert not probe(video).audio and video != recording.picture
        project = project_from_video(video)
        for number, time_s in enumerate(self._times_s):
            project = edits.add_hit(project, round(time_s * project.sample_rate), hit_id=str(number))
        position = round(self._candidate_s * project.sample_rate)
        candidate = Hit(id="candidate", position=position, confidence=0.1)
        project = replace(project, hits=(*project.hits, candidate))
        seen = [MaterialProbability(self._believed[recording.name], 0.8), MaterialProbability("rock", 0.2)]
        return edits.set_materials(project, {hit.id: seen for hit in project.hits})

    def learn_library(self, folder: Path) -> Sequence[str]:
        self.learned.append(folder)
        return ["One sound is broken."]

    def offered(
        self, project: Project, hit_ids: Sequence[str], folder: Path, count: int
    ) -> Mapping[str, tuple[OfferedSound, ...]]:
        def fits(path: Path, hit_id: str) -> bool:
            return self._material_of[path.read_bytes()] == project.hits_by_id[hit_id].material

        files = sorted(folder.rglob("*.wav"))
        return {
            hit_id: tuple(
                OfferedSound(path, float(fits(path, hit_id)))
                for path in sorted(files, key=lambda path: not fits(path, hit_id))[:count]
            )
            for hit_id in hit_ids
        }


BELIEVED = {"clip_0": "metal", "clip_1": "gravel"}


def test_misses_and_wrong_materials_count_as_wrong(labelled_clips: Path, recordings: Path) -> None:
    contacts = labelled_contacts(open_dataset(labelled_clips))
    library = labelled_library(recordings)
    program = Knowing(recordings, BELIEVED, [0.52, 0.9], candidate_s=1.45)
    match = matched(contacts, library, program)
    assert [query.is_found for query in match.queries] == [True, False, True, False]
    assert all(query.hit is not None for query in match.queries)
    assert program.learned[1] == library.folder != program.learned[0]
    table = library_tables.agreement_table(match, library)
    # One contact of four is found and taken for what it is; of the other found one a person has to tell.
    assert cells(table, HIDDEN)[0].startswith("0.250 ✗")
    assert cells(table, VISIBLE)[:2] == [cell.replace(" ✗", "") for cell in cells(table, HIDDEN)[:2]]
    assert cells(table, TOLD)[:3] == ["0.500", "0.500", "0.500"]
    assert cells(table, LABELS)[:3] == ["0.250", "0.250", "0.250"]
    assert cells(table, f"{HIDDEN}, found contacts only")[0].startswith("0.500")
    assert cells(table, f"{HIDDEN}, candidates too")[0].startswith("0.500")
    assert "2 found by the detector (4 with its candidates)" in table.title
    assert cells(table, "sounds at random")[:3] == ["0.333", "0.333", "0.333"]
    assert cells(table, "the true material, sounds of that label")[:2] == ["1.000", "1.000"]
    assert "One sound is broken." in table.notes
    by_material = library_tables.material_table(match, library)
    assert cells(by_material, "wood") == ["2", "1", "8", "0.000", "0.000", "gravel 1"]
    assert cells(library_tables.footage_table(match), "clip_0")[:4] == ["metal", "2", "1", "0.500"]
    curve = good_in_top_k(match.queries, match.rankings[TOLD])
    assert curve[7] == 1.0 and curve[15] == 0.5


def test_only_what_is_found_and_heard_is_compared_by_ear(labelled_clips: Path, recordings: Path) -> None:
    contacts = labelled_contacts(open_dataset(labelled_clips))
    library = labelled_library(recordings)
    match = matched(contacts, library, Knowing(recordings, BELIEVED, [0.5]))
    table = library_tables.distance_table(match, library)
    assert table is not None and "2 contacts" in table.title
    nearest, any_sound = (
        float(cells(table, name)[0]) for name in ("the nearest of the library", "any sound at random")
    )
    assert 0 < nearest < float(cells(table, TOLD)[0]) < any_sound
    missed = matched(contacts, library, Knowing(recordings, BELIEVED, []))
    assert library_tables.distance_table(missed, library) is None


def test_a_hit_stands_for_one_contact(labelled_clips: Path) -> None:
    contacts = open_dataset(labelled_clips).recordings()[0].contacts
    assert hits_of(contacts, [0.45, 0.55]) in ([0, None], [1, None])
    assert hits_of(contacts, []) == [None, None]
    assert hits_of((), [1.0]) == []


def test_no_name_tells_in_a_hidden_copy(recordings: Path, tmp_path: Path) -> None:
    library = labelled_library(recordings)
    hidden = hidden_copy(library, tmp_path / "copy")
    assert hidden.counts == library.counts
    assert {path.parent for path in hidden.material_of} == {tmp_path / "copy"}
    names = {path.stem for path in library.material_of}
    assert not any(name in path.name for path in hidden.material_of for name in names)
    for copy, path in zip(hidden.material_of, library.material_of, strict=True):
        assert copy.read_bytes() == path.read_bytes()
    with pytest.raises(UserFacingError, match="no folder named like a material"):
        labelled_library(tmp_path / "copy")
    with pytest.raises(UserFacingError, match="can't be copied"):
        hidden_copy(library, next(iter(library.material_of)))


def test_level_and_room_before_the_contact_do_not_count_as_distance() -> None:
    random = np.random.default_rng(3)
    struck = impact("metal", random).astype(np.float32)
    late = np.concatenate([np.zeros(3000, np.float32), 0.1 * struck])
    assert distance(heard_sound(struck), heard_sound(late)) < 0.005
    other = heard_sound(impact("gravel", random).astype(np.float32))
    assert distance(heard_sound(struck), other) > 0.05
    assert np.isnan(distance(heard_sound(struck), heard_sound(np.zeros(100, np.float32))))


def test_the_next_contact_is_not_compared() -> None:
    random = np.random.default_rng(4)
    struck = impact("wood", random).astype(np.float32)
    two = np.zeros(48_000, np.float32)
    two[4800 : 4800 + struck.size] += struck
    two[16_800 : 16_800 + struck.size] += struck
    alone = heard_sound(struck)
    heard, compared_s = heard_contact(two, 0.1, 0.35)
    assert compared_s == pytest.approx(0.23)
    assert distance(heard, alone, compared_s) < 0.005
    whole, until_s = heard_contact(two, 0.1, 2.0)
    assert distance(whole, alone, until_s) > 0.05


def test_the_engines_jobs_answer(labelled_clips: Path, recordings: Path, tmp_path: Path) -> None:
    program, project = EngineProgram(), project_from_video(labelled_clips / "clip_0.mp4")
    project = edits.add_hit(project, 24_000, hit_id="a")
    project = edits.set_material(project, "a", "metal")
    with own_user_folders(tmp_path):
        assert tmp_path in cache_folder().parents and tmp_path in choices_folder().parents
        program.learn_library(recordings)
        offered = program.offered(project, ["a"], recordings, 3)["a"]
    assert tmp_path not in cache_folder().parents
    assert [sound.path.parent.name for sound in offered] == ["metal"] * 3
    assert all(0 < sound.score <= 1 for sound in offered)
