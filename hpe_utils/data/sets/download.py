"""Downloads of real data sets: resumed where they stopped, checked by hash, unpacked where the loaders look."""

import contextlib
import gzip
import hashlib
import os
import re
import shutil
import sys
import tarfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import requests
from tqdm.auto import tqdm

from hpe_utils.data.cache import cache_root
from hpe_utils.files import DataError, read_json, write_json

try:
    import fcntl
except ImportError:  # Windows
    import msvcrt

    fcntl = None

ATTEMPTS = 3
TIMEOUT = 30  # seconds without a byte
BLOCK = 1 << 18
INFLATION, SMALL = 100, 64 << 20  # an archive may unpack to so many times its own bytes, or to so many bytes
BOMB = "it unpacks to more than {:,} bytes"


@dataclass(frozen=True)
class Remote:
    """A file on a server; `sha256` is None where nobody publishes it, `folder` where its contents are unpacked to."""

    url: str
    about: str
    sha256: str | None = None
    folder: str | None = None

    @property
    def file(self) -> str:
        return self.url.rsplit("/", 1)[-1]


_MPII = "https://datasets.d2.mpi-inf.mpg.de/andriluka14cvpr/"
_COCO = "http://images.cocodataset.org/"

# COCO's hashes are those that TensorFlow Datasets records, and its server's certificate is another's. The other hashes
# are not published: that of the first whole file is kept in hashes.json and later ones are compared with it, which
# finds damage but not a forged first copy.
REGISTRY = {
    "lspet": Remote(
        "https://sam.johnson.io/research/lspet_dataset.zip",
        "Leeds Sports Pose Extended, 10,000 pictures (Johnson & Everingham, CVPR 2011); cite it, no licence is stated",
    ),
    "lsp": Remote(
        "https://sam.johnson.io/research/lsp_dataset.zip",
        "Leeds Sports Pose, 2,000 pictures (Johnson & Everingham, BMVC 2010); cite it, no licence is stated",
    ),
    "mpii-annotations": Remote(
        _MPII + "mpii_human_pose_v1_u12_2.zip",
        "MPII Human Pose annotations, 12.5 MB (Andriluka et al., CVPR 2014); Simplified BSD, for research",
        folder="mpii",
    ),
    "mpii-pictures": Remote(
        _MPII + "mpii_human_pose_v1.tar.gz",
        "MPII Human Pose pictures, 12.9 GB and as much again unpacked; for research",
        folder="mpii",
    ),
    "coco-annotations": Remote(
        _COCO + "annotations/annotations_trainval2017.zip",
        "COCO 2017 annotations, 253 MB; CC BY 4.0",
        "113a836d90195ee1f884e704da6304dfaaecff1f023f49b6ca93c4aaae470268",
        "coco",
    ),
    "coco-val": Remote(
        _COCO + "zips/val2017.zip",
        "COCO 2017 validation pictures, 816 MB; each has its own Flickr licence",
        "4f7e2ccb2866ec5041993c9cf2a952bbed69647b115d0f74da7ce8f4bef82f05",
        "coco",
    ),
    "coco-train": Remote(
        _COCO + "zips/train2017.zip",
        "COCO 2017 training pictures, 19.3 GB; each has its own Flickr licence",
        "69a8bb58ea5f8f99d24875f21416de2e9ded3178e903f1f7603e283b9e06d929",
        "coco",
    ),
}


def downloads() -> Path:
    """The folder of all downloads: `downloads` in the cache's root, so $HPE_CACHE moves it."""
    return cache_root() / "downloads"


def fetch(name: str) -> Path:
    """Download a file of `REGISTRY` unless it is there, and unpack it where the entry says so.

    Returns the file, or the folder it was unpacked to. Ctrl-C and broken connections keep what has come, and the next
    call goes on from there; a file put into `downloads()` by hand is taken, and left alone where it is not the right
    one. Raises DataError with the remedy for an unknown name, no network, a full disk, a wrong hash, a damaged file.
    """
    if name not in REGISTRY:
        raise DataError(f"there is no download {name!r}; known are {', '.join(REGISTRY)}")
    remote = REGISTRY[name]
    target = downloads() / remote.file
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(target):
            if remote.folder is None:
                _fetch_file(remote, target)
                return target
            unpacked = downloads() / remote.folder / f".{remote.file}.unpacked"
            if not unpacked.exists():  # else the archive may have been deleted to save space
                _fetch_file(remote, target)
                _unpack(target, unpacked.parent)
                unpacked.touch()
            return unpacked.parent
    except requests.RequestException as error:
        raise DataError(
            f"cannot download {remote.url} ({_reason(error)}). What has come is kept and the next call goes on from "
            f"there. Without a network, get the file on another machine and put it at {target}"
        ) from error
    except OSError as error:
        raise DataError(
            f"cannot write {target} ({error.strerror or error}): free some space, or set HPE_CACHE to a folder on "
            "another disk; what has come is kept"
        ) from error


@contextlib.contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Keep other programs that want a file waiting; the system ends that when the program ends, killed or not."""
    path = target.with_name(target.name + ".lock")
    waited = False
    while not (file := _lock(path)):
        if not waited:
            print(f"another program is getting {target.name}: waiting for it", file=sys.stderr)
            waited = True
        time.sleep(1)
    with file:
        try:
            yield
        finally:
            with contextlib.suppress(OSError):  # Windows keeps a file that is open
                path.unlink()


def _lock(path: Path) -> TextIO | None:
    """The file, opened and locked; None where another program has it."""
    file = open(path, "a")
    with contextlib.suppress(FileNotFoundError):
        if _locked(file) and path.stat().st_ino == os.fstat(file.fileno()).st_ino:  # else its holder just deleted it
            return file
    file.close()
    return None


def _locked(file: TextIO) -> bool:
    """Lock an open file; False where another program has it, True too where the disk knows no locks."""
    try:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        pass
    return True


def resume(url: str, part: Path) -> None:
    """Download to a file that may be there in part: the server is asked for the rest.

    A server that ignores ranges, or whose file has changed, sends all of it again. A broken connection is taken up
    again as long as it brings something. Raises requests.RequestException, or OSError when the disk is full.
    """
    failures = 0
    while True:
        before = _size(part)
        try:
            _download_rest(url, part)
            return
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError):
            failures = 0 if _size(part) > before else failures + 1
            if failures == ATTEMPTS or not part.exists():
                raise
            time.sleep(failures)


def _download_rest(url: str, part: Path) -> None:
    have = _size(part)
    headers = {"Accept-Encoding": "identity"}
    if have and _tag(part).exists():
        headers |= {"Range": f"bytes={have}-", "If-Range": _tag(part).read_text(encoding="latin-1").strip()}
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
        if have and response.status_code == 416 and response.headers.get("Content-Range") == f"bytes */{have}":
            return  # nothing was missing: the last call was stopped after its last byte
        response.raise_for_status()
        if response.headers.get("Content-Type", "").startswith("text/html"):
            raise requests.RequestException("the server answered with a web page instead of the file")
        have = have if response.status_code == 206 else 0
        length = response.headers.get("Content-Length", "")
        left = int(length) if length.isdecimal() else 0
        if left > shutil.disk_usage(part.parent).free:
            raise OSError(f"{left / 1e9:.1f} GB are needed and the disk has less")
        _remember_version(response, part)
        bar = tqdm(desc=part.stem, total=have + left or None, initial=have, unit="B", unit_scale=True, delay=1)
        with bar, open(part, "ab" if have else "wb") as file:
            for block in response.iter_content(BLOCK):
                file.write(block)
                bar.update(len(block))
    if left and _size(part) != have + left:
        part.unlink()
        raise requests.RequestException("the file came with a wrong length")


def _remember_version(response: requests.Response, part: Path) -> None:
    """Note which version of the file the part is of: the rest of another version must not be joined to it."""
    version = response.headers.get("ETag") or response.headers.get("Last-Modified")
    if version and not version.startswith("W/"):
        _tag(part).write_text(version, encoding="latin-1")
    else:
        _tag(part).unlink(missing_ok=True)


def _fetch_file(remote: Remote, target: Path) -> None:
    """Download a file unless it is there, and compare its hash; that of the first whole one is noted."""
    expected = remote.sha256 or _recorded_hashes().get(remote.file)
    part = target.with_name(target.name + ".part")
    if target.exists():
        found = _checked_hash(target, remote, expected)
        if expected not in (None, found):
            accept = "" if remote.sha256 else f", or delete {_hash_file()} to accept it"
            raise DataError(
                f"{target} is not the file of {remote.url}: its SHA-256 is {found}, not {expected}. It is left as it "
                f"is: move it away and fetch again, which downloads the file{accept}"
            )
    else:
        resume(remote.url, part)
        try:
            found = _checked_hash(part, remote, expected)
        except DataError:
            _delete_part(part)
            raise
        if expected not in (None, found):
            _refuse_download(remote, part, expected, found)
        os.replace(part, target)
        _delete_part(part)
    if not expected:
        write_json(_hash_file(), _recorded_hashes() | {remote.file: found})


def _checked_hash(path: Path, remote: Remote, expected: str | None) -> str:
    """A file's SHA-256; raises DataError for a damaged archive unless the hash is as expected."""
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected and remote.sha256 is None:
        try:
            _read_through(path, remote.file)
        except Exception as error:  # a damaged archive raises almost anything
            raise DataError(
                f"{path} of {remote.url} is damaged or cut short ({error}): delete it and download it again"
            ) from error
    return found


def _refuse_download(remote: Remote, part: Path, expected: str, found: str) -> None:
    wrong = f"{remote.url}: the SHA-256 was expected {expected} but got {found}"
    if remote.sha256:
        _delete_part(part)
        raise DataError(f"{wrong}. Download it again; if it stays wrong, the server has another version")
    raise DataError(
        f"{wrong}. The file is whole but not the one that came first, and is kept as {part}: the server has another "
        f"version, which deleting {_hash_file()} would accept"
    )


def _read_through(path: Path, name: str) -> None:
    """Read an archive to its end; raises an error where it is damaged, cut, a bomb, or leads out of its folder."""
    most = max(INFLATION * _size(path), SMALL)
    if name.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            outside = [info.filename for info in archive.infolist() if _leads_out(info.filename)]
            if outside or sum(info.file_size for info in archive.infolist()) > most:
                raise ValueError(f"{outside[0]} would be written elsewhere" if outside else BOMB.format(most))
            if damaged := archive.testzip():
                raise ValueError(f"{damaged} in it is damaged")
        return
    with gzip.open(path) as content, tarfile.open(fileobj=content, mode="r|") as archive:
        for member in archive:
            tarfile.data_filter(member, ".")
            if content.tell() > most:
                break
        while content.tell() <= most and content.read(BLOCK):
            pass
        if content.tell() > most:
            raise ValueError(BOMB.format(most))


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name[:2]


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack all of it, nothing outside the folder; files of an unpacking that was stopped are written again."""
    try:
        checks = {} if archive.suffix == ".zip" else {"filter": "data"}  # shutil's zip reader has its own
        shutil.unpack_archive(archive, folder, **checks)
    except (shutil.ReadError, tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile) as error:
        raise DataError(f"{archive} cannot be unpacked ({error}): delete it and download it again") from error


def _recorded_hashes() -> dict[str, str]:
    if not _hash_file().exists():
        return {}
    try:
        hashes = read_json(_hash_file(), "hashes are noted anew", dict)
    except DataError as error:
        print(error, file=sys.stderr)
        return {}
    return {file: sha256 for file, sha256 in hashes.items() if isinstance(sha256, str)}


def _delete_part(part: Path) -> None:
    part.unlink(missing_ok=True)
    _tag(part).unlink(missing_ok=True)


def _hash_file() -> Path:
    return downloads() / "hashes.json"


def _tag(part: Path) -> Path:
    return part.with_name(part.name + ".tag")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _reason(error: requests.RequestException) -> str:
    """The last cause in words: requests wraps "Connection refused" in three layers of repr."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__
    return str(error)
