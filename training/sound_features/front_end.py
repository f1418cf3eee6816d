"""What a network on spacetime pictures gets to see of recordings: windows of pictures, or their features.

Where the CNN does not learn, it looks at each window once, and its features are kept on disk by the digest of
the clip, of the CNN's weights and of the pictures' settings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from engine.models.joined_windows import joined_windows
from engine.models.plain_config import to_plain
from engine.models.spacetime_lstm import SpacetimeLstm
from engine.project.durable import write_beside
from engine.user_folders import cache_folder
from training.datasets.footage import Footage
from training.datasets.manifest import file_sha256
from training.datasets.picture_cache import PictureCache, PictureFormat
from training.datasets.recording import Recording
from training.datasets.samples import WindowPlace
from training.frame.distributed import DeviceChoice

Inputs = dict[str, NDArray[np.generic]]
"""What a network is called with, by name: "pictures", and "first" where it sees the first one in colour."""

_LOOK_SETTINGS = ("width", "height", "step_s", "form", "sees_first")


class FrontEnd:
    """Windows of recordings for one network.

    Parameters
    ----------
    body
        The network's CNN and LSTM.
    folder
        Where decoded pictures and features are kept; in the user's cache folder when None.
    """

    def __init__(self, body: SpacetimeLstm, folder: Path | None = None) -> None:
        self.config = body.config
        self._folder = folder or cache_folder() / "spacetime"
        self.footage = Footage(PictureCache(self._folder / "pictures"))
        self._looks = "" if self.config.learns_backbone else _digest_of_look(body)

    @property
    def gives_features(self) -> bool:
        """Whether windows come as features."""
        return bool(self._looks)

    def count(self, recording: Recording) -> int:
        """How many pictures a recording has at the network's rate; at least one."""
        return max(1, int((recording.duration_s + 1e-3) / self.config.step_s))

    def pictures(self, recording: Recording, start_s: float, count: int) -> Inputs:
        """A window as pictures: uint8 (count, height, width, 3), and the first one in colour."""
        config = self.config
        times_s = start_s + np.arange(-1, count + 1) * config.step_s
        size = (config.width, config.height)
        gray = self.footage.pictures_at(recording, times_s, PictureFormat(*size))
        inputs: Inputs = {"pictures": np.stack((gray[:-2], gray[1:-1], gray[2:]), axis=-1)}
        if config.sees_first:
            colour = PictureFormat(*size, gray=False)
            inputs["first"] = self.footage.pictures_at(recording, start_s, colour)[0]
        return inputs

    def inputs(
        self, recording: Recording, start_s: float, count: int, body: SpacetimeLstm | None = None
    ) -> Inputs:
        """A window as the network wants it.

        Parameters
        ----------
        body
            Looks at windows whose features are not kept yet.
        """
        if not self.gives_features:
            return self.pictures(recording, start_s, count)
        path = self._kept(recording, start_s, count)
        if not path.is_file():
            assert body is not None, "the window was not prepared"
            _write_features(path, self.pictures(recording, start_s, count), body)
        with np.load(path) as kept:
            return {name: kept[name].astype(np.float32) for name in kept.files}

    def prepare(
        self,
        body: SpacetimeLstm,
        recordings: Sequence[Recording],
        places: Sequence[WindowPlace],
        count: int,
        device: DeviceChoice,
    ) -> None:
        """Look at all windows before a training, where the CNN does not learn; it ends on the CPU."""
        if not self.gives_features:
            return
        body.eval().to("cuda" if device != "cpu" and torch.cuda.is_available() else "cpu")
        console = Console(stderr=True)
        for place in track(places, "looking at pictures", console=console, transient=True):
            recording = recordings[place.recording]
            if not self._kept(recording, place.start_s, count).is_file():
                self.inputs(recording, place.start_s, count, body)
        body.to("cpu")

    def predict(
        self, network: torch.nn.Module, body: SpacetimeLstm, recording: Recording, window: int
    ) -> NDArray[np.float64]:
        """What a network says about a whole recording, in windows that are joined.

        Returns
        -------
        (pictures * rows_per_picture, n)
        """
        network.eval()
        device = next(network.parameters()).device

        def of_window(start: int, count: int) -> NDArray[np.float32]:
            inputs = self.inputs(recording, start * self.config.step_s, count, body)
            with torch.no_grad():
                said = network(
                    **{name: torch.from_numpy(value)[None].to(device) for name, value in inputs.items()}
                )
            rows = said[0].float().cpu().numpy()
            return rows.reshape(len(rows), -1)

        return joined_windows(
            self.count(recording), window, of_window, rows_per_picture=self.config.rows_per_picture
        )

    def _kept(self, recording: Recording, start_s: float, count: int) -> Path:
        digest = _file_digest(recording.picture)
        return self._folder / self._looks / f"{digest}-{round(1000 * start_s)}-{count}.npz"


def _write_features(path: Path, inputs: Inputs, body: SpacetimeLstm) -> None:
    device = next(body.parameters()).device
    with torch.no_grad():
        pictures = torch.from_numpy(inputs["pictures"])[None].to(device)
        features = {"pictures": body.look(pictures)[0].half().cpu().numpy()}
        if "first" in inputs:
            first = torch.from_numpy(inputs["first"])[None].to(device)
            features["first"] = body.look_at_first(first)[0].half().cpu().numpy()
    path.parent.mkdir(parents=True, exist_ok=True)
    contents = BytesIO()
    np.savez(contents, allow_pickle=False, **features)
    write_beside(path, contents.getvalue()).replace(path)


def _digest_of_look(body: SpacetimeLstm) -> str:
    """Names the folder of features: what the CNN is, and what pictures it gets."""
    settings = {name: value for name, value in to_plain(body.config).items() if name in _LOOK_SETTINGS}
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for name, tensor in sorted(body.backbone.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:32]


@lru_cache(maxsize=65536)
def _file_digest(path: Path) -> str:
    return file_sha256(path)[:32]
