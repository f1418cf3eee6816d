"""Where the files that ship with the program lie."""

from __future__ import annotations

from pathlib import Path


def resources_folder() -> Path:
    """The `resources` folder beside the `engine` package, never the working directory's."""
    return Path(__file__).resolve().parent.parent / "resources"


def demo_video() -> Path:
    """The short clip that `make run` works on."""
    return resources_folder() / "demo" / "demo.mp4"


def bundled_models_folder() -> Path:
    """The trained networks, each in a folder of its name."""
    return resources_folder() / "models"
