"""A child process that reads media files named on standard input and says for each how that went.

Answers, one line per file: "read N", "refused SENTENCE", or "broke TRACEBACK" for an error that is none of
the program's own.
"""

from __future__ import annotations

import itertools
import sys
import traceback
from pathlib import Path

from engine.errors import MediaError
from engine.media.audio import audio_blocks
from engine.media.decode import iter_frames
from engine.media.frames import FrameReader
from engine.media.probe import probe
from engine.media.thumbnails import filmstrip

_PICTURES = 6


def read(path: Path) -> int:
    """Use a file in every way the program does; how many pictures came out."""
    info = probe(path)
    count = 0
    if info.video is not None:
        count += sum(1 for _ in itertools.islice(iter_frames(path, size=(32, 24), gray=True), _PICTURES))
        middle_s = info.video.duration_s / 2
        count += sum(1 for _ in itertools.islice(iter_frames(path, start_s=middle_s, thread_count=1), 2))
        reader = FrameReader(path, size=(32, 24))
        for picture in (len(reader) - 1, 0, len(reader) // 2):
            reader.frame(picture)
        reader.close()
        count += sum(1 for _ in filmstrip(path, [0.0, middle_s], 16))
    if info.audio:
        sum(len(block) for block in itertools.islice(audio_blocks(path), 8))
    return count


def main() -> None:
    """Answer until standard input closes."""
    for line in sys.stdin:
        try:
            answer = f"read {read(Path(line.rstrip()))}"
        except MediaError as error:
            answer = f"refused {error}"
        except Exception:  # noqa: BLE001 - this is what the test looks for
            answer = "broke " + traceback.format_exc().replace("\n", " | ")
        print(answer, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
