"""hpe serve: frames and pictures go in, people come out, and whatever else comes is refused in a line."""

import asyncio
import json
import socket
import time
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("keras")
pytest.importorskip("uvicorn")

from serving import Served  # noqa: E402
from websockets.exceptions import ConnectionClosed, InvalidStatus  # noqa: E402

from hpe_utils import data  # noqa: E402
from hpe_utils.apps import guard, live, server  # noqa: E402
from hpe_utils.apps.client import follow  # noqa: E402
from hpe_utils.data import films  # noqa: E402
from hpe_utils.files import DataError  # noqa: E402
from hpe_utils.pose import Pose  # noqa: E402


@pytest.fixture(scope="module")
def poses():
    return {name: Pose.load(name) for name in ("openpose", "photo_parts")}


@pytest.fixture(scope="module")
def group():
    return data.load("synthetic", "test", people=(2, 2), size=160, count=1).images[0]


def file_of(image, kind: str = "JPEG") -> bytes:
    file = BytesIO()
    Image.fromarray(np.asarray(image)).save(file, kind, **({"quality": 95} if kind == "JPEG" else {}))
    return file.getvalue()


@pytest.fixture(scope="module")
def client(poses):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "PICTURES", 1000.0)
        with Served(poses) as client:
            yield client


def test_a_picture_gives_its_people_as_json_and_as_a_picture(client, poses, group):
    found = poses["openpose"](np.asarray(Image.open(BytesIO(file_of(group)))))
    answer = client.post("/find", data=file_of(group)).json()
    assert answer["size"] == [160, 160] and len(answer["people"]) == len(found) > 0
    assert answer["names"] == list(poses["openpose"].names) and {"wait", "decode", "find"} == set(
        answer["milliseconds"]
    )
    for person, keypoints in zip(answer["people"], found.keypoints, strict=True):
        for joint, (x, y, v) in zip(person["joints"], keypoints, strict=True):
            assert joint is None if v == 0 else np.allclose(joint[:2], (x, y), atol=0.06)
    painted = Image.open(BytesIO(client.post("/find?as=png", data=file_of(group, "PNG")).content))
    assert painted.size == (160, 160) and (np.asarray(painted) != group).any()
    parts = client.post("/find?model=photo_parts", data=file_of(group)).json()
    assert parts["parts"].startswith("data:image/png;base64,")


def test_the_page_and_what_it_asks_for(client):
    page = client.get("/")
    assert page.status_code == 200 and "default-src 'self'" in page.headers["content-security-policy"]
    assert "page/served.js" in page.text and "page/page.css" in page.text
    for file in ("served.js", "view.js", "drawing.js", "page.css", "view.css"):
        assert client.get(f"/page/{file}").status_code == 200
    assert client.get("/health").json() == {"status": "ok", "clients": 0}
    models = {model["name"]: model for model in client.get("/models").json()}
    assert set(models) == {"openpose", "photo_parts"} and len(models["openpose"]["sides"]) == 23
    assert models["photo_parts"]["licence"] == "Apache-2.0"


@pytest.mark.parametrize(
    "body, query, status, words",
    [
        (b"", "", 400, "no picture came"),
        (b"a text", "", 400, "no whole picture"),
        (b"GIF89a" + bytes(100), "", 400, "no whole picture"),
        (file_of(np.zeros((9, 9, 3), np.uint8), "GIF"), "", 400, "send a JPEG, PNG or WebP"),
        (bytes(guard.BODY + 1), "", 413, "16 MB"),
        (None, "?as=gif", 400, "as=json or as=png"),
        (None, "?model=../../etc/passwd", 404, "there are openpose, photo_parts"),
    ],
)
def test_bad_pictures_are_refused_in_a_line_and_the_next_is_answered(client, group, body, query, status, words):
    body = file_of(group) if body is None else body
    said = client.post(f"/find{query}", data=body)
    assert said.status_code == status and words in said.json()["error"] and "\n" not in said.json()["error"]
    assert client.post("/find", data=file_of(group)).status_code == 200


def test_half_a_picture_and_a_bomb_are_refused(client, group):
    whole = file_of(group)
    assert client.post("/find", data=whole[: len(whole) // 2]).status_code == 400
    bomb = file_of(np.zeros((4000, 4000, 3), np.uint8), "PNG")
    assert "12 megapixels" in client.post("/find", data=bomb).json()["error"]


def test_who_may_ask(poses, client, group):
    with Served(poses, "secret") as other:
        host = {"host": "192.168.0.7:8000"}
        assert other.get("/health", headers=host).status_code == 401
        assert other.get("/health?token=wrong", headers=host).status_code == 401
        assert other.get("/health", headers=host | {"authorization": "Bearer secret"}).status_code == 200
        assert other.get("/page/served.js").status_code == 401 and other.get("/?token=secret").status_code == 200
        assert other.get("/page/served.js").status_code == 200, "by the cookie that came with the page"
    assert client.get("/health", headers={"host": "evil.example"}).status_code == 421
    assert client.post("/find", data=file_of(group), headers={"origin": "http://evil.example"}).status_code == 403
    with pytest.raises(InvalidStatus, match="403"), client.frames(origin="http://evil.example"):
        pass


def test_no_error_speaks_of_the_inside(client, group, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Pose, "everybody", lambda self, images: 1 / 0)
        for said in (client.post("/find", data=file_of(group)), client.get("/nothing"), client.put("/find")):
            assert said.status_code in (500, 404, 405) and "Traceback" not in said.text and ".py" not in said.text
            assert "server" not in said.headers
    assert client.post("/find", data=file_of(group)).status_code == 200


def test_an_address_may_ask_so_often(poses, monkeypatch):
    monkeypatch.setattr(server, "PICTURES", 5.0)
    with Served(poses) as client:
        start = time.perf_counter()
        statuses = [client.post("/find", data=b"a text").status_code for _ in range(12)]
        earned = 5.0 * (time.perf_counter() - start)
    assert 5 <= statuses.count(400) <= 5 + earned and set(statuses) == {400, 429}


def test_two_hundred_kinds_of_rubbish_are_refused_in_a_line(client, group):
    rng, whole = np.random.default_rng(0), {kind: file_of(group, kind) for kind in ("JPEG", "PNG", "WEBP")}
    heads = (
        b"%!PS-Adobe-3.0 EPSF",
        b"%PDF-1.7",
        b"<svg>",
        b"<?xml",
        b"{}",
        b"PK\x03\x04",
        b"\x1f\x8b",
        b"BM",
        b"II*\0",
    )
    rubbish = [head + rng.bytes(size) for head in heads for size in (0, 1, 40, 4000)]
    for picture in whole.values():
        rubbish += [picture[: int(share * len(picture))] for share in rng.random(20)]
        for _ in range(40):
            broken = bytearray(picture)
            for place in rng.integers(0, len(picture), 30):
                broken[place] = rng.integers(256)
            rubbish.append(bytes(broken))
    assert len(rubbish) > 200
    for file in rubbish:
        said = client.post("/find", data=file)
        assert said.status_code in (200, 400) and "\n" not in said.text, "a changed picture may be a picture"
        assert said.status_code == 200 or said.json()["error"].count(" ") < 20
    assert client.post("/find", data=whole["JPEG"]).status_code == 200


# Frames -------------------------------------------------------------------------------------------


def framed(number: int, image) -> bytes:
    return number.to_bytes(4) + file_of(image)


def test_frames_are_answered_with_numbered_people(client, group):
    with client.frames() as frames:
        for number in (1, 2):
            frames.send(framed(number, group))
            answer = json.loads(frames.recv())
            assert answer["frame"] == number and [one["number"] for one in answer["people"]][:2] == [1, 2]
        frames.send((3).to_bytes(4) + b"no picture")
        assert "no whole picture" in json.loads(frames.recv())["error"]
        frames.send("{not json")
        frames.send(json.dumps({"model": "nobody's", "smooth": 7}))
        frames.send(json.dumps({"model": "photo_parts"}))
        frames.send(framed(4, group))
        assert "parts" in json.loads(frames.recv())
        with pytest.raises(ConnectionClosed):
            frames.send(bytes(guard.MESSAGE + 1))
            frames.recv()
    assert client.get("/health").json()["status"] == "ok"


def test_frames_of_several_clients_are_one_batch_and_each_gets_its_own(poses, group):
    sizes = []

    class Counting:
        def everybody(self, images):
            sizes.append(len(images))
            time.sleep(0.05)
            return poses["openpose"].everybody(images)

    async def ask():
        desk = live.Desk({"openpose": Counting()})
        task = asyncio.create_task(desk.run())
        images = [np.full((20 + 10 * k, 30, 3), 90, np.uint8) for k in range(20)]
        answers = await asyncio.gather(*(desk.find("openpose", file_of(image), 1.0) for image in images))
        task.cancel()
        return [answer.people.size for answer in answers]

    assert asyncio.run(ask()) == [(30, 20 + 10 * k) for k in range(20)]
    assert sum(sizes) == 20 and max(sizes) == live.BATCH


def test_only_the_newest_of_waiting_frames_is_answered(poses, group):
    class Slow:
        everybody = staticmethod(lambda images: time.sleep(0.3) or poses["openpose"].everybody(images))
        names, vocabulary = poses["openpose"].names, None

    with Served({"openpose": Slow()}) as client, client.frames() as frames:
        for number in range(1, 9):
            frames.send(framed(number, group))
            time.sleep(0.01)
        first, second = json.loads(frames.recv()), json.loads(frames.recv())
        assert first["frame"] == 1 and second["frame"] == 8 and first["dropped"] + second["dropped"] == 6


# Those who mean no good, or are slow ---------------------------------------------------------------


@pytest.fixture
def impatient(poses, monkeypatch):
    monkeypatch.setattr(guard, "PATIENCE", 1.0)
    with Served(poses) as client:
        yield client


@pytest.mark.parametrize(
    "beginning", [b"", b"GET /hea", b"POST /find HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nhalf"]
)
def test_slow_senders_are_sent_away(impatient, beginning):
    with socket.create_connection(("127.0.0.1", impatient.port)) as slow:
        slow.sendall(beginning)
        slow.settimeout(8)
        begin, answer = time.monotonic(), b""
        while part := slow.recv(4096):
            answer += part
        assert time.monotonic() - begin < 7 and (b"408" in answer or not answer)
    assert impatient.get("/health").status_code == 200


def test_a_thousand_connections_that_say_nothing_keep_nobody_out(impatient):
    silent = [socket.create_connection(("127.0.0.1", impatient.port)) for _ in range(min(1000, open_files() // 3))]
    assert impatient.get("/health").status_code == 200
    for one in silent:
        one.settimeout(5)
        assert one.recv(1) == b"", "closed by the server"
        one.close()


def open_files() -> int:
    """How many files and sockets this process may have."""
    resource = pytest.importorskip("resource")
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


# The client ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["openpose", "photo_parts"])
def test_the_client_brings_a_film_back(client, group, tmp_path, model):
    with films.writer(tmp_path / "film.mp4") as add:
        for number in range(4):
            add(number / 25, group)
    said = follow(str(tmp_path / "film.mp4"), f"http://localhost:{client.port}", model, tmp_path / "out.mp4", None)
    before, after = (list(films.Film(tmp_path / name)) for name in ("film.mp4", "out.mp4"))
    assert "4 frames" in said and len(after) == 4
    assert all((one != other).any() for (_, one), (_, other) in zip(before, after, strict=True))


def test_the_client_says_what_is_wrong(client, poses, tmp_path):
    here = f"http://localhost:{client.port}"
    for arguments, words in (
        (("film.mp4", "http://localhost:1", None), "no server"),
        (("film.mp4", here, "alphapose"), "it has openpose"),
        (("film.mp4", here, None), "no film"),
        (("77", here, None), "camera 77 gives no"),
    ):
        with pytest.raises(DataError, match=words):
            follow(*arguments, tmp_path / "out.mp4", None)
    with Served(poses, "secret") as other, pytest.raises(DataError, match="a token is needed"):
        follow("film.mp4", f"http://localhost:{other.port}", None, tmp_path / "out.mp4", None)
    assert not list(tmp_path.iterdir())


def closes(connection, within: float = 6.0) -> bool:
    """Whether the server ends a connection."""
    connection.settimeout(within)
    try:
        while connection.recv(1 << 16):
            pass
        return True
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


def test_a_body_that_goes_on_after_its_answer_keeps_nothing_open(impatient):
    with socket.create_connection(("127.0.0.1", impatient.port)) as slow:
        slow.sendall(b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nhalf")
        assert slow.recv(12) == b"HTTP/1.1 404"
        slow.sendall(b"x")
        assert closes(slow)


def test_a_greeting_that_is_not_understood_ends(impatient):
    head = b"GET /live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    with socket.create_connection(("127.0.0.1", impatient.port)) as odd:
        odd.sendall(head + b"X: " + b"y" * 9000 + b"\r\n\r\n")
        assert closes(odd)


def test_who_does_not_read_is_sent_away(impatient, group):
    request = b"POST /find?as=png HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
    large = file_of(np.random.default_rng(0).integers(0, 256, (1500, 1500, 3), np.uint8))
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", impatient.port))
        deaf.sendall(request % len(large) + large)
        time.sleep(6)
        deaf.settimeout(3)
        answer = b""
        while part := deaf.recv(1 << 20):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    whole = int(dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])[b"content-length"])
    assert len(body) < whole, "it was broken off, not waited for"


def test_whence_a_request_comes_is_not_said_by_itself(poses, monkeypatch):
    monkeypatch.setattr(server, "PICTURES", 5.0)
    with Served(poses) as client:
        headers = ({"x-forwarded-for": f"6.6.6.{number}"} for number in range(12))
        assert 429 in [client.post("/find", data=b"a text", headers=one).status_code for one in headers]
