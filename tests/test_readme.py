"""What the README and the guide to finding poses print does what they say."""

import re
import shlex
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from conftest import ROOT
from PIL import Image

pytest.importorskip("keras")

from hpe_utils import data, runs  # noqa: E402
from hpe_utils.apps import command_line  # noqa: E402
from hpe_utils.data import films  # noqa: E402

README, GUIDE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/practitioners.md"))


def section(heading: str) -> str:
    """A section of the README."""
    return re.search(rf"^## {heading}\n(.*?)^## ", README, re.MULTILINE | re.DOTALL)[1]


BLOCKS = re.findall(r"^```(python)?\n(.*?)^```", section("Find a pose") + GUIDE, re.MULTILINE | re.DOTALL)
MINUTES = re.compile(r"\*\*Time\*\* about (\d+) minutes")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with what the README speaks of: pictures, a film, a folder of annotated pictures."""
    folder = tmp_path_factory.mktemp("reader")
    people = data.load("synthetic", "val", size=160, count=16, skeleton="MPII16")
    group = data.load("synthetic", "val", people=(2, 2), size=160, count=1)
    Image.fromarray(people.images[0]).save(folder / "me.jpg")
    Image.fromarray(group.images[0]).save(folder / "street.jpg")
    (folder / "photographs").mkdir()
    for number in range(3):
        Image.fromarray(people.images[number]).save(folder / "photographs" / f"{number}.jpg")
    with films.writer(folder / "film.mp4") as add:
        for number in range(4):
            add(number / 25, people.images[0])
    write_labelme(folder / "my_pictures", people)
    return folder


def write_labelme(folder: Path, people) -> None:
    """Pictures with three joints each, as labelme writes them, one of them new to every network."""
    import json

    folder.mkdir()
    names = {"left_wrist": "left_wrist", "right_wrist": "right_wrist", "pelvis": "belt"}
    for number, (image, keypoints) in enumerate(zip(people.images, people.keypoints[:, 0], strict=True)):
        Image.fromarray(image).save(folder / f"{number}.png")
        shapes = [
            {"label": label, "shape_type": "point", "points": [keypoints[people.skeleton.index(joint), :2].tolist()]}
            for joint, label in names.items()
            if keypoints[people.skeleton.index(joint), 2] > 0
        ]
        content = {"imagePath": f"{number}.png", "imageHeight": 160, "imageWidth": 160, "shapes": shapes}
        (folder / f"{number}.json").write_text(json.dumps(content))


def test_a_reader_sees_the_film_the_promise_and_both_ways_in_at_once():
    top = README.split("## The course")[0]
    assert top.index("film_strip.jpg") < top.index("## Run it") < top.index("## Find a pose")
    assert len(top.split("## Run it")[0].split("\n\n")[3].splitlines()) == 3, "the promise has three lines"
    assert len(README) < 15_000, "long results and lists stand in docs"


def test_the_course_map_says_each_notebooks_minutes_and_leads_to_it():
    rows = re.findall(r"^\| \[\*\*(\d\d[a-z]?) [^]]*\]\((\S+)\) \| (\d+) \|", README, re.MULTILINE)
    notebooks = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    assert [path for _, path, _ in rows] == [path.relative_to(ROOT).as_posix() for path in notebooks]
    for path, (_, _, minutes) in zip(notebooks, rows, strict=True):
        assert MINUTES.search(nbformat.read(path, 4).cells[0].source)[1] == minutes, path.name


def test_links_of_readme_and_guide_lead_to_files():
    for text, folder in ((README, ROOT), (GUIDE, ROOT / "docs")):
        links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
        assert links and all((folder / link).exists() for link in links), links


def test_every_way_in_and_out_is_printed():
    code = " ".join(block for _, block in BLOCKS)
    for word in ("Pose.load", "finder=", ".parts", "fine_tune", "hpe find photographs", "hpe find film", "hpe export"):
        assert word in code
    assert all(len(block.splitlines()) <= 10 for _, block in BLOCKS)


def test_its_table_says_what_the_networks_say():
    rows = re.findall(
        r"^\| `(\w+)` \| ([^|]+) \| (\d+) × \d+ \| ([\d.]+) M, ([\d.]+) \| \d+ \| ([^|]+) \| ([^|]+) \|",
        section("The networks"),
        re.M,
    )
    assert {row[0] for row in rows} >= {
        "photo",
        "photo_people",
        "photo_parts",
        "trunk",
        "openpose",
        "bodypix",
        "mask_rcnn",
    }
    for name, finds, size, weights, megabytes, score, licence in rows:
        network = runs.load_network(name)
        skeleton, vocabulary = network.task.joints(network.codec), getattr(network.codec, "vocabulary", None)
        assert skeleton is None or f"{len(skeleton)} joints" in finds
        assert vocabulary is None or f"{len(vocabulary)} parts" in finds
        assert int(size) == network.codec.size[0] and score == runs.score_words(network.facts["scores"][0])
        assert float(weights) == pytest.approx(network.model.count_params() / 1e6, abs=0.006)
        assert float(megabytes) == pytest.approx(runs.checkpoint_path(name).stat().st_size / 1e6, abs=0.06)
        assert licence == network.facts["licence"]


@pytest.mark.slow
def test_what_it_prints_runs(place, monkeypatch, capsys):
    monkeypatch.chdir(place)
    names = {}
    for language, block in BLOCKS:
        if block.startswith("curl"):
            continue  # as tests/test_server.py asks
        if language:
            exec(block.replace("epochs=20", "epochs=1"), names)
        else:
            monkeypatch.setattr(sys, "argv", shlex.split(block))
            with pytest.raises(SystemExit) as end:
                command_line.main()
            assert not end.value.code, capsys.readouterr()
    assert names["people"].keypoints.shape[1:] == (17, 3) and Path("me-drawn.jpg").is_file()
    assert names["parts"].shape == (160, 160) and len(names["everybody"]) >= 1
    assert {path.name for path in Path("found").iterdir()} >= {"people.json", "people.csv", "film.mp4", "film.json"}
    assert Path("my_network.weights.h5").is_file() and Path("photo.onnx").is_file()
    assert set(names["pose"].names) == {"left_wrist", "right_wrist", "belt"}
    assert np.isfinite(names["pose"]("me.jpg").keypoints).all()
