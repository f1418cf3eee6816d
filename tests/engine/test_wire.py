"""Framing, mapped arrays, and a child that keeps standard output clean."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.wire import MappedArray, MessageDecoder, MessageWriter, WireError, encode_message, read_messages

MESSAGES = st.lists(
    st.dictionaries(
        st.text(max_size=8), st.one_of(st.integers(-1000, 1000), st.text(max_size=30)), max_size=4
    ),
    max_size=5,
)


@given(MESSAGES, st.integers(1, 17))
def test_messages_survive_any_cutting_of_the_stream(messages, piece):
    stream = b"".join(map(encode_message, messages))
    decoder = MessageDecoder()
    received = []
    for start in range(0, len(stream), piece):
        received += decoder.feed(stream[start : start + piece])
    assert received == messages


@given(MESSAGES)
def test_the_blocking_reader_gives_what_the_writer_sent(messages):
    stream = io.BytesIO()
    writer = MessageWriter(stream)
    for message in messages:
        writer.send(message)
    stream.seek(0)
    assert list(read_messages(stream)) == messages


def test_the_frame_is_a_little_endian_length_and_json():
    body = json.dumps({"do": "stop"}, separators=(",", ":")).encode()
    assert encode_message({"do": "stop"}) == struct.pack("<I", len(body)) + body


def test_a_stream_cut_in_the_middle_of_a_message_just_ends():
    data = encode_message({"do": "play"})
    assert list(read_messages(io.BytesIO(data + data[:5]))) == [{"do": "play"}]


def test_an_absurd_length_is_refused_before_it_is_allocated():
    data = struct.pack("<I", 2**32 - 1)
    with pytest.raises(WireError, match="4294967295"):
        list(MessageDecoder().feed(data))
    with pytest.raises(WireError):
        list(read_messages(io.BytesIO(data)))


def test_numbers_that_json_cannot_hold_are_refused():
    with pytest.raises(ValueError):
        encode_message({"level": float("nan")})


def test_a_mapped_array_shows_the_owners_writes_and_vanishes_with_it(tmp_path):
    owner = MappedArray.create((3, 4), "int16", tmp_path)
    reader = MappedArray.attach(owner.description)
    owner.array[1, 2] = 77
    assert reader.array[1, 2] == 77
    assert reader.array.dtype == np.int16
    with pytest.raises(ValueError, match="read-only"):
        reader.array[0, 0] = 1
    path = owner.path
    owner.close()
    assert not path.exists()
    assert reader.array[1, 2] == 77


def test_what_a_library_prints_does_not_reach_the_message_stream():
    child = (
        "import os\n"
        "from engine.wire import claim_standard_streams, read_messages\n"
        "commands, writer = claim_standard_streams()\n"
        "print('chatter', flush=True)\n"
        "os.write(1, b'more chatter')\n"
        "for command in read_messages(commands):\n"
        "    writer.send({'echo': command})\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", child], input=encode_message({"n": 1}), capture_output=True, check=True
    )
    assert list(MessageDecoder().feed(ended.stdout)) == [{"echo": {"n": 1}}]
    assert b"more chatter" in ended.stderr
