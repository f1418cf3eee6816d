"""One clip's scene from its number: the set, what happens in it, who does it, and how it is filmed.

Everything is drawn from generators of its own per concern, so that a change in one part leaves the others
as they were.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from engine.project.materials import MATERIALS
from training.stage.acts.act import Act
from training.stage.acts.doors import doors_act
from training.stage.acts.steps import steps_act
from training.stage.camera import Camera
from training.stage.contacts import Contact, Script
from training.stage.motion.bystanders import draw_bystanders
from training.stage.motion.kinematics import Performer
from training.stage.motion.performer import Moving
from training.stage.motion.wardrobe import ToolKind, draw_tool
from training.stage.options import ACTS, StageOptions
from training.stage.picture.film import Film, draw_film
from training.stage.picture.still import Still, trace_still
from training.stage.reactions import Reaction, react, surroundings
from training.stage.script.rhythm import NothingToStrikeError, choose_materials
from training.stage.script.statistics import stage_statistics
from training.stage.script.writing import ScriptConfig, write_script
from training.stage.sets import draw_set, targets_seen
from training.stage.world import Set

_SCENE_KEY = 0x5CE7E
MOST_TRIES = 12
MOST_WANTED = 3
"""More materials than this hardly fit into one picture."""
FARTHEST_TURN_M = 0.25
_NEVER_SCRATCH = ("hammer", "mallet")
LEAST_TARGET_SHARE = 0.12
"""After the camera has come closer, targets still cover this share of the picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A clip before it is rendered.

    Attributes
    ----------
    performers
        The striker first, then passers-by.
    film
        How it is filmed.
    grain_seed
        Places the film's grain.
    halts_s
        When the striker stops dead in the air, beside the near misses of the script.
    """

    set_: Set
    still: Still
    script: Script
    performers: tuple[Moving, ...]
    reactions: tuple[Reaction, ...]
    film: Film
    duration_s: float
    grain_seed: int
    halts_s: tuple[float, ...] = ()

    @property
    def camera(self) -> Camera:
        """Of the clip's pictures."""
        return self.set_.camera

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """Everything that is heard, in order of time."""
        return self.script.contacts

    @property
    def near_misses_s(self) -> tuple[float, ...]:
        """Times at which something stops dead, or is gone, without a contact; in order of time."""
        stops_s = {round(time_s, 6) for time_s in (*self.script.near_misses_s, *self.halts_s)}
        return tuple(sorted(stops_s))

    def cones(self, time_s: float) -> NDArray[np.float64]:
        """All that moves at a time, (n, 9); paint numbers count through all performers' paints."""
        parts, first_paint = [], 0
        for performer in self.performers:
            cones = performer.cones(time_s)
            if first_paint:
                cones = cones + np.array([0.0] * 8 + [first_paint])
            parts.append(cones)
            first_paint += len(performer.paints)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)


def wanted_materials(rng: np.random.Generator) -> list[str]:
    """What a clip is to be about: real combinations, with rare materials more often than in reality."""
    share = stage_statistics().material_share
    rarity = {name: max(share.get(name, 0.0), 0.004) ** -0.5 for name in MATERIALS}
    return choose_materials(rarity, rng, stage_statistics())[:MOST_WANTED]


def closer(set_: Set, rng: np.random.Generator) -> Set:
    """The set filmed as people film a drumstick: often from so near that a hand fills a fifth of the picture.

    The camera turns towards one of the targets and its view narrows; when no target is left in sight it
    stays as it was.
    """
    targets = [shape for shape in set_.shapes if shape.target]
    zoom = rng.uniform(1.0, 1.25) if rng.random() < 0.25 else rng.uniform(1.4, 2.2)
    towards = targets[rng.integers(len(targets))].centre if targets else set_.camera.target
    way = rng.uniform(0.4, 1.0) * np.subtract(towards, set_.camera.target)
    # The middle of a large thing may lie far out of sight.
    aim = np.asarray(set_.camera.target) + way * min(1.0, FARTHEST_TURN_M / max(np.linalg.norm(way), 1e-9))
    half = math.tan(math.radians(set_.camera.field_of_view_deg) / 2) / zoom
    camera = replace(
        set_.camera,
        target=(float(aim[0]), float(aim[1]), float(aim[2])),
        field_of_view_deg=math.degrees(2 * math.atan(half)),
    )
    nearer = replace(set_, camera=camera)
    return nearer if sum(targets_seen(nearer).values()) >= LEAST_TARGET_SHARE else set_


def _furnished(
    options: StageOptions,
    config: ScriptConfig,
    want: np.random.Generator,
    dress: np.random.Generator,
    light: np.random.Generator,
    write: np.random.Generator,
) -> tuple[Set, Still, Script]:
    """A set, its still picture, and what is going to happen there."""
    size = options.width, options.height
    tries = 0
    while True:
        set_ = closer(draw_set(dress, wanted_materials(want), size=size, textures=options.textures), want)
        still = trace_still(set_, light, options.textures)
        try:
            return set_, still, write_script(set_, still, options.duration_s, write, config)
        except NothingToStrikeError:
            # In small pictures a target may have no patch large enough to aim at.
            tries += 1
            if tries == MOST_TRIES:
                raise


def build_scene(seed: int, index: int, options: StageOptions) -> Scene:
    """Scene number `index` of a stage; it depends on nothing but the arguments.

    Raises
    ------
    TextureError
        When a picture of the folder of textures can't be read.
    NothingToStrikeError
        When the pictures are so small that no set shows anything to strike.
    """
    root = np.random.default_rng(np.random.SeedSequence([_SCENE_KEY, seed, index]))
    want, dress, light, write, perform, pass_by, break_up, film, grain, shimmer, choose = root.spawn(11)
    kind = options.tools[int(choose.integers(len(options.tools)))] if options.tools else None
    if kind in ACTS:
        play = steps_act if kind == "steps" else doors_act
        act = play(light, choose, (options.width, options.height), options.duration_s, options.textures)
    else:
        act = _struck(options, cast("ToolKind | None", kind), want, dress, light, write, perform)
    set_, still, script = act.set_, act.still, act.script
    last = {contact.shape: contact for contact in script.contacts}
    reactions = [
        react(contact, still, set_, break_up, is_last_on_shape=last[contact.shape] is contact)
        for contact in script.contacts
    ]
    return Scene(
        set_=set_,
        still=still,
        script=script,
        performers=(act.performer, *draw_bystanders(set_, options.duration_s, pass_by)),
        reactions=(
            *surroundings(still, set_, shimmer, options.duration_s),
            *(reaction for reaction in reactions if reaction is not None),
        ),
        film=draw_film(film, options.duration_s, options.width, options.height),
        duration_s=options.duration_s,
        grain_seed=int(grain.integers(2**63)),
        halts_s=tuple(time_s for time_s in act.halts_s if 0.0 <= time_s < options.duration_s),
    )


def _struck(
    options: StageOptions,
    kind: ToolKind | None,
    want: np.random.Generator,
    dress: np.random.Generator,
    light: np.random.Generator,
    write: np.random.Generator,
    perform: np.random.Generator,
) -> Act:
    """A hand that strikes with a tool of a kind, or of any."""
    config = ScriptConfig(scratches=kind not in _NEVER_SCRATCH)
    set_, still, script = _furnished(options, config, want, dress, light, write)
    tool = None if kind is None else draw_tool(perform.spawn(1)[0], kind)
    performer = Performer(script, set_, still, perform, tool)
    return Act(set_, still, script, performer, performer.halts_s)
