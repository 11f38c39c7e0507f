"""What our servers on a network share: a guard at the door, headers, and no patience with who is slow.

Needs the extra `serve`.
"""

import asyncio
import hmac
import mimetypes
import socket
from contextlib import suppress

import h11
import uvicorn
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from hpe_utils.files import DataError

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
COOKIE = "hpe_token"
BODY, MESSAGE = 16 << 20, 4 << 20  # bytes of the largest body and frame
PATIENCE = 10.0  # seconds for a request to arrive whole, or for what is sent to be read
HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
}
mimetypes.add_type("text/javascript", ".js")  # some Windows registries say text/plain


class Guard:
    """Lets in whoever has the token or, where there is none, names the loopback; from its own page or from no page.

    The token comes as "Authorization: Bearer TOKEN", as ?token=TOKEN, or as the cookie that the page gets.
    """

    def __init__(self, app, token: str | None, cookie: str = COOKIE):
        self.app, self.token, self.cookie = app, token, cookie

    async def __call__(self, scope, receive, send) -> None:
        refusal = self.refusal(HTTPConnection(scope)) if scope["type"] in ("http", "websocket") else None
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await emptied(receive)
            await refused(*refusal)(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refusal[1]})

    def refusal(self, asked: HTTPConnection) -> tuple[int, str] | None:
        """Status and reason where a request is not let in."""
        host, origin = asked.headers.get("host", ""), asked.headers.get("origin")
        if origin and origin.partition("://")[2] != host:
            return 403, "frames are taken from this server's own page only"
        if self.token:
            shown = [
                asked.headers.get("authorization", "").removeprefix("Bearer "),
                asked.query_params.get("token", ""),
            ]
            shown.append(asked.cookies.get(self.cookie, ""))
            if not any(hmac.compare_digest(one.encode(), self.token.encode()) for one in shown):
                return 401, "a token is needed: open the address that the server printed"
        elif host not in LOOPBACK and host.rpartition(":")[0] not in LOOPBACK:
            return 421, "this server has another name"
        return None


class WithHeaders:
    """Tells browsers to load nothing from elsewhere, to be in no other page, and to keep no answer."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        async def sent(message):
            if message["type"] == "http.response.start":
                more = ((name.encode(), value.encode()) for name, value in HEADERS.items())
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self.app(scope, receive, sent if scope["type"] == "http" else send)


def refused(status: int, reason: str) -> JSONResponse:
    """An answer of one line."""
    return JSONResponse({"error": reason}, status)


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


# Connections that are slow ------------------------------------------------------------------------


class WriteDeadline:
    """Breaks a connection off whose other end has not read for PATIENCE what waits for it."""

    write_deadline = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self.write_deadline = self.write_deadline or self.loop.call_later(PATIENCE, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self.stop_waiting()

    def connection_lost(self, exc) -> None:
        self.stop_waiting()
        super().connection_lost(exc)

    def stop_waiting(self) -> None:
        if self.write_deadline:
            self.write_deadline.cancel()
            self.write_deadline = None


class Impatient(WriteDeadline, H11Protocol):
    """HTTP of which a request's head must have come within PATIENCE of the connection, or of the answer before."""

    head_deadline = None

    def connection_made(self, transport) -> None:
        super().connection_made(transport)
        self.wait_for_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self.head_came()

    def on_response_complete(self) -> None:
        unread = self.conn.their_state is h11.SEND_BODY  # of a request that was answered before it was whole
        super().on_response_complete()
        if unread:
            self.transport.close()
        else:
            self.wait_for_head()

    def connection_lost(self, exc) -> None:
        self.head_came()
        super().connection_lost(exc)

    def wait_for_head(self) -> None:
        if self.head_deadline is None and self.conn.their_state is h11.IDLE:
            self.head_deadline = self.loop.call_later(PATIENCE, self.transport.abort)

    def head_came(self) -> None:
        if self.head_deadline:
            self.head_deadline.cancel()
            self.head_deadline = None


class ImpatientSocket(WriteDeadline, WebSocketsSansIOProtocol):
    """A socket that ends where its greeting is not understood; uvicorn's own waits on."""

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.handshake_exc is not None:
            self.transport.abort()


class Listening(uvicorn.Server):
    """A server whose port is open from the beginning: who comes before `run` waits and is not turned away."""

    def __init__(self, config: uvicorn.Config, opened: socket.socket):
        super().__init__(config)
        self.opened = opened

    def run(self, sockets: None = None) -> None:
        super().run([self.opened])


def server_of(app, host: str, port: int) -> Listening:
    """A server of an ASGI application that waits for nobody who is slow; raises DataError where the port is taken."""
    try:
        opened = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise DataError(f"port {port} cannot be used ({error.strerror}): name another by --port") from error
    config = uvicorn.Config(
        app,
        http=Impatient,
        ws=ImpatientSocket,
        ws_max_size=MESSAGE,
        ws_per_message_deflate=False,
        proxy_headers=False,  # else a header says whence a request comes
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    return Listening(config, opened)
