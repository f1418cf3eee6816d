"""Couches, armchairs, office chairs and stools; z = 0 is the seat."""

from __future__ import annotations

import math

from training.stage.sets.draft import Draft
from training.stage.sets.lighting import light_room
from training.stage.sets.props import set_out
from training.stage.sets.room import back_wall, floor, on_wall
from training.stage.sets.setting import setting
from training.stage.world import turned

_COVERS = ("corduroy", "weave", "leather", "plaid", "knit", "twill", "printed-cloth")
_CLUTTER = ("cloth", "paper", "plastic", "plastic-bag")


@setting("couch", "cloth carpet wood", weight=1.4)
def couch(draft: Draft) -> None:
    """Seat, back and arm of a couch or armchair, near enough to see the weave."""
    target = draft.claim("cloth") is not None
    cover = draft.wardrobe.look(*_COVERS)
    wide = draft.between(0.28, 0.36) if draft.chance(0.4) else draft.between(0.6, 0.9)
    soft = draft.between(0.03, 0.07)
    seats = 1 if wide < 0.4 else 2
    for k in range(seats):
        x = (2 * k + 1 - seats) * wide / seats
        draft.add(
            "rounded",
            (x, 0, -0.08),
            (wide / seats - 0.004, 0.29, 0.08),
            cover,
            "cloth",
            round_m=soft,
            target=target,
            name="seat",
        )
        draft.add(
            "rounded",
            (x, 0.33, 0.2),
            (wide / seats - 0.004, 0.08, 0.26),
            cover,
            "cloth",
            turn=turned(0, 0, -draft.between(0.1, 0.25)),
            round_m=soft,
            target=target,
            name="back",
        )
    for side in (-1, 1):
        draft.add(
            "rounded",
            (side * (wide + 0.07), 0.05, -0.03),
            (0.07, 0.36, 0.19),
            cover,
            "cloth",
            round_m=0.055,
            target=target,
            name="arm",
        )
    foot = draft.wardrobe.look("grain", "twill")
    draft.add("box", (0, 0.03, -0.24), (wide + 0.1, 0.28, 0.1), foot, "cloth", name="base")
    focus = (draft.between(-0.3, 0.3) * wide, draft.between(-0.1, 0.15), 0.0)
    draft.look_from(focus, (0.45, 1.1), (22, 62), (-50, 50), 0.15)
    floor(draft, -0.4, hidden=False)
    back_wall(draft, draft.between(0.5, 1.2), -0.4, hidden=False)
    if draft.chance(0.5):
        on_wall(draft, 0.5, 0.3, 0.8)
    light_room(draft)
    room = (-wide, -0.27, wide, 0.24)
    if draft.chance(0.6):
        draft.pending.append("cloth")
    set_out(draft, 0.0, _CLUTTER, (0, 2), room, y=(0.25, 0.85))


@setting("office-chair", "plastic cloth metal carpet tile drywall", weight=1.0)
def office_chair(draft: Draft) -> None:
    """A chair on castors before a desk."""
    cloth = draft.claim("cloth")
    plastic = None if cloth else draft.claim("plastic")
    material = cloth or plastic or draft.one_of("cloth", "plastic")
    seat = draft.wardrobe.look(*(("weave", "leather", "twill") if material == "cloth" else ("moulded",)))
    frame = draft.wardrobe.look("moulded", "powder-coat", "polished", tint=draft.between(0.3, 1.0))
    is_target = bool(cloth or plastic)
    framed = draft.claim("metal")
    turn = draft.between(-0.9, 0.9)
    c, s = math.cos(turn), math.sin(turn)

    def at(x: float, y: float, z: float) -> tuple[float, float, float]:
        return c * x - s * y, s * x + c * y, z

    draft.add(
        "rounded",
        at(0, 0, -0.03),
        (0.23, 0.22, 0.035),
        seat,
        material,
        turn=turned(turn),
        round_m=0.033,
        target=is_target,
        name="seat",
    )
    draft.add(
        "rounded",
        at(0, 0.24, 0.28),
        (0.2, 0.028, 0.2),
        seat,
        material,
        turn=turned(turn, 0, -0.12),
        round_m=0.026,
        target=is_target,
        name="back",
    )
    draft.add(
        "box", at(0, 0.26, 0.06), (0.03, 0.01, 0.14), frame, framed or "metal", turn=turned(turn), name="bar"
    )
    for side in (-1, 1):
        draft.add(
            "rounded",
            at(side * 0.25, 0.02, 0.19),
            (0.03, 0.13, 0.014),
            frame,
            framed or "plastic",
            turn=turned(turn),
            round_m=0.012,
            target=framed is not None,
            name="arm rest",
        )
        draft.add(
            "box",
            at(side * 0.25, 0.02, 0.07),
            (0.012, 0.02, 0.12),
            frame,
            framed or "metal",
            turn=turned(turn),
        )
    draft.add("cylinder", (0, 0, -0.22), (0.03, 0.03, 0.17), frame, "metal", name="column")
    for k in range(5):
        angle = turn + k * 2 * math.pi / 5
        centre = (math.cos(angle) * 0.14, math.sin(angle) * 0.14, -0.39)
        draft.add(
            "rounded", centre, (0.15, 0.022, 0.016), frame, "plastic", turn=turned(angle), round_m=0.014
        )
    draft.look_from(
        at(0, draft.between(0, 0.2), draft.between(-0.05, 0.15)), (0.6, 1.0), (15, 55), (-60, 60), 0.12
    )
    floor(draft, -0.44, hidden=False)
    back_wall(draft, draft.between(0.6, 1.3), -0.44, hidden=False)
    light_room(draft)
    set_out(draft, -0.44, _CLUTTER, (0, 2), None, (0.05, 0.95), (0.3, 0.95))


@setting("stool", "wood metal plastic carpet tile", weight=1.0)
def stool(draft: Draft) -> None:
    """A wooden, metal or plastic chair or stool seen from above, with the floor around it."""
    choices = {
        "wood": ("grain", "painted-wood"),
        "metal": ("brushed", "powder-coat"),
        "plastic": ("moulded",),
    }
    material, look, target = draft.surface(choices)
    leg = look if draft.chance(0.6) else draft.wardrobe.look("polished", "powder-coat")
    turn = draft.between(-0.8, 0.8)
    frame = turned(turn)
    wide, high = draft.between(0.17, 0.22), draft.between(0.4, 0.6)
    if draft.chance(0.35):
        draft.add("cylinder", (0, 0, -0.015), (wide, wide, 0.015), look, material, target=target, name="seat")
    else:
        draft.add(
            "rounded",
            (0, 0, -0.016),
            (wide, wide, 0.017),
            look,
            material,
            turn=frame,
            round_m=0.012,
            target=target,
            name="seat",
        )
    c, s = math.cos(turn), math.sin(turn)
    reach = wide * 0.8
    for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        x, y = (c * a - s * b) * reach, (s * a + c * b) * reach
        splay = turned(turn, -a * 0.07, b * 0.07)
        draft.add(
            "cylinder",
            (x, y, -high / 2),
            (0.016, 0.016, high / 2),
            leg,
            material,
            turn=splay,
            target=target,
            name="leg",
        )
    for b in (-1, 1):
        centre = (-s * b * reach, c * b * reach, -high * 0.6)
        draft.add("box", centre, (reach, 0.01, 0.014), leg, material, turn=frame, target=target, name="rung")
    if draft.chance(0.5):
        for z in (0.2, 0.32):
            centre = (-s * wide, c * wide, z)
            draft.add(
                "rounded",
                centre,
                (wide, 0.012, 0.03),
                look,
                material,
                turn=frame,
                round_m=0.01,
                target=target,
            )
        for a in (-1, 1):
            centre = (c * a * wide * 0.9 - s * wide, s * a * wide * 0.9 + c * wide, 0.17)
            draft.add("cylinder", centre, (0.013, 0.013, 0.19), leg, material, target=target, name="post")
    draft.look_from((0, 0, -0.05), (0.55, 0.95), (22, 60), (-60, 60), 0.12)
    floor(draft, -high, hidden=False)
    back_wall(draft, draft.between(0.5, 1.4), -high, hidden=False)
    if draft.chance(0.6):
        board = draft.wardrobe.look("grain", "moulded")
        draft.add("box", (draft.between(-0.7, 0.7), 0.75, 0.2), (0.6, 0.3, 0.02), board, "wood", name="table")
    light_room(draft)
    set_out(draft, -high, _CLUTTER, (0, 2), None, (0.05, 0.95), (0.3, 0.95))
