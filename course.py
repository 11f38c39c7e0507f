"""The course's launcher: it makes .venv on first use, opens the notebooks and runs the tests.

It needs the standard library alone, and keeps to old grammar so that an old Python can say what is wrong.
"""

import hashlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

WINDOWS = os.name == "nt"
ROOT = Path(os.path.abspath(__file__)).parent
NOTEBOOKS = ROOT / "notebooks"
COPIES = ROOT / "my_notebooks"
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
STAMP = VENV / "course-stamp.txt"
ME = "py course.py" if WINDOWS else "python3 course.py"
OLDEST, NEWEST = (3, 11), (3, 13)
STOPPED = 130  # the exit code after Ctrl-C
QUICK = ("00", "02", "05", "09")  # one notebook of each kind: set-up, one person, several people, detection
# Those of pytest's options whose value is the next word, which then names no test.
VALUED = ("-c", "-k", "-m", "-n", "-o", "-p", "-r", "-W", "--deselect", "--durations", "--ignore", "--maxfail", "--tb")

HELP = f"""Human pose estimation, learnt live.

  {ME} lab       open the notebooks in JupyterLab (your own copy, in my_notebooks)
  {ME} run 02    run a notebook without a browser; also: run all --profile smoke
  {ME} test      run the quick tests; everything: test --all; notebook 02 alone: test 02
  {ME} lint      check the code's style with ruff
  {ME} info      say what is installed, which device is seen and where files are kept

The first use makes .venv beside this file. With an NVIDIA GPU on Linux, add --gpu once.
What follows lab goes to JupyterLab: lab --no-browser; options after test go to pytest: test -k flip
Delete a notebook in my_notebooks to get it afresh."""


class Trouble(Exception):
    """Carries one line that says what is wrong and what to do."""


def say(line):
    print(line, flush=True)


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
    return [python, "-m", "venv", VENV]


def install_commands(uv, gpu):
    """Lists the commands that fill .venv: the locked packages, then the course's own."""
    if uv:
        pip, before = [uv, "pip", "install", "--compile-bytecode", "--python", PYTHON], []
    else:
        # An environment that uv made has no pip.
        pip, before = [PYTHON, "-m", "pip", "install"], [[PYTHON, "-m", "ensurepip"]]
    # Wheels alone: building a package would fetch tools that the lock's hashes do not cover.
    locked = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", LOCK]
    own = ["--no-build-isolation", "-e", ".[gpu]"] if gpu else ["--no-build-isolation", "--no-deps", "-e", "."]
    return before + [pip + locked, pip + own]


def wanted_stamp(gpu):
    """Names the state that .venv should be in; the folder counts, as .venv holds its path."""
    state = LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + str(ROOT).encode("utf-8", "replace")
    return hashlib.sha256(state).hexdigest() + (" gpu" if gpu else "")


def read_stamp():
    return STAMP.read_text(encoding="utf-8").strip() if STAMP.is_file() else ""


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


def prepare(gpu=False):
    """Makes .venv, brings it up to date, or repairs it; does nothing where it is as it should be."""
    stamp = read_stamp()
    gpu = gpu or stamp.endswith(" gpu")
    wanted = wanted_stamp(gpu)
    usable = works(PYTHON) and not stamp.startswith("unfinished")
    if usable and stamp == wanted:
        return
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
    STAMP.write_text("unfinished" + (" gpu" if gpu else ""), encoding="utf-8")
    for command in commands:
        code = call(command)
        if code == STOPPED:
            raise KeyboardInterrupt
        if code != 0:
            if usable:
                # Without a network, say, nothing has changed yet: what was there stays good.
                STAMP.write_text(stamp, encoding="utf-8")
            raise Trouble(
                "The installation stopped: the lines above say why. With a network and free disk,"
                " run the same command again."
            )
    STAMP.write_text(wanted, encoding="utf-8")
    if not gpu and sys.platform == "linux" and shutil.which("nvidia-smi"):
        say(f"An NVIDIA GPU is here: add --gpu once to use it, as in {ME} lab --gpu")


def call(command, cwd=ROOT, **variables):
    """Runs a command to its end and gives its exit code; what Ctrl-C does is the command's own matter."""
    # Other tools' module paths would shadow the packages of .venv.
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    environment["PATH"] = str(BIN) + os.pathsep + environment.get("PATH", "")
    for name in ("HPE_DATA_ROOT", "HPE_CACHE", "HPE_MODELS"):  # from here: notebooks run in their own folder
        if environment.get(name):  # an empty one is none, not the folder where one stands
            environment[name] = os.path.abspath(os.path.expanduser(environment[name]))
    environment.update(variables)
    presses = []
    before = signal.signal(signal.SIGINT, lambda *_: presses.append(1))
    try:
        code = subprocess.call([str(part) for part in command], cwd=str(cwd), env=environment)
    finally:
        signal.signal(signal.SIGINT, before)
    return STOPPED if presses and code else code


# The learner's notebooks --------------------------------------------------------------------------


def fingerprint(path):
    """Gives a hash of what the cells say, which running and saving leave alone; None where it cannot be read."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        told = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def write(text, path):
    """Writes a file whole or not at all."""
    part = path.with_name(path.name + ".part")
    with open(str(part), "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    os.replace(str(part), str(path))


def cleared(path):
    """Gives a notebook's text without outputs."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    notebook["metadata"].pop("widgets", None)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def edited(path, ours):
    """Says whether a file holds anything but what the course put there; one that cannot be read counts as edited."""
    return path.exists() and fingerprint(path) not in [known for known in ours if known]


def refresh(source, copies):
    """Brings the learner's copies up to date, never over an edit of theirs, and gives lines that say what is new."""
    copies.mkdir(exist_ok=True)
    ledger = copies / ".course.json"  # name -> fingerprint of what the course last put there
    try:
        known = json.loads(ledger.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    lines = []
    for notebook in sorted(source.glob("*.ipynb")):
        name, new = notebook.name, fingerprint(notebook)
        if known.get(name) == new and (copies / name).exists():
            continue
        target = copies / name
        while edited(target, (new, known.get(target.name))):
            target = target.with_name(target.stem + ".new.ipynb")
        if target.name != name:
            lines.append(f"{name} has changed: yours is kept, the new one is {target.name}")
        elif target.exists() and fingerprint(target) != new:
            lines.append(f"{name} is brought up to date.")
        if fingerprint(target) != new:
            write(cleared(notebook), target)
        known[name] = known[target.name] = new
    write(json.dumps(known, indent=1), ledger)
    return lines


# The commands -------------------------------------------------------------------------------------


def lab(options):
    for line in refresh(NOTEBOOKS, COPIES):
        say(line)
    return call([PYTHON, "-m", "jupyterlab"] + options, cwd=COPIES)


def run(options):
    return call([PYTHON, ROOT / "tools" / "notebooks.py"] + options)


def named(word):
    """Lists what a word means to pytest: a file, a folder or a test; else the notebook of that number or name."""
    if (ROOT / word.split("::")[0]).exists():
        return [word]
    found = [path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if path.name.startswith(word.zfill(2))]
    if not found:
        raise Trouble(f"There is no {word}: name a notebook, as in test 02, or a file, as in test tests/test_house.py")
    return [path.relative_to(ROOT).as_posix() for path in found]


def pytest_options(options):
    """Adds to the learner's options what they leave open: the quick tests, how notebooks run, and two processes."""
    kept, paths = [], []
    for index, option in enumerate(options):
        if option.startswith("-") or (index and options[index - 1] in VALUED):
            kept.append(option)
        else:
            paths += named(option)
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
    for part in (["-m", "not slow"], ["-m", "slow", "--no-loadscope-reorder"]) if whole else ([],):
        codes.append(call([PYTHON, "-m", "pytest"] + pytest_options(part + options), HPE_PROFILE="smoke"))
        if codes[-1] == STOPPED:
            break
    return max(codes)


def lint(options):
    return call([PYTHON, "-m", "ruff", "check"]) or call([PYTHON, "-m", "ruff", "format", "--check"])


def info(options):
    say(f"Launcher   Python {platform.python_version()}, {platform.platform()}")
    say(f"Folder     {ROOT}")
    if not works(PYTHON):
        say(f"Installed  nothing yet: {ME} lab")
        return 0
    if read_stamp() not in (wanted_stamp(False), wanted_stamp(True)):
        say("Installed  not up to date: the next lab, run or test mends that")
    return call([PYTHON, ROOT / "tools" / "info.py"])


def main(arguments):
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    commands = {"lab": lab, "run": run, "test": test, "lint": lint, "info": info}
    name = arguments[0] if arguments else "help"
    if name not in commands:
        say(HELP)
        return 0 if name in ("help", "-h", "--help") else 2
    try:
        if name != "info":
            prepare(gpu="--gpu" in arguments)
        return commands[name]([option for option in arguments[1:] if option != "--gpu"])
    except Trouble as trouble:
        say(str(trouble))
    except OSError as error:
        say(f"{error}: close what uses the course's files, or download the course again where one is missing.")
    except KeyboardInterrupt:
        say("Stopped.")
        return STOPPED
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
