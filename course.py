"""The course's launcher: it makes .venv on first use, opens the notebooks and runs the tests.

It needs the standard library alone, and keeps to old grammar so that an old Python can say what is wrong.
"""

# ruff: noqa: E402 (Ctrl-C is minded before the other imports, which take a moment)

import os
import signal

STOPPED = 130  # the exit code after Ctrl-C


def stop(*_):
    """Ends the launcher at once in one line; whatever it writes, it writes whole or not at all."""
    os.write(1, b"Stopped.\n")
    os._exit(STOPPED)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, stop)

import argparse
import contextlib
import difflib
import errno
import hashlib
import json
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from urllib.parse import quote

WINDOWS = os.name == "nt"
ROOT = Path(os.path.abspath(__file__)).parent
NOTEBOOKS = ROOT / "notebooks"
COPIES = ROOT / "my_notebooks"
RUNS = ROOT / "runs"
SETS = ROOT / "hpe_utils" / "data" / "sets"
BUDGETS = ROOT / "hpe_utils" / "budgets.toml"
QUIETLY = ROOT / "tools" / "quietly.py"
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
STAMP = VENV / "course-stamp.txt"
ME = "py course.py" if WINDOWS else "python3 course.py"
OURS = {"PYTHONPATH": str(ROOT)}  # a shared .venv may hold another copy of the course's package
OLDEST, NEWEST = (3, 11), (3, 13)
NOTHING = 5  # pytest's exit code where no test was chosen
LARGEST = 256 << 20  # bytes that a notebook may have
PROFILES = ("smoke", "lab", "paper")
PRECISIONS = ("auto", "float32", "mixed_bfloat16", "mixed_float16")
SWITCHES = ("auto", "0", "1")
BACKENDS = ("tensorflow", "jax")
QUICK = ("00", "02", "05", "09")  # one notebook of each kind: set-up, one person, several people, detection
# Those of pytest's options whose value is the next word, which then names no test.
VALUED = ("-c", "-k", "-m", "-n", "-o", "-p", "-r", "-W", "--deselect", "--durations", "--ignore", "--maxfail", "--tb")

HELP = f"""Human pose estimation, learnt live.

  {ME} lab       open the notebooks in JupyterLab (your own copy, in my_notebooks); one of them: lab 02
  {ME} run 02    run a notebook without a browser; also: run all --profile smoke
  {ME} test      run the quick tests; everything: test --all; notebook 02 alone: test 02
  {ME} lint      check the code's style with ruff
  {ME} info      say what is installed, which device is seen and where files are kept
  {ME} clean     say what caches and executed copies take, and delete them after a question
  {ME} handout --to FOLDER   make students' copies without answers, a teacher's with them, and slides
  {ME} grade FOLDER          grade students' notebooks
  {ME} docs      build the site with notebooks, guides and the package's interface
  {ME} demos     show widgets of the course on one page without code

A number is the course's notebook; run --mine 02 takes your copy, run FILE a file seen from where you stand.
The first use makes .venv beside this file. With an NVIDIA GPU on Linux, add --gpu once.
What follows lab goes to JupyterLab: lab --no-browser; options after test go to pytest: test -k flip
Delete a notebook in my_notebooks to get it afresh."""


class Trouble(Exception):
    """Carries one line that says what is wrong and what to do."""

    code = 1


class Misuse(Trouble):
    """Is about the words of a command, or a setting, and is found before anything is done."""

    code = 2


def say(line):
    print(line, flush=True)


def system_trouble(error):
    """Puts an error of the operating system into one line with a remedy."""
    place = error.filename2 or error.filename or ROOT
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        return f"The disk is full ({place}): free some room, by {ME} clean for one, then run the same command again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{place} cannot be used ({error.strerror}): close what has it open, change its permissions,"
            " or copy the course to a folder of your own."
        )
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        return f"{place} is a file where a folder is needed: move it away."
    if isinstance(error, IsADirectoryError):
        return f"{place} is a folder where a file is needed: move it away."
    return f"{place}: {error.strerror or error}. Where it is a file of the course, download the course again."


# What the learner asks for ------------------------------------------------------------------------


def nearest(word, known):
    """Asks whether a known word is meant, where one is close; else gives nothing."""
    whole = [name for name in known if len(word) > 3 and word in name]
    close = difflib.get_close_matches(word.lower(), whole or known, 1)
    return f"did you mean {close[0]}? " if close else ""


def check_known(what, value, known):
    if value not in known:
        raise Misuse(f"{what} {value[:60]} is not known: {nearest(value, known)}known are {', '.join(known)}")


def data_sets():
    """Lists the data sets: the course's own people, and each file that says what its set has."""
    files = sorted(SETS.glob("*.py"))
    return ["synthetic"] + [path.stem for path in files if "\nFACTS = " in path.read_text(encoding="utf-8")]


def check_budget(changes):
    """Raises Misuse unless changes of a budget read as "epochs=1, batch=4" and name numbers of some notebook's."""
    known = sorted(set(re.findall(r"^(\w+) = [\d.]", BUDGETS.read_text(encoding="utf-8"), re.MULTILINE)))
    for change in filter(None, (part.strip() for part in changes.split(","))):
        name, _, value = (part.strip() for part in change.partition("="))
        check_known("HPE_BUDGET:", name, known)
        if not re.fullmatch(r"[\d.]+(e-?\d+)?", value):
            raise Misuse(f"HPE_BUDGET: {change[:60]} is no number above 0: write it as epochs=1, batch=4")


def check_settings(environment):
    """Raises Misuse for an environment variable whose value the notebooks would refuse."""
    choices = {
        "HPE_PROFILE": PROFILES,
        "HPE_DATA": data_sets(),
        "HPE_PRECISION": PRECISIONS,
        "HPE_JIT": SWITCHES,
        "KERAS_BACKEND": BACKENDS,
    }
    for name, known in choices.items():
        if environment.get(name):
            check_known(f"{name}:", environment[name], known)
    check_budget(environment.get("HPE_BUDGET", ""))
    root, cache = (os.path.expanduser(environment.get(name, "")) for name in ("HPE_DATA_ROOT", "HPE_CACHE"))
    if root and not os.path.exists(root):
        raise Misuse(f"HPE_DATA_ROOT: there is no file or folder {root}, seen from {os.getcwd()}")
    if os.path.exists(cache) and not os.path.isdir(cache):
        raise Misuse(f"HPE_CACHE: {cache} is no folder")


class Words(argparse.ArgumentParser):
    """Splits the words of a command; what is wrong with them is a Misuse of one line."""

    def error(self, message):
        raise Misuse(f"{self.prog}: {message}")

    def split(self, words):
        options, unknown = self.parse_known_intermixed_args(words)
        if unknown:
            known = [name for action in self._actions for name in action.option_strings]
            check_known(f"{self.prog}: the option", unknown[0].split("=")[0], known)
        return options


def words_of(command, about):
    return Words(prog=f"course.py {command}", description=about, allow_abbrev=False)


def no_words(words):
    """Checks the words of a command that takes none."""
    if words:
        raise Misuse(f"This command takes no words, and was given {words[0][:60]}")


def check_spelling(words):
    """Raises Misuse for an option that is nearly one of the launcher's own; others are JupyterLab's or pytest's."""
    for word in words:
        close = difflib.get_close_matches(word, ["--all", "--gpu"], 1, cutoff=0.8)
        if close and word != close[0]:
            raise Misuse(f"There is no option {word}: did you mean {close[0]}?")


def course_notebooks():
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def beginning(word):
    """Lists the course's notebooks that a word begins: 02, 2, or a name."""
    return [path for path in course_notebooks() if word and path.name.startswith(word.zfill(2))]


def numbered(word):
    """Lists the course's notebooks that a word begins; raises Misuse with the known ones where there is none."""
    names = [path.stem for path in course_notebooks()]
    if not beginning(word):
        raise Misuse(f"There is no {word[:60]}: {nearest(word, names)}notebooks are {', '.join(names)}; or name a file")
    return beginning(word)


def meant(word, mine):
    """Lists the notebooks that a word means: all, a file seen from where the learner stands, or a number.

    Those of the course are the learner's copies instead where `mine` is set. Raises Misuse where there is none.
    """
    known = course_notebooks() if word == "all" else beginning(word)
    files = [
        path for path in (Path(word), Path(word + ".ipynb")) if path.suffix == ".ipynb" and os.path.isfile(str(path))
    ]
    if files and word != "all" and not (mine and known):
        return [Path(os.path.abspath(str(files[0])))]
    if not known and os.path.exists(word):
        kind = "a folder: name a notebook in it" if os.path.isdir(word) else "no notebook: its name ends in .ipynb"
        raise Misuse(f"{word} is {kind}")
    return [COPIES / path.name if mine else path for path in known or numbered(word)]


def check_notebook(path):
    """Raises Misuse unless a path holds a notebook."""
    if not path.exists():
        raise Misuse(f"There is no {path}: {ME} lab makes your copies")
    if cells(path) is None:
        raise Misuse(f"{path} cannot be read as a notebook: move it away and get it afresh, yours by {ME} lab")


def check_folder(folder):
    """Raises OSError where a notebook cannot be written to a folder, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=str(folder)) as file:
        file.write(bytes(1 << 20))


# The environment ----------------------------------------------------------------------------------


def version_problem(version):
    """Says what to do about a Python that TensorFlow does not support; None where it does."""
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return None
    command = "py -3.13" if WINDOWS else "python3.13"
    return "Python {}.{} is too {} for TensorFlow: install Python 3.13 from python.org, then run: {} course.py".format(
        version[0], version[1], "old" if tuple(version[:2]) < OLDEST else "new", command
    )


def platform_problem(tag, machine):
    """Says what to do on a machine without TensorFlow wheels; None where there are some."""
    if tag.startswith("macosx") and machine == "x86_64":
        return (
            "TensorFlow has no wheel for Intel Macs: use another computer or a cloud notebook"
            " (on an Apple-silicon Mac, install the arm64 Python from python.org)."
        )
    if tag == "win-arm64":
        return "TensorFlow has no wheel for Windows on ARM: run `wsl --install`, then the course inside WSL2."
    if tag == "win32":
        return "TensorFlow needs a 64-bit Python: install Python 3.13 (64-bit) from python.org."
    return None


def answer(command):
    """Gives the one line that a quick command prints, or None where it fails."""
    try:
        found = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return None
    return found.stdout.decode(errors="replace").strip() if found.returncode == 0 else None


def supported_python():
    """Finds a Python that TensorFlow supports: the one that runs this file, else another that is installed."""
    problem = version_problem(sys.version_info)
    if not problem:
        # Inside an active environment the Python below it, as .venv itself may be made anew.
        return getattr(sys, "_base_executable", None) or sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        command = ["py", f"-3.{minor}"] if WINDOWS else [f"python3.{minor}"]
        found = answer(command + ["-c", "import sys; print(sys.executable)"])
        if found:
            return found
    raise Trouble(problem)


def check_venv(python):
    if answer([python, "-c", "import ensurepip, venv"]) is None:
        name = answer([python, "-c", "import sys; print('python%d.%d-venv' % sys.version_info[:2])"])
        raise Trouble(
            f"This Python cannot make environments: on Debian or Ubuntu run `sudo apt install {name}`,"
            " elsewhere install Python from python.org; then run the same command again."
        )


def environment_command(uv, python):
    """Gives the command that makes an empty .venv."""
    if uv:
        return [uv, "venv", "--quiet", "--allow-existing", "--python", python, VENV]
    return [python, QUIETLY, "-m", "venv", VENV]


def install_commands(uv, gpu):
    """Lists the commands that fill .venv: the locked packages, then the course's own."""
    if uv:
        pip, before = [uv, "pip", "install", "--compile-bytecode", "--python", PYTHON], []
    else:
        # An environment that uv made has no pip.
        pip, before = [PYTHON, QUIETLY, "-m", "pip", "install"], [[PYTHON, QUIETLY, "-m", "ensurepip"]]
    # Wheels alone: building a package would fetch tools that the lock's hashes do not cover.
    locked = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", LOCK]
    own = ["--no-build-isolation", "-e", ".[gpu]"] if gpu else ["--no-build-isolation", "--no-deps", "-e", "."]
    return before + [pip + locked, pip + own]


def wanted_stamp(gpu):
    """Names the state that .venv should be in; the folder counts, as .venv holds its path."""
    state = LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + str(ROOT).encode("utf-8", "replace")
    return hashlib.sha256(state).hexdigest() + (" gpu" if gpu else "")


def read_stamp():
    return STAMP.read_text(encoding="utf-8", errors="replace").strip() if STAMP.is_file() else ""


def works(python):
    """Says whether a Python starts and is of a supported version."""
    return answer([python, "-c", f"import sys; sys.exit(not {OLDEST} <= sys.version_info[:2] <= {NEWEST})"]) is not None


def base_python(uv):
    """Gives the Python to make .venv from; uv finds or fetches one in the range where this one is not."""
    problem = platform_problem(sysconfig.get_platform(), platform.machine())
    if problem:
        raise Trouble(problem)
    if uv and version_problem(sys.version_info):
        return ">=3.11,<3.14"
    python = supported_python()
    if not uv:
        check_venv(python)
    return python


def foreign():
    """Says why .venv is not this user's to change; None where it is, or is not there yet."""
    if VENV.is_symlink():
        return f"is a link to {os.path.realpath(str(VENV))}"
    if not VENV.exists():
        return None
    if hasattr(os, "getuid") and VENV.stat().st_uid != os.getuid():
        return "belongs to another user"
    return None if os.access(str(VENV), os.R_OK | os.W_OK | os.X_OK) else "may not be changed by you"


@contextlib.contextmanager
def alone(folder):
    """Lets one start of the launcher at a time into a block; others wait. Where no lock is to be had, all go on."""
    try:
        import fcntl  # not on Windows
    except ImportError:
        yield
        return
    handle = os.open(str(folder), os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start of the course is at work here: waiting for it.")
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:  # some network disks lock no folders
            pass
        yield
    finally:
        os.close(handle)


def prepare(gpu=False):
    """Makes .venv, brings it up to date, or repairs it; does nothing where it is as it should be.

    The environment of somebody else is never changed: it is used as it is, or a Trouble says what to do.
    """
    reason = foreign()
    if reason is None:
        if not ready(gpu):
            with alone(ROOT):
                if not ready(gpu):  # the start that was waited for has done it
                    install(gpu)
        return
    if not works(PYTHON):
        raise Trouble(
            f"{VENV} {reason} and does not start for you; it is left alone. Ask its owner to run {ME} lab,"
            " or copy the course without .venv to a folder of your own and start there."
        )
    if gpu or not ready(gpu):
        say(f"{VENV} {reason}: it is used as it is, and nothing is installed.")


def ready(gpu):
    """Says whether .venv is as it should be, with the GPU's packages where they are asked for or were once."""
    stamp = read_stamp()
    return stamp == wanted_stamp(gpu or stamp.endswith(" gpu")) and works(PYTHON)


def install(gpu):
    """Makes .venv, or brings it up to date where it works."""
    stamp = read_stamp()
    gpu = gpu or stamp.endswith(" gpu")
    usable = works(PYTHON) and not stamp.startswith("unfinished")
    uv = shutil.which("uv")
    commands = install_commands(uv, gpu)
    if usable:
        say("Bringing .venv up to date.")
    else:
        commands.insert(0, environment_command(uv, base_python(uv)))
        if VENV.exists():
            say("Clearing away an unfinished or broken .venv.")
            shutil.rmtree(str(VENV))
        VENV.mkdir()
        say(f"Making .venv: about 5 minutes and {8 if gpu else 3} GB, this first time only.")
    if gpu:
        say("NVIDIA's packages are outside requirements.lock: pip chooses their versions and compares no hashes.")
    write("unfinished" + (" gpu" if gpu else ""), STAMP)
    for command in commands:
        code = call(command)
        if code == STOPPED:
            raise KeyboardInterrupt
        if code != 0:
            if usable:
                # Without a network, say, nothing has changed yet: what was there stays good.
                write(stamp, STAMP)
            raise Trouble(
                "The installation stopped: the lines above say why. With a network and free disk,"
                " run the same command again."
            )
    write(wanted_stamp(gpu), STAMP)
    if not gpu and sys.platform == "linux" and shutil.which("nvidia-smi"):
        say(f"An NVIDIA GPU is here: add --gpu once to use it, as in {ME} lab --gpu")


def child_environment():
    """Gives the environment variables of commands that are started."""
    # Other tools' module paths would shadow the packages of .venv; an empty setting is none.
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONHOME", "PYTHONPATH") and (value or not name.startswith("HPE_"))
    }
    environment["PATH"] = str(BIN) + os.pathsep + environment.get("PATH", "")
    for name in ("HPE_DATA_ROOT", "HPE_CACHE", "HPE_MODELS"):  # from here: notebooks run in their own folder
        if environment.get(name):  # an empty one is none, not the folder where one stands
            environment[name] = os.path.abspath(os.path.expanduser(environment[name]))
    return environment


@contextlib.contextmanager
def ctrl_c_held():
    """Holds Ctrl-C back in a block, and in what is started there until tools/quietly.py lets it come."""
    if WINDOWS:
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def call(command, cwd=ROOT, stop_by=signal.SIGTERM, **variables):
    """Runs a command to its end and gives its exit code; raises KeyboardInterrupt where Ctrl-C ended it.

    Ctrl-C sends `stop_by` to the command and all that it has started, which else would each show a traceback. Where
    that is None, and on Windows, they get Ctrl-C itself. A command that has said how it stopped gives STOPPED.
    """
    presses, started = [], []
    apart = stop_by is not None and not WINDOWS

    def press(*_):
        presses.append(1)
        if apart:
            for process in started:
                os.killpg(process.pid, stop_by)

    before = signal.signal(signal.SIGINT, press)
    try:
        environment = {**child_environment(), **variables}
        words = [str(part) for part in command]
        with ctrl_c_held():
            started.append(subprocess.Popen(words, cwd=str(cwd), env=environment, start_new_session=apart))
        code = started[0].wait()
    finally:
        signal.signal(signal.SIGINT, before)
    if presses and code not in (0, STOPPED):
        raise KeyboardInterrupt
    return code


# The learner's notebooks --------------------------------------------------------------------------


def cells(path):
    """Gives the kind and the text of each cell, which running and saving leave alone; None where it is no notebook."""
    try:
        if path.stat().st_size > LARGEST:
            return None
        found = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return [[cell["cell_type"], "".join(cell["source"])] for cell in found]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def fingerprint(path):
    """Gives a hash of what the cells say; None where it cannot be read."""
    told = cells(path)
    return None if told is None else hashlib.sha256(json.dumps(told).encode()).hexdigest()


def write(text, path):
    """Writes a file whole or not at all; two starts never share the temporary one."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with open(str(part), "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(str(part), str(path))
    finally:
        if part.exists():
            part.unlink()


def cleared(path):
    """Gives a notebook's text without outputs."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    notebook.get("metadata", {}).pop("widgets", None)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def has_outputs(path):
    return any(cell.get("outputs") for cell in json.loads(path.read_text(encoding="utf-8"))["cells"])


def edited(path, ours):
    """Says whether a file holds anything but what the course put there; one that cannot be read counts as edited."""
    return path.exists() and fingerprint(path) not in [known for known in ours if known]


def difference(old, new):
    """Says how many cells of two notebooks differ."""
    before, after = cells(old), cells(new)
    fresh = sum(cell not in before for cell in after)
    gone = sum(cell not in after for cell in before)
    return f"{fresh} of {len(after)} cells are new or changed, {gone} are gone"


def keep_run(path):
    """Puts a copy that was run out of the new one's way; says so, or nothing where there are no outputs to keep."""
    if not has_outputs(path):
        return ""
    old = path
    while old.exists():
        old = old.with_name(old.stem + ".old.ipynb")
    os.rename(str(path), str(old))
    return f"; your run of the old one is {old.name}"


def read_ledger(path):
    """Gives the fingerprints of what the course last put there, by name; nothing where that cannot be read."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}


def bring(notebook, copies, known):
    """Brings one copy up to date, notes it in `known`, and gives lines that say what is new."""
    name, new, lines = notebook.name, fingerprint(notebook), []
    if new is None:
        return [f"{notebook} cannot be read: download the course again; your copy stays as it is."]
    if known.get(name) == new and (copies / name).exists():
        return []
    target = copies / name
    while edited(target, (new, known.get(target.name))):
        target = target.with_name(target.stem + ".new.ipynb")
    if target.name != name:
        lines.append(f"{name} has changed: yours is kept, the new one is {target.name}")
    if fingerprint(target) != new:
        if target.exists():
            changes = difference(target, notebook)
            lines.append(f"{target.name} is brought up to date: {changes}{keep_run(target)}.")
        write(cleared(notebook), target)
    known[name] = known[target.name] = new
    return lines


def refresh(source, copies):
    """Brings the learner's copies up to date and gives lines that say what is new.

    An edit of theirs is never overwritten, and a run of theirs is kept beside the new copy.
    """
    copies.mkdir(exist_ok=True)
    ledger = copies / ".course.json"
    with alone(copies):
        for pattern in ("*.ipynb*.part", f"{ledger.name}*.part"):  # of a start that was killed
            for part in copies.glob(pattern):
                part.unlink()
        before, lines = read_ledger(ledger), []
        known = dict(before)
        for notebook in sorted(source.glob("*.ipynb")):
            if before and notebook.name not in before and not (copies / notebook.name).exists():
                lines.append(f"{notebook.name} is new.")
            lines += bring(notebook, copies, known)
        for name in [name for name in before if not name.endswith(".new.ipynb") and not (source / name).exists()]:
            del known[name]
            lines += [f"{name} is no longer in the course; your copy stays."] if (copies / name).exists() else []
        if known != before:
            write(json.dumps(known, indent=1), ledger)
    return lines


# The commands -------------------------------------------------------------------------------------


def lab_options(words):
    """Turns the words after lab into JupyterLab's own: a notebook that they begin with is opened."""
    place = COPIES.name
    if words and not words[0].startswith("-"):
        place, words = f"{place}/{quote(numbered(words[0])[0].name)}", words[1:]
    # The pictures of the text lie beside my_notebooks: JupyterLab serves nothing outside its root. A workspace of its
    # own restores no tabs of other roots.
    return [f"--ServerApp.root_dir={ROOT}", f"--LabApp.default_url=/lab/workspaces/course/tree/{place}"] + words


def lab(words):
    for line in refresh(NOTEBOOKS, COPIES):
        say(line)
    # On Ctrl-C JupyterLab asks whether to stop, and stops without a word on the second.
    return call([PYTHON, QUIETLY, "-m", "jupyterlab"] + lab_options(words), stop_by=None, **OURS)


def run_options(words):
    """Splits the words after run and finds the notebooks."""
    parser = words_of("run", "Run notebooks without a browser.")
    parser.add_argument("notebooks", nargs="*", metavar="notebook", help="a number such as 02, a file, or all")
    parser.add_argument("--mine", action="store_true", help="take the copies in my_notebooks")
    parser.add_argument("--profile", help=f"how much to train: {', '.join(PROFILES)} (default: lab)")
    parser.add_argument("--output", type=Path, default=RUNS, help="folder for the executed copies (default: runs)")
    parser.add_argument("--store", action="store_true", help="write the outputs back into the notebook itself")
    options = parser.split(words)
    if options.profile is not None:
        check_known("The profile", options.profile, PROFILES)
    if not options.notebooks:
        raise Misuse(f"Name a notebook: {ME} run 02; there are {', '.join(path.stem for path in course_notebooks())}")
    options.notebooks = [path for word in options.notebooks for path in meant(word, options.mine)]
    for path in options.notebooks:
        if options.notebooks.count(path) > 1:
            raise Misuse(f"{path.name} is named twice")
        check_notebook(path)
    check_folder(options.output)
    return options


def run(words):
    options = run_options(words)
    command = [PYTHON, QUIETLY, ROOT / "tools" / "notebooks.py", "--output", os.path.abspath(str(options.output))]
    command += ["--store"] if options.store else []
    variables = {**OURS, "HPE_PROFILE": options.profile} if options.profile else OURS
    return call(command + options.notebooks, cwd=Path.cwd(), stop_by=signal.SIGINT, **variables)


def named(word):
    """Lists what a word means to pytest: a file, a folder or a test, seen from here or from the course's folder; else
    the notebook of that number or name."""
    file, colons, test = word.partition("::")
    for folder in (Path.cwd(), ROOT):
        path = Path(os.path.abspath(str(folder / file)))
        if file and os.path.exists(str(path)):
            inside = ROOT in path.parents
            return [(path.relative_to(ROOT).as_posix() if inside else str(path)) + colons + test]
    return [path.relative_to(ROOT).as_posix() for path in numbered(word)]


def pytest_options(options):
    """Adds to the learner's options what they leave open: the quick tests, how notebooks run, and two processes."""
    kept, paths = [], []
    for index, option in enumerate(options):
        if option.startswith("-") or (index and options[index - 1] in VALUED):
            kept.append(option)
        else:
            paths += named(option)
    if kept and kept[-1] in VALUED and kept[-1] == options[-1]:
        raise Misuse(f"{kept[-1]} needs a value, as in test -k flip")
    if "--all" in kept:
        kept.remove("--all")
        paths = paths or ["tests", "notebooks"]
    if not paths:
        kept = ["-m", "not slow"] + kept  # the learner's own -m comes later and wins
        paths = ["tests"] + [path for number in QUICK for path in named(number)]
    notebooks = ["--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=180", "--nbval-kernel-startup-timeout=120"]
    return notebooks + ["-n", "2", "--dist", "loadfile"] + kept + paths


def test(options):
    # Everything goes in two parts: the slow tests hold large networks, and begin with workers whose memory is free.
    # They go by name, as pytest-xdist would leave the longest test, which is alone in its file, for the end.
    whole = "--all" in options and all(option.startswith("-") for option in options)
    codes = []
    for part in (["-m", "not slow and not again"], ["-m", "slow", "--no-loadscope-reorder"]) if whole else ([],):
        command = [PYTHON, QUIETLY, "-m", "pytest"] + pytest_options(part + options)
        codes.append(call(command, HPE_PROFILE="smoke", **OURS))
        if codes[-1] == STOPPED:
            break
        if codes[-1] == NOTHING:
            say(f"No test is called so: {' '.join(options)}")
    return max(codes)


def lint(words):
    return call([PYTHON, "-m", "ruff", "check"]) or call([PYTHON, "-m", "ruff", "format", "--check"])


def info(words):
    say(f"Launcher   Python {platform.python_version()}, {platform.platform()}")
    say(f"Folder     {ROOT}")
    if not works(PYTHON):
        say(f"Installed  nothing yet: {ME} lab")
        return 0
    if foreign():
        say(f"Installed  {VENV} {foreign()}")
    elif not ready(False):
        say("Installed  not up to date: the next lab, run or test mends that")
    return call([PYTHON, "-m", "hpe_utils", "info"], **OURS)


def clean_options(words):
    """Splits the words after clean."""
    parser = words_of("clean", "Say what the course's caches and executed copies take, and delete them.")
    parser.add_argument("--downloads", action="store_true", help="delete downloaded data sets too")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    return parser.split(words)


def clean(words):
    clean_options(words)
    if not works(PYTHON):
        raise Trouble(f"Nothing is installed here, or .venv is broken: {ME} lab mends that, then clean works.")
    return call([PYTHON, QUIETLY, ROOT / "tools" / "clean.py"] + words, **OURS)


def handout_options(words):
    """Splits the words after handout and finds the notebooks."""
    parser = words_of("handout", "Make students' copies without answers, a teacher's copies with them, and slides.")
    parser.add_argument("notebooks", nargs="*", metavar="notebook", help="a number such as 02, or all (default)")
    parser.add_argument("--to", required=True, type=Path, metavar="FOLDER", help="where they go")
    options = parser.split(words)
    check_folder(options.to)
    options.notebooks = [path for word in options.notebooks or ["all"] for path in meant(word, mine=False)]
    return options


def handout(words):
    options = handout_options(words)
    command = [PYTHON, QUIETLY, ROOT / "tools" / "handout.py", "--to", os.path.abspath(str(options.to))]
    return call(command + options.notebooks, **OURS)


def grade_options(words):
    """Splits the words after grade."""
    parser = words_of("grade", "Grade students' notebooks.")
    parser.add_argument("folder", type=Path, help="the folder with them, under any names")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="where marks and pages go (default: FOLDER-graded)")
    parser.add_argument("--seed", type=int, default=1, help="of the hidden inputs (default: 1)")
    options = parser.split(words)
    if not os.path.isdir(str(options.folder)):
        raise Misuse(f"There is no folder {options.folder}, seen from {os.getcwd()}")
    return options


def grade(words):
    options = grade_options(words)
    command = [PYTHON, QUIETLY, ROOT / "tools" / "grade.py", os.path.abspath(str(options.folder))]
    command += ["--to", os.path.abspath(str(options.to))] if options.to else []
    return call(command + ["--seed", options.seed], **OURS)


def docs(words):
    return call([PYTHON, QUIETLY, ROOT / "tools" / "build_site.py"], **OURS)


def demos_options(words):
    """Splits the words after demos."""
    parser = words_of("demos", "Show widgets of the course on one page without code.")
    parser.add_argument("--port", type=int, default=8010, help="of this machine (default: 8010)")
    parser.add_argument("--no-browser", action="store_true", help="print the address alone")
    return parser.split(words)


def demos(words):
    demos_options(words)
    return call([PYTHON, QUIETLY, ROOT / "tools" / "demos.py"] + words, stop_by=signal.SIGINT, **OURS)


# Each command, and what checks its words before anything is installed.
COMMANDS = {
    "lab": (lab, lab_options),
    "run": (run, run_options),
    "test": (test, pytest_options),
    "lint": (lint, no_words),
    "info": (info, no_words),
    "clean": (clean, clean_options),
    "handout": (handout, handout_options),
    "grade": (grade, grade_options),
    "docs": (docs, no_words),
    "demos": (demos, demos_options),
}


def obey(name, words):
    """Checks a command's words, prepares .venv where the command needs it, and gives the command's exit code."""
    check_known("The command", name, COMMANDS)
    command, check = COMMANDS[name]
    check_spelling(words)
    options = [word for word in words if word != "--gpu"]
    check(options)
    if name in ("lab", "run", "test"):
        check_settings(os.environ)
    if name not in ("info", "clean"):
        prepare(gpu="--gpu" in words)
    return command(options)


def main(arguments):
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    name = arguments[0] if arguments else "help"
    if name in ("help", "-h", "--help"):
        say(HELP)
        return 0
    try:
        return obey(name, arguments[1:])
    except Trouble as trouble:
        say(" ".join(str(trouble).split()))
        return trouble.code
    except OSError as error:
        say(system_trouble(error))
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return STOPPED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
