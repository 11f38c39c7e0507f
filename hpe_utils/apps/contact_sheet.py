"""Contact sheets of a catalogue."""

import textwrap
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from hpe_utils.data.pictures import read_picture
from hpe_utils.files import printable

TILE, CAPTION = 150, 16  # pixels of a tile and of the text below it


def as_jpeg(picture: Image.Image) -> bytes:
    """A picture as the bytes of a JPEG file."""
    file = BytesIO()
    picture.save(file, "JPEG", quality=92)
    return file.getvalue()


def contact_sheet(folder: Path, pictures: dict, out: Path) -> Image.Image:
    """A row for each picture: the whole of it, its crops, and grey tiles with the reasons of refusals."""
    rows = []
    for name, entry in pictures.items():
        if "problem" in entry:
            rows.append([tile("cannot be read", name)])
            continue
        tiles = [tile(Image.fromarray(read_picture(folder / name)), f"{name}, {entry['pose']}")]
        for garment, crop in entry["crops"].items():
            shown = crop["refused"] if "refused" in crop else Image.fromarray(read_picture(out / crop["file"]))
            tiles.append(tile(shown, garment))
        rows.append(tiles)
    width, height = max(map(len, rows)) * TILE, len(rows) * (TILE + CAPTION)
    sheet = Image.new("RGB", (width, height), "white")
    for row, tiles in enumerate(rows):
        for column, picture in enumerate(tiles):
            sheet.paste(picture, (column * TILE, row * (TILE + CAPTION)))
    return sheet


def tile(content: Image.Image | str, caption: str) -> Image.Image:
    """A small picture above its caption, or a text on grey."""
    result = Image.new("RGB", (TILE, TILE + CAPTION), "white")
    draw, font = ImageDraw.Draw(result), ImageFont.load_default(size=11)
    if isinstance(content, str):
        draw.rectangle((3, 3, TILE - 4, TILE - 4), fill="#dddddd")
        text = "refused\n" + textwrap.fill(content, 22) if content != "cannot be read" else content
        draw.multiline_text((TILE / 2, TILE / 2), text, "#333333", font, anchor="mm", align="center")
    else:
        content.thumbnail((TILE - 6, TILE - 6))
        result.paste(content, ((TILE - content.width) // 2, (TILE - content.height) // 2))
    draw.text((TILE / 2, TILE - 1), printable(caption)[:26], "black", font, anchor="ma")
    return result
