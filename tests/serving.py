"""A real server of hpe serve on the loopback, for a test's time."""

import socket
import threading
import time

import requests
from websockets.sync.client import connect

from hpe_utils.apps import server


class Served(requests.Session):
    """Served while the block lasts, on a free port unless one is named, and asked by paths."""

    def __init__(self, poses, token=None, port=None):
        super().__init__()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = port or free.getsockname()[1]
        self.server = server.make_server(poses, "127.0.0.1", self.port, token)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.02)

    def request(self, method, path, **options):
        return super().request(method, f"http://localhost:{self.port}{path}", timeout=60, **options)

    def frames(self, **options):
        """A socket for frames."""
        return connect(f"ws://localhost:{self.port}/live", max_size=None, **options)

    def __exit__(self, *args):
        self.server.should_exit = True
        self.thread.join(20)
        assert not self.thread.is_alive(), "it stops when it is told to"
        super().__exit__(*args)
