"""Run one student's answer in this process, which is fenced in first: python -I tools/answer.py < question.json

The question has the answer's text, the function's name, the text that draws the inputs, the seed and the number of
calls; the process writes a JSON object, {"answers": […]} or {"problem": "…"}, to its output. Opening files outside of
Python's own folders, writing, sockets, other processes and C libraries raise PermissionError; memory, processor time
and the size of files are limited where the system can. That keeps accidents and mischief in, and is no prison: grade
strangers' code as a user who may do nothing else.
"""

import builtins
import io
import json
import os
import sys

import numpy as np
import scipy.stats  # noqa: F401 (what answers may import is loaded before the fence)

from hpe_utils import exercises

MEMORY, SECONDS = 3 << 30, 30
FORBIDDEN = (
    "socket.", "subprocess.", "os.fork", "os.exec", "os.spawn", "os.posix_spawn", "os.system", "os.startfile",
    "os.kill", "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown",
    "os.truncate", "os.utime", "os.putenv", "os.unsetenv", "shutil.", "ctypes.", "mmap.", "pty.", "signal.", "urllib.",
    "webbrowser.", "sys.settrace", "sys.setprofile", "gc.", "sqlite3.",
)  # fmt: skip


def main() -> None:
    question = json.load(sys.stdin)
    out, sys.stdout, sys.stderr = os.dup(1), io.StringIO(), io.StringIO()
    limit()
    fence()
    try:
        content = {"answers": answers(question)}
    except BaseException as error:  # a SystemExit or an interrupt in the answer's text too
        content = {"problem": f"{type(error).__name__}: {error}"[:300]}
    os.write(out, json.dumps(content).encode())
    os._exit(0)  # threads and exit handlers of the answer do not matter


def answers(question: dict) -> list[dict]:
    """What the answer's function gives for every call."""
    scope = {"__name__": "answer", "np": np}
    exec(compile(question["source"], "answer", "exec"), scope)
    module = exercises.module_of("inputs", question["inputs"])
    exercises.CALLS = question["calls"]
    drawn = exercises.Exercise("answer", module, question["seed"])
    return [exercises.stored(one) for one in exercises.called(drawn, scope[question["function"]])]


def limit() -> None:
    """Limit memory, processor time, files and, for those who are not root, processes."""
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = {"RLIMIT_AS": MEMORY, "RLIMIT_CPU": SECONDS, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0, "RLIMIT_NPROC": 0}
    for name, most in wanted.items():
        if hasattr(resource, name):
            try:
                resource.setrlimit(getattr(resource, name), (most, most))
            except (ValueError, OSError):  # the system knows no such limit
                pass


def fence() -> None:
    """Refuse, from here on and for good, what an answer does not need."""
    own = tuple(os.path.realpath(folder) + os.sep for folder in {sys.prefix, sys.base_prefix, *site_folders()})

    def hook(event: str, arguments: tuple) -> None:
        if event.startswith(FORBIDDEN):
            raise PermissionError(f"{event} is not for answers")
        if event == "open":
            path, mode, flags = arguments
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            inside = isinstance(path, (str, bytes)) and os.path.realpath(os.fsdecode(path)).startswith(own)
            if writes or not inside or isinstance(path, int):
                raise PermissionError("files are not for answers")

    for name in ("_posixsubprocess", "_winapi", "multiprocessing", "concurrent.futures"):
        sys.modules[name] = None
    if "subprocess" in sys.modules:
        sys.modules["subprocess"].__dict__.pop("_fork_exec", None)
    builtins.input = None
    sys.addaudithook(hook)


def site_folders() -> list[str]:
    import site

    return site.getsitepackages()


if __name__ == "__main__":
    main()
