"""How the window talks to its two child processes: framed messages over pipes, arrays in mapped files.

A message is a JSON object behind a 4-byte little-endian length. Big arrays (pictures, peaks) never
travel through the pipe: the sender writes them into a file mapped by both sides and sends its name,
shape and dtype. A child reads commands from standard input and writes messages to standard output; it
ends when standard input closes, so a killed window leaves no orphan.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from engine.errors import FoleyError

Message = dict[str, Any]

_LENGTH = struct.Struct("<I")
_MAX_MESSAGE_BYTES = 256 * 1024 * 1024


class WireError(FoleyError):
    """The other side sent something that is not a message."""


class MessageDecoder:
    """Cuts a byte stream into messages; fed as bytes arrive (the window's side, event-driven)."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Take bytes in, give each complete message out."""
        self._pending += data
        while len(self._pending) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._pending)
            if length > _MAX_MESSAGE_BYTES:
                raise WireError(f"a message of {length} bytes exceeds {_MAX_MESSAGE_BYTES}")
            end = _LENGTH.size + length
            if len(self._pending) < end:
                return
            body = bytes(self._pending[_LENGTH.size : end])
            del self._pending[:end]
            yield json.loads(body)


def encode_message(message: Message) -> bytes:
    """One message as bytes on the wire."""
    body = json.dumps(message, separators=(",", ":"), allow_nan=False).encode()
    return _LENGTH.pack(len(body)) + body


class MessageWriter:
    """Writes messages to a stream; safe to call from several threads."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, message: Message) -> None:
        """Write one message at once."""
        data = encode_message(message)
        with self._lock:
            self._stream.write(data)
            self._stream.flush()


def read_messages(stream: BinaryIO) -> Iterator[Message]:
    """Messages from a blocking stream (a child's side); ends when the stream closes."""
    while True:
        header = _read_exactly(stream, _LENGTH.size)
        if header is None:
            return
        (length,) = _LENGTH.unpack(header)
        if length > _MAX_MESSAGE_BYTES:
            raise WireError(f"a message of {length} bytes exceeds {_MAX_MESSAGE_BYTES}")
        body = _read_exactly(stream, length)
        if body is None:
            return
        yield json.loads(body)


def _read_exactly(stream: BinaryIO, size: int) -> bytes | None:
    chunks = bytearray()
    while len(chunks) < size:
        chunk = stream.read(size - len(chunks))
        if not chunk:
            return None
        chunks += chunk
    return bytes(chunks)


def claim_standard_streams() -> tuple[BinaryIO, MessageWriter]:
    """A child's command stream and message writer, with standard output kept clean for messages.

    Whatever a library prints goes to standard error from here on, so it can't break the framing.
    """
    commands = os.fdopen(os.dup(0), "rb", buffering=0)
    messages = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return commands, MessageWriter(messages)


class MappedArray:
    """A numpy array in a file that two processes map.

    The owner creates it with `create` and removes the file with `close`; the other side opens the
    `description` it was sent with `attach`. Contents are not synchronised: a message says what is ready.

    Attributes
    ----------
    array
        The mapped array; writable on the owner's side, read-only on the other.
    """

    def __init__(self, path: Path, array: NDArray[Any], mapping: mmap.mmap, is_owner: bool) -> None:
        self.path = path
        self.array = array
        self._mapping = mapping
        self._is_owner = is_owner

    @classmethod
    def create(cls, shape: tuple[int, ...], dtype: str, folder: Path | None = None) -> MappedArray:
        """A zero-filled array in a new file of `folder` (the system's temporary one by default)."""
        size = max(1, int(np.prod(shape)) * np.dtype(dtype).itemsize)
        descriptor, name = tempfile.mkstemp(prefix="foley-", suffix=".map", dir=folder)
        try:
            os.truncate(descriptor, size)
            mapping = mmap.mmap(descriptor, size)
        finally:
            os.close(descriptor)
        array = np.frombuffer(mapping, dtype=dtype, count=int(np.prod(shape))).reshape(shape)
        return cls(Path(name), array, mapping, is_owner=True)

    @classmethod
    def attach(cls, description: Message) -> MappedArray:
        """Map an array that the other side described."""
        path = Path(description["path"])
        shape = tuple(int(n) for n in description["shape"])
        with path.open("rb") as file:
            mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        array = np.frombuffer(mapping, dtype=description["dtype"], count=int(np.prod(shape))).reshape(shape)
        return cls(path, array, mapping, is_owner=False)

    @property
    def description(self) -> Message:
        """What the other side needs to attach: path, shape, dtype."""
        return {
            "path": str(self.path),
            "shape": list(self.array.shape),
            "dtype": self.array.dtype.str,
        }

    def close(self) -> None:
        """Forget the array; the owner removes the file (a mapping still in use stays valid)."""
        del self.array
        if self._is_owner:
            self.path.unlink(missing_ok=True)
