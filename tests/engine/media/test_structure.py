"""What the outermost parts of hand-made files say."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from engine.media.structure import FileStructure, read_structure

_FTYP = struct.pack(">I4s4s", 12, b"ftyp", b"isom")
_MOOV = struct.pack(">I4s", 8, b"moov")
_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT = b"\x18\x53\x80\x67"


def _mdat(announced: int, there: int) -> bytes:
    return struct.pack(">I4s", announced + 8, b"mdat") + bytes(there)


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        (_FTYP + _MOOV + _mdat(50, 50), FileStructure("iso", False, False)),
        (_FTYP + _MOOV + _mdat(50, 49), FileStructure("iso", True, False)),
        (_FTYP + _mdat(50, 20), FileStructure("iso", True, True)),
        (_FTYP + struct.pack(">I4s", 0, b"mdat") + bytes(9), FileStructure("iso", False, True)),
        (_FTYP + struct.pack(">I4sQ", 1, b"mdat", 1 << 62), FileStructure("iso", True, True)),
        (_FTYP + _MOOV + b"\0\0\0\3junk", FileStructure("iso", False, False)),
        (_EBML + b"\x82ab" + _SEGMENT + b"\x85abcde", FileStructure("ebml", False, False)),
        (_EBML + b"\x82ab" + _SEGMENT + b"\x86abcde", FileStructure("ebml", True, False)),
        (_EBML + b"\x82ab" + _SEGMENT + b"\x40\x05abcde", FileStructure("ebml", False, False)),
        (_EBML + b"\x82ab" + _SEGMENT + b"\x01" + b"\xff" * 7 + b"abc", FileStructure("ebml", False, False)),
        (_EBML + b"\x01\x7f\xff\xff\xff\xff\xff\xff", FileStructure("ebml", True, False)),
        (_EBML, FileStructure("ebml", False, False)),
        (b"RIFF" + struct.pack("<I", 24) + b"AVI " + bytes(20), FileStructure("riff", False, False)),
        (b"RIFF" + struct.pack("<I", 24) + b"AVI " + bytes(19), FileStructure("riff", True, False)),
        (b"RIFF" + struct.pack("<I", 0xFFFF_FFFF) + b"WAVE", FileStructure("riff", False, False)),
        (b"some text", FileStructure("other", False, False)),
        (b"", FileStructure("other", False, False)),
    ],
)
def test_structure(contents: bytes, expected: FileStructure, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(contents)
    assert read_structure(path) == expected
