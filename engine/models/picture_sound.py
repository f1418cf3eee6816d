"""Sound from a silent picture: a SampleRNN that is told what the picture shows, in one of four ways.

"frame": every picture's features go to the coarsest tier while the picture is shown. "sequence": a recurrent
network sees all pictures first, and its last state is where the coarsest tier begins. "flow": the same, with
features of the motion beside those of the pictures. "hits": every picture's features, and the curves of the
hits (`engine.features.hit_curves`) at the clock of the coarsest tier, so that what is made lands on them.

References
----------
Zhou, Wang, Fang, Bui, Berg: Visual to Sound: Generating Natural Sound for Videos in the Wild. CVPR 2018 (the
first three).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.features.hit_curves import CURVES
from engine.features.hit_envelope import DECAYS_SHAPE
from engine.features.quantisation import Quantisation
from engine.models.sample_rnn import SampleRnn, SampleRnnConfig, States

PICTURE_SOUND = "picture-sound"

Variant = Literal["frame", "sequence", "flow", "hits"]


@dataclass(frozen=True, slots=True)
class PictureSoundConfig:
    """Sizes of the network and its clocks.

    Attributes
    ----------
    variant
        How it is told what the picture shows.
    sample_rate, quantisation
        Of the sound.
    samples_per_picture
        While so many samples sound, one picture is shown; a multiple of the coarsest frame.
    backbone
        The network that describes a picture.
    looks_every
        Only every so many pictures is described anew: what is in a picture changes slowly.
    window
        So many pictures are seen by the variants that see all of them first; longer films go in windows.
    features, motion_features
        How many numbers describe a picture, and the motion around it.
    has_envelope
        Whether levels stand for the sound's shape under the envelope of the hits
        (`engine.synthesis.sample_rnn.sound_code`), which the coarsest tier is told then too; for “hits” only.
    look
        How many numbers are made of a picture's features for the coarsest tier; 0 hands them on as they are.
    encoder
        Width of the recurrent network that sees all pictures first.
    rnn
        The generator; its condition and summary follow from the above.
    """

    variant: Variant = "hits"
    sample_rate: int = 16_000
    quantisation: Quantisation = "linear"
    samples_per_picture: int = 1024
    backbone: str = "efficientnet-lite1"
    looks_every: int = 1
    window: int = 156
    features: int = 1280
    motion_features: int = 0
    has_envelope: bool = False
    look: int = 0
    encoder: int = 512
    rnn: SampleRnnConfig = field(default_factory=SampleRnnConfig)

    def __post_init__(self) -> None:
        sizes = (self.sample_rate, self.features, self.encoder, self.looks_every, self.window)
        if min(sizes) < 1 or self.look < 0:
            raise ValueError("rates and sizes must be at least 1")
        if self.samples_per_picture % self.rnn.frame_sizes[0]:
            raise ValueError("samples_per_picture must be a multiple of the coarsest frame")
        if (self.variant == "flow") != bool(self.motion_features):
            raise ValueError("the variant “flow”, and no other, has motion_features")
        if self.has_envelope and self.variant != "hits":
            raise ValueError("the variant “hits”, and no other, can have an envelope")

    @property
    def is_told_at_start(self) -> bool:
        """Whether the picture is seen through the first state only, so that long films need windows."""
        return self.variant in ("sequence", "flow")

    @property
    def curves(self) -> int:
        """How many curves the coarsest tier is told."""
        return CURVES + self.has_envelope if self.variant == "hits" else 0

    @property
    def picture_rate_hz(self) -> float:
        """How many pictures are shown per second."""
        return self.sample_rate / self.samples_per_picture

    @property
    def steps_per_picture(self) -> int:
        """Steps of the coarsest tier while a picture is shown."""
        return self.samples_per_picture // self.rnn.frame_sizes[0]


class PictureSound(nn.Module):
    """See the module; `decays_db` is for a network with an envelope (`engine.features.hit_envelope`)."""

    decays_db: Tensor

    def __init__(self, config: PictureSoundConfig) -> None:
        super().__init__()
        self.config = config
        seen = config.look or config.features
        told = {"frame": seen, "hits": seen + config.curves}.get(config.variant, 0)
        summary = config.encoder if config.is_told_at_start else 0
        self.rnn = SampleRnn(replace(config.rnn, condition=told, summary=summary))
        if config.has_envelope:
            self.register_buffer("decays_db", torch.zeros(DECAYS_SHAPE))
        self.look = nn.Linear(config.features, config.look) if told and config.look else None
        self.encoder = (
            nn.GRU(config.features + config.motion_features, config.encoder, batch_first=True)
            if config.is_told_at_start
            else None
        )

    def condition(self, pictures: Tensor, curves: Tensor | None = None) -> Tensor | None:
        """What the coarsest tier is told at each step.

        Parameters
        ----------
        pictures
            (batch, pictures, features).
        curves
            (batch, pictures * steps per picture, curves), for the variant “hits”.

        Returns
        -------
        Tensor
            (batch, pictures * steps per picture, numbers); None for the variants that see all pictures first.
        """
        seen = self.seen(pictures)
        if seen is None:
            return None
        seen = seen.repeat_interleave(self.config.steps_per_picture, dim=1)
        if self.config.variant == "frame":
            return seen
        assert curves is not None
        return torch.cat((seen, curves.to(seen.dtype)), -1)

    def seen(self, pictures: Tensor) -> Tensor | None:
        """What the coarsest tier is told of each picture; None for those that see all pictures first."""
        if self.encoder is not None:
            return None
        seen = _evened(pictures)
        return seen if self.look is None else self.look(seen)

    def summary(self, pictures: Tensor, motion: Tensor | None = None) -> Tensor | None:
        """All pictures (batch, pictures, features), and the motion around each, in one (batch, encoder)."""
        if self.encoder is None:
            return None
        seen = _evened(pictures)
        if motion is not None:
            seen = torch.cat((seen, _evened(motion)), -1)
        return self.encoder(seen)[1][-1]

    def forward(
        self,
        samples: Tensor,
        pictures: Tensor,
        curves: Tensor | None = None,
        motion: Tensor | None = None,
        states: States | None = None,
    ) -> tuple[Tensor, States]:
        """Log odds of samples (batch, context + n), see `SampleRnn`, and the states after them.

        Without states the sound begins here; the variants that see all pictures first look at them only then.
        """
        if states is None:
            states = self.first_states(pictures, motion)
        return self.rnn(samples, states, self.condition(pictures, curves))

    def first_states(self, pictures: Tensor, motion: Tensor | None = None) -> States:
        """The states before the first sample."""
        return self.rnn.first_states(len(pictures), self.summary(pictures, motion))

    def hear(self, samples: Tensor, pictures: Tensor, curves: Tensor | None, states: States) -> States:
        """The states after samples whose odds nobody asks for; see `forward`."""
        return self.rnn.hear(samples, states, self.condition(pictures, curves))


def _evened(features: Tensor) -> Tensor:
    """Features of one picture with mean 0 and variance 1: how bright a network's answer is tells nothing."""
    return functional.layer_norm(features.float(), features.shape[-1:])
