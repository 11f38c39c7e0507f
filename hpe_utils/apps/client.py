"""A program that sends a camera's or a film's frames to `hpe serve`, and shows or writes what comes back.

This is the other half of Iftimie's system (2017): a computer without a GPU asks one that has it.
"""

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import cv2
import numpy as np
import requests
from PIL import Image
from tqdm.auto import tqdm
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from hpe_utils.data import films
from hpe_utils.files import DataError
from hpe_utils.found import Found
from hpe_utils.painting import paint
from hpe_utils.parts import Vocabulary
from hpe_utils.skeleton import Skeleton

QUALITY = 80  # of the JPEG files that are sent


def follow(source: str, server: str, model: str | None, out: Path | None, token: str | None) -> str:
    """Send the frames of a film, or of a camera by its number, one after another, and paint what is answered.

    `server` is the address that `hpe serve` prints, with or without its token. A film with the people goes to `out`;
    without one a window shows them until it is closed. Returns frames a second and the answers' median
    delay in words. Raises DataError, with the remedy, for a server that is not there or refuses, and for a source that
    cannot be read.
    """
    parts = urlsplit(server)
    server, token = f"{parts.scheme}://{parts.netloc}", token or parse_qs(parts.query).get("token", [None])[0]
    models = ask(server, token)
    known = {one["name"]: one for one in models}
    model = model or models[0]["name"]
    if model not in known:
        raise DataError(f"the server has no network {model}; it has {', '.join(known)}")
    skeleton, vocabulary = skeleton_of(known[model]), Vocabulary(model, tuple(known[model]["parts"]))
    delays, begin = [], time.perf_counter()
    address = server.replace("http", "ws", 1) + "/live"
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with connect(address, additional_headers=headers, max_size=None) as socket, shown_by(out) as show:
            socket.send(json.dumps({"model": model}))
            for number, (seconds, image) in enumerate(tqdm(frames(source), unit="frames", leave=False, delay=1)):
                sent = time.perf_counter()
                _, file = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
                socket.send(number.to_bytes(4) + file.tobytes())
                answer = json.loads(socket.recv())
                if "error" in answer:
                    raise DataError(f"the server refused a frame: {answer['error']}")
                delays.append(time.perf_counter() - sent)
                if not show(seconds, paint(image, found_of(answer, skeleton, vocabulary))):
                    break
    except (WebSocketException, OSError) as error:
        raise DataError(f"{server} is gone or refuses frames ({error}): start it again") from error
    rate = len(delays) / (time.perf_counter() - begin)
    return f"{len(delays)} frames, {rate:.1f} a second, median delay {1000 * np.median(delays):.0f} ms"


def ask(server: str, token: str | None) -> list[dict]:
    """The networks of a server."""
    remedy = "start it by `hpe serve`, and name the address that it prints"
    try:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = requests.get(server + "/models", headers=headers, timeout=10)
        if answer.status_code != 200:
            raise DataError(f"{server} refuses: {answer.json()['error']}")
        return answer.json()
    except (requests.RequestException, ValueError, LookupError, TypeError) as error:
        raise DataError(f"there is no server at {server}: {remedy}") from error


def frames(source: str) -> Iterator[tuple[float, np.ndarray]]:
    """Seconds and pictures of a film, or of a camera by its number."""
    if not source.isdecimal():
        yield from films.Film(source)
        return
    camera, begin = cv2.VideoCapture(int(source)), time.perf_counter()
    camera.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # the newest frame, not the oldest that waits
    try:
        while (read := camera.read())[0]:
            yield time.perf_counter() - begin, np.ascontiguousarray(read[1][..., ::-1])
    finally:
        camera.release()
    raise DataError(f"camera {source} gives no picture: connect it, close what else uses it, or name another number")


def skeleton_of(model: dict) -> Skeleton | None:
    """The joints of a network as the server describes it, None where it finds none."""
    joints = model["joints"]
    if not joints:
        return None
    return Skeleton(model["name"], tuple(joints), tuple((joints[a], joints[b]) for a, b in model["limbs"]))


def found_of(answer: dict, skeleton: Skeleton | None, vocabulary: Vocabulary) -> Found:
    """An answer of the server as a `Found`."""
    people = answer["people"]
    joints = np.array([[joint or (0, 0, 0) for joint in one["joints"]] for one in people], np.float32)
    joints = joints.reshape(len(people), len(skeleton or ()), 3)
    keypoints = np.concatenate([joints[..., :2], 2 * (joints[..., 2:] > 0)], axis=-1)
    boxes = np.array([one["box"] for one in people], np.float32).reshape(-1, 4)
    parts = None
    if "parts" in answer:
        parts = np.array(Image.open(BytesIO(base64.b64decode(answer["parts"].partition(",")[2]))))
    numbers = np.array([one["number"] for one in people], int)
    scores = np.array([one["score"] for one in people], np.float32)
    maps = {"parts": parts, "vocabulary": vocabulary, "numbers": numbers}
    return Found(tuple(answer["size"]), keypoints, joints[..., 2], scores, boxes, skeleton, **maps)


@contextmanager
def shown_by(out: Path | None) -> Iterator[Callable[[float, np.ndarray], bool]]:
    """A function that takes pictures and says whether more are wanted: into a film, or on the screen."""
    if out is not None:
        with films.writer(out) as write:
            yield lambda seconds, image: write(seconds, image) or True
        return
    try:
        import tkinter

        window = tkinter.Tk()
    except Exception as error:  # no tkinter, or no screen
        raise DataError(f"no window can be opened here ({error}): write a film by --out") from error
    window.title("hpe client")
    label, open_still = tkinter.Label(window), [True]
    label.pack()
    window.protocol("WM_DELETE_WINDOW", open_still.clear)

    def show(seconds: float, image: np.ndarray) -> bool:
        head = f"P6 {image.shape[1]} {image.shape[0]} 255\n".encode()
        label.picture = tkinter.PhotoImage(data=head + image.tobytes())  # Tk forgets what nobody holds
        label.configure(image=label.picture)
        window.update()
        return bool(open_still)

    try:
        yield show
    finally:
        window.destroy()
