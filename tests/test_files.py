"""Every kind of file is opened within limits, checked against a declaration, and refused in words that help."""

import io
import json
import os
import zipfile
import zlib

import h5py
import numpy as np
import pytest
import scipy.io

from hpe_utils import files
from hpe_utils.files import DataError

REMEDY = "make it again"
READERS = {
    "json": lambda path: files.read_json(path, REMEDY),
    "toml": lambda path: files.read_toml(path, REMEDY),
    "csv": lambda path: list(files.read_csv(path, ("a",), REMEDY)),
    "npz": lambda path: files.read_npz(path, REMEDY),
    "npy": lambda path: files.read_npy(path, "f", None, REMEDY),
    "mat": lambda path: files.read_mat(path, REMEDY),
    "h5": lambda path: files.read_h5(path, ("a",), REMEDY),
    "zip": lambda path: files.open_zip(path, REMEDY),
}


def good(kind: str) -> bytes:
    """A small whole file of a kind."""
    file, array = io.BytesIO(), np.arange(600, dtype=np.float32)
    if kind == "npz":
        np.savez(file, a=array)
    elif kind == "npy":
        np.save(file, array)
    elif kind == "mat":
        scipy.io.savemat(file, {"a": array}, do_compression=True)
    elif kind == "h5":
        with h5py.File(file, "w") as target:
            target["a"] = array
    elif kind == "zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a.txt", "a")
    else:
        return {"json": b'{"a": 1}', "toml": b"a = 1", "csv": b"a,b\n1,2\n"}[kind]
    return file.getvalue()


@pytest.mark.parametrize("kind", READERS)
def test_a_whole_file_is_read_and_every_broken_one_names_itself_and_the_remedy(kind, tmp_path):
    path = tmp_path / f"file.{kind}"
    path.write_bytes(good(kind))
    READERS[kind](path)
    rubbish = {"empty": b"", "cut": good(kind)[: len(good(kind)) // 2], "another": b"\xff\xfe\x00\x81" * 40}
    for content in rubbish.values():
        if (kind, content) in (("csv", rubbish["cut"]), ("toml", b"")):
            continue  # half a table is a table, and no settings are settings
        path.write_bytes(content)
        with pytest.raises(DataError, match=f"file.{kind}.*{REMEDY}"):
            READERS[kind](path)
    path.unlink()
    with pytest.raises(DataError, match=f"there is no .*file.{kind}: {REMEDY}"):
        READERS[kind](path)
    path.mkdir()
    with pytest.raises(DataError, match=f"file.{kind}.*no plain file"):
        READERS[kind](path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_rather_than_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(DataError, match="no plain file"):
        files.read_json(tmp_path / "pipe.json", REMEDY)


def test_limits_are_looked_at_before_reading(tmp_path):
    for kind in ("json", "npz", "mat", "h5"):
        (tmp_path / kind).write_bytes(good(kind))
    reads = [
        lambda: files.read_json(tmp_path / "json", REMEDY, most=4),
        lambda: files.read_npz(tmp_path / "npz", REMEDY, most=100),
        lambda: files.read_mat(tmp_path / "mat", REMEDY, most=100),
        lambda: files.read_h5(tmp_path / "h5", ("a",), REMEDY, most=100),
    ]
    for read in reads:
        with pytest.raises(DataError, match="bytes, more than|unpacks to more than"):
            read()


def test_a_mat_file_that_unpacks_to_gigabytes_is_refused_at_its_limit():
    bomb = zlib.compress(b"\0" * (1 << 26), 9)
    data = good("mat")[:128] + (15).to_bytes(4, "little") + len(bomb).to_bytes(4, "little") + bomb
    with pytest.raises(DataError, match="unpacks to more than 1,000,000 bytes"):
        files.read_mat(data, REMEDY, name="bomb.mat", most=1_000_000)


def test_an_npz_that_promises_more_than_it_holds_is_refused_before_room_is_made(tmp_path):
    member = io.BytesIO()
    np.lib.format.write_array_header_1_0(member, {"descr": "<f8", "fortran_order": False, "shape": (1 << 20, 1 << 20)})
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("a.npy", member.getvalue())
    with pytest.raises(DataError, match="says that it has shape"):
        files.read_npz(tmp_path / "a.npz", REMEDY)


def test_nothing_is_unpickled(tmp_path):
    np.savez(tmp_path / "a.npz", a=np.array([{}], object))
    with pytest.raises(DataError, match="(?i)pickle"):
        files.read_npz(tmp_path / "a.npz", REMEDY)


def test_a_key_that_is_there_twice_is_no_key(tmp_path):
    (tmp_path / "a.json").write_text('{"people": [], "people": [1]}')
    with pytest.raises(DataError, match="'people' is there twice"):
        files.read_json(tmp_path / "a.json", REMEDY)


DECLARED = {"name": str, "sizes": [int], "scale?": (float, None), "inner?": {"on": bool}}


@pytest.mark.parametrize(
    "change, words",
    [
        ({"name": 3}, "name in the file is 3, not a text: make it again"),
        ({"sizes": [1, True]}, "entry 2 of sizes in the file is True, not a whole number"),
        ({"sizes": 5}, "sizes in the file is 5, not a list"),
        ({"scale": float("nan")}, "scale in the file is nan, not a number or nothing"),
        ({"scale": 10**400}, "scale in the file is 1000"),
        ({"inner": {}}, "inner in the file has no on"),
        ({"name": "x" * 50_000}, None),
        ({"sizes": ["x" * 50_000]}, "entry 1 of sizes in the file is 'xxx.{0,60}…, not a whole number"),
    ],
)
def test_what_is_not_as_declared_is_named_with_its_place(change, words):
    good = {"name": "a", "sizes": [1], "scale": None, "inner": {"on": True}}
    files.check(good, DECLARED, "the file", REMEDY)
    if words is None:
        return files.check(good | change, DECLARED, "the file", REMEDY)
    with pytest.raises(DataError, match=words) as error:
        files.check(good | change, DECLARED, "the file", REMEDY)
    assert len(str(error.value)) < 200


def test_arrays_are_declared_by_kind_and_shape(tmp_path):
    np.savez(tmp_path / "a.npz", boxes=np.full((2, 4), np.nan))
    assert files.read_npz(tmp_path / "a.npz", REMEDY, {"boxes": ("f", (None, 4))})["boxes"].shape == (2, 4)
    for wrong in ({"boxes": ("i", (None, 4))}, {"boxes": ("f", (3, 4))}, {"heads": ("f", (2,))}):
        with pytest.raises(DataError, match=REMEDY):
            files.read_npz(tmp_path / "a.npz", REMEDY, wrong)
    np.savez(tmp_path / "a.npz", boxes=np.full((2, 4), np.inf))
    with pytest.raises(DataError, match="infinite"):
        files.read_npz(tmp_path / "a.npz", REMEDY, {"boxes": ("f", (2, 4))})


def test_csv_lines_have_their_number_and_no_more_values_than_names(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\ufeffa,b\n1,2\n\n3,4\n", encoding="utf-8")
    assert list(files.read_csv(path, ("a",), REMEDY)) == [(2, {"a": "1", "b": "2"}), (4, {"a": "3", "b": "4"})]
    for text, words in (
        ("a,b\n1,2,3\n", "line 2 .* more values"),
        ("b\n1\n", "lacks the columns a"),
        ("a,a\n", "twice"),
    ):
        path.write_text(text)
        with pytest.raises(DataError, match=words):
            list(files.read_csv(path, ("a",), REMEDY))


def crash(path):
    os.kill(os.getpid(), 11)


def test_a_reader_that_crashes_takes_nobody_along():
    with pytest.raises(DataError, match="bad.mat is damaged so that its reader crashed"):
        files.apart(crash, "bad.mat")
    assert files.apart(len, "abc") == 3


def test_names_that_are_not_utf8_survive_in_json(tmp_path):
    name = os.fsdecode(b"caf\xe9.jpg")
    files.write_json(tmp_path / "a.json", {name: 1})
    assert files.read_json(tmp_path / "a.json", REMEDY) == {name: 1}
    json.loads((tmp_path / "a.json").read_bytes().decode(errors="replace"))
