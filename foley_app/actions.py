"""Every command of the window in one table: its menu, its text, its keys, when it can be used."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from foley_app.theme.icons import icon

Need = Literal[
    "nothing",
    "project",
    "hits",
    "selection",
    "own sound",
    "note",
    "note action",
    "listening",
    "takes",
    "take range",
    "generating",
]
"""What a command needs: nothing, an open project, hits in it, selected hits, a video with sound, a note that
is shown, one that offers to do something, a library that is being listened to, generated takes, those and a
marked range, or a soundtrack that is being generated."""

MENUS: dict[str, str] = {
    "File": "&File",
    "Edit": "&Edit",
    "Hits": "&Hits",
    "Analyse": "A&nalyse",
    "Sounds": "&Sounds",
    "Generate": "&Generate",
    "Play": "&Play",
    "Tools": "&Tools",
    "View": "&View",
    "Help": "He&lp",
}
"""The menus in order, each with the letter that opens it; no letter is a command's Alt key."""

SEPARATOR = "-"
CANDIDATE_KEYS = range(1, 10)


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes
    ----------
    name
        How the code calls it.
    keys
        Shortcuts as Qt writes them; the first is shown in the menu.
    repeats
        Whether holding the key repeats it.
    """

    name: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    need: Need = "nothing"
    is_checkable: bool = False
    repeats: bool = False
    icon: str = ""
    in_menu: bool = True


def _separator(menu: str) -> Command:
    return Command(SEPARATOR, menu, "")


COMMANDS: tuple[Command, ...] = (
    Command("open_video", "File", "Open video…", ("Ctrl+O",)),
    Command("open_project", "File", "Open project…", ("Ctrl+Shift+O",)),
    Command("open_demo", "File", "Open the demo"),
    _separator("File"),
    Command("save", "File", "Save", ("Ctrl+S",), "project"),
    Command("save_as", "File", "Save as…", ("Ctrl+Shift+S",), "project"),
    Command("relink", "File", "Relink the video…", (), "project"),
    Command("project_settings", "File", "Project settings…", (), "project"),
    _separator("File"),
    Command("export", "File", "Export…", ("Ctrl+E",), "project"),
    _separator("File"),
    Command("close", "File", "Close the project", ("Ctrl+W",), "project"),
    Command("quit", "File", "Quit", ("Ctrl+Q",)),
    Command("select_all", "Edit", "Select all hits", ("Ctrl+A",), "hits"),
    Command("select_none", "Edit", "Select nothing", ("Ctrl+Shift+A",), "selection"),
    Command("delete", "Edit", "Delete the selected hits", ("Del", "Backspace"), "selection"),
    Command("add_hit", "Hits", "Add a hit at the playhead", ("A",), "project"),
    Command("add_hit_exact", "Hits", "Add a hit exactly at the playhead", ("Alt+A",), "project"),
    _separator("Hits"),
    Command("next_uncertain", "Hits", "Next uncertain hit", ("N",), "hits", repeats=True),
    Command("previous_uncertain", "Hits", "Previous uncertain hit", ("Shift+N",), "hits", repeats=True),
    Command("next_guess", "Hits", "Next hit of unsure material", ("U",), "hits", repeats=True),
    Command("previous_guess", "Hits", "Previous hit of unsure material", ("Shift+U",), "hits", repeats=True),
    Command("next_hit", "Hits", "Next hit", ("]",), "hits", repeats=True),
    Command("previous_hit", "Hits", "Previous hit", ("[",), "hits", repeats=True),
    _separator("Hits"),
    Command("set_material", "Hits", "Set the material…", ("M",), "selection"),
    Command("toggle_action", "Hits", "Hit or scratch", ("H",), "selection"),
    Command("nudge_earlier", "Hits", "One frame earlier", ("Alt+,",), "selection", repeats=True),
    Command("nudge_later", "Hits", "One frame later", ("Alt+.",), "selection", repeats=True),
    Command("analyse", "Analyse", "Analyse the picture again", ("Ctrl+R",), "project"),
    Command("time_by_sound", "Analyse", "Use the video's sound for timing", (), "own sound"),
    _separator("Analyse"),
    Command("more_hits", "Analyse", "Lower the threshold", ("Alt+-",), "project", repeats=True),
    Command("fewer_hits", "Analyse", "Raise the threshold", ("Alt+=", "Alt++"), "project", repeats=True),
    Command("own_threshold", "Analyse", "The detector's own threshold", ("Alt+0",), "project"),
    _separator("Analyse"),
    Command("learn_corrections", "Analyse", "Learn from my corrections…"),
    Command("learn_footage", "Analyse", "Learn from footage with sound…"),
    Command("detectors", "Analyse", "Detectors…", ("Ctrl+D",)),
    _separator("Analyse"),
    Command("note_action", "Analyse", "Do what the note offers", ("Ctrl+Return",), "note action"),
    Command("close_note", "Analyse", "Close the note", ("Esc",), "note"),
    Command("fill_all", "Sounds", "Fill all hits", ("F",), "hits"),
    Command("fill_selected", "Sounds", "Re-roll the selected hits", ("Shift+F",), "selection", icon="dice"),
    _separator("Sounds"),
    Command("take", "Sounds", "Take the highlighted sound", ("Return", "Enter"), "selection"),
    Command("audition", "Sounds", "Audition the hit as it is", ("0",), "selection"),
    Command("next_sound", "Sounds", "Next sound", ("Down",), "selection", repeats=True),
    Command("previous_sound", "Sounds", "Previous sound", ("Up",), "selection", repeats=True),
    *(
        Command(f"audition_{n}", "Sounds", f"Audition sound {n}", (str(n),), "selection", in_menu=False)
        for n in CANDIDATE_KEYS
    ),
    _separator("Sounds"),
    Command("louder", "Sounds", "Louder by 1 dB", ("+", "="), "selection", repeats=True),
    Command("softer", "Sounds", "Softer by 1 dB", ("-",), "selection", repeats=True),
    Command("mute", "Sounds", "Mute", ("Shift+M",), "selection", is_checkable=True, icon="mute"),
    Command("lock", "Sounds", "Lock", ("Shift+L",), "selection", is_checkable=True, icon="lock"),
    _separator("Sounds"),
    Command("add_level_point", "Sounds", "Add a level point at the playhead", ("Y",), "project"),
    Command("next_level_point", "Sounds", "Next level point", ("Alt+]",), "project", repeats=True),
    Command("previous_level_point", "Sounds", "Previous level point", ("Alt+[",), "project", repeats=True),
    _separator("Sounds"),
    Command("library", "Sounds", "Sound library…", ("Ctrl+L",)),
    Command("pause_listening", "Sounds", "Pause listening to the library, or go on", (), "listening"),
    Command("generate", "Generate", "Generate a soundtrack…", ("G",), "project"),
    Command("stop_generating", "Generate", "Stop generating", ("Esc",), "generating"),
    _separator("Generate"),
    Command("compare", "Generate", "Hear the take or the hits (A/B)", ("T",), "takes"),
    Command("hear_both", "Generate", "Hear hits and takes together", ("Ctrl+T",), "takes"),
    Command("next_take", "Generate", "Hear the next take", ("Shift+T",), "takes"),
    _separator("Generate"),
    Command("match_loudness", "Generate", "Make the take as loud as the hits", ("Ctrl+Shift+T",), "takes"),
    Command("remake_range", "Generate", "Remake the marked range of the take", ("Shift+G",), "take range"),
    Command("make_again", "Generate", "Make the take again by its recipe", (), "takes"),
    Command("more_like_it", "Generate", "Generate more like the take…", (), "takes"),
    _separator("Generate"),
    Command("rename_take", "Generate", "Rename the take…", (), "takes"),
    Command("remove_take", "Generate", "Remove the take", (), "takes"),
    Command("play", "Play", "Play or stop", ("Space",), "project", icon="play"),
    Command("reverse", "Play", "Play backwards, again for faster", ("J",), "project", icon="reverse"),
    Command("stop", "Play", "Stop", ("K",), "project", icon="pause", in_menu=True),
    Command("forward", "Play", "Play, again for faster", ("L",), "project", icon="forward"),
    _separator("Play"),
    Command("step_back", "Play", "One frame back", (",",), "project", repeats=True, icon="step_back"),
    Command("step_forward", "Play", "One frame on", (".",), "project", repeats=True, icon="step_forward"),
    Command("go_to_start", "Play", "To the start", ("Home",), "project"),
    Command("go_to_end", "Play", "To the end", ("End",), "project"),
    Command("go_to_timecode", "Play", "To a timecode…", ("Ctrl+G",), "project"),
    _separator("Play"),
    Command("mark_in", "Play", "Range begins here", ("I",), "project"),
    Command("mark_out", "Play", "Range ends here", ("O",), "project"),
    Command("clear_range", "Play", "Forget the range", ("Shift+X",), "project"),
    Command("loop", "Play", "Loop", ("Ctrl+Shift+L",), "project", is_checkable=True, icon="loop"),
    Command("preferences", "Tools", "Preferences…", ("Ctrl+,",)),
    Command("find_command", "Tools", "Find a command…", ("Ctrl+K",)),
    Command("zoom_in", "View", "Zoom in", ("Ctrl++", "Ctrl+="), "project", repeats=True),
    Command("zoom_out", "View", "Zoom out", ("Ctrl+-",), "project", repeats=True),
    Command("zoom_fit", "View", "Whole video", ("Ctrl+0",), "project"),
    Command("zoom_selection", "View", "Zoom to the selected hits", ("Z",), "selection"),
    _separator("View"),
    Command("snap", "View", "Snap to frames while dragging", ("S",), "project", is_checkable=True),
    Command("show_candidates", "View", "Show hits below the threshold", ("B",), "project", is_checkable=True),
    _separator("View"),
    Command("light_theme", "View", "Light theme", (), is_checkable=True),
    Command("full_screen", "View", "Full screen", ("F11",), is_checkable=True),
    Command("shortcuts", "Help", "Keyboard shortcuts", ("F1", "?")),
    Command("about", "Help", "About"),
)

CONTEXT_MENU: dict[str, tuple[str, ...]] = {
    "hit": (
        "audition", "set_material", "toggle_action", SEPARATOR, "fill_selected", "louder", "softer", "mute",
        "lock", SEPARATOR, "zoom_selection", "delete",
    ),
    "empty": ("add_hit", "fill_all", SEPARATOR, "select_all", "zoom_fit"),
}  # fmt: skip
"""What a right click on the timeline offers, on a hit and elsewhere."""


def named_commands() -> tuple[Command, ...]:
    """The table without its separators."""
    return tuple(command for command in COMMANDS if command.name != SEPARATOR)


def build_actions(parent: QObject) -> dict[str, QAction]:
    """One `QAction` per command, by name, not connected yet.

    A letter's shortcut fires only where no text field has the focus: text fields claim plain keys
    before shortcuts see them.
    """
    actions: dict[str, QAction] = {}
    for command in named_commands():
        action = QAction(command.text, parent)
        action.setObjectName(command.name)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setCheckable(command.is_checkable)
        action.setAutoRepeat(command.repeats)
        action.setProperty("need", command.need)
        if command.icon:
            action.setIcon(icon(command.icon))
            action.setIconVisibleInMenu(False)
        keys = QKeySequence(command.keys[0]).toString(_NATIVE) if command.keys else ""
        action.setToolTip(f"{command.text.rstrip('…')} ({keys})" if keys else command.text.rstrip("…"))
        actions[command.name] = action
    return actions


def fill_menu_bar(menu_bar: QMenuBar, actions: dict[str, QAction]) -> dict[str, QMenu]:
    """Build the menus from the table; gives them by title."""
    menus = {title: menu_bar.addMenu(text) for title, text in MENUS.items()}
    for command in COMMANDS:
        if command.name == SEPARATOR:
            menus[command.menu].addSeparator()
        elif command.in_menu:
            menus[command.menu].addAction(actions[command.name])
    return menus


def enable_actions(actions: dict[str, QAction], there: Container[str]) -> None:
    """Grey out what has nothing to work on; `there` holds the needs that are met."""
    for action in actions.values():
        action.setEnabled(action.property("need") in there)


_NATIVE = QKeySequence.SequenceFormat.NativeText
