"""What a user's server behind the hub begins with: hub_start.py HANDOUT [options of the server].

JupyterHub runs it as the user, so that it can do what the user may do and nothing else. It copies the hand-out's
folders student and data to ~/pose, which nobody else can read, gives the user a cache of their own that begins with
the shared one in HPE_CACHE, and becomes the user's Jupyter server.
"""

import os
import shutil
import sys
from pathlib import Path

FOLDERS = ("student", "data")
TRIALS = "trials.json"  # how fast training was in the owner's trials; a notebook adds its own


def fill(source: Path, target: Path) -> list[Path]:
    """Copy the files of a folder that `target` lacks, and return them; whatever is there stays as it is."""
    files = [path for path in sorted(source.rglob("*")) if path.is_file()]
    missing = [(path, target / path.relative_to(source)) for path in files]
    return [copied(path, copy) for path, copy in missing if not os.path.lexists(copy)]


def copied(path: Path, copy: Path) -> Path:
    """A copy of a file, written whole or not at all; the user may write to it, whatever the original allows."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    part = copy.with_name(f".{copy.name}.part")
    shutil.copyfile(path, part)
    os.replace(part, copy)
    return copy


def share(shared: Path, own: Path) -> None:
    """Link the finished folders of the shared cache into the user's own, where further ones can be made beside them."""
    own.mkdir(parents=True, exist_ok=True)
    for link in own.iterdir():
        if link.is_symlink() and not link.exists():  # the owner has deleted it
            link.unlink()
    for folder in sorted(index.parent for index in shared.glob("*/index.json")):
        if not os.path.lexists(own / folder.name):
            (own / folder.name).symlink_to(folder)
    if (shared / TRIALS).is_file() and not (own / TRIALS).exists():
        copied(shared / TRIALS, own / TRIALS)


def prepare(handout: Path, home: Path) -> None:
    """Fill the user's folders; what cannot be written is told, and does not keep the server from starting."""
    own = home / "pose"
    own.mkdir(exist_ok=True)
    own.chmod(0o700)
    for name in FOLDERS:
        try:
            print(f"hand-out: {len(fill(handout / name, own / name))} files copied to {own / name}", flush=True)
        except OSError as error:
            print(f"hand-out: {error}", flush=True)
    try:
        share(Path(os.environ["HPE_CACHE"]), home / ".cache" / "pose")
        os.environ["HPE_CACHE"] = str(home / ".cache" / "pose")
    except OSError as error:
        print(f"cache: {error}", flush=True)


def main(handout: Path, options: list[str]) -> None:
    """Fill the user's folders and start the server."""
    os.umask(0o077)
    prepare(handout, Path.home())
    server = Path(sys.executable).with_name("jupyterhub-singleuser")
    os.execv(server, [str(server), *options])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
