"""Books, papers, cartons and the machines of desks; each stands on z = 0 around the origin."""

from __future__ import annotations

import math

from training.stage.sets.draft import Draft, placed
from training.stage.world import Shape, turned

Parts = list[Shape]


def book(draft: Draft, target: bool) -> Parts:
    """A closed book: its pages between two covers."""
    wide, deep, thick = draft.between(0.075, 0.12), draft.between(0.1, 0.15), draft.between(0.008, 0.028)
    cover = draft.wardrobe.look("cover", "leather", "plain-cloth", scale=1.0, relief=0.05)
    pages = draft.wardrobe.look("page-edges")
    board = 0.0018
    return [
        Shape(
            "box",
            (0, 0, thick),
            (wide - 0.003, deep - 0.004, thick - board),
            pages,
            "paper",
            target=target,
            name="pages",
        ),
        Shape("box", (0, 0, board), (wide, deep, board), cover, "paper", target=target, name="cover"),
        Shape(
            "box", (0, 0, 2 * thick - board), (wide, deep, board), cover, "paper", target=target, name="cover"
        ),
    ]


def stack(draft: Draft, target: bool) -> Parts:
    """Books on each other, no two alike."""
    parts: Parts = []
    height = 0.0
    wide, deep = draft.between(0.08, 0.12), draft.between(0.11, 0.15)
    for _ in range(int(draft.rng.integers(2, 5))):
        thick = draft.between(0.008, 0.022)
        look = draft.wardrobe.look("cover", "cover", "carton-print", "leather")
        size = draft.between(0.8, 1.05)
        parts.append(
            Shape(
                "box",
                (draft.between(-0.01, 0.01), draft.between(-0.01, 0.01), height + thick),
                (wide * size, deep * size, thick),
                look,
                "paper",
                turned(draft.between(-0.2, 0.2)),
                target=target,
                name="book",
            )
        )
        height += 2 * thick
    return parts


def sheets(draft: Draft, target: bool) -> Parts:
    """A pile of printed pages or a newspaper."""
    thick = draft.between(0.002, 0.02)
    top = draft.wardrobe.look("print", "print", "newspaper")
    parts = [
        Shape("box", (0, 0, thick), (0.11, 0.15, thick), top, "paper", target=target, name="pages"),
    ]
    if draft.chance(0.7):
        turn = turned(draft.between(-0.5, 0.5))
        at = (draft.between(-0.05, 0.05), draft.between(-0.05, 0.05), 2 * thick + 0.0008)
        look = draft.wardrobe.look("print", "cover")
        parts.append(Shape("box", at, (0.1, 0.14, 0.0008), look, "paper", turn, target=target, name="page"))
    return parts


def carton(draft: Draft, target: bool) -> Parts:
    """A closed cardboard box with tape."""
    wide, deep, high = draft.between(0.08, 0.17), draft.between(0.07, 0.13), draft.between(0.03, 0.12)
    look = draft.wardrobe.look("cardboard", "cardboard", "carton-print", scale=0.7)
    parts = [
        Shape(
            "box", (0, 0, high), (wide, deep, high), look, "paper", movable=True, target=target, name="carton"
        )
    ]
    if draft.chance(0.5):
        tape = draft.wardrobe.look("moulded", tint=(0.8, 0.65, 0.45), gloss=0.4)
        parts.append(
            Shape("box", (0, 0, high), (wide * 1.003, 0.022, high * 1.003), tape, "plastic", name="tape")
        )
        parts[0] = Shape("box", (0, 0, high), (wide, deep, high), look, "paper", target=target, name="carton")
    return parts


def crumpled_paper(draft: Draft, target: bool) -> Parts:
    """A paper bag or a ball of wrapping paper."""
    look = draft.wardrobe.look("crumpled")
    wide, high = draft.between(0.07, 0.12), draft.between(0.03, 0.08)
    return [
        Shape(
            "rounded",
            (0, 0, high),
            (wide, wide * draft.between(0.6, 1.0), high),
            look,
            "paper",
            round_m=high * 0.7,
            movable=True,
            target=target,
            name="paper bag",
        )
    ]


def keyboard(draft: Draft, target: bool) -> Parts:
    """A keyboard with its rim."""
    keys = draft.wardrobe.look("keyboard", scale=1.0)
    body = draft.wardrobe.look("moulded", tint=0.6)
    tilt = turned(0, 0, 0.06)
    return [
        Shape(
            "box", (0, 0, 0.008), (0.22, 0.075, 0.008), body, "plastic", tilt, target=target, name="keyboard"
        ),
        Shape("box", (0, 0, 0.017), (0.21, 0.066, 0.003), keys, "plastic", tilt, target=target, name="keys"),
    ]


def telephone(draft: Draft, target: bool) -> Parts:
    """A desk telephone: sloping face, receiver on its left."""
    body = draft.wardrobe.look("moulded")
    face = draft.wardrobe.look("device", scale=0.9)
    dark = draft.wardrobe.look("moulded", tint=0.35)
    tilt = turned(0, 0, 0.3)
    return [
        Shape(
            "rounded",
            (0, 0, 0.035),
            (0.1, 0.1, 0.024),
            body,
            "plastic",
            tilt,
            0.012,
            target=target,
            name="telephone",
        ),
        Shape(
            "box",
            (0.03, -0.004, 0.06),
            (0.066, 0.085, 0.002),
            face,
            "plastic",
            tilt,
            target=target,
            name="face",
        ),
        Shape(
            "rounded",
            (-0.07, 0, 0.075),
            (0.021, 0.1, 0.016),
            dark,
            "plastic",
            tilt,
            0.014,
            target=target,
            name="receiver",
        ),
    ]


def laptop(draft: Draft, target: bool) -> Parts:
    """An open laptop."""
    body = draft.wardrobe.look("moulded", "brushed", mirror=0.05)
    keys = draft.wardrobe.look("keyboard")
    screen = draft.wardrobe.look("screen")
    lean = turned(0, 0, draft.between(1.2, 1.45))
    return [
        Shape("box", (0, 0, 0.009), (0.17, 0.115, 0.009), body, "plastic", target=target, name="laptop"),
        Shape("box", (0, 0.025, 0.0185), (0.15, 0.055, 0.001), keys, "plastic", target=target, name="keys"),
        Shape("box", (0, 0.15, 0.11), (0.17, 0.11, 0.005), body, "plastic", lean, target=target, name="lid"),
        Shape("box", (0, 0.143, 0.111), (0.16, 0.1, 0.002), screen, "glass", lean, name="screen"),
    ]


def printer(draft: Draft, target: bool) -> Parts:
    """A printer, router or box of electronics with a panel and slots."""
    wide, deep, high = draft.between(0.12, 0.2), draft.between(0.1, 0.16), draft.between(0.03, 0.1)
    body = draft.wardrobe.look("moulded")
    face = draft.wardrobe.look("device", "ribbed")
    return [
        Shape(
            "rounded",
            (0, 0, high),
            (wide, deep, high),
            body,
            "plastic",
            round_m=0.012,
            target=target,
            name="printer",
        ),
        Shape(
            "box",
            (0, -deep, high),
            (wide * 0.8, 0.003, high * 0.6),
            face,
            "plastic",
            target=target,
            name="panel",
        ),
        Shape(
            "box",
            (wide * 0.3, 0, 2 * high),
            (wide * 0.5, deep * 0.6, 0.003),
            face,
            "plastic",
            target=target,
            name="lid",
        ),
    ]


def storage_box(draft: Draft, target: bool) -> Parts:
    """A plastic tub or crate with a lid."""
    wide, deep, high = draft.between(0.09, 0.18), draft.between(0.07, 0.13), draft.between(0.03, 0.09)
    body = draft.wardrobe.look("ribbed", "moulded")
    lid = draft.wardrobe.look("moulded")
    return [
        Shape(
            "rounded",
            (0, 0, high),
            (wide, deep, high),
            body,
            "plastic",
            round_m=0.01,
            target=target,
            name="tub",
        ),
        Shape(
            "rounded",
            (0, 0, 2 * high),
            (wide * 1.05, deep * 1.05, 0.009),
            lid,
            "plastic",
            round_m=0.008,
            target=target,
            name="lid",
        ),
    ]


def bucket(draft: Draft, target: bool) -> Parts:
    """A waste basket or bucket."""
    radius, high = draft.between(0.09, 0.14), draft.between(0.1, 0.3)
    look = draft.wardrobe.look("moulded", "ribbed")
    return [
        Shape(
            "cup",
            (0, 0, high / 2),
            (radius, radius, high / 2),
            look,
            "plastic",
            round_m=0.005,
            target=target,
            movable=True,
            name="bucket",
        )
    ]


def monitor(draft: Draft) -> Parts:
    """A screen on its foot, for the background."""
    body = draft.wardrobe.look("moulded", tint=0.4)
    screen = draft.wardrobe.look("screen", "dark-pane")
    wide = draft.between(0.22, 0.3)
    return [
        Shape("box", (0, 0, 0.26), (wide, 0.02, 0.17), body, "plastic", name="monitor"),
        Shape("box", (0, -0.021, 0.26), (wide - 0.015, 0.002, 0.155), screen, "glass", name="screen"),
        Shape("box", (0, 0.02, 0.06), (0.03, 0.015, 0.06), body, "plastic"),
        Shape("cylinder", (0, 0, 0.006), (0.11, 0.11, 0.006), body, "plastic"),
    ]


def cable(draft: Draft) -> Parts:
    """Pieces of cable lying in a bow."""
    look = draft.wardrobe.look("moulded", tint=0.2)
    parts: Parts = []
    for k in range(3):
        turn = turned(0.5 * k, math.pi / 2)
        parts += placed(
            [Shape("cylinder", (0, 0, 0), (0.004, 0.004, 0.06), look, "plastic")],
            (0.1 * k, 0.03 * k * k, 0.004),
            turn,
        )
    return parts
