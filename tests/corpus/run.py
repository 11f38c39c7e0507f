"""Damaged files, read: python tests/corpus/run.py prints a table of what became of each.

With a reader's name it prints the outcome of every input of that reader, with a number of so many of them.

Every input is read in a process that has 20 seconds and a gigabyte for it, and that may start no program, unpickle
nothing and write nowhere but in the input's folder. Outcomes: a clear error (one that names a remedy); as before; told,
where people were left out and counted; another value, where the damage makes another good file. What is none of these
is a fault.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
SECONDS, BYTES = 20, 1 << 30
GOOD = ("clear error", "as before", "told", "another value")
# Damage after which a file may be good and say something else, unless it is sealed by a hash.
INNOCENT = re.compile(r"without|cut|.* flipped|a hole|zeros|twice$|.* = ")


def outcomes(name: str, most: int):
    """The damage, the outcome and its text, for `most` inputs of a reader."""
    import numpy as np
    from readers import READERS

    reader = READERS[name]
    with tempfile.TemporaryDirectory() as top:
        good = Path(top) / "good"
        good.mkdir()
        os.environ["HPE_CACHE"] = str(good / "cache")
        file = reader.make(good)
        data, place = file.read_bytes(), file.relative_to(good)
        whole = copied(good, Path(top) / "whole", place, data)
        expected = attempt(reader.read, whole)
        assert expected[0] == "read", expected
        rng = np.random.default_rng(zlib.crc32(name.encode()))
        cases = {}
        for damage in reader.damage:
            cases |= damage(data, rng)
        chosen = sorted(rng.permutation(len(cases))[:most])
        for case, content in [list(cases.items())[index] for index in chosen]:
            folder = copied(good, Path(top) / "case", place, content)
            kind, text = attempt(reader.read, folder)
            if kind == "read":
                kind = judged(case, text.replace("/case", "/whole"), expected[1], reader)
            yield case, kind, text


def copied(good: Path, folder: Path, place: Path, content: bytes) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(good, folder)
    (folder / place).write_bytes(content)
    return folder


def judged(case: str, text: str, expected: str, reader) -> str:
    if text == expected:
        return "as before"
    if re.search(r"left out \{.*\d", text) and "left out {}" in expected:
        return "told"
    innocent = INNOCENT.match(case) or re.match(reader.free, case)
    return "another value" if not reader.sealed and innocent else "SILENT"


def attempt(read, folder: Path) -> tuple[str, str]:
    """What reading gives: "read" and its text, "clear error" and its words, or the fault."""
    from hpe_utils.files import DataError

    os.environ["HPE_CACHE"] = str(folder / "cache")
    start, before = time.monotonic(), memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    FORBIDDEN.clear()
    guard.folder = str(folder.parent)
    signal.alarm(SECONDS)
    try:
        found = "read", read(folder)
    except (DataError, ValueError) as error:
        found = ("clear error" if clear(error) else "UNCLEAR"), str(error)
    except TimeoutError:
        found = "TOO LONG", ""
    except BaseException as error:
        found = "TRACEBACK", f"{type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
        guard.folder = None
    if FORBIDDEN:
        return "FORBIDDEN", FORBIDDEN[0]
    if memory("VmHWM") - before > BYTES:
        return "TOO LARGE", f"{(memory('VmHWM') - before) / 1e9:.1f} GB in {time.monotonic() - start:.0f} s"
    return found


def clear(error: Exception) -> bool:
    """Whether an error's words are the product's own, short, and no other library's."""
    text = str(error)
    return type(error).__name__ == "DataError" and len(text) < 700 and "object at 0x" not in text and len(text) > 20


def memory(field: str) -> int:
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field)]
    return int(line.split()[1]) * 1024


FORBIDDEN = []
SYSTEM = ("os", "posix", "nt", "subprocess", "shutil")  # pickles that a process apart answers with know none of them
TEMPORARY = (tempfile.gettempdir(), "/dev/", "/proc/", str(Path.home() / ".keras"))


def guard(event: str, arguments: tuple) -> None:
    """Notes programs that are started, what is unpickled, and files that are written outside the input's folder."""
    if guard.folder is None:
        return
    if event in ("os.system", "os.exec", "os.posix_spawn"):
        FORBIDDEN.append(f"{event} {arguments[:2]}")
    if event == "pickle.find_class" and arguments[0] in SYSTEM:
        FORBIDDEN.append(f"{event} {arguments[:2]}")
    if event == "subprocess.Popen" and str(arguments[0]) != sys.executable:
        FORBIDDEN.append(f"{event} {arguments[:2]}")
    if event == "open" and isinstance(arguments[0], str) and isinstance(arguments[2], int):
        writes = arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes and not os.path.abspath(arguments[0]).startswith(TEMPORARY):
            FORBIDDEN.append(f"{event} {arguments[0]}")


guard.folder = None


def table() -> int:
    """Print how many inputs of every reader ended how, and every fault; the exit code says whether there are any."""
    from readers import READERS

    total, faults = Counter(), []
    print(f"{'reader':30}{'inputs':>8}" + "".join(f"{kind:>15}" for kind in GOOD) + f"{'faults':>8}")
    for name in READERS:
        found = lines_of(name)
        kinds = Counter(kind for _, kind, _ in found)
        bad = [line for line in found if line[1] not in GOOD]
        faults += [(name, *line) for line in bad]
        print(f"{name:30}{len(found):8}" + "".join(f"{kinds[kind]:15}" for kind in GOOD) + f"{len(bad):8}", flush=True)
        total.update(kinds)
    print(f"{'in all':30}{total.total():8}" + "".join(f"{total[kind]:15}" for kind in GOOD) + f"{len(faults):8}")
    for fault in faults:
        print(" | ".join(part[:160].replace("\n", " ") for part in fault))
    return bool(faults)


def lines_of(name: str, most: int = 10_000) -> list[tuple[str, str, str]]:
    """The outcomes of a reader, from a process of its own; its end is one more, where it did not come to its end."""
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run([sys.executable, __file__, name, str(most)], capture_output=True, text=True, env=environment)
    found = [tuple(json.loads(line)) for line in done.stdout.splitlines() if line.startswith('["')]
    return found + ([("the end", "CRASH", done.stderr[-300:])] if done.returncode else [])


def timed_out(*_):
    raise TimeoutError


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    if len(sys.argv) < 2:
        sys.exit(table())
    signal.signal(signal.SIGALRM, timed_out)
    sys.addaudithook(guard)
    for line in outcomes(sys.argv[1], int((*sys.argv, 10_000)[2])):
        print(json.dumps(line), flush=True)
