"""What people wear and in which colours: outfits as numbers for body.py, and a palette per person for the shading."""

import numpy as np

from .clay import SURFACES, index_of
from .dice import Dice

CLOTHING = ("top and trousers", "top and shorts", "top and skirt", "dress", "outerwear", "coat")
GARMENTS = ("background", "skin", "hair", "top", "outerwear", "trousers", "skirt", "dress", "shoes", "hat")
PATTERNS = ("plain", "stripes across", "stripes along", "checks", "dots", "knit")
# Which garment class each surface counts as; what the face shows is skin, furniture is background.
GARMENT_OF_SURFACE = np.array(
    [GARMENTS.index({"furniture": "background", "brow": "hair", "shade": "skin"}.get(s, s if s in GARMENTS else "skin"))
     for s in SURFACES], np.uint8
)  # fmt: skip

SKIN_TONES = np.array([
    (238, 208, 188), (232, 196, 170), (222, 182, 150), (208, 164, 128), (190, 144, 106),
    (168, 121, 86), (142, 98, 67), (114, 76, 52), (90, 59, 42), (68, 46, 35),
], float)  # fmt: skip
_HAIR_COLOURS = np.array([
    (28, 22, 20), (48, 34, 26), (78, 52, 34), (110, 76, 46), (158, 116, 66), (206, 172, 110), (140, 62, 34),
    (150, 148, 146), (214, 212, 208), (60, 44, 90),
], float)  # fmt: skip
_HAIR_SHARES = (24, 22, 17, 11, 7, 6, 4, 5, 3, 1)


def sample_outfits(dice: Dice, girth: np.ndarray) -> dict[str, np.ndarray]:
    """Which surface covers each stretch of the body and where it ends, (M,) each.

    Sleeves and trouser legs end at `sleeve` and `leg`: 0 is the shoulder or hip, 1 the elbow or knee, 2 the wrist or
    ankle. `hem` is the share of the way from the waist to the hip at which the upper garment ends.
    """
    kind = dice.choice((0.38, 0.15, 0.12, 0.13, 0.14, 0.08))
    dress, skirted = kind == 3, np.isin(kind, (2, 3, 5))
    outer = kind >= 4
    sleeve = np.choose(
        dice.choice((0.08, 0.42, 0.12, 0.38)), [0.0, dice.uniform(0.3, 0.75), dice.uniform(0.9, 1.5), 1.95]
    )
    upper = np.where(dress, index_of("dress"), np.where(outer, index_of("outerwear"), index_of("top")))
    legs_end = np.where(kind == 1, dice.uniform(0.35, 0.95), np.where(dice.chance(0.15), dice.uniform(1.3, 1.7), 1.97))
    bare_legs = np.isin(kind, (2, 3)) & dice.chance(0.75)
    loose = dice.uniform(0.0, 1.0) ** 1.5
    hem = np.where(dice.chance(0.35), dice.uniform(0.15, 0.4), dice.uniform(0.6, 1.3))
    boots = dice.chance(0.14)
    return {
        "kind": kind,
        "torso": upper,
        "sleeves": upper,
        "sleeve": np.where(outer, 1.97, sleeve),
        "pelvis": np.where(dress, index_of("dress"), np.where(kind == 2, index_of("skirt"), index_of("trousers"))),
        "hem": hem,
        "thickness": 0.003 + 0.012 * loose * girth + 0.009 * outer,
        "collar": np.where(dice.chance(0.3) & ~dress, upper, index_of("skin")),
        "open": outer & dice.chance(0.6),
        "legs": np.full(len(dice), index_of("trousers")),
        "leg": np.where(bare_legs, -1.0, legs_end),
        "leg_thickness": 0.003 + 0.014 * dice.uniform() ** 2,
        "flare": dice.uniform(-0.5, 1.2),
        "boot": np.where(boots, dice.uniform(1.25, 1.7), 3.0),
        "shod": boots | dice.chance(0.9),
        "skirted": skirted,
        "skirt": np.choose(np.clip(kind - 2, 0, 3), [index_of("skirt"), index_of("dress"), 0, index_of("outerwear")]),
        "skirt_hem": np.where(kind == 5, dice.uniform(0.7, 1.2), dice.uniform(0.45, 1.75)),
        "skirt_flare": dice.uniform(0.0, 0.05),
    }


def sample_palette(dice: Dice) -> dict[str, np.ndarray]:
    """What the surfaces of M people look like.

    `colours` (M, surfaces, 2, 3) float32 0–255, first and second of the pattern; `pattern` (M, surfaces) indexes
    PATTERNS; `pitch` (M, surfaces) metres from one repeat to the next; `skin_tone` (M,) 1 (light) … 10 (dark).
    """
    count = len(dice)
    colours = np.zeros((count, len(SURFACES), 2, 3), np.float32)
    pattern = np.zeros((count, len(SURFACES)), np.intp)
    pitch = np.full((count, len(SURFACES)), 0.1, np.float32)

    tone = dice.integers(len(SKIN_TONES))
    skin = SKIN_TONES[tone] * (1 + 0.04 * np.stack([dice.normal() for _ in range(3)], -1))
    hair = _HAIR_COLOURS[dice.choice(_HAIR_SHARES)] * dice.uniform(0.8, 1.15)[:, None]

    def paint(surface, first, second=None):
        colours[:, index_of(surface), 0] = first
        colours[:, index_of(surface), 1] = first if second is None else second

    paint("skin", skin)
    paint("hair", hair, hair * 0.75)
    pattern[:, index_of("hair")] = PATTERNS.index("knit")
    pitch[:, index_of("hair")] = 0.03
    paint("lips", skin * (0.82, 0.6, 0.6))
    paint("eyeball", (236, 234, 228))
    paint("iris", np.array([(52, 34, 24), (84, 56, 34), (70, 96, 118), (78, 98, 62)])[dice.choice((5, 3, 2, 1))])
    paint("brow", hair * 0.75)
    paint("shade", np.array((30, 28, 30)) * dice.uniform(0.6, 1.6)[:, None])
    paint("furniture", _cloth_colour(dice) * 0.6 + np.array((60, 46, 34)) * 0.4)
    for surface, patterned in (("top", 0.5), ("outerwear", 0.3), ("trousers", 0.18), ("skirt", 0.4), ("dress", 0.5),
                               ("shoes", 0.0), ("hat", 0.25)):  # fmt: skip
        first, second = _cloth_colour(dice), _cloth_colour(dice)
        soft = dice.uniform(0.25, 1.0)[:, None]
        paint(surface, first, first + (second - first) * soft)
        drawn = 1 + dice.choice((30, 12, 20, 12, 26))
        pattern[:, index_of(surface)] = np.where(dice.chance(patterned), drawn, 0)
        pitch[:, index_of(surface)] = dice.uniform(0.05, 0.16)
    _put_on_jeans(dice, colours, pattern)
    return {"colours": np.clip(colours, 4, 250), "pattern": pattern, "pitch": pitch, "skin_tone": tone + 1}


def _put_on_jeans(dice: Dice, colours: np.ndarray, pattern: np.ndarray) -> None:
    """Make some people's trousers denim, in place."""
    denim = np.array((58, 78, 116)) * dice.uniform(0.5, 1.5)[:, None]
    jeans = dice.chance(0.4)[:, None]
    index = index_of("trousers")
    colours[:, index] = np.where(jeans[..., None], denim[:, None], colours[:, index])
    pattern[:, index] = np.where(jeans[:, 0], PATTERNS.index("knit"), pattern[:, index])


def _cloth_colour(dice: Dice) -> np.ndarray:
    """(M, 3): dark, pale, muted or bright."""
    kind = dice.choice((0.3, 0.2, 0.3, 0.2))
    hue = dice.uniform()
    saturation = np.choose(
        kind, [dice.uniform(0, 0.4), dice.uniform(0, 0.2), dice.uniform(0.15, 0.5), dice.uniform(0.5, 0.9)]
    )
    value = np.choose(
        kind, [dice.uniform(0.1, 0.3), dice.uniform(0.75, 0.95), dice.uniform(0.3, 0.75), dice.uniform(0.5, 0.9)]
    )
    return 255 * hsv_to_rgb(hue, saturation, value)


def hsv_to_rgb(hue, saturation, value) -> np.ndarray:
    """(..., 3) from three arrays of equal shape, all 0 … 1."""
    phase = (hue[..., None] + np.array((0, 2 / 3, 1 / 3))) % 1.0 * 6
    chroma = np.clip(np.abs(phase - 3) - 1, 0, 1)
    return value[..., None] * (1 + saturation[..., None] * (chroma - 1))


def _turn_to_stone(palette: dict, dice: Dice):
    """Everything but the furniture in marble, bronze, sandstone or clay, faintly veined; no tone of skin."""
    stone = np.array([(206, 202, 194), (112, 92, 60), (190, 164, 126), (158, 96, 72), (96, 108, 100)])[dice.integers(5)]
    carved = np.arange(len(SURFACES)) != index_of("furniture")
    palette["colours"][:, carved] = stone[:, None, None] * np.array((1.0, 0.86))[:, None]
    palette["pattern"][:, carved] = PATTERNS.index("knit")
    palette["skin_tone"] = np.full(len(dice), np.nan)


def _turn_to_cartoon(palette: dict, dice: Dice):
    """Stronger colours, and skin of any colour in some."""
    colours = palette["colours"]
    grey = colours.mean(-1, keepdims=True)
    palette["colours"] = np.clip(grey + 1.7 * (colours - grey), 10, 250)
    odd = dice.chance(0.3)
    skin = 255 * hsv_to_rgb(dice.uniform(), dice.uniform(0.3, 0.6), dice.uniform(0.8, 0.95))
    palette["colours"][odd, index_of("skin")] = skin[odd, None]
    palette["skin_tone"] = np.where(odd, np.nan, palette["skin_tone"])


CHANGES = {"statue": _turn_to_stone, "cartoon": _turn_to_cartoon}
