"""A Chromium and a JupyterLab for a test's time; without a Chromium the test is skipped."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@contextmanager
def chromium():
    """A function that starts a browser with further options; all of them are closed at the end of the block."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("needs a Chromium or Chrome to drive")
    with playwright.sync_playwright() as driver:
        begun = []

        def start(*options):
            begun.append(driver.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *options]))
            return begun[-1]

        yield start
        for browser in begun:
            browser.close()


@contextmanager
def jupyterlab(folder, *options):
    """The address of a JupyterLab with its own settings, below a folder, for the time of a block."""
    news = folder / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text('{"fetchNews": "false", "checkForUpdates": false}')
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    folders = {"HPE_CACHE": "cache", "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
               "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime",
               "IPYTHONDIR": "ipython"}  # fmt: skip
    environment = {**os.environ, **{name: str(folder / below) for name, below in folders.items()}}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
               "--ServerApp.token=key", *options]  # fmt: skip
    with open(folder / "server.log", "w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for_server(f"{address}/api?token=key", folder / "server.log")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for_server(address: str, log) -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.25)
    raise TimeoutError(f"JupyterLab did not start: {log.read_text()[-2000:]}")
