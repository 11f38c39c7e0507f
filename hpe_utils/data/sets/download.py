"""Downloads of real data sets: resumed where they stopped, checked by hash, unpacked where the loaders look."""

import contextlib
import gzip
import json
import os
import shutil
import tarfile
import time
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import pooch
import requests
from tqdm.auto import tqdm

from hpe_utils.data.cache import cache_root
from hpe_utils.files import DataError, write_json

ATTEMPTS = 3
TIMEOUT = 30  # seconds without a byte
BLOCK = 1 << 18


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

# COCO's hashes are those that TensorFlow Datasets records. The others are not published: the hash of the first
# download is kept in hashes.json and later ones are compared with it, which finds damage but not a forged first copy.
REGISTRY = {
    "lspet": Remote(
        "http://sam.johnson.io/research/lspet_dataset.zip",
        "Leeds Sports Pose Extended, 10,000 pictures (Johnson & Everingham, CVPR 2011); cite it, no licence is stated",
    ),
    "lsp": Remote(
        "http://sam.johnson.io/research/lsp_dataset.zip",
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
    call goes on from there; a file put into `downloads()` by hand is taken. Raises DataError with the remedy for an
    unknown name, no network, a full disk, a wrong hash.
    """
    if name not in REGISTRY:
        raise DataError(f"there is no download {name!r}; known are {', '.join(REGISTRY)}")
    remote = REGISTRY[name]
    target = downloads() / remote.file
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
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


def resume(url: str, output_file: str | Path, _pooch=None) -> None:
    """A downloader for pooch that keeps what has come as NAME.part and asks the server for the rest.

    A server that ignores ranges, or whose file has changed, sends all of it again. A broken connection is taken up
    again as long as it brings something. Raises requests.RequestException, or OSError when the disk is full.
    """
    part = Path(output_file).parent / (url.rsplit("/", 1)[-1] + ".part")
    failures = 0
    while True:
        before = _size(part)
        try:
            _download_rest(url, part)
            break
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError):
            failures = 0 if _size(part) > before else failures + 1
            if failures == ATTEMPTS or not part.exists():
                raise
            time.sleep(failures)
    os.replace(part, output_file)
    _tag(part).unlink(missing_ok=True)


def _download_rest(url: str, part: Path) -> None:
    have = _size(part)
    headers = {"Accept-Encoding": "identity"}
    if have and _tag(part).exists():
        headers |= {"Range": f"bytes={have}-", "If-Range": _tag(part).read_text(encoding="utf-8")}
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
        if response.status_code == 416 and response.headers.get("Content-Range") == f"bytes */{have}":
            return  # nothing was missing: the last call was stopped after its last byte
        response.raise_for_status()
        if response.headers.get("Content-Type", "").startswith("text/html"):
            raise requests.RequestException("the server answered with a web page instead of the file")
        have = have if response.status_code == 206 else 0
        left = int(response.headers.get("Content-Length", 0))
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
        raise requests.RequestException("the file came with a wrong length: do two programs download it at once?")


def _remember_version(response: requests.Response, part: Path) -> None:
    """Note which version of the file the part is of: the rest of another version must not be joined to it."""
    version = response.headers.get("ETag") or response.headers.get("Last-Modified")
    if version and not version.startswith("W/"):
        _tag(part).write_text(version, encoding="utf-8")
    else:
        _tag(part).unlink(missing_ok=True)


def _fetch_file(remote: Remote, target: Path) -> None:
    expected = remote.sha256 or _recorded_hashes().get(remote.file)
    pooch.get_logger().setLevel("WARNING")  # it would ask the reader to copy hashes into the code
    try:
        pooch.retrieve(remote.url, expected, target.name, target.parent, downloader=resume)
    except ValueError as error:
        if isinstance(error, requests.RequestException):
            raise
        accept = "" if remote.sha256 else f", which deleting {_hash_file()} would accept"
        raise DataError(
            f"{remote.url}: {error} Download it again; if the hash stays wrong, the server has another version{accept}"
        ) from error
    if not expected:
        hashes = _recorded_hashes() | {remote.file: pooch.file_hash(str(target))}
        write_json(_hash_file(), hashes)


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack all of it; files of an unpacking that was stopped are written again."""
    try:
        checks = {} if archive.suffix == ".zip" else {"filter": "data"}  # shutil's zip reader takes no filter
        shutil.unpack_archive(archive, folder, **checks)
    except (shutil.ReadError, tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile) as error:
        raise DataError(f"{archive} cannot be unpacked ({error}): delete it and download it again") from error


def _recorded_hashes() -> dict[str, str]:
    with contextlib.suppress(OSError, ValueError):
        return json.loads(_hash_file().read_text(encoding="utf-8"))
    return {}


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
