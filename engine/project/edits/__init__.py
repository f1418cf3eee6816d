"""Pure edits: each takes a `Project` and gives a new one that shares whatever did not change.

What all of them keep to
------------------------
- An edit that changes nothing returns the very same object.
- Hits stay ordered by position, then id. Positions stay on the timeline.
- Numbers out of range are brought into it; NaN, infinity and values of the wrong kind are refused, as
  are ids the project doesn't have, with an `EditError` that leaves everything as it was.
- A detected hit that a person changed is marked `edited`, so that a new analysis keeps it.
- Locked hits are left out, without an error, so that a mixed selection can be edited. Only locking,
  muting and the removal of their track reach them.
"""

from engine.errors import EditError
from engine.project.edits.analysis import SAME_MOMENT_S, MergeReport, merge_analysis
from engine.project.edits.clips import (
    add_layer,
    choose_take,
    nudge_gain,
    remove_clip,
    set_fades,
    set_gain,
    set_offset,
    set_pan,
    set_pitch,
)
from engine.project.edits.filling import Candidate, fill_all, sound_key
from engine.project.edits.generated import (
    add_generated_track,
    move_generated_track,
    remove_generated_track,
    rename_generated_track,
    replace_generated_take,
    set_generated_gain,
    set_generated_mute,
    set_generated_pan,
    set_generated_solo,
)
from engine.project.edits.hearing import choose_generated, hear_both, hear_hits, hear_takes
from engine.project.edits.hits import (
    add_hit,
    assign_track,
    move_hits,
    remove_hits,
    set_action,
    set_contact,
    set_length,
    set_locked,
    set_material,
    set_materials,
    set_mute,
    set_position,
)
from engine.project.edits.settings import (
    DEFAULT_START_TIMECODE,
    new_project,
    relink_video,
    set_automation,
    set_blend,
    set_channels,
    set_drop_frame,
    set_keep_original_audio,
    set_start_timecode,
    set_threshold,
)
from engine.project.edits.tracks import (
    add_track,
    remove_track,
    rename_track,
    set_track_gain,
    set_track_mute,
    set_track_pan,
    set_track_solo,
)

__all__ = [
    "DEFAULT_START_TIMECODE",
    "SAME_MOMENT_S",
    "Candidate",
    "EditError",
    "MergeReport",
    "add_generated_track",
    "add_hit",
    "add_layer",
    "add_track",
    "assign_track",
    "choose_generated",
    "choose_take",
    "fill_all",
    "hear_both",
    "hear_hits",
    "hear_takes",
    "merge_analysis",
    "move_generated_track",
    "move_hits",
    "new_project",
    "nudge_gain",
    "relink_video",
    "remove_clip",
    "remove_generated_track",
    "remove_hits",
    "remove_track",
    "rename_generated_track",
    "rename_track",
    "replace_generated_take",
    "set_action",
    "set_automation",
    "set_blend",
    "set_channels",
    "set_contact",
    "set_drop_frame",
    "set_fades",
    "set_gain",
    "set_generated_gain",
    "set_generated_mute",
    "set_generated_pan",
    "set_generated_solo",
    "set_keep_original_audio",
    "set_length",
    "set_locked",
    "set_material",
    "set_materials",
    "set_mute",
    "set_offset",
    "set_pan",
    "set_pitch",
    "set_position",
    "set_start_timecode",
    "set_threshold",
    "set_track_gain",
    "set_track_mute",
    "set_track_pan",
    "set_track_solo",
    "sound_key",
]
