"""Contact sheets of a catalogue."""

import textwrap
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from hpe_utils.data.pictures import read_picture
from hpe_utils.files import write_bytes

TILE, CAPTION, ROWS = 150, 16, 40  # pixels of a tile and of the text below it; pictures a sheet


def write_jpeg(path: Path, picture: Image.Image) -> None:
    """Write a picture whole or not at all."""
    file = BytesIO()
    picture.save(file, "JPEG", quality=92)
    write_bytes(path, file.getvalue())


def write_contact_sheets(folder: Path, pictures: dict, out: Path) -> None:
    """Write contact_sheet.jpg, and for many pictures contact_sheet_2.jpg and so on: a row for each picture."""
    entries = list(pictures.items())
    for number, start in enumerate(range(0, len(entries), ROWS), start=1):
        name = "contact_sheet.jpg" if number == 1 else f"contact_sheet_{number}.jpg"
        write_jpeg(out / name, contact_sheet(folder, dict(entries[start : start + ROWS]), out))


def contact_sheet(folder: Path, pictures: dict, out: Path) -> Image.Image:
    """A row for each picture: the whole of it, its crops, and grey tiles with the reasons of refusals."""
    rows = []
    for name, entry in pictures.items():
        if "problem" in entry:
            rows.append([tile("cannot be read", name)])
            continue
        tiles = [tile(Image.fromarray(read_picture(folder / name)), f"{name}, {entry['pose']}")]
        for garment, crop in entry["crops"].items():
            tiles.append(tile(Image.open(out / crop["file"]) if "file" in crop else crop["refused"], garment))
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
    draw.text((TILE / 2, TILE - 1), caption[:26], "black", font, anchor="ma")
    return result
