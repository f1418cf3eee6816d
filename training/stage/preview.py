"""What was rendered, for people to look at: a sheet of the frames around contacts, and a film with the truth.

The sheet has one row per contact and one column per picture before and after it, as one looks at real clips.
In the film a ring closes in on the place of each contact and flashes when it happens; the words stand at it,
near misses are said, and below runs the level curve.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.media.audio import read_audio
from engine.media.decode import Frame, iter_frames
from engine.project.timebase import SAMPLE_RATE
from training.datasets.recording import Contact, Recording
from training.stage.writer import ENDINGS, TRUTH_ENDING

Image = NDArray[np.uint8]

SHEET_OFFSETS = (-6, -4, -2, -1, 0, 1, 2, 4)
SHEET_ROWS = 24
_CELL = (258, 192)
_LABEL_WIDTH = 150
_SCALE = 2
_STRIP_HEIGHT = 90
_LOUDEST_DB, _QUIETEST_DB = 0.0, -70.0
_RING_S, _FLASH_S = 0.3, 0.12
_MISS_SHOWN_S = 0.4
_WHITE, _YELLOW, _RED, _GRAY = (255, 255, 255), (255, 210, 60), (255, 70, 60), (150, 150, 150)
_FONT = cv2.FONT_HERSHEY_SIMPLEX


def rendered_clips(folder: Path) -> list[Recording]:
    """The whole clips of a stage's folder, in order of name; none where it is empty or not there."""
    clips = []
    for path in sorted(folder.glob(f"shard_*/*{TRUTH_ENDING}")):
        name = path.name.removesuffix(TRUTH_ENDING)
        picture, sound = path.with_name(name + ENDINGS[0]), path.with_name(name + ENDINGS[1])
        if picture.is_file() and sound.is_file():
            clips.append(_recording(name, path, picture, sound))
    return clips


def write_contact_sheet(path: Path, clips: Sequence[Recording], rows: int = SHEET_ROWS) -> None:
    """Write the frames around some contacts of each clip, one contact a row, as a picture.

    Raises
    ------
    UserFacingError
        When no clip has a contact, or the picture can't be written.
    """
    each = max(1, rows // max(1, len(clips)))
    drawn = []
    for clip in clips:
        seen = [contact for contact in clip.contacts if contact.in_picture]
        chosen = seen[:: max(1, -(-len(seen) // each))]
        drawn += [
            np.hstack([_row_label(clip, contact), *pictures])
            for contact, pictures in zip(chosen, _around(clip, chosen), strict=True)
        ]
    if not drawn:
        raise UserFacingError(f"None of the {len(clips)} clips has a contact in its picture.")
    encoded, contents = cv2.imencode(".png", np.vstack(drawn)[..., ::-1])
    if not encoded:
        raise UserFacingError(f"“{path}” could not be encoded as a picture.")
    path.write_bytes(contents.tobytes())


def write_film(path: Path, clips: Sequence[Recording]) -> None:
    """Write the clips one after the other, enlarged, with the truth drawn on them and with their sound."""
    if not clips:
        raise UserFacingError("There are no clips to make a film of.")
    rate = Fraction(30)
    beside = path.with_name(f".{path.name}.saving")
    with av.open(str(beside), "w", format="mp4") as container:
        picture = container.add_stream("libx264", rate=rate, options={"crf": "20", "preset": "fast"})
        sound = container.add_stream("aac", rate=SAMPLE_RATE, layout="mono")
        number, heard = 0, 0
        size: tuple[int, int] | None = None
        for clip in clips:
            for image in annotated(clip):
                if size is None:
                    size = image.shape[1], image.shape[0]
                    picture.width, picture.height = size
                    picture.pix_fmt = "yuv420p"
                if (image.shape[1], image.shape[0]) != size:
                    image = _resized(image, size)
                frame = VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
                frame.pts, frame.time_base = number, 1 / rate
                container.mux(picture.encode(frame))
                number += 1
            samples = _exactly(clip, round(number / rate * SAMPLE_RATE) - heard)
            block = AudioFrame.from_ndarray(samples[None, :], format="fltp", layout="mono")
            block.sample_rate, block.pts, block.time_base = SAMPLE_RATE, heard, Fraction(1, SAMPLE_RATE)
            container.mux(sound.encode(block))
            heard += samples.size
        container.mux(picture.encode(None))
        container.mux(sound.encode(None))
    beside.replace(path)


def annotated(clip: Recording) -> Iterator[Image]:
    """The clip's pictures, enlarged, with what is true at each moment; (h, w, 3) RGB."""
    levels_db = np.array(clip.level_db or (), float)
    for number, frame in enumerate(iter_frames(clip.picture)):
        height, width = frame.image.shape[:2]
        image = _resized(frame.image, (width * _SCALE, height * _SCALE))
        for contact in clip.contacts:
            _draw_contact(image, contact, frame.time_s)
        _draw_texts(image, clip, frame)
        yield np.vstack([image, _level_strip(image.shape[1], levels_db, number, clip)])


def _resized(image: Image, size: tuple[int, int]) -> Image:
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _recording(name: str, path: Path, picture: Path, sound: Path) -> Recording:
    truth = json.loads(path.read_text(encoding="utf-8"))
    contacts = tuple(
        Contact(
            entry["time_s"],
            entry["material"],
            entry["action"],
            entry["reaction"],
            duration_s=entry["duration_s"],
            strength=entry["strength"],
            point=None if entry["point"] is None else (entry["point"][0], entry["point"][1]),
            in_picture=entry["in_picture"],
        )
        for entry in truth["contacts"]
    )
    return Recording(
        name,
        name,
        picture,
        sound,
        len(truth["level_db"]) / float(Fraction(truth["frame_rate"])),
        contacts,
        "exact",
        tuple(truth["level_db"]),
        category=truth["set"],
        near_misses_s=tuple(truth["near_misses"]),
    )


def _around(clip: Recording, contacts: Sequence[Contact]) -> list[list[Image]]:
    """For each contact the pictures at `SHEET_OFFSETS` from the one that is shown as it happens."""
    frames = list(iter_frames(clip.picture, size=_CELL))
    times_s = np.array([frame.time_s for frame in frames])
    rows = []
    for contact in contacts:
        shown = int(np.searchsorted(times_s, contact.time_s + 1e-6, side="right")) - 1
        places = np.clip(shown + np.array(SHEET_OFFSETS), 0, len(frames) - 1)
        rows.append([frames[place].image.copy() for place in places])
        middle = rows[-1][SHEET_OFFSETS.index(0)]
        cv2.rectangle(middle, (0, 0), (_CELL[0] - 1, _CELL[1] - 1), _YELLOW, 2)
    return rows


def _row_label(clip: Recording, contact: Contact) -> Image:
    label = np.zeros((_CELL[1], _LABEL_WIDTH, 3), np.uint8)
    strength = "" if contact.strength is None else f"strength {contact.strength:.2f}"
    lines = (
        clip.name[-18:],
        clip.category or "",
        f"{contact.time_s:.3f} s",
        contact.material or "?",
        contact.action or "?",
        contact.reaction or "",
        strength,
    )
    for number, line in enumerate(lines):
        cv2.putText(label, line, (5, 22 + 24 * number), _FONT, 0.42, _WHITE, 1, cv2.LINE_AA)
    return label


def _draw_contact(image: Image, contact: Contact, time_s: float) -> None:
    since_s = time_s - contact.time_s
    lasts_s = max(_FLASH_S, contact.duration_s)
    if contact.point is None or not -_RING_S < since_s < lasts_s:
        return
    place = round(contact.point[0] * image.shape[1]), round(contact.point[1] * image.shape[0])
    if since_s < -1 / 60:
        cv2.circle(image, place, 8 + round(90 * -since_s), _WHITE, 1, cv2.LINE_AA)
    else:
        cv2.circle(image, place, 9, _RED if contact.action == "scratch" else _YELLOW, 3, cv2.LINE_AA)
        words = f"{contact.material} {contact.action}"
        cv2.putText(image, words, (place[0] + 14, place[1] - 10), _FONT, 0.55, _YELLOW, 1, cv2.LINE_AA)


def _draw_texts(image: Image, clip: Recording, frame: Frame) -> None:
    said = f"{clip.name}  {clip.category or ''}  {frame.time_s:6.3f} s"
    cv2.putText(image, said, (8, 18), _FONT, 0.45, _WHITE, 1, cv2.LINE_AA)
    line = 38
    for contact in clip.contacts:
        lasts_s = max(_FLASH_S, contact.duration_s)
        if not contact.in_picture and -1 / 60 < frame.time_s - contact.time_s < lasts_s:
            words = f"outside the picture: {contact.material} {contact.action}"
            cv2.putText(image, words, (8, line), _FONT, 0.5, _RED, 1, cv2.LINE_AA)
            line += 20
    if any(abs(frame.time_s - miss_s) < _MISS_SHOWN_S / 2 for miss_s in clip.near_misses_s):
        cv2.putText(image, "near miss", (8, line), _FONT, 0.5, _GRAY, 1, cv2.LINE_AA)


def _level_strip(width: int, levels_db: NDArray[np.float64], number: int, clip: Recording) -> Image:
    """The whole clip's level, its contacts as ticks, and where the film is."""
    strip = np.zeros((_STRIP_HEIGHT, width, 3), np.uint8)
    count = max(1, levels_db.size)
    heights = (_LOUDEST_DB - np.clip(levels_db, _QUIETEST_DB, _LOUDEST_DB)) / (_LOUDEST_DB - _QUIETEST_DB)
    points = np.stack([np.arange(levels_db.size) / count * width, heights * (_STRIP_HEIGHT - 1)], axis=1)
    for contact in clip.contacts:
        x = round(contact.time_s / max(clip.duration_s, 1e-6) * width)
        cv2.line(strip, (x, 0), (x, 8), _YELLOW if contact.action == "hit" else _RED, 1)
    if levels_db.size > 1:
        cv2.polylines(strip, [np.rint(points).astype(np.int32)], False, (90, 200, 120), 1, cv2.LINE_AA)
    x = round(number / count * width)
    cv2.line(strip, (x, 0), (x, _STRIP_HEIGHT - 1), _WHITE, 1)
    return strip


def _exactly(clip: Recording, count: int) -> NDArray[np.float32]:
    """The clip's sound, cut or filled up with silence to a number of samples."""
    samples = np.zeros(max(0, count), np.float32)
    if clip.sound is not None:
        heard = read_audio(clip.sound, sample_rate=SAMPLE_RATE, channels=1)[:count, 0]
        samples[: heard.size] = heard
    return samples
