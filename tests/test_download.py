"""Downloads: resumed, checked, unpacked, and refused with a remedy; every server is a thread on this machine."""

import gzip
import hashlib
import io
import json
import tarfile
import threading
import zipfile
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import download
from hpe_utils.data.sets.download import Remote


def zipped(**files) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return data.getvalue()


DATA = zipped(a=bytes(range(256)) * 4000)
HASH = hashlib.sha256(DATA).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves `data` under every path; `cut` is how many bytes it sends before it drops a connection."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.data, self.ranges, self.cut, self.tag, self.type = DATA, True, None, '"1"', "application/zip"
        self.asked, self.status, self.length, self.pause = [], None, True, None

    def handle_error(self, *_):
        """A client that hangs up is part of the tests."""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/set.zip"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server, wanted = self.server, self.headers.get("Range")
        server.asked.append(wanted)
        start = 0
        if wanted and server.ranges and self.headers.get("If-Range") in (None, server.tag):
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if start >= len(server.data):
            self.answer(416, {"Content-Range": f"bytes */{len(server.data)}", "Content-Length": 0})
            return
        body = server.data[start:]
        if server.pause:
            server.pause.wait(10)
        self.answer(server.status or (206 if start else 200), {"Content-Length": len(body) if server.length else None})
        self.wfile.write(body[: server.cut])

    def answer(self, status, headers):
        self.send_response(status)
        for name, value in ({"ETag": self.server.tag, "Content-Type": self.server.type} | headers).items():
            if value is not None:
                self.send_header(name, str(value))
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def server(cache_folder, monkeypatch):
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        monkeypatch.setattr(download, "REGISTRY", {"set": Remote(server.url, "a test")})
        monkeypatch.setattr(download.time, "sleep", lambda seconds: None)
        yield server
        server.shutdown()


def part():
    return download.downloads() / "set.zip.part"


def leave_part(length, tag='"1"', data=DATA):
    download.downloads().mkdir(parents=True, exist_ok=True)
    part().write_bytes(data[:length])
    part().with_name("set.zip.part.tag").write_text(tag)


def known(monkeypatch, server, sha256=HASH, **options):
    monkeypatch.setattr(download, "REGISTRY", {"set": Remote(server.url, "a test", sha256, **options)})


def test_a_file_is_fetched_once(server):
    path = download.fetch("set")
    assert path == download.downloads() / "set.zip" and path.read_bytes() == DATA
    assert download.fetch("set") == path and server.asked == [None]
    assert {p.name for p in download.downloads().iterdir()} == {"set.zip", "hashes.json"}


def test_a_killed_download_goes_on(server):
    leave_part(700_000)
    assert download.fetch("set").read_bytes() == DATA
    assert server.asked == ["bytes=700000-"]


def test_a_server_without_ranges_sends_all_again(server):
    server.ranges = False
    leave_part(700_000)
    assert download.fetch("set").read_bytes() == DATA


def test_a_changed_file_is_not_joined_to_an_old_part(server):
    leave_part(700_000, tag='"0"', data=b"x" * len(DATA))
    assert download.fetch("set").read_bytes() == DATA


def test_a_part_of_unknown_version_is_not_trusted(server):
    leave_part(700_000, data=b"x" * len(DATA))
    part().with_name("set.zip.part.tag").unlink()
    assert download.fetch("set").read_bytes() == DATA
    server.tag = None
    (download.downloads() / "set.zip").unlink()
    assert download.fetch("set").read_bytes() == DATA


def test_a_whole_part_is_not_loaded_again(server):
    leave_part(len(DATA))
    assert download.fetch("set").read_bytes() == DATA
    assert server.asked == [f"bytes={len(DATA)}-"]


def test_a_connection_that_breaks_is_taken_up_again(server):
    server.cut = 300_000
    assert download.fetch("set").read_bytes() == DATA
    assert server.asked == [None, *(f"bytes={n * download.BLOCK}-" for n in (1, 2, 3))]


def test_a_server_that_always_breaks_keeps_the_part(server):
    server.ranges, server.cut = False, 300_000
    with pytest.raises(DataError, match="cannot download .*set.zip .*What has come is kept"):
        download.fetch("set")
    assert part().stat().st_size == download.BLOCK and not (download.downloads() / "set.zip").exists()
    server.ranges, server.cut = True, None
    assert download.fetch("set").read_bytes() == DATA and server.asked[-1] == f"bytes={download.BLOCK}-"


def test_ctrl_c_keeps_the_part(server, monkeypatch):
    class Bar:
        def __init__(self, **_):
            self.blocks = 0

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def update(self, _):
            self.blocks += 1
            if self.blocks == 2:
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(download, "tqdm", Bar)
        with pytest.raises(KeyboardInterrupt):
            download.fetch("set")
    assert part().stat().st_size == 2 * download.BLOCK
    assert download.fetch("set").read_bytes() == DATA and server.asked[-1] == f"bytes={2 * download.BLOCK}-"


def test_a_wrong_hash_names_both_and_the_remedy(server, monkeypatch):
    known(monkeypatch, server, "0" * 64)
    with pytest.raises(DataError, match=f"expected {'0' * 64} but got {HASH}.*Download it again") as error:
        download.fetch("set")
    assert server.url in str(error.value) and list(download.downloads().glob("*")) == []


def test_a_right_hash_passes(server, monkeypatch):
    known(monkeypatch, server)
    assert download.fetch("set").read_bytes() == DATA
    assert not (download.downloads() / "hashes.json").exists()


def test_an_unpublished_hash_is_recorded_and_compared(server):
    path = download.fetch("set")
    assert json.loads((download.downloads() / "hashes.json").read_text()) == {"set.zip": HASH}
    path.unlink()
    server.data = zipped(a="another version")
    for _ in range(2):
        with pytest.raises(DataError, match="which deleting .*hashes.json would accept"):
            download.fetch("set")
    (download.downloads() / "hashes.json").unlink()
    assert download.fetch("set").read_bytes() == server.data
    assert server.asked[-2:] == [f"bytes={len(server.data)}-"] * 2, "it is not loaded again"


@pytest.mark.parametrize("content", ["damaged", "[1]", '{"set.zip": 7}', '{"a": 1, "a": 2}'])
def test_a_damaged_list_of_hashes_is_noted_anew(server, content):
    download.downloads().mkdir(parents=True)
    (download.downloads() / "hashes.json").write_text(content)
    assert download.fetch("set").read_bytes() == DATA
    assert json.loads((download.downloads() / "hashes.json").read_text()) == {"set.zip": HASH}


@pytest.mark.parametrize("cut", [DATA[:700_000], DATA[:700_000] + b"?" + DATA[700_001:], b"<html>busy</html>"])
def test_a_damaged_first_download_is_not_the_right_one(server, cut):
    server.data, server.length = cut, False
    with pytest.raises(DataError, match="set.zip.part of http.* is damaged or cut short .*download it again"):
        download.fetch("set")
    assert list(download.downloads().iterdir()) == []
    server.data = DATA
    assert download.fetch("set").read_bytes() == DATA


def by_hand(content):
    download.downloads().mkdir(parents=True)
    path = download.downloads() / "set.zip"
    path.write_bytes(content)
    return path


def test_a_file_put_there_by_hand_is_taken(server):
    by_hand(DATA)
    assert download.fetch("set").read_bytes() == DATA and server.asked == []


@pytest.mark.parametrize("sha256, content, said", [
    ("0" * 64, DATA, f"is not the file of .* is {HASH}, not {'0' * 64}.*left as it is: move it away"),
    (None, DATA[:-9], "damaged or cut short"),
    (None, DATA, "or delete .*hashes.json to accept it"),
])  # fmt: skip
def test_a_wrong_file_put_there_by_hand_is_never_deleted(server, monkeypatch, sha256, content, said):
    known(monkeypatch, server, sha256)
    path = by_hand(content)
    if content == DATA and not sha256:
        (download.downloads() / "hashes.json").write_text(json.dumps({"set.zip": "1" * 64}))
    for _ in range(2):
        with pytest.raises(DataError, match=said):
            download.fetch("set")
    assert path.read_bytes() == content and server.asked == []


def test_two_programs_download_once(server, capfd):
    server.pause = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        paths = [pool.submit(download.fetch, "set") for _ in range(2)]
        while "waiting" not in capfd.readouterr().err:
            pass
        server.pause.set()
        assert {path.result().read_bytes() for path in paths} == {DATA}
    assert server.asked == [None]
    assert {path.name for path in download.downloads().iterdir()} == {"set.zip", "hashes.json"}


def test_no_server_names_the_address_and_the_place(server, monkeypatch):
    server.shutdown()
    server.server_close()
    with pytest.raises(DataError, match="cannot download http://127.*refused.*put it at .*set.zip"):
        download.fetch("set")


@pytest.mark.parametrize("status", [404, 503])
def test_a_server_error_is_named(server, status):
    server.status = status
    with pytest.raises(DataError, match=f"cannot download .*{status}"):
        download.fetch("set")


def test_a_web_page_is_not_taken_for_a_file(server):
    server.type = "text/html; charset=utf-8"
    with pytest.raises(DataError, match="web page instead of the file"):
        download.fetch("set")
    assert not part().exists()


def test_a_full_disk_is_noticed_before_loading(server, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _: usage(10, 9, 1))
    with pytest.raises(DataError, match="are needed and the disk has less.*free some space, or set HPE_CACHE"):
        download.fetch("set")


def test_a_folder_that_cannot_be_written_is_named(server, cache_folder):
    cache_folder.write_text("a file where the cache should be")
    with pytest.raises(DataError, match="cannot write .*HPE_CACHE"):
        download.fetch("set")


def test_an_archive_is_unpacked_once_and_may_then_be_deleted(server, monkeypatch):
    server.data = zipped(a="1", b="2")
    known(monkeypatch, server, None, folder="mine")
    folder = download.fetch("set")
    assert folder == download.downloads() / "mine" and (folder / "a").read_text() == "1"
    (download.downloads() / "set.zip").unlink()
    (folder / "a").write_text("mine")
    assert download.fetch("set") == folder and (folder / "a").read_text() == "mine" and len(server.asked) == 1


def test_a_stopped_unpacking_is_done_again(server, monkeypatch):
    server.data = zipped(a="1")
    known(monkeypatch, server, None, folder="mine")

    def stop(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(download.shutil, "unpack_archive", stop)
        with pytest.raises(KeyboardInterrupt):
            download.fetch("set")
    assert (download.fetch("set") / "a").read_text() == "1" and len(server.asked) == 1


def test_a_damaged_archive_is_named(server, monkeypatch):
    known(monkeypatch, server, None, folder="mine")
    server.data = DATA[:-9]
    with pytest.raises(DataError, match="set.zip.* is damaged .*delete it and download it again"):
        download.fetch("set")
    assert not list((download.downloads()).rglob("a"))


@pytest.mark.parametrize("name", ["../out", "/out", "a/../../out", "..\\out", "C:/out"])
def test_nothing_is_written_outside_the_folder(server, monkeypatch, name):
    server.data = zipped(**{name: "1"})
    known(monkeypatch, server, None, folder="mine")
    with pytest.raises(DataError, match="would be written elsewhere"):
        download.fetch("set")
    assert list(download.downloads().parent.rglob("*")) == [download.downloads()]


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_a_bomb_is_not_unpacked(server, monkeypatch, kind):
    monkeypatch.setattr(download, "SMALL", 1000)
    data = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("zeros", bytes(10_000_000))
    else:
        data.write(gzip.compress(bytes(10_000_000)))
    server.data = data.getvalue()
    monkeypatch.setattr(download, "REGISTRY", {"set": Remote(server.url[:-3] + kind, "a test", None, "mine")})
    with pytest.raises(DataError, match="it unpacks to more than"):
        download.fetch("set")
    assert not list(download.downloads().iterdir())


def test_a_tar_is_unpacked_and_writes_nothing_outside(server, monkeypatch):
    def tarred(name):
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w:gz") as archive:
            archive.addfile(tarfile.TarInfo(name))
        return data.getvalue()

    remote = Remote(server.url[:-3] + "tar.gz", "a test", None, "mine")
    monkeypatch.setattr(download, "REGISTRY", {"set": remote})
    server.data = tarred("../out")
    with pytest.raises(DataError, match="outside the destination"):
        download.fetch("set")
    assert list(download.downloads().parent.rglob("*")) == [download.downloads()]
    server.data = tarred("in")
    assert (download.fetch("set") / "in").exists()


def test_an_unknown_name_lists_the_known():
    with pytest.raises(DataError, match="no download 'lsptt'; known are lspet, lsp, mpii-annotations"):
        download.fetch("lsptt")


def test_the_registry_is_sound():
    for remote in download.REGISTRY.values():
        assert requests.compat.urlparse(remote.url).scheme in ("http", "https")
        assert remote.file.endswith((".zip", ".tar.gz")) and remote.about
        assert remote.sha256 is None or len(bytes.fromhex(remote.sha256)) == 32
