"""The thread that keeps the mix up to date while it plays, draws its waveform and measures its loudness."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.media.peaks import SAMPLES_PER_PEAK, peaks_of
from engine.media.player.feed import Sound
from engine.media.player.transport import Transport
from engine.project.changes import Changes, with_changes
from engine.project.document import Project, Take
from engine.project.timebase import SAMPLE_RATE, seconds_to_samples
from engine.wire import MappedArray, Message

Send = Callable[[Message], None]
Range = tuple[int, int]

_SILENCE = np.zeros((0, 2), np.float32)


@dataclass(frozen=True, slots=True)
class Audition:
    """A wish to hear a hit in its place; `take` `None` plays it as it is."""

    hit_id: str
    take: Take | None
    gain_db: float
    pre_roll_s: float
    post_roll_s: float


@dataclass(frozen=True, slots=True)
class TakeLoudness:
    """A generated track at a gain of 0 dB and the hits of its stretch, in LUFS; None for silence."""

    take_lufs: float | None
    hits_lufs: float | None


class Mixing:
    """Takes projects and auditions from the command thread, works them off in its own.

    Only the newest project counts: what arrives while an older one is mixed replaces those between.
    """

    def __init__(self, send: Send, transport: Transport, maps_folder: Path | None) -> None:
        self._send = send
        self._transport = transport
        self._maps_folder = maps_folder
        self._changed = threading.Condition()
        self._waiting_project: tuple[Project, Path, int] | None = None
        self._waiting_audition: Audition | None = None
        self._waiting_take = ""
        self._newest: Project | None = None
        self._folder = Path()
        self._revision = 0
        self._looks_again = False
        self._shortest_end = 0
        self._told_missing: list[str] = []
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="mixing", daemon=True)
        self._thread.start()

    def take_project(self, project: Project, folder: Path, revision: int) -> None:
        """Mix another project, or the same one after an edit."""
        with self._changed:
            self._newest, self._folder = project, folder
            self._waiting_project = (project, folder, revision)
            self._revision = revision
            self._changed.notify()

    def take_changes(self, changes: Changes, revision: int) -> None:
        """Mix the newest project with changes."""
        if self._newest is not None:
            self.take_project(with_changes(self._newest, changes), self._folder, revision)

    def look_again(self) -> None:
        """Read the sounds again that were missing."""
        with self._changed:
            self._looks_again = True
            if self._newest is not None and self._waiting_project is None:
                self._waiting_project = (self._newest, self._folder, self._revision)
            self._changed.notify()

    def forget_project(self) -> None:
        """Play silence."""
        with self._changed:
            self._newest = self._waiting_project = self._waiting_audition = None
            # Who opens the same project again has forgotten its waveforms meanwhile.
            self._looks_again = True
            self._transport.set_mix(Sound(_SILENCE, 0, self._shortest_end))

    def take_audition(self, audition: Audition) -> None:
        """Play around a hit as soon as its sound is mixed."""
        with self._changed:
            self._waiting_audition = audition
            self._changed.notify()

    def measure_take(self, track_id: str) -> None:
        """Tell how loud a generated track is beside the hits."""
        with self._changed:
            self._waiting_take = track_id
            self._changed.notify()

    def set_picture_length(self, length: int) -> None:
        """Let the playhead run at least this far (samples), mixed or not."""
        with self._changed:
            self._shortest_end = length
            if self._newest is None:
                self._transport.set_mix(Sound(_SILENCE, 0, length))

    def close(self) -> None:
        """Stop the thread after what it does now."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()

    def _is_outdated(self) -> bool:
        waiting = (self._waiting_project, self._waiting_audition)
        return any(one is not None for one in waiting) or bool(self._waiting_take) or self._is_closing

    def _run(self) -> None:
        bench = _MixBench(self._maps_folder)
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_outdated() or bench.is_unmeasured)
                if self._is_closing:
                    return
                audition, self._waiting_audition = self._waiting_audition, None
                waiting, self._waiting_project = self._waiting_project, None
                looks_again, self._looks_again = self._looks_again, False
                take, self._waiting_take = self._waiting_take, ""
            try:
                if looks_again:
                    bench.look_again()
                if waiting is not None:
                    self._mix(bench, *waiting)
                if audition is not None:
                    sound = bench.audition(audition)
                    if sound is not None:
                        self._transport.audition(sound)
                if take and (levels := bench.take_loudness(take)) is not None:
                    self._send({"event": "take_loudness", "track": take, **asdict(levels)})
                if not self._is_outdated() and bench.measure(self._is_outdated):
                    self._send({"event": "loudness", "lufs": bench.lufs, "revision": bench.revision})
            except UserFacingError as error:
                self._send({"event": "failed", "sentence": str(error), "what": "mix"})

    def _mix(self, bench: _MixBench, project: Project, folder: Path, revision: int) -> None:
        ranges = bench.update(project, folder, revision)
        with self._changed:
            if self._newest is None:
                # The project was closed while it was mixed.
                return
            end = max(project.length, self._shortest_end)
            self._transport.set_mix(Sound(bench.samples, 0, end))
        for peaks in bench.draw(ranges):
            self._send({"event": "peaks", "revision": revision, **peaks})
        for message in bench.draw_takes():
            self._send({**message, "revision": revision})
        if bench.missing != self._told_missing:
            self._told_missing = bench.missing
            self._send({"event": "missing", "sounds": bench.missing, "revision": revision})


class _MixBench:
    """What the mixing thread works with; used by that thread alone."""

    def __init__(self, maps_folder: Path | None) -> None:
        # Imported here, in the thread: it compiles or loads the mixer's loops, the program's slowest start.
        from engine.media.player.mix_loudness import MixLoudness
        from engine.media.player.take_peaks import TakePeaks
        from engine.synthesis.mixer import MixCache, render
        from engine.synthesis.sound_pool import SoundPool

        self._mix_cache, self._sound_pool, self._render = MixCache, SoundPool, render
        self._maps_folder = maps_folder
        self._folder: Path | None = None
        self._pool = SoundPool(Path())
        self._cache = MixCache(self._pool)
        self._project: Project | None = None
        self._new_loudness = lambda: MixLoudness(SAMPLE_RATE)
        self._loudness = self._new_loudness()
        self._unmeasured: list[Range] = []
        self._peaks: MappedArray | None = None
        self._take_peaks = TakePeaks(maps_folder)
        self.revision = 0
        self.is_unmeasured = False

    @property
    def samples(self) -> NDArray[np.float32]:
        return self._cache.samples

    @property
    def missing(self) -> list[str]:
        return [problem.sentence for problem in self._pool.missing]

    @property
    def lufs(self) -> float | None:
        return self._loudness.integrated_lufs()

    def update(self, project: Project, folder: Path, revision: int) -> list[Range]:
        """Mix; the ranges that changed."""
        if folder != self._folder:
            self._folder = folder
            self._pool = self._sound_pool(folder)
            self._cache = self._mix_cache(self._pool)
        self._project = project
        self.revision = revision
        ranges = self._cache.update(project)
        self._unmeasured += ranges
        self.is_unmeasured = True
        return ranges

    def look_again(self) -> None:
        """Forget which sounds were missing; the next update mixes everything."""
        self._pool.try_again()
        self._cache.forget()
        self._take_peaks.look_again()

    def audition(self, audition: Audition) -> Sound | None:
        """The mix around a hit, with another take on it."""
        from engine.project.edits import choose_take

        project = self._project
        if project is None or audition.hit_id not in project.hits_by_id:
            return None
        hit = project.hit(audition.hit_id)
        heard = replace(hit, mute=False, locked=False, edited=True)
        project = replace(project, hits=tuple(heard if one is hit else one for one in project.hits))
        if audition.take is not None:
            project = choose_take(project, hit.id, audition.take, gain_db=audition.gain_db)
        start = max(0, hit.position - seconds_to_samples(audition.pre_roll_s))
        end = min(project.length, hit.position + hit.length + seconds_to_samples(audition.post_roll_s))
        return Sound(self._render(project, self._pool, start, end), start, end)

    def take_loudness(self, track_id: str) -> TakeLoudness | None:
        """How loud a generated track is beside the hits where it lies; None when there is no such track."""
        project = self._project
        track = project.generated_by_id.get(track_id) if project is not None else None
        if project is None or track is None:
            return None
        end = min(project.length, track.position + track.length) if track.length else project.length
        tracks = tuple(replace(one, solo=False) for one in project.tracks)
        hits = replace(project, tracks=tracks, generated=(), blend=0.5)
        # At its fader's zero: what is measured stays true however the fader is turned meanwhile.
        bare = replace(track, mute=False, solo=False, gain_db=0.0)
        alone = replace(project, tracks=tracks, hits=(), generated=(bare,), blend=0.5)
        return TakeLoudness(*(self._lufs(one, track.position, end) for one in (alone, hits)))

    def _lufs(self, project: Project, start: int, end: int) -> float | None:
        loudness = self._new_loudness()
        samples = self._render(project, self._pool, start, end)
        loudness.update(samples, [(0, len(samples))])
        return loudness.integrated_lufs()

    def measure(self, is_outdated: Callable[[], bool]) -> bool:
        """Bring the loudness up to date, unless something newer waits; whether it is."""
        if self._loudness.update(self.samples, self._unmeasured, is_outdated):
            self._unmeasured = []
            self.is_unmeasured = False
            return True
        return False

    def draw(self, ranges: list[Range]) -> list[Message]:
        """Bring the peaks up to date; one description for each range that changed."""
        rows = -(-len(self.samples) // SAMPLES_PER_PEAK)
        if self._peaks is None or self._peaks.array.shape[0] != rows:
            if self._peaks is not None:
                self._peaks.close()
            self._peaks = MappedArray.create((rows, 2), "float32", self._maps_folder)
            ranges = [(0, len(self.samples))]
        drawn: list[Message] = []
        for start, end in ranges:
            first, last = start // SAMPLES_PER_PEAK, -(-end // SAMPLES_PER_PEAK)
            changed = self.samples[first * SAMPLES_PER_PEAK : last * SAMPLES_PER_PEAK]
            self._peaks.array[first:last] = peaks_of(changed).finest
            drawn.append(
                {
                    "array": self._peaks.description,
                    "samples_per_peak": SAMPLES_PER_PEAK,
                    "range": [first * SAMPLES_PER_PEAK, min(len(self.samples), last * SAMPLES_PER_PEAK)],
                }
            )
        return drawn

    def draw_takes(self) -> list[Message]:
        """Messages about generated tracks whose waveforms are new or can't be had."""
        return self._take_peaks.draw(self._project, self._pool) if self._project is not None else []
