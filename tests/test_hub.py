"""The guide's JupyterHub: its settings, and that a user's copy of the hand-out is filled and never overwritten."""

import os
import sys

import pytest
from conftest import ROOT
from scripts import script
from traitlets.config import PyFileConfigLoader

from hpe_utils.data.cache import cached, clear
from hpe_utils.data.synthetic import SyntheticSource

pytestmark = pytest.mark.skipif(os.name == "nt", reason="JupyterHub runs on Linux and macOS")
TEACHING = ROOT / "docs" / "teaching"
start = script("docs/teaching/hub_start.py")


@pytest.fixture
def settings(monkeypatch):
    """The configuration, read as JupyterHub reads it."""
    for name in ("HUB_HANDOUT", "HPE_CACHE", "HPE_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    return lambda: PyFileConfigLoader("jupyterhub_config.py", str(TEACHING)).load_config()


@pytest.fixture
def handed_out(tmp_path):
    """A hand-out of one notebook."""
    folder = tmp_path / "handout"
    for name in ("student/00.ipynb", "student/exercises/one.py", "data/pictures/one.png", "teacher/00.ipynb"):
        write(folder / name, f"{name}, first edition")
    return folder


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


class TestSettings:
    def test_servers_begin_with_the_copying_and_know_the_shared_cache(self, settings):
        spawner = settings().Spawner
        python, program, handout = spawner.cmd
        assert python == str(ROOT / ".venv" / "bin" / "python") and handout == "/srv/handout"
        assert os.path.samefile(program, TEACHING / "hub_start.py")
        assert spawner.environment["HPE_CACHE"] == "/srv/course-cache" and spawner.environment["HPE_PROFILE"] == "lab"
        assert spawner.environment["PATH"].split(":")[0] == os.path.dirname(python)
        assert spawner.args == ["--KernelManager.transport=ipc"]
        assert spawner.notebook_dir == "~/pose" and spawner.default_url.endswith("/student")

    def test_places_and_profile_are_taken_from_the_hubs_environment(self, settings, monkeypatch):
        for name, value in {"HUB_HANDOUT": "/lab1", "HPE_CACHE": "/cache", "HPE_PROFILE": "smoke"}.items():
            monkeypatch.setenv(name, value)
        spawner = settings().Spawner
        assert spawner.cmd[-1] == "/lab1"
        assert (spawner.environment["HPE_CACHE"], spawner.environment["HPE_PROFILE"]) == ("/cache", "smoke")

    def test_strangers_are_kept_out(self, settings):
        config = settings()
        assert config.JupyterHub.authenticator_class == "pam" and "allow_all" not in config.PAMAuthenticator
        assert config.PAMAuthenticator.allowed_groups == {"course"}
        assert config.JupyterHub.bind_url.startswith("http://127.0.0.1:")

    def test_jupyterhub_knows_every_setting(self, settings):
        pytest.importorskip("jupyterhub")
        from jupyterhub import app, auth, proxy, spawner

        for section, values in settings().items():
            owner = next(getattr(module, section) for module in (app, auth, proxy, spawner) if hasattr(module, section))
            assert set(values) <= set(owner.class_trait_names(config=True)), section

    def test_the_guide_names_the_same_places(self, settings):
        guide = (TEACHING / "README.md").read_text(encoding="utf-8")
        for place in ("/srv/handout", "/srv/course-cache", "jupyterhub_config.py", "~/pose", "HUB_HANDOUT"):
            assert place in guide, place


class TestCopies:
    def test_a_folder_is_filled_once(self, handed_out, tmp_path):
        own = tmp_path / "own"
        assert len(start.fill(handed_out / "student", own)) == 2
        assert files(own) == files(handed_out / "student")
        assert start.fill(handed_out / "student", own) == []

    def test_what_is_there_is_kept_and_what_is_new_is_added(self, handed_out, tmp_path):
        own = tmp_path / "own"
        start.fill(handed_out / "student", own)
        write(own / "00.ipynb", "my answers")
        write(own / "notes.txt", "my notes")
        for name in ("00.ipynb", "exercises/one.py", "01.ipynb", "exercises/two.py"):
            write(handed_out / "student" / name, "second edition")
        added = start.fill(handed_out / "student", own)
        assert sorted(path.name for path in added) == ["01.ipynb", "two.py"]
        assert files(own)["00.ipynb"] == "my answers" and files(own)["notes.txt"] == "my notes"
        assert files(own)["exercises/one.py"] == "student/exercises/one.py, first edition"
        assert not list(own.rglob("*.part"))

    def test_a_file_that_was_deleted_comes_back(self, handed_out, tmp_path):
        start.fill(handed_out / "student", tmp_path / "own")
        (tmp_path / "own" / "00.ipynb").unlink()
        assert [path.name for path in start.fill(handed_out / "student", tmp_path / "own")] == ["00.ipynb"]

    def test_a_link_is_no_way_to_another_file(self, handed_out, tmp_path):
        own, other = tmp_path / "own", tmp_path / "other.ipynb"
        own.mkdir()
        (own / "00.ipynb").symlink_to(other)
        start.fill(handed_out / "student", own)
        assert not other.exists() and (own / "00.ipynb").is_symlink()

    def test_a_hand_out_that_cannot_be_written_to_may_be_copied_and_edited(self, handed_out, tmp_path):
        (handed_out / "student" / "00.ipynb").chmod(0o444)
        start.fill(handed_out / "student", tmp_path / "own")
        assert (tmp_path / "own" / "00.ipynb").stat().st_mode & 0o200


class TestCaches:
    @pytest.fixture
    def shared(self, tmp_path):
        """A shared cache with a finished folder, an unfinished one, a download and trials."""
        for name in ("people-1/index.json", "people-2/chunk-0.npz", "downloads/set.zip", "trials.json"):
            write(tmp_path / "shared" / name, "the owner's")
        return tmp_path / "shared"

    def test_finished_folders_are_linked_and_others_can_be_made(self, shared, tmp_path):
        own = tmp_path / "own"
        write(own / "people-3" / "index.json", "mine")
        for _ in range(2):
            start.share(shared, own)
        assert sorted(path.name for path in own.iterdir()) == ["people-1", "people-3", "trials.json"]
        assert (own / "people-1" / "index.json").read_text() == "the owner's" and (own / "people-1").is_symlink()

    def test_trials_are_the_users_own(self, shared, tmp_path):
        (shared / "trials.json").chmod(0o444)
        start.share(shared, tmp_path / "own")
        write(tmp_path / "own" / "trials.json", "mine")
        start.share(shared, tmp_path / "own")
        assert (tmp_path / "own" / "trials.json").read_text() == "mine"
        assert (shared / "trials.json").read_text() == "the owner's"

    def test_links_to_what_the_owner_deleted_are_removed(self, shared, tmp_path):
        start.share(shared, tmp_path / "own")
        (shared / "people-1" / "index.json").unlink()
        (shared / "people-1").rmdir()
        start.share(shared, tmp_path / "own")
        assert [path.name for path in (tmp_path / "own").iterdir()] == ["trials.json"]

    def test_the_package_reads_through_the_links_and_clears_nothing_shared(self, tmp_path, monkeypatch):
        monkeypatch.setenv("HPE_CACHE", str(tmp_path / "shared"))
        people = cached(SyntheticSource("val", 2, size=32), workers=1)
        start.share(tmp_path / "shared", tmp_path / "own")
        monkeypatch.setenv("HPE_CACHE", str(tmp_path / "own"))
        assert cached(SyntheticSource("val", 2, size=32)).ids.tolist() == people.ids.tolist()
        cached(SyntheticSource("val", 3, size=32), workers=1)
        assert len(list((tmp_path / "shared").iterdir())) == 1 and len(list((tmp_path / "own").iterdir())) == 2
        clear()
        assert len(list((tmp_path / "shared").rglob("index.json"))) == 1


class TestStart:
    @pytest.fixture
    def started(self, tmp_path, monkeypatch):
        """Calls `main` with a home of its own; gives the home and what would be started."""
        calls = []
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        monkeypatch.setenv("HPE_CACHE", str(tmp_path / "shared"))
        monkeypatch.setattr(os, "execv", lambda *words: calls.append(words))
        (tmp_path / "home").mkdir()
        mask = os.umask(0o022)
        yield lambda handout, *options: (start.main(handout, list(options)), tmp_path / "home", calls[-1])[1:]
        os.umask(mask)

    def test_the_server_starts_in_a_filled_folder_that_others_cannot_read(self, started, handed_out):
        home, (program, words) = started(handed_out, "--debug")
        assert (
            program == program.with_name("jupyterhub-singleuser")
            and program.parent == start.Path(sys.executable).parent
        )
        assert words == [str(program), "--debug"]
        assert sorted(path.name for path in (home / "pose").iterdir()) == ["data", "student"]
        assert os.environ["HPE_CACHE"] == str(home / ".cache" / "pose") and os.path.isdir(os.environ["HPE_CACHE"])
        assert all(not path.stat().st_mode & 0o077 for path in [home / "pose", *(home / "pose").rglob("*")])

    def test_the_server_starts_where_the_hand_out_cannot_be_copied(self, started, handed_out, tmp_path, capsys):
        write(tmp_path / "home" / "pose" / "student", "a file in the way")
        home, _ = started(handed_out)
        assert "File exists" in capsys.readouterr().out and (home / "pose" / "data" / "pictures").is_dir()
        started(tmp_path / "nowhere")

    def test_the_shared_cache_stays_where_the_user_can_have_none(self, started, handed_out, tmp_path):
        write(tmp_path / "home" / ".cache", "a file in the way")
        started(handed_out)
        assert os.environ["HPE_CACHE"] == str(tmp_path / "shared")
