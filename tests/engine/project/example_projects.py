"""Small documents that the tests of the document share."""

from __future__ import annotations

import random
from fractions import Fraction

from engine.project.document import (
    AutomationPoint,
    Clip,
    ContactPoint,
    GeneratedTrack,
    Hit,
    LoudnessCurve,
    MaterialProbability,
    MediaReference,
    Project,
    Recipe,
    Take,
    Track,
    Video,
)


def kit_take(number: int, take_id: str = "") -> Take:
    """A take of the kit whose sound depends on the number alone."""
    recipe = Recipe("kit", seed=number, parameters=(("material", "wood"), ("strength", 0.5), ("loop", False)))
    return Take(take_id or f"take{number}", f"Stick on wood {number}", "kit", "wood", 0.5, recipe=recipe)


def library_take(number: int, take_id: str = "") -> Take:
    """A take of a library file whose sound depends on the number alone."""
    media = MediaReference(f"sounds/Knöchel {number}.wav", f"sha256:{number:064x}")
    return Take(take_id or f"file{number}", f"Knöchel {number}", "library", "wood", 0.7, media=media)


def full_project() -> Project:
    """A document in which every field differs from its default."""
    clip = Clip(
        "clip1",
        (kit_take(1), library_take(2)),
        "file2",
        offset=-240,
        start=12,
        length=4_800,
        gain_db=-2.5,
        pan=-0.25,
        pitch_semitones=0.3,
        fade_in=48,
        fade_out=960,
    )
    layer = Clip("clip2", (kit_take(3),), "take3")
    return Project(
        id="project1",
        sample_rate=48_000,
        channels=1,
        frame_rate=Fraction(30_000, 1001),
        drop_frame=True,
        start_frame=107_892,
        length=480_000,
        video=Video(
            MediaReference("clips/straße \U0001f941.mp4", "sha256:" + "0" * 64),
            1920,
            1080,
            Fraction(30_000, 1001),
            480_000,
            True,
            True,
        ),
        tracks=(Track("feet", "Feet", -3.0, 0.5, True, True), Track("props", "Props")),
        hits=(
            Hit(
                "b",
                4_800,
                "scratch",
                4_800,
                0.4,
                -12.5,
                "paper",
                (MaterialProbability("paper", 0.7), MaterialProbability("cloth", 0.1)),
                True,
                "deform",
                ContactPoint(0.25, 0.75),
                "placed",
                True,
                True,
                True,
                "feet",
                (clip, layer),
            ),
            Hit("a", 9_600, confidence=0.9, track="props"),
            Hit("c", 9_600, confidence=0.2, track="props"),
        ),
        threshold=0.35,
        loudness=LoudnessCurve(
            (0, 1602, 3204), (-80.0, -33.25, -12.0), (AutomationPoint(0, -1.0), AutomationPoint(9_600, 2.5))
        ),
        generated=(GeneratedTrack("gen1", "Take 2", library_take(9), 4_800, 96_000, -6.0, 0.1, True, True),),
        blend=0.75,
        keep_original_audio=True,
        analysis_model="motion-baseline 1",
    )


def row_of_hits(count: int, *, spacing: int = 9_600) -> Project:
    """A project with evenly spaced, detected hits `h000`, `h001`, ... on one track."""
    hits = tuple(
        Hit(f"h{number:03d}", number * spacing, confidence=0.9, track="t") for number in range(count)
    )
    return Project("row", length=count * spacing + spacing, tracks=(Track("t", "Foley"),), hits=hits)


def large_project(hit_count: int = 3_000, frame_count: int = 36_000) -> Project:
    """A document of a long reel, with clips, several takes and a level curve."""
    chance = random.Random(1)
    hits = []
    for number in range(hit_count):
        takes = tuple(kit_take(number * 3 + n) for n in range(3))
        hits.append(
            Hit(
                f"h{number:05d}",
                number * 9_600,
                confidence=chance.random(),
                level_db=-60 * chance.random(),
                materials=tuple(
                    MaterialProbability(name, chance.random()) for name in ("wood", "rock", "tile")
                ),
                contact=ContactPoint(chance.random(), chance.random()),
                track="t",
                clips=(Clip(f"c{number}", takes, takes[0].id, gain_db=-20 * chance.random()),),
            )
        )
    return Project(
        "large",
        length=hit_count * 9_600 + 1,
        tracks=(Track("t", "Foley"),),
        hits=tuple(hits),
        loudness=LoudnessCurve(
            tuple(range(0, frame_count * 800, 800)), tuple(-60 * chance.random() for _ in range(frame_count))
        ),
    )
