"""Finding hits under the pointer, and painting thousands of them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from engine.project.document import Hit, Project, Track
from engine.project.materials import MATERIALS
from foley_app.theme.palette import DARK, LIGHT, MATERIAL_COLOURS, Palette, contrast_ratio
from foley_app.timeline.hit_columns import HitColumns
from foley_app.timeline.hit_marker import (
    CONFIDENCE_STEPS,
    MarkerLook,
    edge_colour,
    fill_colour,
    ink_colour,
    marker_height,
    visible_hue,
)
from foley_app.timeline.hits_lane import HitsLane, HitUnderPointer
from foley_app.timeline.marker_atlas import look_codes
from foley_app.timeline.time_axis import TimeAxis
from foley_app.timeline.timeline_view import TimelineView
from tests.foley_app.timeline.mouse import SECOND


@pytest.fixture
def lane(view: TimelineView, project: Project) -> HitsLane:
    view.set_project(project)
    return view.stage.hits


def found_id(found: HitUnderPointer | None) -> tuple[str, str] | None:
    return (found.hit.id, found.part) if found is not None else None


def test_a_marker_is_found_within_its_width_and_not_beyond(lane: HitsLane) -> None:
    x = lane.axis.x_of(2 * SECOND)
    assert found_id(lane.hit_at(x)) == ("h2", "marker")
    assert found_id(lane.hit_at(x + 6)) == ("h2", "marker")
    assert lane.hit_at(x + 12) is None
    assert lane.hit_at(x - 12) is None


def test_a_scratch_is_found_along_its_bar_and_at_its_end(lane: HitsLane) -> None:
    end_x = lane.axis.x_of(7.5 * SECOND)
    assert found_id(lane.hit_at(end_x)) == ("scratch", "end")
    assert found_id(lane.hit_at(end_x - 12)) == ("scratch", "marker")
    assert lane.hit_at(end_x + 12) is None


def test_of_overlapping_markers_the_nearer_or_the_selected_one_is_found(
    view: TimelineView, project: Project
) -> None:
    pair = (replace(project.hits[0], position=SECOND), replace(project.hits[1], position=SECOND + 3 * 480))
    view.set_project(replace(project, hits=pair))
    lane = view.stage.hits
    x = lane.axis.x_of(SECOND + 3 * 480)
    assert found_id(lane.hit_at(x)) == ("h2", "marker")
    view.set_selection(frozenset(("h1",)))
    assert found_id(lane.hit_at(x)) == ("h1", "marker")


def test_candidates_below_the_threshold_are_shown_only_when_asked_for(
    view: TimelineView, lane: HitsLane
) -> None:
    assert len(lane.candidates) == 0
    view.set_candidates_shown(True)
    assert [hit.id for hit in lane.candidates.hits] == ["candidate"]
    assert "candidate" not in {hit.id for hit in lane.columns.hits}
    view.set_candidates_shown(False)
    assert len(lane.candidates) == 0


def test_the_threshold_decides_what_is_a_hit(view: TimelineView, project: Project) -> None:
    view.set_project(project)
    view.set_project(replace(project, threshold=0.1))
    assert "candidate" in {hit.id for hit in view.columns.hits}


def test_hits_between_two_pixels_in_either_order(lane: HitsLane) -> None:
    left, right = lane.axis.x_of(1.5 * SECOND), lane.axis.x_of(4 * SECOND)
    assert lane.ids_between(left, right) == {"h2", "h3", "h4"}
    assert lane.ids_between(right, left) == {"h2", "h3", "h4"}


def image_of(view: TimelineView) -> QImage:
    return view.stage.canvas.grab().toImage()


def colour_at(image: QImage, x: float, y: float) -> QColor:
    ratio = image.devicePixelRatio()
    return image.pixelColor(round(x * ratio), round(y * ratio))


def test_a_marker_stands_on_its_position_in_its_materials_colour(view: TimelineView, lane: HitsLane) -> None:
    image = image_of(view)
    hit = lane.columns.hits[0]
    look = MarkerLook(MATERIALS.index("wood"), round(hit.confidence * CONFIDENCE_STEPS))
    body_y = lane.y() + lane.height - 14
    x = lane.axis.x_of(hit.position)
    assert colour_at(image, x, body_y) == QColor(fill_colour(look, DARK))
    assert colour_at(image, x - 12, body_y) == QColor(DARK.lane)
    surer = marker_height(CONFIDENCE_STEPS, lane.height)
    assert (
        marker_height(0, lane.height)
        < marker_height(CONFIDENCE_STEPS // 2, lane.height)
        < surer
        <= lane.height
    )


def test_a_selected_marker_has_a_strong_edge(view: TimelineView, lane: HitsLane) -> None:
    def strong_pixels() -> int:
        image = image_of(view)
        x = round(lane.axis.x_of(SECOND))
        strong = QColor(DARK.text_strong)
        return sum(
            image.pixelColor(column, row) == strong
            for column in range(x - 9, x + 10)
            for row in range(round(lane.y()), round(lane.y()) + lane.height)
        )

    assert strong_pixels() == 0
    view.set_selection(frozenset(("h1",)))
    assert strong_pixels() > 20


def test_three_thousand_hits_are_painted_all_at_once_and_close_up(view: TimelineView) -> None:
    rng = np.random.default_rng(5)
    length = 600 * SECOND
    hits = tuple(
        Hit(f"h{n}", int(p), confidence=float(rng.uniform(0.3, 1)), material=MATERIALS[n % 17], track="t")
        for n, p in enumerate(np.sort(rng.integers(0, length, 3000)))
    )
    project = Project(
        "many",
        frame_rate=Fraction(30),
        length=length,
        tracks=(Track("t", "Foley"),),
        hits=hits,
        threshold=0.0,
    )
    view.set_project(project)
    lane = view.stage.hits
    y = round(lane.y()) + lane.height - 8
    ground = QColor(DARK.lane)
    image = image_of(view)
    crowded = sum(image.pixelColor(x, y) != ground for x in range(10, 980))
    assert crowded > 900
    view.zoom_about(100, 500)
    image = image_of(view)
    visible = [hit for hit in hits if 10 < view.axis.x_of(hit.position) < 990]
    assert visible
    assert all(image.pixelColor(round(view.axis.x_of(hit.position)), y) != ground for hit in visible)
    stretches = sum(
        image.pixelColor(x, y) != ground and image.pixelColor(x - 1, y) == ground for x in range(1, 1000)
    )
    assert 0 < stretches <= len(visible) + 1


def test_crowded_markers_are_narrow_and_lonely_ones_carry_a_letter() -> None:
    lane = HitsLane()
    lane.set_axis(TimeAxis.fitted(1000, 10 * SECOND))
    lane.set_columns(HitColumns.of([Hit(str(n), n * SECOND) for n in range(10)]))
    assert lane.marker_width == 15
    lane.set_columns(HitColumns.of([Hit(str(n), n * 1000) for n in range(400)]))
    assert lane.marker_width == 3


def test_every_look_has_a_code_of_its_own() -> None:
    flags = [np.array([bool(n >> bit & 1) for n in range(64)]) for bit in range(6)]
    codes = {
        int(code)
        for material in range(18)
        for step in range(CONFIDENCE_STEPS + 1)
        for code in look_codes(np.full(64, material), np.full(64, step / CONFIDENCE_STEPS), *flags)
    }
    assert len(codes) == 18 * (CONFIDENCE_STEPS + 1) * 64


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
def test_letters_edges_and_lines_can_be_read(palette: Palette) -> None:
    for material in range(len(MATERIAL_COLOURS)):
        for step in range(CONFIDENCE_STEPS + 1):
            look = MarkerLook(material, step)
            assert contrast_ratio(ink_colour(look, palette), fill_colour(look, palette)) >= 4.5
            muted = replace(look, is_muted=True)
            assert contrast_ratio(ink_colour(muted, palette), fill_colour(muted, palette)) >= 4.5
            selected = replace(look, is_selected=True)
            assert contrast_ratio(edge_colour(selected, palette), palette.lane) >= 7
        assert contrast_ratio(visible_hue(material, palette), palette.lane) >= 3
    assert contrast_ratio(palette.doubt, palette.lane) >= 4.5
    assert contrast_ratio(palette.level, palette.lane) >= 3
    assert contrast_ratio(palette.sound, palette.lane) >= 3
    assert contrast_ratio(palette.generated, palette.lane) >= 3
    assert contrast_ratio(palette.playhead, palette.lane) >= 3
    assert contrast_ratio(palette.text_quiet, palette.lane_header) >= 4.5
