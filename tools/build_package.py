"""Build the source archive and, from it, the wheel into dist: python tools/build_package.py [--to FOLDER]

The same files give the same bytes, on every machine with the same setuptools: what is built is a copy with the rights
and the time of no machine, and the archive is written anew in the order of its names. No network is needed.
"""

import argparse
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from hpe_utils.files import replaced

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("pyproject.toml", "README.md", "LICENSE*", "hpe_utils/**/*", "data/checkpoints/*", "data/results/*")
THEN = 1577836800  # 2020-01-01: the time of every file, as zip knows none before 1980
BUILD = "import sys; from setuptools import build_meta; getattr(build_meta, sys.argv[1])(sys.argv[2])"


def copy_sources(root: Path, to: Path) -> None:
    """Copy what the package is made of, without what running it left behind."""
    for path in sorted(path for pattern in SOURCES for path in root.glob(pattern)):
        if path.is_file() and path.suffix != ".pyc":
            target = to / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            target.chmod(0o644)


def built(kind: str, source: Path, to: Path) -> Path:
    """The file that setuptools makes of a folder: `kind` is "build_sdist" or "build_wheel"."""
    to.mkdir()
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(THEN), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", BUILD, kind, str(to)], cwd=source, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}{done.stderr}\n{kind} failed: the lines above say why")
    (file,) = to.iterdir()
    return file


def ordered(archive: Path) -> bytes:
    """A source archive with its members in order, of nobody and of no time of their own."""
    plain, packed = BytesIO(), BytesIO()
    with tarfile.open(archive) as source, tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as target:
        for member in sorted(source.getmembers(), key=lambda member: member.name):
            member.uid = member.gid = 0
            member.uname = member.gname = ""
            member.mtime, member.mode, member.pax_headers = THEN, 0o755 if member.isdir() else 0o644, {}
            target.addfile(member, source.extractfile(member) if member.isfile() else None)
    with gzip.GzipFile(filename="", fileobj=packed, mode="wb", mtime=THEN) as file:
        file.write(plain.getvalue())
    return packed.getvalue()


def build(to: Path, root: Path = ROOT) -> list[Path]:
    """Write the source archive and the wheel of a checkout to a folder, which is made where it is missing."""
    os.umask(0o022)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        copy_sources(root, work / "tree")
        archive = built("build_sdist", work / "tree", work / "archive")
        archive.write_bytes(ordered(archive))
        with tarfile.open(archive) as file:
            file.extractall(work / "unpacked", filter="data")
        (source,) = (work / "unpacked").iterdir()
        wheel = built("build_wheel", source, work / "wheel")
        to.mkdir(parents=True, exist_ok=True)
        for made in (archive, wheel):
            with replaced(to / made.name) as partial:
                shutil.copyfile(made, partial)
    return [to / archive.name, to / wheel.name]


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the source archive and the wheel.")
    parser.add_argument("--to", type=Path, default=ROOT / "dist", help="folder (default: dist)")
    for made in build(parser.parse_args().to):
        size, digest = made.stat().st_size / 1e6, hashlib.sha256(made.read_bytes()).hexdigest()
        print(f"{made.name}  {size:.1f} MB  sha256 {digest}")


if __name__ == "__main__":
    main()
