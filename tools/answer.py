"""Run one student's answer in this process, which is fenced in first: python -I tools/answer.py < question.json

The question has the answer's text, the function's name, the text that draws the inputs, the seed and the number of
calls; the process writes a JSON object, {"answers": […]} or {"problem": "…"}, to its output. Only NumPy, SciPy and
what is on a list of the standard library can be imported. Opening files outside of Python's own folders, writing,
sockets, other processes and C libraries raise PermissionError; memory, processor time and the size of files are limited
where the system can; root becomes nobody. That keeps accidents and mischief in, and is no prison.
"""

import builtins
import io
import json
import os
import sys

import numpy as np
import scipy.interpolate
import scipy.linalg
import scipy.ndimage
import scipy.optimize
import scipy.signal
import scipy.spatial
import scipy.special
import scipy.stats  # noqa: F401 (what answers may import is loaded before the fence)

from hpe_utils import exercises

MEMORY, SECONDS, OUTPUT = 3 << 30, 30, 64 << 20
NOBODY = 65534
IMPORTS = frozenset(
    "__future__ abc array bisect cmath collections copy dataclasses decimal enum fractions functools heapq itertools "
    "math numbers numpy operator random re scipy statistics string textwrap time typing warnings".split()
)
FORBIDDEN = (
    "socket.", "subprocess.", "os.fork", "os.exec", "os.spawn", "os.posix_spawn", "os.system", "os.startfile",
    "os.kill", "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown",
    "os.chdir", "os.truncate", "os.utime", "os.putenv", "os.unsetenv", "os.listdir", "os.scandir", "shutil.", "ctypes.",
    "mmap.", "pty.", "signal.", "urllib.", "webbrowser.", "sys.", "gc.", "sqlite3.", "resource.", "fcntl.", "msvcrt.",
    "winreg.", "_winapi.", "code.", "cpython.",
)  # fmt: skip
NO_EVENTS = ("mkfifo", "mknod", "sched_setaffinity", "setpriority", "nice", "fchdir", "pipe", "dup2", "memfd_create")


def main() -> None:
    """Answer the question on the standard input."""
    question = json.load(sys.stdin)
    out, sys.stdout, sys.stderr = os.dup(1), io.StringIO(), io.StringIO()
    limit()
    write, end = os.write, os._exit
    fence()
    try:
        text = json.dumps({"answers": answers(question)}).encode()
    except BaseException as error:  # a SystemExit or an interrupt in the answer's text too
        text = json.dumps({"problem": f"{type(error).__name__}: {error}"[:300]}).encode()
    while text:
        text = text[write(out, text) :]
    end(0)  # threads and exit handlers of the answer do not matter


def answers(question: dict) -> list[dict]:
    """What the answer's function gives for every call."""
    scope = {"__name__": "answer", "np": np}
    exec(compile(question["source"], "answer", "exec"), scope)
    module = exercises.module_of("inputs", question["inputs"])
    exercises.CALLS = question["calls"]
    drawn = exercises.Exercise("answer", module, question["seed"])
    return [exercises.stored(one) for one in exercises.called(drawn, scope[question["function"]])]


def limit() -> None:
    """Limit memory, processor time, files and, for those who are not root, processes; root becomes nobody."""
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = {"RLIMIT_AS": MEMORY, "RLIMIT_CPU": SECONDS, "RLIMIT_FSIZE": OUTPUT, "RLIMIT_CORE": 0, "RLIMIT_NPROC": 0}
    for name, most in wanted.items():
        if hasattr(resource, name):
            try:
                resource.setrlimit(getattr(resource, name), (most, most))
            except (ValueError, OSError):  # the system knows no such limit
                pass
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def fence() -> None:
    """Refuse, from here on and for good, what an answer does not need; the hook trusts no name that can be rebound."""
    own = tuple(os.path.realpath(folder) + os.sep for folder in {sys.prefix, sys.base_prefix})
    forbidden, imports, writing = FORBIDDEN, IMPORTS, os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    is_a, text, number = isinstance, str, int

    def hook(event, arguments, forbidden=forbidden, imports=imports, own=own, writing=writing):
        if event.startswith(forbidden):
            raise PermissionError(f"{event} is not for answers")
        if event == "import" and arguments[0].partition(".")[0] not in imports:
            raise PermissionError(f"the import of {arguments[0]} is not for answers")
        if event == "open":
            path, _, flags = arguments
            inside = is_a(path, text) and path.startswith(own) and ".." not in path
            if not inside or is_a(flags, number) and flags & writing:
                raise PermissionError("files are not for answers")

    for name in NO_EVENTS:
        for module in (os, sys.modules.get("posix")):
            module.__dict__.pop(name, None) if module else None
    for name in [one for one in sys.modules if one.partition(".")[0] not in imports and one not in ("sys", "builtins")]:
        if name.partition(".")[0] in ("ctypes", "_ctypes", "subprocess", "socket", "resource", "__main__", "hpe_utils"):
            del sys.modules[name]
    builtins.input = None
    sys.addaudithook(hook)


if __name__ == "__main__":
    main()
