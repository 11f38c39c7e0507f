"""Folders and zips of pictures: what is listed, under which name, and what is no picture."""

import os
import sys
import zipfile

import pytest

from hpe_utils.data import pictures
from hpe_utils.data.pictures import NOT_FOUND, UNREADABLE, Archive, PictureError
from hpe_utils.data.schema import DataError

linked = pytest.mark.skipif(os.name == "nt", reason="links need rights of their own on Windows")


def fill(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return Archive(folder)


@linked
def test_a_folder_is_listed_once_however_it_is_linked(tmp_path):
    archive = fill(tmp_path / "set", "a.jpg", "batch/b.jpg", "batch/deep/c.jpg")
    fill(tmp_path / "elsewhere", "d.jpg", "more/e.jpg")
    for link, target in (("batch/up", ".."), ("batch/deep/top", "../.."), ("again", "batch"), ("far", "../elsewhere"),
                         ("0", "far/more"), ("batch/self", "self")):  # fmt: skip
        (tmp_path / "set" / link).symlink_to(target)
    (tmp_path / "elsewhere" / "back").symlink_to(tmp_path / "set")
    assert set(archive.listing()) == {"a.jpg", "batch/b.jpg", "batch/deep/c.jpg", "far/d.jpg", "0/e.jpg"}


@linked
def test_two_links_to_one_picture_are_two_names(tmp_path):
    archive = fill(tmp_path, "a.jpg")
    (tmp_path / "b.jpg").symlink_to("a.jpg")
    assert archive.listing().keys() == {"a.jpg", "b.jpg"}
    with archive.opened() as read:
        assert read("b.jpg") == b"a.jpg"


@linked
def test_what_is_no_plain_file_is_not_listed_and_not_read(tmp_path):
    archive = fill(tmp_path, "a.jpg", "folder.jpg/b.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "broken.jpg").symlink_to("nothing")
    assert archive.listing().keys() == {"a.jpg", "folder.jpg/b.jpg"}
    with archive.opened() as read:
        for name, reason in (("pipe.jpg", UNREADABLE), ("broken.jpg", NOT_FOUND), ("folder.jpg", UNREADABLE)):
            with pytest.raises(PictureError, match=reason):
                read(name)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_are_not_utf8_are_read(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.jpg")).write_bytes(b"coffee")
    (name,) = Archive(tmp_path).listing()
    with Archive(tmp_path).opened() as read:
        assert os.fsencode(name) == b"caf\xe9.jpg" and read(name) == b"coffee"


def write_zip(path, **options) -> Archive:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in options.items():
            archive.writestr(name, content)
    return Archive(path)


def test_names_in_zips_are_seen_from_the_root_with_slashes(tmp_path):
    archive = write_zip(tmp_path / "a.zip", **{"images\\a.jpg": "a", "./b.jpg": "b", "images\\": "", "/c.jpg": "c"})
    assert archive.listing().keys() == {"images/a.jpg", "b.jpg", "c.jpg"}
    with archive.opened() as read:
        assert [read(name) for name in ("images/a.jpg", "b.jpg", "c.jpg")] == [b"a", b"b", b"c"]


def test_names_in_utf8_that_do_not_say_so_are_understood(tmp_path):
    path = tmp_path / "a.zip"
    write_zip(path, **{"café.jpg": "coffee", "a.jpg": "a"})
    data = path.read_bytes()
    for start, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):  # as macOS writes them: without the flag for UTF-8
        place = data.index(start) + flags
        data = data[:place] + bytes([data[place], data[place + 1] & ~8]) + data[place + 2 :]
    path.write_bytes(data)
    assert zipfile.ZipFile(path).namelist()[0] != "café.jpg"
    with Archive(path).opened() as read:
        assert read("café.jpg") == b"coffee" and Archive(path).listing().keys() == {"café.jpg", "a.jpg"}


def test_absurd_and_encrypted_members_are_unreadable(tmp_path, monkeypatch):
    path = tmp_path / "a.zip"
    write_zip(path, **{"bomb.jpg": bytes(10_000), "secret.jpg": "x", "a.jpg": "a"})
    data = bytearray(path.read_bytes())
    for start, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = data.index(b"secret.jpg") if flags == 6 else data.rindex(b"secret.jpg")
        data[data.rindex(start, 0, place) + flags] |= 1
    path.write_bytes(data)
    monkeypatch.setattr(pictures, "PICTURE_BYTES", 9_999)
    with Archive(path).opened() as read:
        assert read("a.jpg") == b"a"
        for name, reason in (("bomb.jpg", UNREADABLE), ("secret.jpg", UNREADABLE), ("none.jpg", NOT_FOUND)):
            with pytest.raises(PictureError, match=reason):
                read(name)


@pytest.mark.parametrize("content, said", [(None, "does not exist"), (b"PK", "no complete zip file")])
def test_what_is_no_zip_is_told(tmp_path, content, said):
    path = tmp_path / "a.zip"
    if content:
        path.write_bytes(content)
    with pytest.raises(DataError, match=f"a.zip.*{said}"):
        Archive(path).listing()
