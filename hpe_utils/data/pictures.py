"""Picture files in folders and zips: read as RGB, whatever their kind, or refused with a reason."""

import os
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from hpe_utils.data.schema import DataError
from hpe_utils.files import read_bytes

NOT_FOUND = "people whose picture was not found"
UNREADABLE = "people whose picture cannot be read"
TOO_LARGE = "people whose picture is too large"
# Named, for others start programs (EPS does) or are no pictures. JPEG opens MPO too.
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "PPM", "JPEG2000", "TGA", "AVIF", "ICO")
KINDS = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".webp", ".bmp", ".dib", ".gif", ".tif", ".tiff"),
    *(".ppm", ".pgm", ".pbm", ".pnm", ".jp2", ".j2k", ".tga", ".avif", ".avifs", ".ico"),
)  # the endings of these formats
MEGAPIXELS = 80  # of the largest picture that is opened, unless $HPE_MEGAPIXELS says more
PICTURE_BYTES = 512 << 20


class PictureError(Exception):
    """One picture cannot be used; the text is the reason under which its people are counted."""


class TooLarge(ValueError):
    """A picture has more pixels than are opened; the text says how many, and the remedy."""


def decode(data: bytes) -> np.ndarray:
    """A picture file's bytes as (H, W, 3) uint8 RGB, turned upright as its EXIF orientation says.

    Grey, palette, CMYK and 16-bit pictures become RGB; transparent ones are laid on white. Raises PictureError on
    anything else, a truncated file included, for half a picture is not shown as a whole one, and on pictures of more
    megapixels than $HPE_MEGAPIXELS says, 80 where it is not set.
    """
    with opened(data) as picture:
        return _rgb(ImageOps.exif_transpose(picture))


def decode_numbers(data: bytes) -> tuple[str, np.ndarray]:
    """A picture file's mode and its pixels as they are stored, for masks; raises PictureError as `decode` does."""
    with opened(data) as picture:
        return picture.mode, np.array(picture)


@contextmanager
def opened(data: bytes) -> Iterator[Image.Image]:
    """A picture of one of the FORMATS, whose size was looked at before its pixels are read; raises PictureError."""
    guard, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None  # ours is asked instead, and can be raised
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            most = megapixels()
            if picture.width * picture.height > most * 1e6:
                raise TooLarge(
                    f"it has {picture.width:,} × {picture.height:,} pixels, more than {most:g} megapixels: save a "
                    "smaller copy, or set HPE_MEGAPIXELS to more, at about 10 MB of memory each"
                )
            yield picture
    except TooLarge as error:
        raise PictureError(TOO_LARGE) from error
    except Exception as error:  # decoders of broken files raise almost anything
        raise PictureError(UNREADABLE) from error
    finally:
        Image.MAX_IMAGE_PIXELS = guard


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
    return np.array(picture.convert("RGB"))


def as_rgb(image, name: str = "the picture") -> np.ndarray:
    """An array of any usual kind as (H, W, 3) uint8 RGB: the one preparation before every prediction.

    Taken are grey (H, W) and (H, W, 1), RGB, and RGBA, which is laid on white, in whole numbers of 0 … 255, in floats
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
    if array.shape[-1] == 4:
        alpha = array[..., 3:] / 255
        array = np.round(array[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(array, (*array.shape[:2], 3)))


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
        if isinstance(cause, TooLarge):
            raise DataError(f"the picture {path} is too large: {cause}") from error
        unknown = isinstance(cause, UnidentifiedImageError)  # whose text is an address in memory
        reason = "it is empty" if not data else "no format that is known" if unknown else str(cause)[:160]
        raise DataError(
            f"cannot read the picture {path} ({reason}): open it in a picture viewer; if that fails too, get it again, "
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
