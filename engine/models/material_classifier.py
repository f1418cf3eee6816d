"""What is struck, from the picture, from the sound, or from both: the networks of the class projects.

With one branch its features go through one linear layer. With both, each is brought to an embedding of 128
numbers, and one linear layer reads the two side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from engine.models.branches import PictureBranch, PictureBranchConfig, SoundBranch, SoundBranchConfig
from engine.project.materials import MATERIALS

MATERIAL_CLASSIFIER = "material-classifier"


@dataclass(frozen=True, slots=True)
class MaterialClassifierConfig:
    """Which branches there are, and their sizes.

    Attributes
    ----------
    sees, hears
        Whether it has a picture branch, and a sound branch.
    picture, sound
        The branches; one that is not there is not made.
    embedding
        Numbers that each branch is brought to, where there are both.
    """

    sees: bool = True
    hears: bool = True
    picture: PictureBranchConfig = field(default_factory=PictureBranchConfig)
    sound: SoundBranchConfig = field(default_factory=SoundBranchConfig)
    embedding: int = 128

    def __post_init__(self) -> None:
        if not self.sees and not self.hears:
            raise ValueError("it has to see or to hear")
        if self.embedding < 1:
            raise ValueError(f"embedding is {self.embedding}, it must be at least 1")


class MaterialClassifier(nn.Module):
    """See the module."""

    def __init__(self, config: MaterialClassifierConfig) -> None:
        super().__init__()
        self.config = config
        self.sees = PictureBranch(config.picture) if config.sees else None
        self.hears = SoundBranch(config.sound) if config.hears else None
        both = config.sees and config.hears
        widths = [branch.features for branch in (self.sees, self.hears) if branch is not None]
        self.embeddings = nn.ModuleList([nn.Linear(width, config.embedding) for width in widths if both])
        self.head = nn.Linear(2 * config.embedding if both else widths[0], len(MATERIALS))

    def forward(self, pictures: Tensor | None = None, spectrograms: Tensor | None = None) -> Tensor:
        """Pictures and spectrograms, or their features, to logits (n, 17); what has no branch is ignored."""
        seen: list[Tensor] = []
        if self.sees is not None:
            assert pictures is not None, "it sees: give it pictures"
            seen.append(self.sees(pictures))
        if self.hears is not None:
            assert spectrograms is not None, "it hears: give it spectrograms"
            seen.append(self.hears(spectrograms))
        if len(self.embeddings):
            seen = [embed(part) for embed, part in zip(self.embeddings, seen, strict=True)]
        return self.head(torch.cat(seen, 1))
