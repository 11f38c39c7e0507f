"""The launcher with learners who mistype, stop it, start it twice, share it and run out of disk."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import pytest
from nbformat import v4
from scripts import script

from hpe_utils import data, runtime

ROOT = Path(__file__).parents[1]
NAME = "02_joint_regression.ipynb"

course = script("course.py")
runner = script("tools/notebooks.py")
cleaner = script("tools/clean.py")


def put(path, *sources, output=""):
    """Writes a notebook, each of whose cells was run with the same output where one is given."""
    outputs = [v4.new_output("stream", text=output)] if output else []
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell(source, outputs=outputs) for source in sources]), path)
    return path


def first(path):
    return nbformat.read(path, as_version=4).cells[0]


# Misuse -------------------------------------------------------------------------------------------


@pytest.fixture
def nothing_starts(monkeypatch, tmp_path):
    """A folder to stand in; the launcher must answer before it installs or starts anything."""
    for name in ("HPE_PROFILE", "HPE_CACHE", "HPE_DATA", "HPE_DATA_ROOT", "HPE_PRECISION", "HPE_JIT", "HPE_BUDGET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(course, "prepare", lambda gpu: pytest.fail("installed"))
    monkeypatch.setattr(course, "call", lambda *_, **__: pytest.fail("started"))
    monkeypatch.setattr(course, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(course, "COPIES", tmp_path / "my_notebooks")
    (tmp_path / "letter.txt").write_text("dear")
    (tmp_path / "broken.ipynb").write_text('{"cells": [')
    (tmp_path / "list.ipynb").write_text("[]")
    (tmp_path / "deep.ipynb").write_text("[" * 100_000)
    (tmp_path / "folder.ipynb").mkdir()
    monkeypatch.chdir(tmp_path)


MISUSES = [
    ("LAB", "did you mean lab?"),
    ("labb", "did you mean lab?"),
    ("--gpu lab", "known are lab, run, test"),
    ("lab 99", "There is no 99: notebooks are 00_start_here"),
    ("run", "Name a notebook: .* 00_start_here"),
    ("run 99", "There is no 99: notebooks are 00_start_here"),
    ("run 02_joint_regresion", "did you mean 02_joint_regression?"),
    ("run --profil smoke 02", "--profil is not known: did you mean --profile?"),
    ("run 02 --profile", "--profile: expected one argument"),
    ("run 02 --profile labb", "did you mean lab? known are smoke, lab, paper"),
    ("run 02 2", "02_joint_regression.ipynb is named twice"),
    ("run all 02", "is named twice"),
    ("run nothing.ipynb", "There is no nothing.ipynb"),
    ("run letter.txt", "is no notebook"),
    ("run folder.ipynb", "is a folder"),
    ("run broken.ipynb", "broken.ipynb cannot be read as a notebook"),
    ("run list", "list.ipynb cannot be read as a notebook"),
    ("run deep", "deep.ipynb cannot be read as a notebook"),
    ("run --mine 02", f"There is no .*{NAME}: .* lab makes your copies"),
    ("run 02 --output letter.txt", "letter.txt is a file where a folder is needed"),
    ("test 99", "There is no 99: notebooks are 00_start_here"),
    ("test --al", "did you mean --all?"),
    ("lab --gpuu", "did you mean --gpu?"),
    (f"run {'x' * 5000}", "There is no x{60}: "),
    ("test 02 -k", "-k needs a value"),
    ("clean --yess", "did you mean --yes?"),
    ("info more", "takes no words"),
    ("handout 03", "the following arguments are required: --to"),
    ("handout 99 --to lab1", "There is no 99: notebooks are 00_start_here"),
    ("grade", "the following arguments are required: folder"),
    ("grade no_such_folder", "There is no folder no_such_folder"),
    ("lint more", "takes no words"),
]


@pytest.mark.parametrize("words, said", MISUSES, ids=[words[:30] for words, _ in MISUSES])
def test_misuse_is_answered_in_one_line_before_anything_starts(nothing_starts, capsys, words, said):
    assert course.main(words.split()) in (1, 2)
    (line,) = capsys.readouterr().out.splitlines()
    assert re.search(said.replace("?", r"\?"), line)


@pytest.mark.parametrize(
    "name, value, said",
    [
        ("HPE_PROFILE", "labb", "did you mean lab? known are smoke, lab, paper"),
        ("HPE_DATA", "lspett", "did you mean lspet? known are synthetic, ade20k"),
        ("HPE_PRECISION", "float16", "did you mean mixed_float16?"),
        ("HPE_JIT", "yes", "known are auto, 0, 1"),
        ("HPE_BUDGET", "epoch=1", "did you mean epochs?"),
        ("HPE_BUDGET", "epochs=1, batch=few", "batch=few is no number above 0"),
        ("KERAS_BACKEND", "tensorflw", "did you mean tensorflow?"),
        ("HPE_DATA_ROOT", "no/such.zip", "there is no file or folder no/such.zip"),
        ("HPE_CACHE", "letter.txt", "letter.txt is no folder"),
    ],
)
@pytest.mark.parametrize("words", [["lab"], ["run", "02"], ["test"]], ids=" ".join)
def test_a_wrong_setting_is_answered_in_one_line(nothing_starts, monkeypatch, capsys, words, name, value, said):
    monkeypatch.setenv(name, value)
    assert course.main(words) == 2
    (line,) = capsys.readouterr().out.splitlines()
    assert name in line and said in line


def test_misuse_takes_less_than_two_seconds(tmp_path):
    begin = time.perf_counter()
    words = [sys.executable, ROOT / "course.py", "run", "99"]
    answer = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert answer.returncode == 2 and time.perf_counter() - begin < 2
    assert answer.stdout.startswith("There is no 99: ") and answer.stderr == ""


def test_the_launcher_knows_what_the_package_knows():
    assert (course.PROFILES, course.PRECISIONS) == (runtime.PROFILES, runtime.PRECISIONS)
    assert list(course.SWITCHES) == list(runtime.SWITCHES)
    assert course.data_sets() == list(data.sets.SETS)


# Which file is meant ------------------------------------------------------------------------------


def test_a_file_is_seen_from_where_the_learner_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert course.meant(NAME, False) == [course.NOTEBOOKS / NAME]
    mine = put(tmp_path / NAME, "mine")
    assert course.meant(NAME, False) == course.meant(NAME.removesuffix(".ipynb"), False) == [mine]
    assert course.meant("02", False) == course.meant("2", False) == [course.NOTEBOOKS / NAME]
    assert course.meant("02", True) == course.meant(NAME, True) == [course.COPIES / NAME]
    notebooks = list(course.NOTEBOOKS.glob("[0-9]*.ipynb"))
    assert [path.parent for path in course.meant("all", True)] == [course.COPIES] * len(notebooks) != []


def test_run_gives_files_the_profile_and_where_copies_go(nothing_starts, tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(course, "call", lambda command, **named: started.append((command, named)) or 0)
    put(tmp_path / "x.ipynb", "1")
    assert course.run(["x", "--profile", "smoke", "02", "--output", "out"]) == 0
    ((command, named),) = started
    assert command[-2:] == [tmp_path / "x.ipynb", course.NOTEBOOKS / NAME]
    assert command[-4:-2] == ["--output", str(tmp_path / "out")] and named["HPE_PROFILE"] == "smoke"
    assert named["PYTHONPATH"] == str(ROOT), "a shared .venv may hold another copy of the package"


def test_tests_are_seen_from_where_the_learner_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT / "tests")
    assert course.named("test_house.py::test_x") == ["tests/test_house.py::test_x"]
    monkeypatch.chdir(tmp_path)
    assert course.named("tests/test_house.py") == ["tests/test_house.py"]
    own = put(tmp_path / "own.ipynb", "1")
    assert course.named("own.ipynb") == [str(own)]


def test_executed_copies_of_one_name_lie_apart(tmp_path):
    sources = [runner.NOTEBOOKS / NAME, runner.ROOT / "my_notebooks" / NAME, runner.ROOT / NAME,
               Path("/home/alice") / NAME, Path("/home/bob") / NAME]  # fmt: skip
    copies = [runner.place_of_copy(source, tmp_path) for source in sources]
    assert copies[:2] == [tmp_path / NAME, tmp_path / "my_notebooks" / NAME]
    assert len(set(copies)) == len(copies) and all(tmp_path in copy.parents for copy in copies)


@pytest.mark.slow
def test_what_was_run_is_kept_when_a_cell_fails(tmp_path, capfd):
    source = put(tmp_path / "x.ipynb", "print('done')", "1/0", "print('never')")
    assert runner.run(source, tmp_path / "out", False) == 1
    copy = runner.place_of_copy(source, tmp_path / "out")
    cells = nbformat.read(copy, as_version=4).cells
    assert cells[0].outputs[0].text == "done\n" and cells[1].outputs[0].ename == "ZeroDivisionError"
    assert not cells[2].outputs and first(source).outputs == []
    last = capfd.readouterr().out.splitlines()[-1]
    assert "cell [2] failed with ZeroDivisionError" in last and os.path.relpath(copy) in last


# Ctrl-C -------------------------------------------------------------------------------------------


def press_later(seconds, pid):
    threading.Timer(seconds, os.kill, (pid, signal.SIGINT)).start()


@pytest.mark.skipif(course.WINDOWS, reason="Ctrl-C reaches every process of a console by itself")
def test_ctrl_c_ends_what_was_started_and_what_that_has_started(tmp_path):
    child = "import subprocess, sys; subprocess.call([sys.executable, '-c', 'import time; time.sleep(60)'])"
    press_later(0.5, os.getpid())
    begin = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        course.call([sys.executable, "-c", child])
    assert time.perf_counter() - begin < 20


@pytest.mark.skipif(course.WINDOWS, reason="needs POSIX signals")
@pytest.mark.parametrize("program", [["-m", "timeit", "-n1", "import time; time.sleep(60)"], ["sleeper.py"]])
def test_a_program_that_minds_no_ctrl_c_ends_without_a_traceback(tmp_path, program):
    (tmp_path / "sleeper.py").write_text("import time\ntime.sleep(60)")
    command = [sys.executable, course.QUIETLY, *program]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT and said == ""


@pytest.mark.slow
@pytest.mark.skipif(course.WINDOWS, reason="needs POSIX signals")
@pytest.mark.parametrize("begun", [False, True], ids=["importing", "running"])
def test_ctrl_c_keeps_what_was_run(tmp_path, begun):
    source = put(
        tmp_path / "x.ipynb", "print('done')", f"open({str(tmp_path / 'begun')!r}, 'w'); import time\ntime.sleep(60)"
    )
    command = [sys.executable, course.QUIETLY, ROOT / "tools" / "notebooks.py", "--output", tmp_path / "out", source]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(600 if begun else 2):
        if (tmp_path / "begun").exists():
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    said, bar = process.communicate(timeout=60)
    assert "Traceback" not in said + bar
    if begun:
        copy = runner.place_of_copy(source, tmp_path / "out")
        assert process.returncode == course.STOPPED and said.count("\n") == 1 and os.path.relpath(copy) in said
        assert "cell [2] was stopped" in said and first(copy).outputs[0].text == "done\n"
    else:
        assert process.returncode == -signal.SIGINT and said + bar == ""


# The learner's copies -----------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path):
    """A course's notebook and the learner's copy of it, which was run."""
    notebook, copy = tmp_path / "notebooks" / "01_a.ipynb", tmp_path / "mine" / "01_a.ipynb"
    put(notebook, "first", "same")
    course.refresh(notebook.parent, copy.parent)
    put(copy, "first", "same", output="my run")
    return notebook, copy


def test_an_update_keeps_the_run_and_says_what_changed(desk):
    notebook, copy = desk
    put(notebook, "first", "same", output="the course's run")
    assert course.refresh(notebook.parent, copy.parent) == [] and first(copy).outputs[0].text == "my run"
    put(notebook, "second", "same", "third")
    (line,) = course.refresh(notebook.parent, copy.parent)
    assert line == (
        "01_a.ipynb is brought up to date: 2 of 3 cells are new or changed, 1 are gone;"
        " your run of the old one is 01_a.old.ipynb."
    )
    old = copy.with_name("01_a.old.ipynb")
    assert first(copy).source == "second" and first(old).source == "first" and first(old).outputs[0].text == "my run"
    put(copy, "second", "same", "third", output="another run")
    put(notebook, "fourth")
    course.refresh(notebook.parent, copy.parent)
    assert first(old).outputs[0].text == "my run" and first(copy).source == "fourth"
    assert first(copy.with_name("01_a.old.old.ipynb")).outputs[0].text == "another run"


def test_a_copy_that_was_never_run_is_replaced_and_leaves_nothing(desk):
    notebook, copy = desk
    put(copy, "first", "same")
    put(notebook, "second")
    course.refresh(notebook.parent, copy.parent)
    assert sorted(os.listdir(copy.parent)) == [".course.json", "01_a.ipynb"]


def test_a_new_notebook_is_told_after_the_first_start(desk):
    notebook, copy = desk
    put(notebook.with_name("02_b.ipynb"), "x")
    assert course.refresh(notebook.parent, copy.parent) == ["02_b.ipynb is new."]


def test_the_copy_of_a_notebook_that_left_the_course_stays_and_is_told_once(desk):
    notebook, copy = desk
    notebook.rename(notebook.with_name("01a_a.ipynb"))
    lines = course.refresh(notebook.parent, copy.parent)
    assert lines == ["01a_a.ipynb is new.", "01_a.ipynb is no longer in the course; your copy stays."]
    assert course.refresh(notebook.parent, copy.parent) == [] and first(copy).outputs[0].text == "my run"
    copy.with_name("01a_a.ipynb").unlink()
    notebook.with_name("01a_a.ipynb").unlink()
    assert course.refresh(notebook.parent, copy.parent) == [], "the learner deleted it"


@pytest.mark.parametrize(
    "ledger", [b"", b"[1", b"[]", b"null", b'"x"', b"7", b"{}", b'{"01_a.ipynb": [1]}', b"\xff", b"[" * 99_999]
)
def test_a_damaged_ledger_loses_nothing(desk, ledger):
    notebook, copy = desk
    (copy.parent / ".course.json").write_bytes(ledger)
    course.refresh(notebook.parent, copy.parent)
    assert first(copy).outputs[0].text == "my run" and not list(copy.parent.glob("*.new.ipynb"))
    assert list(json.loads((copy.parent / ".course.json").read_text())) == ["01_a.ipynb"]


def test_a_damaged_notebook_of_the_course_is_told(desk):
    notebook, copy = desk
    notebook.write_text("{half")
    (line,) = course.refresh(notebook.parent, copy.parent)
    assert str(notebook) in line and "download the course again" in line and first(copy).outputs[0].text == "my run"


def test_what_a_killed_start_left_goes(desk):
    notebook, copy = desk
    for name in ("01_a.ipynb.4711.part", "01_a.ipynb.part", ".course.json.4711.part"):
        (copy.parent / name).write_text("half")
    (copy.parent / "mine.part").write_text("my own")
    course.refresh(notebook.parent, copy.parent)
    assert sorted(os.listdir(copy.parent)) == [".course.json", "01_a.ipynb", "mine.part"]


def test_several_starts_at_once_go_one_after_another(desk):
    notebook, copy = desk
    for number in range(2, 30):
        put(notebook.with_name(f"{number:02}_b.ipynb"), "x" * 10_000)
    put(notebook, "second")
    start = "import sys, pathlib, course; course.refresh(*map(pathlib.Path, sys.argv[1:]))"
    command = [sys.executable, "-c", start, notebook.parent, copy.parent]
    processes = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    assert [process.communicate(timeout=60)[1] for process in processes] == [b""] * 3
    assert first(copy).source == "second" and first(copy.with_name("01_a.old.ipynb")).outputs[0].text == "my run"
    assert len(os.listdir(copy.parent)) == 31


# .venv and the system -----------------------------------------------------------------------------


@pytest.fixture
def shared_venv(tmp_path, monkeypatch):
    """Somebody else's .venv, to which this one is a link; the launcher must start nothing that changes it."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "package").touch()
    (tmp_path / ".venv").symlink_to(theirs)
    monkeypatch.setattr(course, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(course, "STAMP", tmp_path / ".venv" / "course-stamp.txt")
    monkeypatch.setattr(course, "call", lambda *_, **__: pytest.fail("started"))
    return theirs


def test_a_shared_venv_that_does_not_start_is_left_alone(shared_venv, monkeypatch):
    monkeypatch.setattr(course, "works", lambda python: False)
    with pytest.raises(course.Trouble, match="is a link to .*theirs.* left alone. Ask its owner"):
        course.prepare()
    assert os.listdir(shared_venv) == ["package"]


def test_a_shared_venv_that_starts_is_used_as_it_is(shared_venv, monkeypatch, capsys):
    monkeypatch.setattr(course, "works", lambda python: True)
    course.prepare(gpu=True)
    assert "it is used as it is, and nothing is installed" in capsys.readouterr().out
    assert os.listdir(shared_venv) == ["package"]


@pytest.mark.skipif(course.WINDOWS, reason="folders have no owners there that Python tells")
def test_a_venv_of_another_user_is_foreign(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "VENV", tmp_path)
    assert course.foreign() is None
    monkeypatch.setattr(course.os, "getuid", lambda: tmp_path.stat().st_uid + 1)
    assert course.foreign() == "belongs to another user"


@pytest.mark.parametrize(
    "number, said",
    [
        (errno.ENOSPC, r"The disk is full \(x\): .*clean"),
        (errno.EACCES, "x cannot be used .*a folder of your own"),
        (errno.EROFS, "x cannot be used .*a folder of your own"),
        (errno.EEXIST, "x is a file where a folder is needed"),
        (errno.ENOENT, "x: No such file.*download the course again"),
    ],
)
def test_an_error_of_the_system_is_one_line_with_a_remedy(monkeypatch, capsys, number, said):
    def fail(words):
        raise OSError(number, os.strerror(number), "x")

    monkeypatch.setitem(course.COMMANDS, "info", (fail, course.no_words))
    assert course.main(["info"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert re.search(said, line)


def test_an_empty_setting_is_none_and_a_folder_is_meant_from_here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HPE_CACHE", "")
    monkeypatch.setenv("HPE_DATA_ROOT", "sets")
    environment = course.child_environment()
    assert "HPE_CACHE" not in environment and environment["HPE_DATA_ROOT"] == str(tmp_path / "sets")


# clean --------------------------------------------------------------------------------------------


@pytest.fixture
def used(cache_folder, tmp_path, monkeypatch):
    """Caches, runs and downloads of the course among a learner's own files of like names; gives the latter."""
    monkeypatch.setattr(cleaner, "RUNS", tmp_path / "runs")
    data.load("synthetic", "val", count=2, size=32)
    unfinished = cache_folder / "lspet-0123456789abcdef"
    unfinished.mkdir()
    for name in ("chunk-0000000.npz", ".hpe_cache"):
        (unfinished / name).write_bytes(bytes(10))
    downloads = cache_folder / "downloads"
    downloads.mkdir()
    (downloads / "lspet_dataset.zip").write_bytes(bytes(1000))
    executed = v4.new_notebook(metadata={"course": {"run_of": "x"}})
    (tmp_path / "runs" / "a").mkdir(parents=True)
    nbformat.write(executed, tmp_path / "runs" / "a" / "02.ipynb")
    own = [cache_folder / "my-thesis" / "index.json", cache_folder / "coco-fedcba9876543210" / "photo.jpg",
           cache_folder / "trip-fedcba9876543210" / "index.json", downloads / "letter.pdf"]  # fmt: skip
    for path in own:
        path.parent.mkdir(exist_ok=True)
        path.write_text('{"fields": [], "left_out": {}, "spec": {"name": "other"}}')
    return [*own, put(tmp_path / "runs" / "mine.ipynb", "1")]


def clean(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["clean", *words])
    assert cleaner.main() == 0


def files(*folders):
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def test_clean_deletes_what_the_course_made_alone(used, cache_folder, tmp_path, monkeypatch, capsys):
    clean(monkeypatch, "--yes")
    download = cache_folder / "downloads" / "lspet_dataset.zip"
    assert files(cache_folder, tmp_path / "runs") == sorted([*used, download])
    assert not list(cache_folder.glob("synthetic-*")) and not (tmp_path / "runs" / "a").exists()
    clean(monkeypatch, "--downloads", "--yes")
    assert files(cache_folder, tmp_path / "runs") == sorted(used)


@pytest.mark.parametrize("answer, deletes", [("y", True), ("", False), ("no", False), (EOFError, False)])
def test_clean_asks(used, cache_folder, monkeypatch, answer, deletes):
    asked = []

    def reply(question):
        asked.append(question)
        if answer is EOFError:
            raise EOFError
        return answer

    monkeypatch.setattr("builtins.input", reply)
    clean(monkeypatch)
    assert "keep the downloads" in asked[0] and bool(list(cache_folder.glob("synthetic-*"))) != deletes
