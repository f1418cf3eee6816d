"""Looking and listening once for all trainings: rendered hits, recordings, the kit, and real hits.

PREPARED/pictures/NAME.npz, NAME-materials.npy   rendered hits, and what the picture model takes them for
PREPARED/sounds/NAME.npz                         their true sounds; library.npz, kit.npz
PREPARED/real.npz                                real hits, told by picture models made without their source
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.analysis.struck_materials import HitSight
from engine.models.contact_point_net import load_contact_point_model
from engine.models.sight import load_sight
from engine.models.sound_net import SoundModel, load_sound_model
from engine.project.materials import MATERIALS, Action
from training.datasets.opening import open_dataset
from training.datasets.recording import Recording
from training.fit.real import RealHits, heard_contact, save_real
from training.fit.sounds import heard_hits, heard_kit, heard_library, save_sounds
from training.fit.struck import load_hits, looked_at, save_hits
from training.fit.train import ENDING, KIT, LIBRARY, PICTURES, REAL, SOUNDS
from training.struck.fitting import corrected, table_model
from training.struck.judging import told_by_others
from training.struck.scenes import LookedScenes, look_at_scenes

_OF_THE_KIT = 12


def prepare_all(folder: Path, stages: Sequence[Path], library: Path, data: Path, per_clip: int) -> None:
    """Prepare what is not there yet.

    Parameters
    ----------
    folder
        Where it is kept.
    stages
        Rendered stages, known by the names of their folders.
    library
        Recordings.
    data
        The folder of real data.
    per_clip
        Hits of each rendered clip.
    """
    sight = HitSight(load_contact_point_model(), load_sight())
    ear = load_sound_model()
    for stage in stages:
        _prepare_stage(folder, stage, sight, ear, per_clip)
    for name, listen in (
        (LIBRARY, lambda: heard_library(library, ear)),
        (KIT, lambda: heard_kit(_OF_THE_KIT, ear)),
    ):
        path = folder / SOUNDS / f"{name}.npz"
        if not path.is_file():
            save_sounds(path, listen())
    if not (folder / REAL).is_file():
        save_real(folder / REAL, real_hits(look_at_scenes(data, sight)))


def real_hits(scenes: LookedScenes) -> RealHits:
    """The labelled hits that the detector found, told by models made without their sources."""
    recordings = {
        recording.name: recording
        for name in ("greatest-hits-clips", "silent-scenes")
        for recording in open_dataset(name, strict=False).recordings()
    }
    told = {
        (one.hit.clip, one.hit.time_s): one.probabilities
        for one in told_by_others(scenes, lambda looks: corrected(table_model(), looks))
        if one.probabilities is not None
    }
    rows = [row for row in scenes.labelled if (scenes.hits[row].clip, scenes.hits[row].time_s) in told]
    hits = [scenes.hits[row] for row in rows]
    heard = [heard_contact(recordings[hit.clip], hit.time_s, hit.action) for hit in hits]
    features = scenes.seen.features[np.array(rows, np.intp)]
    return RealHits(
        sources=np.array([hit.source for hit in hits]),
        clips=np.array([hit.clip for hit in hits]),
        time_s=np.array([hit.time_s for hit in hits]),
        material=np.array([MATERIALS.index(str(hit.material)) for hit in hits], np.intp),
        is_scratch=np.array([hit.action == "scratch" for hit in hits]),
        is_certain=np.array([hit.certainty in ("annotated", "certain") for hit in hits]),
        level_db=np.array([one.level_db for one in heard]),
        length_s=np.array([one.length_s for one in heard]),
        materials=np.array([told[hit.clip, hit.time_s] for hit in hits], np.float32),
        shapes=np.stack([one.shape for one in heard]),
        whole=features.whole,
        crop=features.crop,
    )


def _prepare_stage(folder: Path, stage: Path, sight: HitSight, ear: SoundModel, per_clip: int) -> None:
    name = stage.name
    pictures = folder / PICTURES / f"{name}.npz"
    materials, sounds = folder / PICTURES / f"{name}{ENDING}", folder / SOUNDS / f"{name}.npz"
    recordings: list[Recording] = open_dataset(stage, strict=False).recordings()
    if not (pictures.is_file() and materials.is_file()):
        struck = looked_at(recordings, sight, per_clip=per_clip, prefix=name)
        actions: list[Action] = ["scratch" if hit.action == "scratch" else "hit" for hit in struck.hits]
        save_hits(pictures, struck)
        np.save(materials, table_model().materials(struck.features, actions))
    if not sounds.is_file():
        by_name = {f"{name}/{recording.name}": recording for recording in recordings}
        save_sounds(sounds, heard_hits(by_name, load_hits(pictures).hits, ear))
