"""One way to open any data set: what a folder holds is recognised by its files."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from training.datasets.catalogue import Catalogue
from training.datasets.folder import FolderDataset
from training.datasets.greatest_hits import GreatestHits, clips_below
from training.datasets.greatest_hits_clips import GreatestHitsClips
from training.datasets.impacts import Impacts, videos_below
from training.datasets.recording import DatasetError
from training.datasets.silent_scenes import SilentScenes, holds_scenes
from training.datasets.stage import MANIFEST, Stage
from training.datasets.vegas import Vegas, category_folders

_PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class _Layout:
    """A layout: its name, what reads it, where it lies in the data folder, and how it is recognised."""

    name: str
    opened_by: Callable[..., FolderDataset]
    usual_folder: str
    fits: Callable[[Path], bool]


def _has_truth(folder: Path) -> bool:
    return any((place / "truth.json").is_file() for place in (folder, folder / "clips"))


# From the most telling to the least: a rendered stage looks like The Greatest Hits too, and any folder with
# videos like one's own clips.
_LAYOUTS = (
    _Layout("stage", Stage, "stage", lambda folder: (folder / MANIFEST).is_file()),
    _Layout("greatest-hits", GreatestHits, "vis-data", lambda folder: bool(clips_below(folder))),
    _Layout("greatest-hits-clips", GreatestHitsClips, "greatest_hits", _has_truth),
    _Layout("silent-scenes", SilentScenes, "greatest_hits/silent", holds_scenes),
    _Layout("vegas", Vegas, "vegas", lambda folder: bool(category_folders(folder))),
    _Layout("impacts", Impacts, "impacts", lambda folder: bool(videos_below(folder))),
)

LAYOUTS: tuple[str, ...] = tuple(layout.name for layout in _LAYOUTS)
"""Names of the layouts."""


def open_dataset(
    path_or_name: Path | str,
    layout: str | None = None,
    *,
    strict: bool = True,
    catalogue: Catalogue | None = None,
) -> FolderDataset:
    """Open a data set.

    Parameters
    ----------
    path_or_name
        Its folder; or the name of a layout, whose usual folder in the data folder is then taken
        (`FOLEY_DATA`, else `shared/data` beside the project).
    layout
        One of `LAYOUTS`; recognised by the folder's files when None.
    strict
        Whether a mislabelled clip is an error when the recordings are asked for.
    catalogue
        What is known of the files; the user's own when None.

    Raises
    ------
    DatasetError
        When there is no such folder, or nothing in it is recognised.
    """
    if layout is not None and layout not in LAYOUTS:
        raise DatasetError(f"There is no layout “{layout}”; there are: {', '.join(LAYOUTS)}.")
    folder = Path(path_or_name).expanduser()
    if not folder.exists() and str(path_or_name) in LAYOUTS:
        layout = layout or str(path_or_name)
        folder = data_folder() / next(
            each.usual_folder for each in _LAYOUTS if each.name == str(path_or_name)
        )
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.is_file() else "does not exist"
        raise DatasetError(
            f"“{folder}” {what}: there is no data set to open. Give a folder, or one of: "
            f"{', '.join(LAYOUTS)}."
        )
    for each in _LAYOUTS:
        if each.name == layout or (layout is None and each.fits(folder)):
            return each.opened_by(folder, strict=strict, catalogue=catalogue)
    raise DatasetError(
        f"“{folder}” holds no data set that is recognised: neither clips of The Greatest Hits "
        "(NAME_denoised.mp4, NAME_times.txt) nor a truth.json, a stage.json, a category of VEGAS, or any "
        "video."
    )


def data_folder() -> Path:
    """The folder of data sets: `FOLEY_DATA`, else `shared/data` beside the project."""
    return Path(os.environ.get("FOLEY_DATA", _PROJECT.parent / "shared" / "data"))
