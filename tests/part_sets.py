"""Small samples, true to form, of the sets of parts that S1 joins; no real picture is in the repository.

Each maker writes what its set's official files hold, as public readers of the set expect it. Pictures are 64 × 40
pixels: a sample of 64 × 64 shows them pixel for pixel, 12 rows further down.
"""

import json
from pathlib import Path

import numpy as np
import scipy.io
from PIL import Image

HEIGHT, WIDTH = 40, 64
TOP = (WIDTH - HEIGHT) // 2  # of the picture in its sample of 64 × 64
PERSON = "person, individual, someone, somebody, mortal, soul"


def save_picture(path: Path, pixels=None) -> None:
    """A JPEG of noise, or of these pixels; nearly lossless."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(len(path.name)).integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    Image.fromarray(noise if pixels is None else pixels).save(path, "JPEG", quality=98, subsampling=0)


def save_png(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, "PNG")


def box(x0, y0, x1, y1, value=1, height=HEIGHT, width=WIDTH) -> np.ndarray:
    """A map with a value in the pixels x0 … x1 − 1, y0 … y1 − 1."""
    mask = np.zeros((height, width), np.uint8)
    mask[y0:y1, x0:x1] = value
    return mask


# J-HMDB -------------------------------------------------------------------------------------------

# The puppet of the first frame, who faces the camera: number in the files, and x0, y0, x1, y1. Each frame it is four
# pixels further right.
PUPPET = {
    1: (10, 12, 20, 24), 2: (12, 4, 18, 12), 3: (6, 12, 10, 18), 4: (20, 12, 24, 18), 5: (10, 24, 15, 30),
    6: (15, 24, 20, 30), 7: (6, 18, 10, 24), 8: (20, 18, 24, 24), 9: (10, 30, 15, 36), 10: (15, 30, 20, 36),
}  # fmt: skip
# The joints of the first frame in the order of the files, x and y of pixels that count from 0.
JHMDB_JOINTS = [
    (15, 12), (15, 20), (15, 8), (9, 13), (21, 13), (12, 25), (18, 25), (8, 18), (22, 18), (12, 30), (18, 30), (8, 23),
    (22, 23), (12, 35), (18, 35),
]  # fmt: skip


def make_film(root: Path, film: str, frames: int = 3, matrices=("joint_positions", "puppet_mask", "puppet_flow_com")):
    """A film ACTION/NAME of J-HMDB; the flow has parts of all frames but the last, a strip of the puppet has none."""
    puppet, parts = np.zeros((2, HEIGHT, WIDTH, frames), np.uint8)
    for frame in range(frames):
        save_png(
            root / "Rename_Images" / film / f"{frame + 1:05d}.png", np.full((HEIGHT, WIDTH, 3), 20 * frame, np.uint8)
        )
        for number, (x0, y0, x1, y1) in PUPPET.items():
            parts[y0:y1, x0 + 4 * frame : x1 + 4 * frame, frame] = number
            puppet[y0 : y1 + 1, x0 + 4 * frame : x1 + 4 * frame, frame] = 1
    joints = np.array(JHMDB_JOINTS, float).T[..., None] + [[[0.0]], [[0.0]]] + 1  # MATLAB counts from 1
    joints = joints + np.array([4.0, 0.0])[:, None, None] * np.arange(frames)
    content = {
        "joint_positions": {
            "pos_img": joints,
            "pos_world": joints / 99,
            "scale": np.ones((1, frames)),
            "viewpoint": "S",
        },
        "puppet_mask": {"part_mask": puppet},
        "puppet_flow_com": {"part_mask": parts[..., : max(frames - 1, 1)]},
    }
    for kind in matrices:
        path = root / kind / film / ("puppet_flow.mat" if kind == "puppet_flow_com" else f"{kind}.mat")
        path.parent.mkdir(parents=True, exist_ok=True)
        scipy.io.savemat(path, content[kind], do_compression=True)


def make_jhmdb(root: Path, films=("wave/A_wave_f_0", "wave/B_wave_f_0", "run/C_run_f_0")) -> Path:
    """Films of J-HMDB and its split 1, in which the last film is for the test."""
    for film in films:
        make_film(root, film)
    uses = {film: 2 if film == films[-1] else 1 for film in films}
    for action in {film.split("/")[0] for film in films}:
        lines = [f"{film.split('/')[1]}.avi {use}" for film, use in uses.items() if film.startswith(f"{action}/")]
        path = root / "splits" / f"{action}_test_split1.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
    return root


# ADE20K -------------------------------------------------------------------------------------------

CODES = {
    "wall": 2978,
    PERSON: 1831,
    "dog": 767,
    "head": 1206,
    "left arm": 1428,
    "right hand": 2095,
    "torso": 2820,
    "leg": 1444,
}


def coded(things: list[tuple[str, np.ndarray]]) -> np.ndarray:
    """Things over one another as ADE20K codes them: the k-th of n has the blue k · (255 // n)."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for number, (name, mask) in enumerate(things, start=1):
        code = CODES[name]
        pixels[mask > 0] = code // 256 * 10, code % 256, number * (255 // len(things))
    return pixels


OBJECTS = [
    ("wall", box(0, 0, 64, 4)),
    (PERSON, box(4, 4, 20, 36)),
    ("dog", box(50, 20, 62, 36)),
    (PERSON, box(30, 8, 40, 30)),
]
PARTS = [("torso", box(4, 12, 20, 24)), ("head", box(8, 4, 16, 12)), ("leg", box(50, 30, 54, 36)),
         ("head", box(32, 8, 38, 14)), ("left arm", box(16, 12, 24, 20))]  # fmt: skip
PARTS_OF_PARTS = [("right hand", box(17, 18, 20, 20))]


def ade_list(levels: list[list], release: int) -> str:
    """What NAME.json or NAME_atr.txt says of objects, parts, and parts of parts."""
    rows = [
        (level, number, name) for level, things in enumerate(levels) for number, (name, _) in enumerate(things, start=1)
    ]
    if release == 2016:
        return "".join(
            f'{number:03d} # {level} # 0 # {name} # {name.split(",")[0]} # ""\n' for level, number, name in rows
        )
    things = [
        {"id": number, "name": name, "name_ndx": CODES[name], "hypernym": [], "raw_name": name.split(",")[0],
         "attributes": [], "crop": "0", "parts": {"hasparts": [], "ispartof": [], "part_level": level}}
        for number, (level, _, name) in enumerate(rows)
    ]  # fmt: skip
    return json.dumps({"annotation": {"filename": "a.jpg", "imsize": [HEIGHT, WIDTH, 3], "object": things}})


def make_scene(root: Path, name: str, release: int = 2021, levels=(OBJECTS, PARTS, PARTS_OF_PARTS)) -> None:
    """A picture of ADE20K with its files; levels without things have none."""
    folder = root / "images" / ("validation" if "val" in name else "training") / "street"
    save_picture(folder / f"{name}.jpg")
    for level, things in enumerate(levels):
        if things or not level:
            save_png(folder / f"{name}{f'_parts_{level}' if level else '_seg'}.png", coded(things))
    listed = folder / f"{name}{'_atr.txt' if release == 2016 else '.json'}"
    listed.write_text(ade_list(levels, release))


def make_ade20k(root: Path, release: int = 2021, count: int = 3) -> Path:
    for number in range(count):
        make_scene(root, f"ADE_train_{number:08d}", release)
    make_scene(root, "ADE_val_00000001", release)
    return root


# ChaLearn -----------------------------------------------------------------------------------------

# Limbs of the left and of the right actor by number: x0, y0, x1, y1; the others' masks are black.
ACTORS = {1: {1: (10, 2, 16, 8), 2: (8, 8, 18, 22), 3: (4, 14, 8, 18), 8: (18, 8, 22, 16), 11: (8, 28, 12, 34)},
          2: {1: (40, 6, 44, 10), 2: (38, 10, 46, 20), 14: (38, 20, 42, 28)}}  # fmt: skip


def make_chalearn(root: Path, films=(1, 2, 3), frames: int = 2, actors=ACTORS, white: int = 255) -> Path:
    """Films of ChaLearn, unpacked."""
    for film in films:
        for frame in range(1, frames + 1):
            save_picture(root / f"Seq{film:02d}" / "imagesjpg" / f"{film:02d}_{frame:04d}.jpg")
            for actor, limbs in actors.items():
                for limb in range(1, 15):
                    mask = box(*limbs[limb], white) if limb in limbs else box(0, 0, 0, 0)
                    save_png(root / f"Seq{film:02d}" / "maskspng" / f"{film:02d}_{frame:04d}_{actor}_{limb}.png", mask)
    return root
