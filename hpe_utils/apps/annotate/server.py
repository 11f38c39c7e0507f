"""The page behind `hpe annotate`, on this machine's own address and with a token. Needs the extra `serve`."""

import asyncio
import json
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from hpe_utils.apps.annotate.desk import Desk
from hpe_utils.apps.guard import Guard, WithHeaders, body_of, refused, say_refusal, server_of
from hpe_utils.files import DataError, printable

PAGE = Path(__file__).parent / "page"


def make_app(desk: Desk, token: str, cookie: str):
    """The ASGI application: the page, /ask for questions to the desk, /picture?name= for a picture."""

    async def page(_request: Request) -> Response:
        response = Response((PAGE / "index.html").read_bytes(), media_type="text/html; charset=utf-8")
        response.set_cookie(cookie, token, httponly=True, samesite="strict")
        return response

    async def ask(request: Request) -> Response:
        try:
            asked = json.loads(await body_of(request.receive))
        except (ValueError, RecursionError):
            return refused(400, "this is no question: load the page again")
        return JSONResponse(await asyncio.to_thread(desk.answer, asked))

    async def picture(request: Request) -> Response:
        try:
            content, kind = await asyncio.to_thread(desk.picture, request.query_params.get("name"))
        except DataError as error:
            return refused(404, printable(str(error)))
        return Response(content, media_type=kind)

    routes = [
        Route("/", page),
        Route("/ask", ask, methods=["POST"]),
        Route("/picture", picture),
        Mount("/page", StaticFiles(directory=PAGE)),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: say_refusal})
    return WithHeaders(Guard(app, token, cookie))


def make_server(desk: Desk, port: int, token: str):
    """A server for this machine alone, whose `run` serves until Ctrl-C; raises DataError where the port is taken."""
    return server_of(make_app(desk, token, f"hpe_annotate_{port}"), "127.0.0.1", port)
