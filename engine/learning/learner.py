"""From examples to a detector of one's own, and how much better it is on what it had not learned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from engine.job import Job
from engine.learning.confidence import ConfidenceConfig, picked, suited
from engine.learning.example import Example
from engine.learning.fitting import FittingConfig, Network, SeenWindow, fitted, seen_windows
from engine.learning.judging import FoundInExample, Score, score
from engine.learning.parts import halves, parted
from engine.learning.shots import WatchedStretch, found_in, learning_shots
from engine.learning.watching import networks_of
from engine.models.hit_net import HitNet
from engine.models.hits import HitModel
from engine.models.picking import PickingConfig


@dataclass(frozen=True, slots=True)
class LearnerConfig:
    """How a detector learns from examples."""

    fitting: FittingConfig = field(default_factory=FittingConfig)
    confidence: ConfidenceConfig = field(default_factory=ConfidenceConfig)


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """An example, and how the detector that learns sees it."""

    example: Example
    watched: WatchedStretch


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What came of it.

    Attributes
    ----------
    network, picking
        The new detector's; it learned from all examples.
    before
        How the detector does that it was made from.
    after
        How detectors do that learned like this one, each on a part it had not learned from.
    """

    network: HitNet
    picking: PickingConfig
    before: Score
    after: Score

    @property
    def is_better(self) -> bool:
        """Whether learning brought anything."""
        return self.after.is_better_than(self.before)


def learn(material: Sequence[Material], base: HitModel, config: LearnerConfig, job: Job) -> Learned:
    """Learn from examples.

    The examples are parted; each part is held out once while networks learn from the others. Threshold, time
    shift and confidences for a part are those that suit the other parts. If networks that learned do no
    better than the old ones with a threshold and a time shift that suit, the old ones stay.

    Raises
    ------
    UserFacingError
        When the examples are too few to hold a part back.
    Cancelled
        When the job was cancelled.
    """
    if len(material) == 1:
        (only,) = material
        material = [Material(half, only.watched) for half in halves(only.example)]
    examples = [one.example for one in material]
    parts = parted(examples)
    shots = [
        (part, shot)
        for part, one in zip(parts, material, strict=True)
        for shot in learning_shots(one.watched, one.example)
    ]
    windows = seen_windows(base.network, shots, config.fitting, job.part(0.0, 0.6))
    old = [found_in(one.watched, base.picking) for one in material]
    before = score(
        [picked(pair, base.picking) for pair in zip(examples, old, strict=True)], base.picking.threshold
    )
    held_out = _held_out(material, parts, windows, base, config, job.part(0.6, 0.9))
    after_same = _after(examples, parts, old, base, config)
    after_learning = _after(examples, parts, held_out, base, config)
    network, found, after = base.network, old, after_same
    if after_learning.is_better_than(after_same):
        # All parts together now: what was measured is what learning like this brings.
        networks = fitted(base.network, windows, config.fitting, job.part(0.9, 1.0))
        network, found, after = with_networks(base.network, networks), held_out, after_learning
    picking = suited(list(zip(examples, found, strict=True)), base.picking, config.confidence)
    return Learned(network, picking, before, after)


def with_networks(network: HitNet, networks: Sequence[Network]) -> HitNet:
    """A detector of these networks, sized and ordered like those of another."""
    new = HitNet(network.config)
    for part, learned in zip(networks_of(new), networks, strict=True):
        part.load_state_dict(learned.state_dict())
    return new.eval()


def _held_out(
    material: Sequence[Material],
    parts: Sequence[int],
    windows: Sequence[SeenWindow],
    base: HitModel,
    config: LearnerConfig,
    job: Job,
) -> list[FoundInExample]:
    """What networks that learned from all other parts find in each example."""
    found: dict[int, FoundInExample] = {}
    count = max(parts) + 1
    for part in range(count):
        others = [window for window in windows if window.part != part]
        networks = fitted(base.network, others, config.fitting, job.part(part / count, (part + 1) / count))
        for index, one in enumerate(material):
            if parts[index] == part:
                job.check()
                found[index] = found_in(one.watched, base.picking, networks)
    return [found[index] for index in range(len(material))]


def _after(
    examples: Sequence[Example],
    parts: Sequence[int],
    found: Sequence[FoundInExample],
    base: HitModel,
    config: LearnerConfig,
) -> Score:
    """The score with a picking for each part that suits the others."""
    pairs = list(zip(examples, found, strict=True))
    counted: list[tuple[Example, FoundInExample]] = []
    for part in sorted(set(parts)):
        others = [pair for pair, number in zip(pairs, parts, strict=True) if number != part]
        picking = suited(others, base.picking, config.confidence)
        for pair, number in zip(pairs, parts, strict=True):
            if number == part:
                counted.append(_counted(picked(pair, picking), picking))
    return score(counted, 0.0)


def _counted(pair: tuple[Example, FoundInExample], picking: PickingConfig) -> tuple[Example, FoundInExample]:
    """Without the candidates below the threshold."""
    example, found = pair
    is_counted = found.confidence >= picking.threshold
    return example, replace(found, times_s=found.times_s[is_counted], confidence=found.confidence[is_counted])
