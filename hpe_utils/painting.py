"""People painted into a picture's own pixels, for files and films; `hpe_utils.viz` draws figures.

Left is blue, its limbs whole, its joints round; right is orange, dashed, square; the middle is grey.
"""

import cv2
import numpy as np
from PIL import Image

from hpe_utils.found import Found
from hpe_utils.skeleton import Skeleton, side_of

# Those of viz, which matplotlib's figures have.
LEFT, RIGHT, MIDDLE, BOX = (0, 114, 178), (230, 97, 0), (85, 85, 85), (27, 158, 119)
SIDES = {"left": LEFT, "right": RIGHT, "middle": MIDDLE}
WHITE = (255, 255, 255)
# A hue of its own for each of up to 24 parts, neighbours far apart.
HUES = [(67 * part % 180, 200, 230) for part in range(24)]
PARTS = cv2.cvtColor(np.array([HUES], np.uint8), cv2.COLOR_HSV2RGB)[0]


def paint(image: np.ndarray, people: Found) -> np.ndarray:
    """A copy of an (H, W, 3) uint8 picture with the parts and poses, or boxes where nothing else is known."""
    image = np.ascontiguousarray(image).copy()
    if people.parts is not None:
        shown = people.parts > 0
        image[shown] = (0.45 * image[shown] + 0.55 * PARTS[(people.parts[shown] - 1) % len(PARTS)]).astype(np.uint8)
    width = max(1, round(max(image.shape[:2]) / 240))
    if not people.names and people.parts is None:
        for x0, y0, x1, y1 in np.rint(people.boxes).astype(int).tolist():
            cv2.rectangle(image, (x0, y0), (x1, y1), BOX, width, cv2.LINE_AA)
    for keypoints in people.keypoints if people.skeleton else ():
        paint_pose(image, keypoints, people.skeleton, width)
    return image


def part_picture(parts: np.ndarray) -> Image.Image:
    """An (H, W) uint8 part map as a picture whose pixels' indices are the labels, in the parts' colours."""
    picture = Image.fromarray(parts)
    picture.putpalette(np.concatenate([np.zeros((1, 3), np.uint8), PARTS]).tobytes())
    return picture


def paint_pose(image: np.ndarray, keypoints: np.ndarray, skeleton: Skeleton, width: int) -> None:
    """Paint one person's (K, 3) keypoints into the picture: limbs whose two ends were found, and joints."""
    places = np.rint(keypoints[:, :2]).astype(int)
    known = keypoints[:, 2] > 0
    for limb in skeleton.limbs:
        a, b = skeleton.indices(*limb)
        if known[a] and known[b]:
            side = next((s for s in map(side_of, limb) if s != "middle"), "middle")
            lines = dashes(places[a], places[b], 5 * width) if side == "right" else [(places[a], places[b])]
            for colour, thick in ((WHITE, width + 2), (SIDES[side], width)):
                for start, end in lines:
                    cv2.line(image, start.tolist(), end.tolist(), colour, thick, cv2.LINE_AA)
    for joint, place in zip(np.array(skeleton.joints)[known], places[known].tolist(), strict=True):
        side = side_of(joint)
        for colour, reach in ((WHITE, 2 * width + 1), (SIDES[side], 2 * width)):
            if side == "right":
                cv2.rectangle(image, [c - reach for c in place], [c + reach for c in place], colour, -1)
            else:
                cv2.circle(image, place, reach, colour, -1, cv2.LINE_AA)


def dashes(start: np.ndarray, end: np.ndarray, length: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The dashes, about so many pixels long and as far apart, of a line from one place (2,) to another."""
    count = max(1, round(np.linalg.norm(end - start) / length))
    stops = np.linspace(start, end, count + 1).round().astype(int)
    return list(zip(stops[:-1:2], stops[1::2], strict=False))
