"""The server behind `hpe serve`: a page with the camera, `/find` for a picture, and what they ask by the way.

Nothing is written to disk, and no error names a path, a version or a line of code. Needs the extra `serve`
(`pip install ".[serve]"` in the course's folder).
"""

import asyncio
import json
import time
from collections import Counter, OrderedDict
from collections.abc import Mapping
from contextlib import asynccontextmanager, contextmanager
from io import BytesIO
from pathlib import Path

import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from hpe_utils.apps.guard import COOKIE, Guard, WithHeaders, body_of, emptied, refused, say_refusal, server_of
from hpe_utils.apps.live import FAILED, FRAME, PICTURE, Answer, Desk, answer_json, model_json, tracked_json
from hpe_utils.painting import paint
from hpe_utils.pose import Pose
from hpe_utils.tracking import Tracker

PAGE = Path(__file__).parent / "page"
TEXT = 1000  # bytes of the largest settings
IDLE = 120.0  # seconds without a frame after which a client is sent away
CLIENTS, WORK, WORK_OF_ONE = 100, 16, 4  # clients with frames; pictures under way, and those of one address
FRAMES, PICTURES = 30.0, 5.0  # a second: of a client, and of an address


class Rate:
    """Lets so many pass in a second, and a second's worth at once."""

    def __init__(self, most: float):
        self.most, self.left, self.then = most, most, time.monotonic()

    def passes(self) -> bool:
        """Whether one more may pass now."""
        now = time.monotonic()
        self.left, self.then = min(self.most, self.left + (now - self.then) * self.most), now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Rates:
    """A rate for each of the thousand addresses that asked last."""

    def __init__(self, most: float):
        self.most, self.rates = most, OrderedDict()

    def passes(self, address: str) -> bool:
        """Whether one more of this address may pass now."""
        self.rates[address] = self.rates.pop(address, None) or Rate(self.most)
        if len(self.rates) > 1000:
            self.rates.popitem(last=False)
        return self.rates[address].passes()


def make_app(poses: Mapping[str, Pose], token: str | None):
    """The ASGI application that serves these networks, the first by default."""
    desk, rates = Desk(poses), Rates(PICTURES)
    clients, work = Counter(), Counter()  # under way, by address

    @asynccontextmanager
    async def lifespan(app):
        task = asyncio.create_task(desk.run())
        yield
        task.cancel()

    async def page(request: Request) -> Response:
        response = Response((PAGE / "index.html").read_bytes(), media_type="text/html; charset=utf-8")
        if token:
            secure = request.url.scheme == "https"
            response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure)
        return response

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok", "clients": clients.total()})

    async def models(request: Request) -> Response:
        return JSONResponse([model_json(name, pose) for name, pose in poses.items()])

    async def find(request: Request) -> Response:
        model, kind = request.query_params.get("model", next(iter(poses))), request.query_params.get("as", "json")
        if refusal := refusal_of(request, model, kind):
            await emptied(request.receive)
            return refused(*refusal)
        with counted(work, address_of(request)):
            answer = await desk.find(model, await body_of(request.receive), PICTURE)
            if answer.problem:
                raise HTTPException(500 if answer.problem == FAILED else 400, answer.problem)
            if kind == "json":
                return JSONResponse(await asyncio.to_thread(answer_json, answer, model, poses[model]))
            return Response(await asyncio.to_thread(painted, answer), media_type="image/png")

    def refusal_of(request: Request, model: str, kind: str) -> tuple[int, str] | None:
        address = address_of(request)
        if not rates.passes(address):
            return 429, f"more than {PICTURES:g} pictures a second: wait a little"
        if work.total() >= WORK or work[address] >= WORK_OF_ONE:
            return 503, "too many pictures at once: try again"
        if model not in poses:
            return 404, f"no such model; there are {', '.join(poses)}"
        return None if kind in ("json", "png") else (400, "as=json or as=png")

    async def live(socket: WebSocket) -> None:
        await socket.accept()
        if clients.total() >= CLIENTS:
            await socket.close(1013, "too many clients: try again later")
            return
        with counted(clients, address_of(socket)):
            await Client(socket, desk, next(iter(poses))).serve()

    routes = [
        Route("/", page),
        Route("/health", health),
        Route("/models", models),
        Route("/find", find, methods=["POST"]),
        WebSocketRoute("/live", live),
        Mount("/page", StaticFiles(directory=PAGE)),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: say_refusal})
    return WithHeaders(Guard(app, token))


def address_of(connection: HTTPConnection) -> str:
    """Whence a request comes."""
    return connection.client.host if connection.client else ""


@contextmanager
def counted(counter: Counter, key: str):
    """One more of these for the time of a block."""
    counter[key] += 1
    try:
        yield
    finally:
        counter[key] -= 1
        if not counter[key]:
            del counter[key]


def painted(answer: Answer) -> bytes:
    """The frame with its people painted in, as a PNG file."""
    file = BytesIO()
    Image.fromarray(paint(answer.image, answer.people)).save(file, "PNG", compress_level=1)
    return file.getvalue()


class Client:
    """One that sends frames over a socket and gets an answer to the newest; those between are dropped.

    A binary message is a frame: its number in four bytes, the highest first, and a picture file. A text message is
    JSON with what to change: "model", "smooth". An answer is JSON: "frame", "dropped" and `answer_json`. At most one
    frame waits here, so that neither a slow client nor a fast one fills the memory; and frames are answered at no
    higher rate than FRAMES, the newest always.
    """

    def __init__(self, socket: WebSocket, desk: Desk, model: str):
        self.socket, self.desk, self.model, self.smooth = socket, desk, model, True
        self.newest, self.some, self.dropped = None, asyncio.Event(), 0
        self.rate, self.changes, self.tracker = Rate(FRAMES), Rate(10.0), Tracker()

    async def serve(self) -> None:
        """Take and answer frames until the client goes, or sends none for a while."""
        tasks = {asyncio.create_task(self.take()), asyncio.create_task(self.answer())}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except WebSocketDisconnect:
            pass
        except TimeoutError:
            await self.socket.close(1001, "no frame came for a while")
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def take(self) -> None:
        """Keep the newest frame; raises TimeoutError where none came for IDLE seconds."""
        while True:
            async with asyncio.timeout(IDLE) as deadline:
                while True:
                    message = await self.socket.receive()
                    if message["type"] == "websocket.disconnect":
                        raise WebSocketDisconnect(message.get("code", 1000))
                    if data := message.get("bytes"):
                        break
                    if len(text := message.get("text") or "") <= TEXT and self.changes.passes():
                        self.change(text)
                deadline.reschedule(None)
            self.dropped += self.newest is not None
            self.newest = data
            self.some.set()

    def change(self, text: str) -> None:
        """Take a new model or another smoothing; what is not understood changes nothing."""
        try:
            wanted = json.loads(text)
        except (ValueError, RecursionError):
            return
        if isinstance(wanted, dict):
            if wanted.get("model") in list(self.desk.poses):
                self.model, self.tracker = wanted["model"], Tracker(smooth=self.smooth)
            if isinstance(wanted.get("smooth"), bool):
                self.smooth, self.tracker = wanted["smooth"], Tracker(smooth=wanted["smooth"])

    async def answer(self) -> None:
        """Answer the newest frame, and again the newest."""
        while True:
            await self.some.wait()
            while not self.rate.passes():
                await asyncio.sleep(0.01)
            data, self.newest = self.newest, None
            self.some.clear()
            model, tracker = self.model, self.tracker
            answer = await self.desk.find(model, data[4:], FRAME)
            said = await asyncio.to_thread(tracked_json, answer, tracker, model, self.desk.poses[model])
            dropped, self.dropped = self.dropped, 0
            await self.socket.send_json({"frame": int.from_bytes(data[:4]), "dropped": dropped, **said})


def make_server(poses: Mapping[str, Pose], host: str, port: int, token: str | None) -> uvicorn.Server:
    """A server of these networks, whose `run` serves until Ctrl-C; port 0 is any that is free."""
    return server_of(make_app(poses, token), host, port)
