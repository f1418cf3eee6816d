"""What the papers print, to be shown beside our numbers. Their data is not ours: rows are marked so.

Only numbers that stand in the papers' own tables and texts, but where said otherwise; a measure for which
none is known here has no row. Shares are 0..1.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One line of a paper.

    Attributes
    ----------
    who
        Authors and year, as a table names them.
    data
        What was trained and tested on, in a few words.
    values
        By the name of the measure.
    """

    who: str
    data: str
    values: dict[str, float]


OTHER_DATA = "other data"
BEFORE = "before this program"

OWENS = "Owens et al. 2016"
MMAUDIO_LABEL = "MMAudio-LABEL 2026"
CONDFOLEYGEN = "CondFoleyGen (Du et al. 2023)"
TWO_TOWER = "two-tower class project"
MULTIMODAL_PROJECT = "multimodal class project"

DETECTION = (PaperRow(f"{OWENS}, sound predicted for long videos", "244 videos", {"ap_100": 0.436}),)

STUDY = (
    PaperRow(
        "feasibility study", "these clips", {"f1_33": 0.71, "f1_50": 0.72, "f1_100": 0.75, "scratch": 0.4}
    ),
    PaperRow(
        "feasibility study",
        "other real clips, best of several",
        {"f1_33": 0.63, "f1_50": 0.69, "f1_100": 0.68},
    ),
)
"""What was reached before the program was built, with settings chosen on the clips themselves."""

LENIENT = (
    PaperRow(
        f"{CONDFOLEYGEN}, as run by {MMAUDIO_LABEL}",
        "Greatest Hits, 2 s clips",
        {"count_match": 0.300, "accuracy": 0.467, "ap": 0.635},
    ),
    PaperRow(
        f"{MMAUDIO_LABEL}, joint heads, fine-tuned",
        "Greatest Hits, 2 s clips",
        {"count_match": 0.546, "accuracy": 0.750, "ap": 0.916},
    ),
)

SOUND_MATERIAL = (
    PaperRow(f"{OWENS}, SVM on real sounds", "Greatest Hits, 17 classes", {"class_averaged": 0.458}),
)

PICTURE_MATERIAL = (
    PaperRow(f"{OWENS}, SVM on the picture of the contact", "Greatest Hits", {"class_averaged": 0.53}),
    PaperRow(f"{MMAUDIO_LABEL}, fine-tuned, per clip", "Greatest Hits", {"accuracy": 0.610}),
    PaperRow(f"VGGish on the true sound, as run by {MMAUDIO_LABEL}", "Greatest Hits", {"accuracy": 0.406}),
)

MULTIMODAL = tuple(
    PaperRow(f"{MULTIMODAL_PROJECT}, {form}, ResNet-18", "Greatest Hits", {})
    for form in ("image only", "sound only", "image and sound")
)
"""The numbers themselves are not known here."""

VISUAL_TO_SOUND = tuple(
    PaperRow(f"Zhou et al. 2018, {variant}", "VEGAS", {})
    for variant in ("frame-to-frame", "sequence-to-sequence", "flow")
)
"""The numbers themselves are not known here."""

IMPACT_SOUNDS = (
    PaperRow(f"{OWENS}, full system", "Greatest Hits, centred", {"loudness_r": 0.44, "centroid_r": 0.47}),
)

LEVEL_ENVELOPES = (
    PaperRow("published video-to-sound systems, nearest", "Greatest Hits", {"e_l1": 0.0137}),
    PaperRow("published video-to-sound systems, farthest", "Greatest Hits", {"e_l1": 0.0448}),
)
"""Of generated sounds, not of predicted levels. The range as it is passed on: which system reached which end
of it has not been checked."""

RECOMMENDATION = (PaperRow(f"{TWO_TOWER}, TT AGG", "Greatest Hits, images", {"good_in_top_50": 0.8}),)
