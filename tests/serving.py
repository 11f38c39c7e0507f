"""A real server of hpe serve on the loopback, for a test's time."""

import socket
import threading
import time
from contextlib import contextmanager

import requests
from websockets.sync.client import connect

from hpe_utils.apps import server


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def running(made):
    """A server of uvicorn's that serves while the block lasts."""
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    while not made.started:
        time.sleep(0.02)
    try:
        yield made
    finally:
        made.should_exit = True
        thread.join(20)
        assert not thread.is_alive(), "it stops when it is told to"


class Served(requests.Session):
    """Served while the block lasts, on a free port unless one is named, and asked by paths."""

    def __init__(self, poses, token=None, port=None):
        super().__init__()
        self.port = port or free_port()
        self.server = server.make_server(poses, "127.0.0.1", self.port, token)
        self.running = running(self.server)
        self.running.__enter__()

    def request(self, method, path, **options):
        return super().request(method, f"http://localhost:{self.port}{path}", timeout=60, **options)

    def frames(self, **options):
        """A socket for frames."""
        return connect(f"ws://localhost:{self.port}/live", max_size=None, **options)

    def __exit__(self, *args):
        self.running.__exit__(None, None, None)
        super().__exit__(*args)
