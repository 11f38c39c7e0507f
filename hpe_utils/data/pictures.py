"""Picture files in folders and zips: read as RGB, whatever their kind, or refused with a reason."""

import os
import posixpath
import re
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from hpe_utils.data.schema import DataError
from hpe_utils.files import open_zip, printable, read_bytes, read_member

NOT_FOUND = "people whose picture was not found"
UNREADABLE = "people whose picture cannot be read"
TOO_LARGE = "people whose picture is too large"
Image.init()
# Named, for others start programs, as EPS does, or are no pictures; what this Pillow was built without is left out.
FORMATS = [name for name in "JPEG PNG WEBP BMP GIF TIFF PPM JPEG2000 TGA AVIF ICO".split() if name in Image.OPEN]
KINDS = tuple(end for end, name in Image.registered_extensions().items() if name in (*FORMATS, "MPO"))  # ".jpg" …
MEGAPIXELS = 80  # of the largest picture that is opened, unless $HPE_MEGAPIXELS says more
PICTURE_BYTES = 512 << 20
STRIP = 256  # rows
BATCH, PIXELS = 16, 20_000_000  # how many pictures, and pixels in all, are in memory at once


class PictureError(Exception):
    """One picture cannot be used; the text is the reason under which its people are counted."""


def decode(data: bytes, most: float | None = None, formats: Sequence[str] = FORMATS) -> np.ndarray:
    """A picture file's bytes as (H, W, 3) uint8 RGB, turned upright as its EXIF orientation says.

    Grey, palette, CMYK and 16-bit pictures become RGB; transparent ones are laid on white. Raises PictureError on
    anything else, a truncated file included, for half a picture is not shown as a whole one, and on pictures of more
    than `most` megapixels, by default what $HPE_MEGAPIXELS says, 80 where it is not set.
    """
    with opened(data, most, formats) as picture:
        ImageOps.exif_transpose(picture, in_place=True)  # which copies only what it turns
        return _rgb(picture)


def decode_numbers(data: bytes) -> tuple[str, np.ndarray]:
    """A picture file's mode and its pixels as they are stored, for masks; raises PictureError as `decode` does."""
    with opened(data) as picture:
        return picture.mode, np.array(picture)


@contextmanager
def opened(data: bytes, most: float | None = None, formats: Sequence[str] = FORMATS) -> Iterator[Image.Image]:
    """A picture of one of the formats, whose size was looked at before its pixels are read; raises PictureError."""
    most = megapixels() if most is None else most
    if Image.MAX_IMAGE_PIXELS and most * 1e6 > Image.MAX_IMAGE_PIXELS:
        Image.MAX_IMAGE_PIXELS = int(most * 1e6)  # Pillow has a guard of its own
    try:
        with Image.open(BytesIO(data), formats=formats) as picture:
            if picture.width * picture.height > most * 1e6:
                raise Image.DecompressionBombError
            yield picture
    except Image.DecompressionBombError as error:
        raise PictureError(TOO_LARGE) from error
    except Exception as error:  # decoders of broken files raise almost anything
        raise PictureError(UNREADABLE) from error


def megapixels() -> float:
    """The most that a picture may have; raises DataError where $HPE_MEGAPIXELS is no number above 0."""
    value = os.environ.get("HPE_MEGAPIXELS") or str(MEGAPIXELS)
    if not re.fullmatch(r"\d{1,6}(\.\d*)?", value) or not float(value):
        raise DataError(f"HPE_MEGAPIXELS={value}: say how many megapixels a picture may have, such as 200")
    return float(value)


def _rgb(picture: Image.Image) -> np.ndarray:
    if picture.mode == "F":  # grey in 0 … 1 or in 0 … 255
        values = np.asarray(picture)
        picture = Image.fromarray((values * (255 if values.max() <= 1 else 1)).clip(0, 255).astype(np.uint8))
    if picture.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip rather than scale
        picture = Image.fromarray((np.asarray(picture) // 256).clip(0, 255).astype(np.uint8))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture)
        picture = white
    return _pixels(picture if picture.mode == "RGB" else picture.convert("RGB"))


def _pixels(picture: Image.Image) -> np.ndarray:
    """A picture's (H, W, 3) pixels, taken in strips: NumPy would hold large ones three times over."""
    pixels = np.empty((picture.height, picture.width, 3), np.uint8)
    for top in range(0, picture.height, STRIP):
        bottom = min(top + STRIP, picture.height)
        pixels[top:bottom] = picture.crop((0, top, picture.width, bottom))
    return pixels


def as_rgb(image, name: str = "the picture") -> np.ndarray:
    """An array of any usual kind as (H, W, 3) uint8 RGB: the one preparation before every prediction.

    Taken are grey (H, W) and (H, W, 1), RGB, and RGBA, whose alpha is left out, in whole numbers of 0 … 255, in floats
    of 0 … 1 or of 0 … 255, in 16 bits of unsigned numbers, or bool; PIL pictures too. Raises ValueError for anything
    else, naming what was found: other shapes, no pixels, numbers beyond that range or that are no numbers.
    """
    if isinstance(image, Image.Image):
        return _rgb(ImageOps.exif_transpose(image))
    array = np.asarray(image)
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or array.shape[-1] not in (1, 3, 4) or not array.size:
        raise ValueError(f"{name} must be RGB of shape (H, W, 3), RGBA or grey, and has the shape {np.shape(image)}")
    array = _eight_bits(array, name)
    return np.ascontiguousarray(np.broadcast_to(array[..., :3], (*array.shape[:2], 3)))


def _eight_bits(array: np.ndarray, name: str) -> np.ndarray:
    if array.dtype == np.uint8:
        return array
    if array.dtype == np.uint16:
        return (array // 257).astype(np.uint8)
    if array.dtype == bool:
        return array * np.uint8(255)
    kinds = "uint8 of 0 … 255, uint16, or floats of 0 … 1 or 0 … 255"
    if array.dtype.kind not in "uif":
        raise ValueError(f"{name} must hold {kinds}, and holds {array.dtype}")
    low, high = float(array.min()), float(array.max())
    if not (low >= 0 and high <= 255):
        raise ValueError(f"{name} must hold {kinds}, and holds {array.dtype} of {low:g} … {high:g}")
    scale = 255 if array.dtype.kind == "f" and high <= 1 else 1
    return np.round(array * scale).astype(np.uint8)


def read_picture(path: str | Path) -> np.ndarray:
    """A picture file as (H, W, 3) uint8 RGB, as `decode` says; any path that Python can open, accents included.

    Raises DataError with the remedy when the file is missing, is no whole picture or is too large (`decode`).
    """
    path = Path(path).expanduser()
    if not path.exists():
        raise DataError(f"there is no picture {path}: check the path (the current folder is {Path.cwd()})")
    data = read_bytes(path, "name a picture file", PICTURE_BYTES)
    try:
        return decode(data)
    except PictureError as error:
        cause = error.__cause__
        if isinstance(cause, Image.DecompressionBombError):
            raise DataError(
                f"the picture {path} has more than {megapixels():g} megapixels: save a smaller copy, or set "
                "HPE_MEGAPIXELS to more, at about 10 MB of memory each"
            ) from error
        unknown = isinstance(cause, UnidentifiedImageError)  # whose text is an address in memory
        reason = "it is empty" if not data else "no format that is known" if unknown else str(cause)[:160]
        raise DataError(
            f"cannot read the picture {path} ({reason}): open it in a picture viewer; if that fails too, get it again, "
            "else save it as JPEG or PNG"
        ) from error


def pictures_in(folder: Path) -> dict[str, str]:
    """The names of a folder's pictures, and what tells whether one changed; raises DataError where there are none."""
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder: name the folder that holds your pictures")
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() in KINDS and not path.is_dir())
    except OSError as error:
        raise DataError(f"{folder} cannot be listed ({error.strerror}): change its permissions") from error
    if not found:
        raise DataError(f"{folder} holds no pictures ({', '.join(KINDS)}); folders inside it are not searched")
    return {path.name: stamp(path) for path in found}


def stamp(path: Path) -> str:
    """What tells whether a file changed; empty where there is none."""
    try:
        facts = path.stat()
    except OSError:  # a link that leads nowhere: reading it will tell
        return ""
    return f"{facts.st_size}-{facts.st_mtime_ns}-{facts.st_ctime_ns}"


def picture_or_problem(path: Path) -> np.ndarray | str:
    """A picture file as `read_picture` gives it, or what is wrong with it, in a line."""
    try:
        return read_picture(path)
    except DataError as error:
        return printable(str(error))


def in_batches(
    pictures: Iterable[tuple[str, np.ndarray | str]], most: int = BATCH
) -> Iterator[list[tuple[str, np.ndarray | str]]]:
    """Named pictures, or the problem with one, in lists of `most` at most and of no more after PIXELS pixels.

    A list is emptied when the next is asked for: large pictures fill the memory.
    """
    batch, pixels = [], 0
    for name, image in pictures:
        batch.append((name, image))
        pixels += image.size // 3 if isinstance(image, np.ndarray) else 0
        del image
        if len(batch) == most or pixels >= PIXELS:
            yield batch
            batch.clear()
            pixels = 0
    if batch:
        yield batch


@dataclass(frozen=True)
class Archive:
    """Files in a folder or a zip, read by name; picklable, so that each worker opens the zip itself."""

    path: Path

    def listing(self) -> dict[str, str]:
        """Every plain file's name, with forward slashes, and what tells whether it changed; raises DataError.

        Links are followed; a folder that several lead to is listed once. Names that are not UTF-8 are as Python writes
        them, and a zip's as they were meant (`_members`).
        """
        if self.path.is_dir():
            found = {path.relative_to(self.path).as_posix(): facts for path, facts in _files_below(self.path)}
            return {name: f"{facts.st_size}-{facts.st_mtime_ns}" for name, facts in found.items()}
        with self._zip() as archive:
            return {name: f"{info.file_size}-{info.CRC}" for name, info in _members(archive).items()}

    @contextmanager
    def opened(self) -> Iterator[Callable[[str], bytes]]:
        """A function that reads one file by its name, and raises PictureError where that fails.

        What cannot be read are also pipes, encrypted members of zips, and files of more than PICTURE_BYTES unpacked.
        """
        if self.path.is_dir():
            yield lambda name: _read(lambda: read_bytes(self.path / name, "check the file", PICTURE_BYTES))
        else:
            with self._zip() as archive:
                members = _members(archive)
                yield lambda name: _read(lambda: read_member(archive, members[name].filename, PICTURE_BYTES))

    def _zip(self) -> zipfile.ZipFile:
        if not self.path.exists():
            raise DataError(f"{self.path} does not exist: check the path")
        return open_zip(
            self.path, "it is no complete zip file; where its download was cut short, delete it and download it again"
        )


def _files_below(top: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Every plain file below a folder, which must be readable, with its facts; each folder once, however linked.

    A folder that lies below is listed under its own name rather than under a link's.
    """
    seen, folders, links = set(), [top], []
    while folders or links:
        folder = folders.pop() if folders else links.pop(0)
        try:
            found = folder.stat()
            if (found.st_dev, found.st_ino) in seen:
                continue
            seen.add((found.st_dev, found.st_ino))
            paths = sorted(folder.iterdir())
        except OSError as error:
            if folder == top:
                raise DataError(f"{top} cannot be listed ({error.strerror}): check its permissions") from error
            continue  # whose pictures it holds are counted as not found
        for path in paths:
            facts = _facts(path)
            if facts and stat.S_ISDIR(facts.st_mode):
                (links if path.is_symlink() else folders).append(path)
            elif facts and stat.S_ISREG(facts.st_mode):
                yield path, facts


def _facts(path: Path) -> os.stat_result | None:
    """What the system knows of a file, None where a link leads nowhere or in a circle."""
    try:
        return path.stat()
    except OSError:
        return None


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """A zip's files by their names in UTF-8, with forward slashes, as seen from its root.

    Windows' tools may write backslashes, and macOS' UTF-8 without saying so, which is then read as code page 437.
    """
    members = {}
    for info in archive.infolist():
        name = info.filename
        with suppress(UnicodeError):
            name = name if info.flag_bits & 0x800 else name.encode("cp437").decode()
        name = name.replace("\\", "/")
        if not name.endswith("/"):
            members[posixpath.normpath(name).lstrip("/")] = info
    return members


def _read(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except Exception as error:  # a damaged zip raises zlib.error, BadZipFile, EOFError, NotImplementedError ...
        missing = isinstance(error, KeyError) or isinstance(error.__cause__, FileNotFoundError)
        raise PictureError(NOT_FOUND if missing else UNREADABLE) from error
