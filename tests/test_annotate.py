"""Annotations: the file that the tool writes, what it answers, how two annotators agree, and every mistake tried."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("keras")

from click.testing import CliRunner  # noqa: E402
from serving import free_port  # noqa: E402

from hpe_utils import data, parts  # noqa: E402
from hpe_utils import skeleton as skeletons  # noqa: E402
from hpe_utils.apps.annotate import agreement, coco, desk, drawn, puppet  # noqa: E402
from hpe_utils.apps.annotate.agreement import people_of  # noqa: E402
from hpe_utils.apps.annotate.book import Book, Changed, masks_of, runs_of  # noqa: E402
from hpe_utils.apps.command_line import hpe  # noqa: E402
from hpe_utils.data import masks, records  # noqa: E402
from hpe_utils.data.schema import DataError  # noqa: E402
from hpe_utils.data.sets import folder, folder_parts  # noqa: E402
from hpe_utils.files import read_json  # noqa: E402
from hpe_utils.found import Found  # noqa: E402
from hpe_utils.parts import IFTIMIE6, PASCAL6, UNLABELLED  # noqa: E402
from hpe_utils.skeleton import COCO17, MPII16  # noqa: E402

HEIGHT, WIDTH = 50, 60
SHAPE = (HEIGHT, WIDTH)
DOG = {"name": "DOG4", "joints": ["nose", "neck", "rump", "tail"], "sigmas": [0.05, 0.05, 0.05, 0.05]}
DOG["limbs"] = [["nose", "neck"], ["neck", "rump"], ["rump", "tail"]]
DOG_PARTS = {"name": "dog2", "parts": ["trunk", "tail"], "along": {"trunk": ["neck", "rump"], "tail": ["rump", "tail"]}}


@pytest.fixture
def pictures(tmp_path):
    """A folder of three pictures."""
    for name in ("a.png", "b.png", "c.png"):
        noise = np.random.default_rng(ord(name[0])).integers(0, 255, (*SHAPE, 3), dtype=np.uint8)
        Image.fromarray(noise).save(tmp_path / name)
    return tmp_path


@pytest.fixture(autouse=True)
def own_names_end():
    """Skeletons and parts of a test's own are forgotten after it."""
    before = dict(skeletons.SKELETONS), dict(parts.VOCABULARIES)
    yield
    for known, own in zip((skeletons.SKELETONS, parts.VOCABULARIES), before, strict=True):
        known.clear()
        known.update(own)


def someone(kind=COCO17, shift=0.0, **joints) -> dict:
    """A person all of whose joints are visible, on a slanted line; named joints are as given."""
    places = [[10.0 + k + shift, 5.0 + 2 * k, 2] for k in range(len(kind))]
    for joint, values in joints.items():
        places[kind.index(joint)] = values
    return {"joints": places}


def squares(*boxes) -> list[int]:
    """The runs of a map with (code, x0, y0, x1, y1) squares."""
    codes = np.zeros(SHAPE, int)
    for code, x0, y0, x1, y1 in boxes:
        codes[y0:y1, x0:x1] = code
    flat = codes.ravel()
    starts = [0, *(np.flatnonzero(np.diff(flat)) + 1).tolist(), flat.size]
    return [n for start, stop in zip(starts, starts[1:], strict=False) for n in (int(flat[start]), stop - start)]


def state(*people, runs=(), done=True) -> dict:
    return {"people": list(people), "runs": list(runs), "done": done}


# The file -----------------------------------------------------------------------------------------


def test_what_is_saved_is_what_is_read_again(pictures):
    book = Book(pictures, vocabulary=IFTIMIE6)
    wanted = state(
        someone(nose=[20.25, 10.5, 1], left_eye=[0, 0, 0]), someone(shift=20),
        runs=squares((256 + 1, 5, 5, 15, 12), (256 + UNLABELLED, 15, 5, 18, 12), (512 + 2, 30, 10, 40, 40)),
    )  # fmt: skip
    book.save("a.png", wanted, SHAPE)
    again = Book(pictures)
    assert again.skeleton == COCO17 and again.vocabulary == IFTIMIE6
    found = again.state("a.png", SHAPE)
    assert found == wanted and again.mark("a.png") == book.mark("a.png")
    assert [again.is_done(name) for name in again.names] == [True, False, False]


def test_the_folder_sets_read_joints_and_parts_at_their_pixels(pictures):
    joints = {joint: [30 + k % 5, 8 + 2 * k, 1 + k % 2] for k, joint in enumerate(COCO17.joints)}
    book = Book(pictures, vocabulary=IFTIMIE6)
    runs = squares((256 + 3, 20, 10, 30, 40), (256 + UNLABELLED, 30, 10, 33, 20))
    for name in book.names:
        book.save(name, state(someone(**joints), runs=runs), SHAPE)
    people = folder.source("all", pictures).people
    assert len(people) == 3 and people.keypoints[0, 4].tolist() == [34, 16, 1]
    source = folder_parts.source("all", pictures, size=WIDTH)  # pixel for pixel, 5 rows further down
    arrays, left_out = source.read(0, 3)
    assert not left_out and arrays["ids"].tolist() == book.names
    top = (WIDTH - HEIGHT) // 2
    expected = np.full((WIDTH, WIDTH), UNLABELLED)
    expected[top:-top] = 0
    expected[top + 10 : top + 40, 20:30] = 3
    expected[top + 10 : top + 20, 30:33] = UNLABELLED
    np.testing.assert_array_equal(arrays["parts"][1], expected)
    assert (arrays["instances"][1] == 1).sum() == 330
    np.testing.assert_allclose(arrays["keypoints"][1, 0, 4], [34, 16 + top, 1], atol=1e-4)
    np.testing.assert_allclose(arrays["boxes"][1, 0], [19.5, top + 9.5, 32.5, top + 39.5], atol=1e-4)


def test_shards_hold_own_skeleton_and_own_parts(pictures, capsys):
    work = own_desk(pictures)
    for name in work.book.names:
        work.book.save(name, state(someone(work.book.skeleton), runs=squares((257, 0, 0, 9, 9))), SHAPE)
    out = pictures / "shards"
    records.main(["folder_parts", "all", "--root", str(pictures), "--size", "60", "--out", str(out)])
    assert "3 pictures of 60×60, DOG4, dog2 parts" in capsys.readouterr().out
    (maps, keypoints), *_ = records.read(out, 3, fields=("parts", "keypoints")).as_numpy_iterator()
    assert (maps == 1).sum(axis=(1, 2)).tolist() == [81] * 3 and keypoints.shape == (3, 4, 4, 3)
    assert records.open_records(out).vocabulary.along[0] == ("trunk", ("neck", "rump"))


def test_nobody_is_an_annotation_and_can_be_taken_back(pictures):
    book = Book(pictures)
    for name in ("a.png", "b.png"):
        book.save(name, state(someone()), SHAPE)
    book.save("c.png", state(), SHAPE)
    assert Book(pictures).is_done("c.png")
    assert folder.source("all", pictures).left_out == {"pictures with nobody": 1}
    book.save("c.png", state(done=False), SHAPE)
    assert not Book(pictures).is_done("c.png")
    assert folder.source("all", pictures).left_out == {"pictures without annotations": 1}


def test_what_the_tool_does_not_know_stays_in_the_file(pictures):
    odd = {"image": "a.png", "keypoints": {"nose": [1, 2, 7]}}
    elsewhere = {"image": "gone/z.png", "keypoints": {"nose": [1, 2, 2]}}
    boxed = {"image": "a.png", "keypoints": {"nose": [1, 2, 2]}, "box": [0, 0, 30, 40], "head_box": [0, 0, 9, 9]}
    content = {"skeleton": "COCO17", "people": [odd, elsewhere, boxed]}
    (pictures / "annotations.json").write_text(json.dumps(content))
    book = Book(pictures)
    assert book.left_out == {"people with a joint that is not x, y, v": 1}
    found = book.state("a.png", SHAPE)
    found["people"][0]["joints"][0] = [3, 4, 1]
    book.save("a.png", found, SHAPE)
    people = read_json(pictures / "annotations.json", "")["people"]
    assert odd in people and elsewhere in people and len(people) == 3
    assert boxed | {"keypoints": {"nose": [3, 4, 1]}} in people


def test_a_file_that_cannot_be_written_is_one_line_and_stays_as_it_was(pictures, monkeypatch):
    book = Book(pictures)
    mark = book.save("a.png", state(someone()), SHAPE)
    before = (pictures / "annotations.json").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("hpe_utils.files.os.replace", full)
        with pytest.raises(DataError, match="cannot write to .*No space left.*free some space"):
            book.save("a.png", state(someone(shift=3)), SHAPE, mark)
    assert (pictures / "annotations.json").read_bytes() == before and book.mark("a.png") == mark
    assert not list(pictures.glob("*.partial"))
    book.save("a.png", state(someone(shift=3)), SHAPE, mark)


def test_a_killed_writer_leaves_a_whole_file(pictures):
    code = """
import sys
from hpe_utils.apps.annotate.agreement import people_of  # noqa: E402
from hpe_utils.apps.annotate.book import Book
book = Book(sys.argv[1])
print("ready", flush=True)
for n in range(100_000):
    person = {"joints": [[float(n % 50), 5.0, 2]] * 17}
    for name in book.names:
        book.save(name, {"people": [person] * 20, "runs": [], "done": True}, (50, 60))
"""
    for _ in range(2):
        process = subprocess.Popen([sys.executable, "-c", code, str(pictures)], stdout=subprocess.PIPE)
        process.stdout.readline()
        while not (pictures / "annotations.json").exists():
            time.sleep(0.01)
        time.sleep(0.2)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        book = Book(pictures)
        assert book.is_done("a.png") and len(book.state("a.png", SHAPE)["people"]) == 20


def test_two_tabs_and_two_programs_do_not_overwrite_each_other(pictures):
    one, other = Book(pictures), Book(pictures)
    marks = {name: one.mark(name) for name in one.names}
    one.save("a.png", state(someone()), SHAPE, marks["a.png"])
    other.save("b.png", state(someone(shift=1)), SHAPE, marks["b.png"])
    with pytest.raises(Changed, match="a.png was changed in another tab or by another program"):
        other.save("a.png", state(someone(shift=2)), SHAPE, marks["a.png"])
    assert [one.state(name, SHAPE)["people"][0]["joints"][0][0] for name in ("a.png", "b.png")] == [10, 11]
    other.save("a.png", state(someone(shift=2)), SHAPE)  # whoever insists
    assert one.state("a.png", SHAPE)["people"][0]["joints"][0][0] == 12


@pytest.mark.parametrize(
    "content, words",
    [
        (None, "holds no pictures"),
        ("{", "cannot read"),
        ('{"people": []}', "names no skeleton"),
        ('{"skeleton": "MPII16", "people": []}', "is of the skeleton MPII16, not COCO17: leave out --skeleton"),
        ('{"skeleton": "COCO17", "parts": "pascal6", "people": []}', "is of the parts pascal6, not iftimie6"),
        ('{"skeleton": "COCO17", "parts": "pascal7", "people": []}', "unknown parts 'pascal7'"),
        ('{"skeleton": "COCO17", "parts": {"name": "own", "parts": ["left_x"]}, "people": []}', "no part 'right_x'"),
        ('{"skeleton": "COCO17", "parts": {"name": "pascal6", "parts": ["ear"]}, "people": []}', "the course's name"),
        ('{"skeleton": "COCO17", "parts": {"name": 3, "parts": []}, "people": []}', "is 3, not a text"),
    ],
)  # fmt: skip
def test_a_folder_or_file_that_cannot_be_annotated_is_one_line(pictures, content, words):
    root = pictures / "empty" if content is None else pictures
    root.mkdir(exist_ok=True)
    if content is not None:
        (root / "annotations.json").write_text(content)
    asked = ["annotate", str(root), "--parts", "iftimie6"]
    asked += [] if content == '{"people": []}' else ["--skeleton", "COCO17"]
    done = CliRunner().invoke(hpe, asked)
    assert isinstance(done.exception, DataError) and words in str(done.exception) and "\n" not in str(done.exception)


def test_a_table_is_not_written_over(pictures):
    (pictures / "annotations.csv").write_text("image,person,joint,x,y\na.png,1,nose,1,2\n")
    with pytest.raises(DataError, match="annotations.csv is not written here: name another file by --out"):
        Book(pictures)
    Book(pictures, pictures / "mine.json")


@pytest.mark.parametrize(
    "change, words",
    [
        (None, "is None, not a table"),
        ({"people": 3}, "is 3, not a list"),
        ({"people": [{"joints": [[1, 2, 2]]}]}, "other joints than COCO17"),
        ({"people": [{"joints": [[1, 2, 5]] * 17}]}, "other joints than COCO17"),
        ({"people": [{"joints": [[float("nan"), 2, 2]] * 17}]}, "not a number"),
        ({"people": [{"joints": [[1e7, 2, 2]] * 17}]}, "far outside"),
        ({"runs": [257, 10]}, "map of parts is not of this picture"),
        ({"runs": [0, HEIGHT * WIDTH - 5, 513, 5]}, "map of parts"),
        ({"runs": [0, HEIGHT * WIDTH - 5, 256 + 7, 5]}, "map of parts"),
        ({"runs": [0, HEIGHT * WIDTH - 5, 256, 5]}, "map of parts"),
        ({"runs": [0, -5, 0, HEIGHT * WIDTH + 5]}, "map of parts"),
        ({"runs": [0]}, "map of parts"),
        ({"runs": ["0", 1]}, "is '0', not a whole number"),
        ({"done": "yes"}, "is 'yes', not true or false"),
    ],
)
def test_a_state_that_is_none_is_refused_and_changes_nothing(pictures, change, words):
    book = Book(pictures, vocabulary=IFTIMIE6)
    sent = None if change is None else state(someone()) | change
    with pytest.raises(DataError, match=words):
        book.save("a.png", sent, SHAPE)
    assert not (pictures / "annotations.json").exists() and not book.is_done("a.png")


# Masks --------------------------------------------------------------------------------------------


def test_run_lengths_are_cocos_and_damaged_ones_are_refused():
    mask = np.zeros(SHAPE, bool)
    mask[3:9, 10:50] = True
    runs = masks.encode(mask)
    from pycocotools import mask as official

    np.testing.assert_array_equal(official.decode(runs).astype(bool), mask)
    np.testing.assert_array_equal(masks.decode(runs, SHAPE, "here"), mask)
    for wrong in ({**runs, "counts": runs["counts"][:-2]}, {**runs, "counts": ""}, {**runs, "counts": "ÿ"}):
        with pytest.raises(DataError, match="here is a damaged mask"):
            masks.decode(wrong, SHAPE, "here")
    with pytest.raises(DataError, match=r"a mask of \[50, 60\] pixels .* its picture has 60 × 50"):
        masks.decode(runs, SHAPE[::-1], "here")
    with pytest.raises(DataError, match="has no counts"):
        masks.decode({"size": [1, 1]}, SHAPE, "here")


def test_a_map_goes_to_masks_and_back():
    runs = squares((256 + 6, 0, 0, 60, 1), (512 + 1, 5, 5, 9, 9), (512 + UNLABELLED, 9, 5, 12, 9))
    people = [masks.decode_person(one, IFTIMIE6, SHAPE, "here") for one in masks_of(runs, 3, IFTIMIE6, SHAPE)]
    assert runs_of(people, SHAPE) == runs and runs_of([], SHAPE) == []


def test_labels_of_another_size_are_counted_by_the_set_and_one_line_in_the_tool(pictures):
    book = Book(pictures, vocabulary=IFTIMIE6)
    for name in book.names:
        book.save(name, state(someone(), runs=squares((257, 5, 5, 9, 9))), SHAPE)
    Image.new("RGB", (30, 25)).save(pictures / "b.png")
    _, left_out = folder_parts.source("all", pictures).read(0, 3)
    assert left_out == {"pictures whose labels cannot be read": 1}
    answer = desk.open_desk(pictures).answer({"ask": "labels", "name": "b.png"})
    assert "head of person 1 of b.png" in answer["error"] and "25 × 30" in answer["error"]


def test_pictures_with_somebody_without_masks_are_counted(pictures):
    book = Book(pictures, vocabulary=IFTIMIE6)
    book.save("a.png", state(someone(), runs=squares((257, 5, 5, 9, 9))), SHAPE)
    book.save("b.png", state(someone()), SHAPE)
    (pictures / "c.png").rename(pictures / "d.png")
    source = folder_parts.source("all", pictures)
    assert len(source) == 1 and source.left_out == {folder_parts.NO_MASKS: 1}
    book.save("a.png", state(someone()), SHAPE)
    with pytest.raises(DataError, match="no picture of .* with parts is in the split all"):
        folder_parts.source("all", pictures)


def test_the_new_set_is_loaded_by_name(pictures):
    book = Book(pictures, vocabulary=IFTIMIE6)
    book.save("a.png", state(someone(), runs=squares((257, 5, 5, 9, 9))), SHAPE)
    samples = data.load("folder_parts", "all", pictures, size=60)
    assert samples.vocabulary == IFTIMIE6 and samples.describe().startswith(f"{pictures.name} all, parts: 1 pictures")


# Puppets ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", skeletons.COURSE, ids=lambda kind: kind.name)
def test_every_joint_hangs_on_the_trunk_and_stands_somewhere(kind):
    found = puppet.parents(kind)
    for joint in range(len(kind)):
        seen = set()
        while joint >= 0:
            assert joint not in seen, "no circle"
            seen.add(joint)
            joint = found[joint]
    for end, start in (("left_wrist", "left_elbow"), ("right_ankle", "right_knee")):
        assert found[kind.index(end)] == kind.index(start)
    places = puppet.standing(kind)
    assert np.abs(places).max() <= 0.5
    assert places[kind.index("left_wrist"), 0] > 0 > places[kind.index("right_wrist"), 0], "a person who faces you"


def own_desk(pictures, **options):
    for name, content in (("dog.json", DOG), ("dog_parts.json", DOG_PARTS)):
        (pictures / name).write_text(json.dumps(content))
    return desk.open_desk(pictures, None, pictures / "dog.json", pictures / "dog_parts.json", **options)


def test_a_skeleton_and_parts_of_ones_own_make_a_puppet(pictures):
    work = own_desk(pictures).answer({"ask": "work"})
    assert work["parts"] == ["trunk", "tail"] and work["puppet"]["joints"] == DOG["joints"]
    assert sorted(work["puppet"]["parents"]).count(-1) == 1
    assert [shape["chains"] for shape in work["puppet"]["shapes"]] == [[[1, 2]], [[2, 3]]]
    own_desk(pictures).book.save("a.png", state(someone(skeletons.get("DOG4"))), SHAPE)
    again = Book(pictures)
    assert again.skeleton.name == "DOG4" and dict(again.vocabulary.along)["tail"] == ("rump", "tail")
    assert folder.source("all", pictures).skeleton == again.skeleton


@pytest.mark.parametrize("kind", [MPII16, COCO17], ids=lambda kind: kind.name)
@pytest.mark.parametrize("vocabulary", [IFTIMIE6, PASCAL6], ids=lambda one: one.name)
def test_six_parts_have_an_outline_in_every_usual_skeleton(kind, vocabulary):
    assert {shape["label"] for shape in puppet.shapes(kind, vocabulary)} == set(range(1, 7))


# What the page asks -------------------------------------------------------------------------------


class Network:
    """Stands in for a network: finds the same in every picture."""

    def __init__(self, found, skeleton=None, vocabulary=None):
        self.found, self.skeleton, self.vocabulary = found, skeleton, vocabulary
        self.names = skeleton.joints if skeleton else ()

    def __call__(self, image):
        return self.found


def found_people(kind, *people, parts=None, vocabulary=None) -> Found:
    keypoints = np.array([person["joints"] for person in people], np.float32)
    sure, boxes = np.ones(keypoints.shape[:2]), np.zeros((len(people), 4))
    return Found((WIDTH, HEIGHT), keypoints, sure, np.ones(len(people)), boxes, kind, parts, None, vocabulary)


def test_it_begins_from_what_networks_find_and_nothing_is_written(pictures):
    parts_found = np.zeros(SHAPE, np.uint8)
    parts_found[10:12, 12:16], parts_found[10:12, 42:46] = 1, 2
    people = found_people(MPII16, someone(MPII16), someone(MPII16, shift=30))
    parted = Found.of_boxes((WIDTH, HEIGHT), np.zeros((0, 4)), np.zeros(0), parts=parts_found, vocabulary=PASCAL6)
    networks = {"photo": lambda: Network(people, MPII16), "photo_parts": lambda: Network(parted, None, PASCAL6)}
    work = desk.Desk(Book(pictures, None, COCO17, PASCAL6), networks)
    answer = work.answer({"ask": "suggest", "name": "a.png"})["state"]
    first = dict(zip(COCO17.joints, answer["people"][0]["joints"], strict=True))
    assert first["left_wrist"] == someone(MPII16)["joints"][MPII16.index("left_wrist")] and first["nose"] == [0, 0, 0]
    codes = np.repeat(answer["runs"][::2], answer["runs"][1::2]).reshape(SHAPE)
    assert codes[11, 13] == 257 and codes[11, 43] == 514, "each pixel is the nearest person's"
    assert not answer["done"] and not (pictures / "annotations.json").exists()


def test_parts_that_a_network_does_not_know_are_refused_before_it_is_loaded(pictures):
    with pytest.raises(DataError, match="photo_parts: pascal6 cannot be read as iftimie6.*leave out --parts"):
        desk.open_desk(pictures, None, None, "iftimie6", ["photo_parts"])
    work = desk.open_desk(pictures, None, None, None, ["photo", "photo_parts"])
    assert work.book.vocabulary == PASCAL6 and work.book.skeleton.name == "PHOTO19" and work.poses is None


@pytest.mark.parametrize(
    "asked, words",
    [
        (None, "is None, not a table"),
        ({"ask": "everything"}, "nobody knows what 'everything' asks"),
        ({"ask": "labels", "name": "../secret.png"}, "has no picture '../secret.png'"),
        ({"ask": "labels", "name": "broken.png"}, "cannot read the picture"),
        ({"ask": "save", "name": "a.png"}, "is None, not a table"),
    ],
)
def test_a_wrong_question_is_one_line(pictures, asked, words):
    (pictures / "broken.png").write_bytes(b"no picture")
    answer = desk.open_desk(pictures).answer(asked)
    assert words in answer["error"] and "\n" not in answer["error"]


def test_the_widget_answers_and_hands_pictures_over(pictures):
    pytest.importorskip("anywidget")
    from hpe_utils.widgets import Annotator

    widget, sent = Annotator(pictures, parts="iftimie6"), []
    widget.send = lambda content, files=(): sent.append((content, files))
    for number, asked in enumerate(
        [{"ask": "work"}, {"ask": "picture", "name": "a.png"}, {"ask": "picture", "name": "?"}]
    ):
        widget._answer(widget, {"number": number, **asked}, [])
    assert sent[0][0]["answer"]["title"].endswith("annotations.json") and sent[1][1][0].startswith(b"\x89PNG")
    assert [content["number"] for content, _ in sent] == [0, 1, 2] and "no picture" in sent[2][0]["answer"]["error"]


def test_the_page_is_for_who_has_the_token(pictures):
    pytest.importorskip("uvicorn")
    import requests
    from serving import running

    from hpe_utils.apps.annotate import server

    port = free_port()
    with running(server.make_server(desk.open_desk(pictures), port, "secret")):
        with pytest.raises(DataError, match=f"port {port} cannot be used .*name another by --port"):
            server.make_server(desk.open_desk(pictures), port, "secret")
        address = f"http://127.0.0.1:{port}"
        for path in ("/", "/picture?name=a.png", "/page/annotator.js"):
            assert requests.get(address + path, timeout=20).status_code == 401
        session = requests.Session()
        assert session.get(f"{address}/?token=secret", timeout=20).status_code == 200
        assert session.cookies.get(f"hpe_annotate_{port}") == "secret"
        assert session.post(f"{address}/ask", json={"ask": "work"}, timeout=20).json()["pictures"][0]["name"] == "a.png"
        other = session.post(f"{address}/ask", json={"ask": "work"}, headers={"origin": "http://evil"}, timeout=20)
        assert other.status_code == 403
        assert session.post(f"{address}/ask", data="[[[", timeout=20).status_code == 400
        assert session.get(f"{address}/picture?name=a.png", timeout=20).headers["content-type"] == "image/png"
        assert "no picture" in session.get(f"{address}/picture?name=../x", timeout=20).json()["error"]


# Two annotators -----------------------------------------------------------------------------------


@pytest.fixture
def two(pictures):
    """Two books of the same pictures: a person whom both have, one whom only the second has, and a picture each."""
    one, other = (Book(pictures, pictures / f"{name}.json", None, IFTIMIE6) for name in ("anna", "ben"))
    box = {"box": [0, 0, 40, 50]}
    one.save(
        "a.png", state(someone(nose=[20, 10, 2]) | box, runs=squares((257, 0, 0, 10, 10), (258, 20, 0, 30, 10))), SHAPE
    )
    moved = someone(nose=[24, 10, 1], left_eye=[0, 0, 0], right_wrist=[55, 45, 2]) | box
    other.save("a.png", state(someone(shift=35), moved, runs=squares((513, 5, 0, 15, 10), (514, 20, 0, 30, 10))), SHAPE)
    one.save("b.png", state(someone()), SHAPE)
    other.save("c.png", state(), SHAPE)
    return one, other


def test_agreement_is_oks_and_iou_of_the_same_people(two):
    found = agreement.compare(*two)
    assert found.pictures == 1 and len(found.pairs) == 1 and found.alone == [0, 1]
    area = 200.0  # of both masks
    wrist = someone()["joints"][COCO17.index("right_wrist")]
    similar = np.ones(17)
    for joint, squared in (("nose", 16), ("right_wrist", (wrist[0] - 55) ** 2 + (wrist[1] - 45) ** 2)):
        k = COCO17.index(joint)
        similar[k] = np.exp(-squared / (2 * area * (2 * COCO17.sigmas[k]) ** 2))
    similar = np.delete(similar, COCO17.index("left_eye"))  # only the first has it
    assert found.pairs[0][0] == "a.png" and found.pairs[0][1] == pytest.approx(similar.mean(), abs=1e-6)
    assert dict(found.visibility) == {"same": 15, "other": 1, "alone": 1}
    from hpe_utils.metrics.parts import class_iou

    np.testing.assert_allclose(class_iou(found.counts)[1:3], [50 / 150, 1])
    lines = "\n".join(found.lines())
    assert f"OKS: mean {similar.mean():.3f}" in lines and "IoU of parts: mean 0.667" in lines
    assert "hidden or visible: the same in 15 of 16 joints; 1 joints only one has" in lines


def test_two_books_become_one(two, pictures):
    out = pictures / "annotations.json"
    lines = agreement.merge(*two, out)
    merged = Book(pictures)
    assert [merged.is_done(name) for name in merged.names] == [True] * 3 and "c.png" in merged.nobody
    both, alone = merged.state("a.png", SHAPE)["people"]
    joints = dict(zip(COCO17.joints, both["joints"], strict=True))
    assert joints["nose"] == [20, 10, 1], "far apart: the first's place; hidden where one says so"
    assert joints["right_elbow"] == someone()["joints"][COCO17.index("right_elbow")]
    assert joints["left_eye"][2] == 2 and alone["joints"][0][0] == 45
    codes = merged.state("a.png", SHAPE)["runs"]
    maps = np.repeat(codes[::2], codes[1::2]).reshape(SHAPE)
    assert (maps == 257).sum() == 50 and (maps == 258).sum() == 100 and (maps == 256 + UNLABELLED).sum() == 100
    text = "\n".join(lines)
    assert "3 pictures, 3 people; 1 pictures were annotated by both" in lines[0]
    assert "nose of person 1 lies 4 px apart; the first's is taken" in text and "right_wrist of person 1" in text
    assert "person 1 of the second is in it alone" in text and "40% of the pixels unlabelled" in text
    with pytest.raises(DataError, match="is there already: name another file"):
        agreement.merge(*two, out)


def test_near_joints_meet_in_the_middle(pictures):
    books = [Book(pictures, pictures / f"{n}.json") for n in (1, 2)]
    for book, x in zip(books, (30, 31), strict=True):
        book.save("a.png", state(someone(left_hip=[x, 20, 2]) | {"box": [0, 0, 50, 50]}), SHAPE)
    agreement.merge(*books, pictures / "annotations.json")
    merged = Book(pictures).state("a.png", SHAPE)["people"][0]["joints"][COCO17.index("left_hip")]
    assert merged == [30.5, 20, 2]


def test_drawn_people_make_a_lab_with_its_truth(tmp_path):
    options = {"count": 2, "people": (2, 2), "size": 160, "skeleton": "MPII16"}
    people = data.load("synthetic", "test", **options).as_parts(IFTIMIE6)
    truth = drawn.write_people(people, tmp_path)
    found = agreement.compare(truth, truth)
    assert found.pictures == 2 and len(found.pairs) == 4 and found.alone == [0, 0]
    lines = "\n".join(found.lines())
    assert "OKS: mean 1.000, least 1.000" in lines and "IoU of parts: mean 1.000" in lines
    assert "the mean of COCO's sigmas, for pelvis, thorax, upper_neck, head_top" in lines
    np.testing.assert_allclose(people_of(truth, "2.png")[1].keypoints, people.keypoints[1, 1], atol=0.006)
    seen = sum(person.parts for person in people_of(truth, "2.png"))
    np.testing.assert_array_equal(seen, people.parts[1])
    with pytest.raises(DataError, match="has a truth.json already"):
        drawn.write_people(people, tmp_path)


def test_seconds_at_work_are_kept_and_a_pause_counts_a_minute(pictures, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(desk.time, "monotonic", lambda: now[0])
    one = desk.open_desk(pictures, pictures / "one.json")
    for later, asked in ((0, "labels"), (4.25, "save"), (3, "save"), (1000, "save"), (500, "labels"), (2, "save")):
        now[0] += later
        answer = one.answer({"ask": asked, "name": "a.png", "state": state(someone())})
        assert "error" not in answer
    one.answer({"ask": "save", "name": "a.png", "state": state({"joints": []})})
    assert Book(pictures, pictures / "one.json").seconds == {"a.png": pytest.approx(69.25, abs=0.2)}
    other = Book(pictures, pictures / "other.json")
    other.save("a.png", state(someone()), SHAPE)
    assert '"seconds"' not in other.path.read_text(), "nobody was timed"
    lines = agreement.compare(Book(pictures, pictures / "one.json"), other).lines()
    assert lines[1] == "the first: 69 s a picture, 115 minutes for a hundred"
    assert not any("the second:" in line for line in lines)
    one.book.path.rename(pictures / "annotations.json")
    assert len(data.load("folder", "all", pictures)) == 1, "the set passes the seconds over"


def test_work_of_other_joints_or_parts_cannot_be_merged(pictures):
    one = Book(pictures, pictures / "1.json", COCO17, IFTIMIE6)
    for other, words in ((Book(pictures, pictures / "2.json", MPII16), "one skeleton"),
                         (Book(pictures, pictures / "3.json", COCO17, PASCAL6), "the same parts"),
                         (Book(pictures, pictures / "4.json"), "no annotated picture in common")):  # fmt: skip
        with pytest.raises(DataError, match=words):
            agreement.compare(one, other)


def test_the_commands_say_how_far_two_agree_merge_them_and_write_cocos_form(two, pictures, monkeypatch):
    monkeypatch.chdir(pictures)
    run = CliRunner().invoke
    said = run(hpe, ["agree", ".", "anna.json", "ben.json"])
    assert said.exit_code == 0 and "OKS: mean" in said.output and "  nose " in said.output
    assert run(hpe, ["merge", ".", "anna.json", "ben.json", "annotations.json"]).exit_code == 0
    said = run(hpe, ["coco", ".", "--out", "coco.json"])
    assert said.output.strip() == "3 pictures, 3 people: see coco.json"
    failed = run(hpe, ["agree", ".", "anna.json", "carl.json"])
    assert isinstance(failed.exception, DataError) and "there is no file carl.json" in str(failed.exception)


def test_cocos_form_is_read_by_its_own_programs_and_ours(pictures, capsys):
    pytest.importorskip("pycocotools")
    from pycocotools.coco import COCO

    book = Book(pictures, vocabulary=IFTIMIE6)
    book.save("a.png", state(someone(nose=[20, 10, 1]), runs=squares((257, 5, 5, 15, 12))), SHAPE)
    book.save("b.png", state(someone(shift=5)), SHAPE)
    (pictures / "coco.json").write_text(json.dumps(coco.as_coco(book)))
    official = COCO(str(pictures / "coco.json"))
    one = official.loadAnns([1])[0]
    assert one["keypoints"][:3] == [20, 10, 1] and one["num_keypoints"] == 17
    assert one["bbox"] == [5, 5, 10, 7] and one["area"] == 70
    mask = official.annToMask(one)
    assert mask.sum() == 70 and mask[5:12, 5:15].all()
    people = data.load("coco", "train", pictures / "coco.json", size=64)
    assert len(people) == 2 and people.skeleton == COCO17
    back = data.sets.module_of("coco").source("train", pictures / "coco.json").people
    np.testing.assert_allclose(back.keypoints[0, 0], [20, 10, 1])


def test_no_partial_file_of_another_process_is_needed(pictures):
    """A file that a killed process left behind neither counts as a picture nor disturbs."""
    (pictures / f"annotations.json.{os.getpid() + 1}.partial").write_text("{")
    Book(pictures).save("a.png", state(someone()), SHAPE)
    assert Book(pictures).is_done("a.png")
