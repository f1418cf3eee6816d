"""The sound of a silent film as a cochleagram: a CNN and an LSTM predict its principal components.

Per picture there are three frames of a cochleagram at 90 Hz, each as its coefficients on a few principal
components of the training sounds, which the network carries with its weights.

Conventions
-----------
Coefficients are float32 (batch, frames, components), cochleagrams float32 (batch, frames, bands) from 0 on,
as `engine.features.cochleagram` makes them.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016, section 5.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.features.cochleagram import CochleagramConfig
from engine.models.spacetime_lstm import SpacetimeLstm, SpacetimeLstmConfig

SOUND_FEATURE_NET = "sound-feature-net"


@dataclass(frozen=True, slots=True)
class SoundFeatureNetConfig:
    """Sizes of the network.

    Attributes
    ----------
    look
        The CNN and the LSTM; its rows have to come at the cochleagram's rate.
    components
        Principal components predicted.
    bands, envelope_rate_hz, power
        Of the cochleagram; it has two bands more than `bands`.
    """

    look: SpacetimeLstmConfig = field(
        default_factory=lambda: SpacetimeLstmConfig(
            backbone="alexnet", sees_first=True, layers=2, rows_per_picture=3, lag=2
        )
    )
    components: int = 10
    bands: int = 40
    envelope_rate_hz: int = 90
    power: float = 0.3

    def __post_init__(self) -> None:
        if not 1 <= self.components <= self.bands + 2:
            raise ValueError(f"components are {self.components}, from 1 to {self.bands + 2} can be")
        rate_hz = self.look.rows_per_picture / self.look.step_s
        if abs(rate_hz - self.envelope_rate_hz) > 1e-6 * rate_hz:
            raise ValueError(
                f"rows come at {rate_hz:g} Hz, and the sound's frames at {self.envelope_rate_hz} Hz"
            )

    def cochleagram(self, sample_rate: int) -> CochleagramConfig:
        """Of sounds at this rate."""
        return CochleagramConfig(
            sample_rate, self.bands, envelope_rate_hz=self.envelope_rate_hz, power=self.power
        )


class SoundFeatureNet(nn.Module):
    """See the module."""

    def __init__(self, config: SoundFeatureNetConfig) -> None:
        super().__init__()
        self.config = config
        self.body = SpacetimeLstm(config.look, config.components)
        self.mean: Tensor
        self.basis: Tensor
        self.register_buffer("mean", torch.zeros(config.bands + 2))
        self.register_buffer("basis", torch.zeros(config.components, config.bands + 2))

    def forward(self, pictures: Tensor, first: Tensor | None = None) -> Tensor:
        """Windows and first pictures, or the features of both (see `spacetime_lstm`), to coefficients."""
        return self.body(pictures, first).float()

    def coefficients(self, cochleagram: Tensor) -> Tensor:
        """A cochleagram's coefficients."""
        return (cochleagram - self.mean) @ self.basis.T

    def cochleagram(self, coefficients: Tensor) -> Tensor:
        """The cochleagram that has these coefficients, nothing in it below 0."""
        return (coefficients @ self.basis + self.mean).clamp(min=0)

    def learn_basis(self, frames: NDArray[np.floating]) -> float:
        """Take the principal components of frames (n, bands + 2); the share of the variance they hold."""
        mean = frames.mean(axis=0, dtype=np.float64)
        covariance = np.cov(frames, rowvar=False, dtype=np.float64)
        variances, directions = np.linalg.eigh(covariance)
        kept = self.config.components
        self.mean.copy_(torch.from_numpy(mean))
        self.basis.copy_(torch.from_numpy(directions[:, ::-1][:, :kept].T.copy()))
        return float(variances[-kept:].sum() / max(variances.sum(), 1e-12))


def amplitude(cochleagram: NDArray[np.floating], power: float = 0.3) -> NDArray[np.float64]:
    """How loud the sound of a cochleagram (frames, bands) is, compressed as the cochleagram is: (frames,).

    The squares of the envelopes add up to the sound's power.
    """
    envelopes = np.asarray(cochleagram, np.float64) ** (1 / power)
    return np.square(envelopes).sum(axis=1) ** (power / 2)
