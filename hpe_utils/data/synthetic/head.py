"""The head: skull, face, hair and hats as hulls of spheres on the head bone, whose origin is the upper neck."""

import numpy as np

from .clay import Clay, index_of
from .dice import Dice
from .poses import SIDES

HAIR_STYLES = ("bald", "cropped", "short", "bob", "long", "bun", "ponytail", "curly")
HATS = ("none", "cap", "beanie", "brimmed")
_FACE = ("left_face", "right_face")


def sample_heads(dice: Dice, shape: dict) -> dict[str, np.ndarray]:
    """Hair, hat and features of M heads; women's and men's styles are not told apart, children are not bald."""
    child = shape["kind"] == 4
    shares = np.where(child[:, None], (0, 8, 30, 18, 20, 6, 14, 8), (8, 16, 28, 11, 14, 7, 9, 9))
    return {
        "size": shape["head"] * np.where(child, 0.98, 1.0),
        "hair": dice.choice(shares),
        "hat": dice.choice((0.82, 0.07, 0.06, 0.05)),
        "fringe": dice.chance(0.4),
        "beard": dice.chance(0.22) & ~child & (shape["bust"] == 0),
        "glasses": dice.choice((0.86, 0.09, 0.05)),
        "smile": dice.uniform(-0.5, 1.0),
        "jaw": dice.normal(1.0, 0.08),
        "gaze": dice.normal(0, 0.004),
    }


def add_head(clay: Clay, head: dict, features: bool):
    """Skull, hair, hat and, unless the figure is a statue, the features of the face."""
    size = head["size"]

    def sphere(x, y, z, radius):
        return clay.sphere("head", x * size, y * size, z * size, radius * size)

    def pair(x, y, z, radius):
        return sphere(x, y, z, radius), sphere(-np.asarray(x), y, z, radius)

    about = {"segment": "head", "parts": _FACE, "axis": ("head", 0), "casts": False}
    haired = np.where(head["hair"] > 0, index_of("hair"), index_of("skin"))
    grown = np.choose(head["hair"], [0.0, 0.003, 0.010, 0.012, 0.011, 0.008, 0.007, 0.026]) * (head["hat"] == 0)
    clay.hull(sphere(0, 0.148, 0.022, 0.077 + grown), sphere(0, 0.147, -0.026, 0.078 + grown), surface=haired,
              **about | {"casts": True})  # fmt: skip
    brow_line = pair(0.024, 0.132, 0.034, 0.056)
    cheeks = pair(0.025 * head["jaw"], 0.078, 0.042, 0.046)
    chin = pair(0.013 * head["jaw"], 0.03, 0.058, 0.031)
    clay.hull(brow_line, cheeks, nearer=0.012, open_ends=(False, True), **about)
    clay.hull(cheeks, chin, nearer=0.012, open_ends=(True, False),
              surface=np.where(head["beard"], index_of("hair"), 0), **about)  # fmt: skip
    for side, sign in zip(SIDES, (1, -1), strict=True):
        about_side = {"segment": "head", "parts": (f"{side}_face", f"{side}_face"), "casts": False}
        covered = (head["hair"] == 3) | (head["hair"] == 4) | (head["hair"] == 7)
        clay.hull(sphere(sign * 0.079, 0.13, -0.008, 0.017), sphere(sign * 0.075, 0.095, 0.0, 0.012),
                  present=~covered, nearer=0.005, **about_side)  # fmt: skip
        if features:
            _eye(clay, head, sphere, sign, about_side)
    clay.hull(sphere(0, 0.125, 0.088, 0.010), sphere(0, 0.092, 0.1, 0.0155), nearer=0.02, **about)
    if features:
        corner = 0.056 + 0.005 * head["smile"]
        middle = sphere(0, 0.053 - 0.003 * head["smile"], 0.092, 0.0065)
        for x in (0.021, -0.021):
            clay.hull(middle, sphere(x, corner, 0.083, 0.004), surface="lips", nearer=0.022, **about)
    _hair(clay, head, sphere, pair)
    _hat(clay, head, sphere, pair)


def _eye(clay: Clay, head: dict, sphere, sign: int, about: dict):
    glasses = head["glasses"]
    at = sign * 0.034
    clay.hull(sphere(at - 0.011, 0.125, 0.081, 0.0085), sphere(at + 0.011, 0.125, 0.079, 0.0085), surface="eyeball",
              nearer=0.022, **about)  # fmt: skip
    clay.hull(sphere(at + head["gaze"], 0.1255, 0.084, 0.0082), sphere(at + head["gaze"], 0.1245, 0.084, 0.0082),
              surface="iris", nearer=0.024, **about)  # fmt: skip
    clay.hull(sphere(at - sign * 0.014, 0.147, 0.084, 0.0052), sphere(at + sign * 0.018, 0.146, 0.074, 0.0045),
              surface="brow", nearer=0.022, **about)  # fmt: skip
    clay.hull(sphere(at - 0.013, 0.124, 0.085, 0.017), sphere(at + 0.013, 0.124, 0.083, 0.017), surface="shade",
              present=glasses == 2, nearer=0.03, **about)  # fmt: skip
    frame = sphere(at + sign * 0.026, 0.128, 0.076, 0.005)
    clay.hull(sphere(sign * 0.008, 0.128, 0.094, 0.005), frame, surface="shade", present=glasses > 0, nearer=0.03,
              **about)  # fmt: skip
    clay.hull(frame, sphere(sign * 0.08, 0.13, 0.0, 0.004), surface="shade", present=glasses > 0, nearer=0.01,
              **about)  # fmt: skip


def _hair(clay: Clay, head: dict, sphere, pair):
    """Volumes beside and behind the skull; strands that hang below the head belong to no body part."""
    style, bare = head["hair"], head["hat"] == 0
    cap = {"segment": "hair", "surface": "hair", "parts": _FACE, "axis": ("head", 0)}
    temple = pair(0.042, 0.182, 0.052, 0.027)
    clay.hull(temple, pair(0.02, 0.2, 0.05, 0.03), present=head["fringe"] & (style > 1) & bare, nearer=0.03, **cap)
    side_hair = (style == 3) | (style == 4)
    for sign in (1, -1):
        top = sphere(sign * 0.055, 0.15, -0.012, 0.042)
        clay.hull(top, sphere(sign * 0.066, 0.05, -0.018, 0.034), present=side_hair, nearer=0.0, **cap)
    clay.hull(pair(0.035, 0.13, -0.05, 0.055), pair(0.04, 0.045, -0.045, 0.045), present=side_hair, **cap)
    clay.hull(sphere(0, 0.2, -0.06, 0.03), sphere(0, 0.225, -0.075, 0.04), present=(style == 5) & bare, **cap)
    clay.hull(sphere(0, 0.16, -0.095, 0.025), sphere(0, 0.13, -0.12, 0.03), present=style == 6, **cap)
    strand = {"segment": "hair", "surface": "hair"}
    tail = sphere(0, 0.13, -0.12, 0.03)
    clay.hull(tail, clay.sphere("chest", 0, 0.14, -0.125, 0.018), present=style == 6, **strand)
    back = pair(0.042, 0.06, -0.052, 0.042)
    clay.hull(back, clay.pair("chest", 0.06, 0.11, -0.085, 0.04), present=style == 4, **strand)


def _hat(clay: Clay, head: dict, sphere, pair):
    """Cap, beanie or brimmed hat; a hat belongs to the person and to no body part."""
    hat = {"segment": "hat", "surface": "hat"}
    worn = head["hat"]
    dome = (sphere(0, 0.172, 0.02, 0.077), sphere(0, 0.17, -0.028, 0.08))
    clay.hull(dome, pair(0.02, np.where(worn == 2, 0.215, 0.2), -0.01, 0.06), present=worn > 0, nearer=0.004, **hat)
    band = pair(0.052, 0.178, 0.052, 0.018)
    clay.hull(band, pair(0.03, 0.2, 0.06, 0.02), present=(worn == 1) | (worn == 2), nearer=0.04, **hat)
    clay.hull(pair(0.045, 0.178, 0.07, 0.008), pair(0.034, 0.168, 0.135, 0.007), present=worn == 1, nearer=0.05, **hat)
    clay.hull(pair(0.07, 0.18, 0.1, 0.008), pair(0.07, 0.18, -0.11, 0.008), present=worn == 3, nearer=0.03, **hat)
    front_and_back = sphere(0, 0.18, 0.12, 0.008), sphere(0, 0.18, -0.13, 0.008)
    clay.hull(pair(0.13, 0.18, 0.0, 0.008), front_and_back, present=worn == 3, nearer=0.03, **hat)
