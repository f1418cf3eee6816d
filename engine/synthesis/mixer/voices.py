"""From the document to voices: what sounds, from where to where, how loud.

A voice is one clip of a hit, or one generated track, with everything decided: mute and solo, the gains
of clip, track and level line added up, pan turned into channel gains, lengths and fades in samples. Two
equal voices sound the same, which is how an edit's reach is found.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from engine.errors import MediaError
from engine.project.document import Clip, GeneratedTrack, Hit, Project, Take, Track
from engine.synthesis.mixer.levels import (
    ChannelGains,
    LevelLine,
    blend_gains,
    mono_source_gains,
    stereo_source_gains,
)
from engine.synthesis.mixer.varispeed import varispeed_length
from engine.synthesis.sound_pool import SoundPool

_CUT_FADE = 64  # samples; a sound cut short without a fade of its own would click
_UNGROUPED = Track(id="", name="")

Order = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Layer:
    """How a take's samples are shaped before any gain.

    `fill` is the length that a scratch's sound is trimmed or drawn out to; 0 plays it as it is.
    """

    take: Take
    pitch_semitones: float
    start: int
    fill: int
    seed: int


@dataclass(frozen=True, slots=True)
class Voice:
    """One sound in the mix: `layer` from project sample `position` on, for `length` samples.

    `order` fixes the order in which voices are summed, so that every render adds the same numbers in
    the same order. `track` is the id of the track, or of the generated track, that it belongs to.
    """

    order: Order
    track: str
    layer: Layer
    position: int
    length: int
    gains: ChannelGains
    fade_in: int
    fade_out: int

    @property
    def end_exclusive(self) -> int:
        """One past its last project sample."""
        return self.position + self.length


class VoiceMaker:
    """Turns hits and generated tracks of one project into voices.

    Parameters
    ----------
    project
        The document.
    pool
        Where the lengths of sounds come from; what it can't read makes no voice.
    tracks
        Ids of the tracks and generated tracks to hear; None hears all. "" stands for hits without a
        track.
    """

    def __init__(self, project: Project, pool: SoundPool, tracks: frozenset[str] | None = None) -> None:
        self._project = project
        self._pool = pool
        self._line = LevelLine(project.loudness)
        self._is_soloed = any(part.solo for part in (*project.tracks, *project.generated))
        self._tracks = {
            track.id: track
            for track in (_UNGROUPED, *project.tracks)
            if (tracks is None or track.id in tracks) and self._is_audible(track)
        }
        # A hit whose track was removed plays with the ungrouped ones rather than falling silent.
        self._known_tracks = frozenset(track.id for track in project.tracks)
        self._wanted = tracks
        self._blend = blend_gains(project.blend)

    def all_voices(self) -> list[Voice]:
        """Every voice of the project."""
        voices = [voice for hit in self._project.hits for voice in self.of_hit(hit)]
        voices.extend(voice for track in self._project.generated for voice in self.of_generated(track))
        return voices

    def of_hit(self, hit: Hit) -> tuple[Voice, ...]:
        """The voices of a hit's clips; none when it is muted, below the threshold or on a silent track."""
        if hit.mute or not hit.clips or not self._blend.hits:
            return ()
        if not (hit.is_kept or hit.confidence >= self._project.threshold):
            return ()
        track = self._tracks.get(hit.track if hit.track in self._known_tracks else "")
        if track is None:
            return ()
        level_db = track.gain_db + self._line.gain_db(hit.position)
        voices = (self._of_clip(hit, layer, clip, track, level_db) for layer, clip in enumerate(hit.clips))
        return tuple(voice for voice in voices if voice is not None)

    def of_generated(self, track: GeneratedTrack) -> tuple[Voice, ...]:
        """The voice of a generated track; none when it is silent."""
        if not self._blend.generated or not self._is_audible(track):
            return ()
        if self._wanted is not None and track.id not in self._wanted:
            return ()
        try:
            natural, channels = self._pool.shape(track.take)
        except MediaError:
            return ()
        length = min(natural, track.length) if track.length else natural
        if length <= 0:
            return ()
        layer = Layer(track.take, 0.0, 0, 0, 0)
        gains = self._gains(channels, track.gain_db, track.pan, self._blend.generated)
        fade_out = min(_CUT_FADE, length) if length < natural else 0
        order = (track.position, f"generated {track.id}", 0)
        return (Voice(order, track.id, layer, track.position, length, gains, 0, fade_out),)

    def _is_audible(self, track: Track | GeneratedTrack) -> bool:
        return not track.mute and (track.solo or not self._is_soloed)

    def _of_clip(self, hit: Hit, number: int, clip: Clip, track: Track, level_db: float) -> Voice | None:
        take = clip.take
        try:
            frames, channels = self._pool.shape(take)
        except MediaError:
            return None
        natural = varispeed_length(frames, clip.pitch_semitones, clip.start)
        is_scratch = hit.action == "scratch"
        wanted = clip.length or (hit.length if is_scratch else 0)
        length = wanted if wanted and (is_scratch or wanted < natural) else natural
        if natural <= 0 or length <= 0:
            return None
        fill = length if is_scratch and length != natural else 0
        layer = Layer(take, clip.pitch_semitones, clip.start, fill, _seed(hit, clip) if fill else 0)
        fade_in = clip.fade_in or (_CUT_FADE if clip.start else 0)
        fade_out = clip.fade_out or (_CUT_FADE if length < natural and not fill else 0)
        if fade_in + fade_out > length:
            share = length / (fade_in + fade_out)
            fade_in, fade_out = int(fade_in * share), int(fade_out * share)
        gains = self._gains(channels, clip.gain_db + level_db, clip.pan + track.pan, self._blend.hits)
        order = (hit.position, hit.id, number)
        return Voice(order, track.id, layer, hit.position + clip.offset, length, gains, fade_in, fade_out)

    def _gains(self, source_channels: int, gain_db: float, pan: float, blend: float) -> ChannelGains:
        channels = self._project.channels
        law = stereo_source_gains if channels == 2 and source_channels == 2 else mono_source_gains
        gains = law(gain_db, pan, channels)
        return ChannelGains(gains.left * blend, gains.right * blend)


def _seed(hit: Hit, clip: Clip) -> int:
    digest = hashlib.blake2b(f"{hit.id}/{clip.id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")
