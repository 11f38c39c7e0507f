"""The server behind `hpe serve`: a page with the camera, `/find` for a picture, and what they ask by the way.

Nothing is written to disk, and no error names a path, a version or a line of code. Needs the extra `serve`
(`pip install ".[serve]"` in the course's folder).
"""

import asyncio
import hmac
import json
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from http.cookies import CookieError, SimpleCookie
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs

import h11
import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.http.h11_impl import H11Protocol

from hpe_utils.apps.live import FAILED, Desk, answer_json, model_json
from hpe_utils.painting import paint
from hpe_utils.pose import Pose
from hpe_utils.tracking import Tracker

PAGE = Path(__file__).parent / "page"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
COOKIE = "hpe_token"
BODY, MESSAGE = 16 << 20, 4 << 20  # bytes of the largest picture, and of the largest frame
PATIENCE = 10.0  # seconds for a request to arrive whole, or for an answer to leave
IDLE = 120.0  # seconds without a frame after which a client is told to go
CLIENTS, WORK = 100, 16  # how many clients with frames, and how many pictures, at once
FRAMES, PICTURES = 30.0, 5.0  # a second: of a client, and of an address
POLICY = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'"


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
    """A rate for each of the addresses that asked last."""

    def __init__(self, most: float, addresses: int = 1000):
        self.most, self.addresses, self.rates = most, addresses, OrderedDict()

    def passes(self, address: str) -> bool:
        """Whether one more of this address may pass now."""
        self.rates[address] = self.rates.pop(address, None) or Rate(self.most)
        if len(self.rates) > self.addresses:
            self.rates.popitem(last=False)
        return self.rates[address].passes()


class Guard:
    """Lets in whoever has the token or, where there is none, names one of the hosts; from its own page or from no page.

    The token comes as "Authorization: Bearer TOKEN", as ?token=TOKEN, or as the cookie that the page gets.
    """

    def __init__(self, app, hosts: Sequence[str], token: str | None):
        self.app, self.hosts, self.token = app, hosts, token

    async def __call__(self, scope, receive, send) -> None:
        refusal = self.refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await emptied(receive)
            await refused(*refusal)(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refusal[1]})

    def refusal(self, scope) -> tuple[int, str] | None:
        """Status and reason where a request is not let in."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get("host", "")
        origin = headers.get("origin")
        if origin and origin.partition("://")[2] != host:
            return 403, "frames are taken from this server's own page only"
        if self.token:
            if not any(hmac.compare_digest(one.encode(), self.token.encode()) for one in tokens(scope, headers)):
                return 401, "a token is needed: open the address that the server printed"
        elif host not in self.hosts and host.rpartition(":")[0] not in self.hosts:
            return 421, "this server has another name"
        return None


def tokens(scope, headers: Mapping[str, str]) -> list[str]:
    """What a request shows as its token, in each of the three ways."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
    with suppress(CookieError):
        asked += [morsel.value for morsel in [SimpleCookie(headers.get("cookie", "")).get(COOKIE)] if morsel]
    return [headers.get("authorization", "").removeprefix("Bearer "), *asked]


def refused(status: int, reason: str) -> JSONResponse:
    """An answer of one line."""
    return JSONResponse({"error": reason}, status)


def make_app(poses: Mapping[str, Pose], hosts: Sequence[str] = LOOPBACK, token: str | None = None):
    """The ASGI application that serves these networks, the first by default."""
    desk, rates = Desk(poses), Rates(PICTURES)
    state = {"clients": 0, "work": 0}

    @asynccontextmanager
    async def lifespan(app):
        task = asyncio.create_task(desk.run())
        yield
        task.cancel()

    async def page(request: Request) -> Response:
        response = Response((PAGE / "index.html").read_bytes(), media_type="text/html; charset=utf-8")
        if token:
            response.set_cookie(COOKIE, token, httponly=True, samesite="strict")
        return response

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok", "clients": state["clients"]})

    async def models(request: Request) -> Response:
        return JSONResponse([model_json(name, pose) for name, pose in poses.items()])

    async def find(request: Request) -> Response:
        model, kind = request.query_params.get("model", next(iter(poses))), request.query_params.get("as", "json")
        if refusal := refusal_of(request, model, kind):
            await emptied(request.receive)
            return refused(*refusal)
        state["work"] += 1
        try:
            answer = await desk.find(model, await body_of(request.receive))
        finally:
            state["work"] -= 1
        if answer.problem:
            raise HTTPException(500 if answer.problem == FAILED else 400, answer.problem)
        if kind == "json":
            return JSONResponse(answer_json(answer, model, poses[model]))
        file = BytesIO()
        Image.fromarray(paint(answer.image, answer.people)).save(file, "PNG")
        return Response(file.getvalue(), media_type="image/png")

    def refusal_of(request: Request, model: str, kind: str) -> tuple[int, str] | None:
        if not rates.passes(request.client.host if request.client else ""):
            return 429, f"more than {PICTURES:g} pictures a second: wait a little"
        if state["work"] >= WORK:
            return 503, "too many pictures at once: try again"
        if model not in poses:
            return 404, f"no such model; there are {', '.join(poses)}"
        return None if kind in ("json", "png") else (400, "as=json or as=png")

    async def live(socket: WebSocket) -> None:
        if state["clients"] >= CLIENTS:
            await socket.close(1013, "too many clients: try again later")
            return
        state["clients"] += 1
        try:
            await socket.accept()
            await Client(socket, desk, next(iter(poses))).serve()
        finally:
            state["clients"] -= 1

    routes = [
        Route("/", page),
        Route("/health", health),
        Route("/models", models),
        Route("/find", find, methods=["POST"]),
        WebSocketRoute("/live", live),
        Mount("/page", StaticFiles(directory=PAGE)),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: say_refusal})
    return Guard(WithPolicy(app), hosts, token)


class WithPolicy:
    """Tells browsers to load nothing from elsewhere, and to keep no answer."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        async def sent(message):
            if message["type"] == "http.response.start":
                more = {"content-security-policy": POLICY, "x-content-type-options": "nosniff"}
                more |= {"cache-control": "no-store", "referrer-policy": "no-referrer"}
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in more.items())]
            await send(message)

        await self.app(scope, receive, sent if scope["type"] == "http" else send)


async def say_refusal(request: Request, error: HTTPException) -> Response:
    return refused(error.status_code, error.detail)


async def body_of(receive) -> bytes:
    """A request's body, which must come whole within PATIENCE and be no larger than BODY; raises HTTPException."""
    parts, size, more = [], 0, True
    try:
        async with asyncio.timeout(PATIENCE):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise HTTPException(400, "the picture did not come whole")
                size, more = size + len(message.get("body", b"")), message.get("more_body", False)
                if size > BODY:  # the rest is read all the same: only then the client reads what it is told
                    parts.clear()
                else:
                    parts.append(message.get("body", b""))
    except TimeoutError as error:
        raise HTTPException(408, f"the picture did not come within {PATIENCE:g} seconds") from error
    if size > BODY:
        raise HTTPException(413, f"more than {BODY >> 20} MB: send a smaller picture")
    if not size:
        raise HTTPException(400, "no picture came: send its bytes as the body")
    return b"".join(parts)


async def emptied(receive) -> None:
    """Let a request's body come, and keep nothing of it."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while (message := await receive())["type"] == "http.request" and message.get("more_body"):
                pass


class Client:
    """One that sends frames over a socket and gets an answer to the newest; those between are dropped.

    A binary message is a frame: its number in four bytes, the highest first, and a picture file. A text message is
    JSON with what to change: "model", "smooth". An answer is JSON: `answer_json` with "frame" and "dropped", or
    "frame" and "error". At most one frame waits here, so that neither a slow client nor a fast one fills the memory.
    """

    def __init__(self, socket: WebSocket, desk: Desk, model: str):
        self.socket, self.desk, self.model, self.smooth = socket, desk, model, True
        self.newest, self.some, self.dropped = None, asyncio.Event(), 0
        self.rate, self.tracker = Rate(FRAMES), Tracker()

    async def serve(self) -> None:
        """Take and answer frames until the client goes."""
        tasks = {asyncio.create_task(self.take()), asyncio.create_task(self.answer())}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except (WebSocketDisconnect, TimeoutError, RuntimeError):  # gone, idle, or it does not read its answers
            pass
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def take(self) -> None:
        """Keep the newest frame."""
        while True:
            async with asyncio.timeout(IDLE):
                message = await self.socket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1000))
            if message.get("text") is not None:
                self.change(message["text"])
            elif data := message.get("bytes"):
                passes = self.rate.passes()
                self.dropped += self.newest is not None or not passes
                if passes:
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
            data, self.newest = self.newest, None
            self.some.clear()
            number, model, tracker, now = int.from_bytes(data[:4]), self.model, self.tracker, time.monotonic()
            answer = await self.desk.find(model, data[4:])
            if answer.people is not None and answer.people.names:
                answer.people = tracker.update(answer.people, now)
            said = answer_json(answer, model, self.desk.poses[model])
            dropped, self.dropped = self.dropped, 0
            async with asyncio.timeout(PATIENCE):
                await self.socket.send_json({"frame": number, "dropped": dropped, **said})


class Impatient(H11Protocol):
    """HTTP of which a request's head must have come within PATIENCE of the connection, or of the answer before."""

    deadline = None

    def connection_made(self, transport) -> None:
        super().connection_made(transport)
        self.wait_for_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE and self.deadline:
            self.deadline.cancel()
            self.deadline = None

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self.wait_for_head()

    def connection_lost(self, exc) -> None:
        if self.deadline:
            self.deadline.cancel()
        super().connection_lost(exc)

    def wait_for_head(self) -> None:
        """Close the connection unless a request begins in time."""
        if self.deadline is None and self.conn.their_state is h11.IDLE:
            self.deadline = self.loop.call_later(PATIENCE, self.transport.close)


def make_server(poses: Mapping[str, Pose], host: str, port: int, token: str | None) -> uvicorn.Server:
    """A server of these networks, whose `run` serves until Ctrl-C."""
    config = uvicorn.Config(
        make_app(poses, token=token),
        host=host,
        port=port,
        http=Impatient,
        ws="websockets-sansio",
        ws_max_size=MESSAGE,
        ws_max_queue=2,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    return uvicorn.Server(config)
