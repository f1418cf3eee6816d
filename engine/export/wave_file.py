"""Writing a 24-bit WAV file beside its final place, with the disk's own reason when that fails."""

from __future__ import annotations

import contextlib
import wave
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.errors import ExportError
from engine.project.durable import flush_file, name_beside, reason

_LIMIT_BYTES = 4 * 1024**3 - 1024
_BYTES_PER_SAMPLE = 3
_FULL_SCALE = 2.0**23


class WaveWriter:
    """A WAV file in the making; nothing stands at `path` until `put_in_place`.

    A context manager: leaving it closes the file, and removes it when it was not put in place.

    Parameters
    ----------
    path
        Where the file is to be.
    sample_rate, channels
        Of the sound.
    frames
        How many frames will be written.

    Attributes
    ----------
    path
        As given; may be changed until it is put in place, for a file whose name follows from its contents.
    beside
        The file that is being written.

    Raises
    ------
    ExportError
        From any method: the disk is full, the folder read-only, the sound too long for the format, ...
    """

    def __init__(self, path: Path, sample_rate: int, channels: int, frames: int) -> None:
        self.path = path
        if frames * channels * _BYTES_PER_SAMPLE > _LIMIT_BYTES:
            hours = _LIMIT_BYTES / (channels * _BYTES_PER_SAMPLE * sample_rate * 3600)
            raise ExportError(
                f"“{path.name}” can't be written: a WAV file holds at most {hours:.1f} hours of this."
            )
        self.beside = name_beside(path)
        with self._explained():
            self._file = self.beside.open("xb")
            self._wave = wave.open(self._file, "wb")  # noqa: SIM115 (`__exit__` closes it)
            self._wave.setnchannels(channels)
            self._wave.setsampwidth(_BYTES_PER_SAMPLE)
            self._wave.setframerate(sample_rate)
            self._wave.setnframes(frames)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What fails after an error is of no interest, and a finished file is closed already.
        for unfinished in (self._wave, self._file):
            with contextlib.suppress(OSError):
                unfinished.close()
        self.beside.unlink(missing_ok=True)

    def write(self, samples: NDArray[np.float32]) -> None:
        """Append (n, channels) float32; what exceeds full scale is clipped."""
        steps = np.clip(np.rint(samples * np.float64(_FULL_SCALE)), -_FULL_SCALE, _FULL_SCALE - 1.0)
        four_bytes = np.ascontiguousarray(steps, dtype="<i4").reshape(-1, 1).view(np.uint8)
        with self._explained():
            self._wave.writeframesraw(four_bytes[:, :_BYTES_PER_SAMPLE].tobytes())

    def finish(self) -> None:
        """Write what is left and wait until it has reached the disk."""
        with self._explained():
            self._wave.close()
            self._file.flush()
            flush_file(self._file.fileno())
            self._file.close()

    def put_in_place(self) -> None:
        """Give the finished file its name, in place of any older one."""
        with self._explained():
            self.beside.replace(self.path)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            folder = self.path.parent
            raise ExportError(f"“{self.path.name}” can't be written to {folder}: {reason(error)}.") from error
