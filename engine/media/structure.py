"""Whether a file's own structure says that its end is missing.

Containers announce how long their parts are. Comparing that with the file's size finds a copy or a
download that stopped half way, at the cost of a few bytes read, for mp4/mov (boxes), mkv/webm (EBML
elements) and avi/wav (RIFF chunks). A container without such announcements counts as complete.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

Family = Literal["iso", "ebml", "riff", "other"]

_EBML_MAGIC = b"\x1a\x45\xdf\xa3"
_SEGMENT_ID = b"\x18\x53\x80\x67"
_FIRST_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_MAX_BOXES = 10_000


@dataclass(frozen=True, slots=True)
class FileStructure:
    """What the outermost parts of a file say.

    `lacks_index` is only ever true for mp4/mov: the box that says where the pictures lie is missing.
    """

    family: Family
    is_cut_off: bool
    lacks_index: bool


def read_structure(path: Path) -> FileStructure:
    """Look at the outermost parts of a file; raises `OSError` when it can't be read."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] == _EBML_MAGIC:
            return FileStructure("ebml", _ebml_is_cut_off(file, size), False)
        if head[:4] == b"RIFF" and len(head) == 12:
            announced = struct.unpack("<I", head[4:8])[0] + 8
            # Recorders that were never stopped leave 0 or the maximum here: nothing is announced.
            return FileStructure("riff", size < announced < 0xFFFF_FFFF, False)
        if head[4:8] in _FIRST_BOXES:
            return _iso_structure(file, size)
    return FileStructure("other", False, False)


def _iso_structure(file: BinaryIO, size: int) -> FileStructure:
    position, has_index = 0, False
    for _ in range(_MAX_BOXES):
        file.seek(position)
        header = file.read(16)
        if len(header) < 8:
            # Some bytes after the last box are no box; none at all is the regular end.
            break
        length, kind = struct.unpack(">I", header[:4])[0], header[4:8]
        if length == 1 and len(header) == 16:
            length = struct.unpack(">Q", header[8:16])[0]
        elif length == 0:
            length = size - position
        if length < 8:
            break
        has_index = has_index or kind in (b"moov", b"moof")
        position += length
        if position > size:
            return FileStructure("iso", True, not has_index)
    return FileStructure("iso", False, not has_index)


def _ebml_is_cut_off(file: BinaryIO, size: int) -> bool:
    file.seek(4)
    header_length = _read_ebml_length(file)
    if header_length is None:
        return False
    if file.tell() + header_length > size:
        return True
    file.seek(header_length, 1)
    if file.read(4) != _SEGMENT_ID:
        return file.tell() >= size
    segment_length = _read_ebml_length(file)
    return segment_length is not None and file.tell() + segment_length > size


def _read_ebml_length(file: BinaryIO) -> int | None:
    """The length behind an EBML id; None when it is unknown or missing."""
    first = file.read(1)
    if not first or first[0] == 0:
        return None
    extra_bytes = 8 - first[0].bit_length()
    rest = file.read(extra_bytes)
    if len(rest) < extra_bytes:
        return None
    value = int.from_bytes(bytes([first[0] & (0x7F >> extra_bytes)]) + rest, "big")
    is_unknown = value == (1 << (7 * (extra_bytes + 1))) - 1
    return None if is_unknown else value
