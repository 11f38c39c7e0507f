"""Picture files in folders and zips: read as RGB, whatever their kind, or refused with a reason."""

import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from hpe_utils.data.schema import DataError

NOT_FOUND = "people whose picture was not found"
UNREADABLE = "people whose picture cannot be read"


class PictureError(Exception):
    """One picture cannot be used; the text is the reason under which its people are counted."""


def decode(data: bytes) -> np.ndarray:
    """A picture file's bytes as (H, W, 3) uint8 RGB, turned upright as its EXIF orientation says.

    Grey, palette, CMYK and 16-bit pictures become RGB; transparent ones are laid on white. Raises PictureError on
    anything else, a truncated file included: half a picture is not shown as a whole one.
    """
    try:
        with Image.open(BytesIO(data)) as picture:
            return _rgb(ImageOps.exif_transpose(picture))
    except Exception as error:  # decoders of broken files raise almost anything
        raise PictureError(UNREADABLE) from error


def _rgb(picture: Image.Image) -> np.ndarray:
    if picture.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip rather than scale
        picture = Image.fromarray((np.asarray(picture) // 256).clip(0, 255).astype(np.uint8))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return np.array(picture.convert("RGB"))


def read_picture(path: str | Path) -> np.ndarray:
    """A picture file as (H, W, 3) uint8 RGB, as `decode` says; any path that Python can open, accents included.

    Raises DataError with the remedy when the file is missing or is no whole picture.
    """
    try:
        return decode(Path(path).expanduser().read_bytes())
    except FileNotFoundError as error:
        raise DataError(f"there is no picture {path}: check the path (the current folder is {Path.cwd()})") from error
    except (OSError, PictureError) as error:
        cause = error.__cause__ or error
        raise DataError(
            f"cannot read the picture {path} ({cause}): open it in a picture viewer; if that fails too, get it again, "
            "else save it as JPEG or PNG"
        ) from error


@dataclass(frozen=True)
class Archive:
    """Files in a folder or a zip, read by name; picklable, so that each worker opens the zip itself."""

    path: Path

    def listing(self) -> dict[str, str]:
        """Every file's name, with forward slashes, and what tells whether it changed; raises DataError."""
        if self.path.is_dir():
            found = (Path(top, name) for top, _, names in os.walk(self.path, followlinks=True) for name in names)
            stats = {path.relative_to(self.path).as_posix(): path.stat() for path in found if path.is_file()}
            return {name: f"{stat.st_size}-{stat.st_mtime_ns}" for name, stat in stats.items()}
        with self._zip() as archive:
            return {info.filename: f"{info.file_size}-{info.CRC}" for info in archive.infolist() if not info.is_dir()}

    @contextmanager
    def opened(self) -> Iterator[Callable[[str], bytes]]:
        """A function that reads one file by its name, and raises PictureError where that fails."""
        if self.path.is_dir():
            yield lambda name: _read((self.path / name).read_bytes)
        else:
            with self._zip() as archive:
                yield lambda name: _read(lambda: archive.read(name))

    def _zip(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self.path)
        except FileNotFoundError as error:
            raise DataError(f"{self.path} does not exist: check the path") from error
        except (zipfile.BadZipFile, OSError) as error:
            raise DataError(
                f"{self.path} is no complete zip file ({error}): a download was probably cut short; delete it and "
                "download it again"
            ) from error


def _read(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except (FileNotFoundError, KeyError) as error:
        raise PictureError(NOT_FOUND) from error
    except Exception as error:  # a damaged zip raises zlib.error, BadZipFile, EOFError, NotImplementedError ...
        raise PictureError(UNREADABLE) from error
