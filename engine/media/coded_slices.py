"""What of an H.264 or HEVC packet is picture, however the container separates its parts.

Transport streams put a start code before each part ("NAL unit"), mp4 and mkv its length, so the same
picture has other bytes in each. The parts that hold picture are the slices; what else a packet may carry
(parameter sets, delimiters) a container may move into its header.

References
----------
ITU-T H.264 and H.265, annex B (start codes); ISO/IEC 14496-15 (lengths).
"""

from __future__ import annotations

from collections.abc import Iterator

_START_CODE = b"\x00\x00\x01"
_CONFIGURATION = 1
"""First byte of a header of the kind that goes with lengths."""

_H264_SLICES = range(1, 6)
_HEVC_SLICES = range(32)


def coded_slices(packet: bytes, codec: str, header: bytes | None) -> list[bytes] | None:
    """The slices of a packet, in order.

    Parameters
    ----------
    packet
        The packet's bytes.
    codec
        libav's name of the codec.
    header
        The stream's header ("extradata"), which tells how parts are separated.

    Returns
    -------
    list of bytes or None
        None for other codecs.
    """
    if codec == "h264":
        return [unit for unit in _units(packet, header, 4) if unit[0] & 0x1F in _H264_SLICES]
    if codec == "hevc":
        return [unit for unit in _units(packet, header, 21) if unit[0] >> 1 & 0x3F in _HEVC_SLICES]
    return None


def _units(packet: bytes, header: bytes | None, length_size_at: int) -> Iterator[bytes]:
    if not header or header[0] != _CONFIGURATION or len(header) <= length_size_at:
        # Zeros may follow a part; none ends in one.
        yield from filter(None, (unit.rstrip(b"\x00") for unit in packet.split(_START_CODE)))
        return
    length_bytes = (header[length_size_at] & 3) + 1
    position = 0
    while position + length_bytes < len(packet):
        start = position + length_bytes
        position = start + int.from_bytes(packet[position:start], "big")
        if position > start:
            yield packet[start:position]
