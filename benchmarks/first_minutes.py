"""A stranger's first minutes, from `git clone` to a pose found in a picture and notebook 00 open.

python benchmarks/first_minutes.py [--folder FOLDER]

Clones this checkout's last commit into FOLDER (a temporary one), and there does what the README says: `course.py lab`,
whose first start makes the environment, until JupyterLab hands out notebook 00; then `hpe find` on one picture.
Packages come from where pip or uv has them: a first run fills their caches, a second one times a start with cached
packages. Seconds are those of the clock, and beside them the processor's own of all processes, which a busy machine
does not change as much; the matrix rate is float32's, of NumPy.
"""

import argparse
import contextlib
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from hpe_utils import data

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = "my_notebooks/00_start_here.ipynb"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where the clone goes and stays (default: a temporary folder)")
    folder = parser.parse_args().folder or Path(tempfile.mkdtemp())
    course, environment = folder / "course", {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    picture = folder / "picture.png"
    folder.mkdir(exist_ok=True)
    Image.fromarray(data.load("synthetic", "val", count=1, size=256).images[0]).save(picture)
    print(f"{os.cpu_count()} cores, {matrix_rate():.0f} GFLOP/s in one matrix product of NumPy, {installer()}")
    with timed("git clone"):
        subprocess.run(["git", "clone", "--quiet", f"file://{ROOT}", course], check=True)
    with timed("course.py lab, until notebook 00 is handed out"):
        server, address = lab(course, environment)
        content = get(f"{address}/api/contents/{NOTEBOOK}?token=key")
        assert len(json.loads(content)["content"]["cells"]) > 10
        end(server)
    hpe = course / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "hpe"
    with timed("hpe find, one picture"):
        asked = [hpe, "find", picture, "--out", folder / "found"]
        done = subprocess.run(asked, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    print(done.stdout.strip().splitlines()[-1])
    with timed("course.py lab again"):
        end(lab(course, environment)[0])
    shutil.rmtree(course)


def installer() -> str:
    """Which program installs the packages, as the launcher chooses it."""
    return "uv" if shutil.which("uv") else f"pip, Python {sys.version.split()[0]}"


def matrix_rate() -> float:
    """GFLOP/s of the best of five matrix products."""
    matrix, times = np.ones((1500, 1500), np.float32), []
    for _ in range(5):
        begin = time.perf_counter()
        matrix @ matrix
        times.append(time.perf_counter() - begin)
    return 2 * 1500**3 / min(times) / 1e9


@contextlib.contextmanager
def timed(what: str) -> Iterator[None]:
    """Print the seconds of a block, by the clock and of the processes that ended in it."""
    begin, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    yield
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    clock = time.perf_counter() - begin
    print(f"{what:50} {clock:6.1f} s by the clock, {processor:6.1f} s of the processor", flush=True)


def lab(course: Path, environment: dict) -> tuple[subprocess.Popen, str]:
    """JupyterLab as the README starts it, but for the browser, once it answers; and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", f"--port={port}", "--ServerApp.token=key"]
    command = [sys.executable, "course.py", "lab", "00", *options]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, cwd=course, env=environment, start_new_session=True, **quiet)
    address = f"http://127.0.0.1:{port}"
    while server.poll() is None:
        with contextlib.suppress(OSError):
            get(f"{address}/lab/tree/{NOTEBOOK}?token=key")
            return server, address
        time.sleep(0.25)
    raise SystemExit(f"course.py lab ended with {server.returncode}: call it by hand in {course}")


def get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read()


def end(server: subprocess.Popen) -> None:
    """Ctrl-C, which a terminal sends to all, until JupyterLab has stopped: on the first it asks."""
    for _ in range(60):
        os.killpg(server.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=1)
            return
    raise SystemExit("JupyterLab does not stop on Ctrl-C")


if __name__ == "__main__":
    main()
