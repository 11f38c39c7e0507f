"""The catalogue's pages: HTML files that hold all they show, so that a double click opens them anywhere."""

from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

from PIL import Image

from hpe_utils.apps.contact_sheet import as_jpeg
from hpe_utils.data.pictures import read_picture
from hpe_utils.files import printable

TEMPLATE = Path(__file__).parent / "page" / "catalogue.html"
SIDE = 256  # pixels of the longer side that a page shows of a crop; the crop's own file has all of them


def catalogue_page(folder: Path, pictures: dict, out: Path, pages: Sequence[str] = (), number: int = 0) -> str:
    """A page of some entries of catalogue.json: each picture, its crops, and the reasons of refusals.

    `pages` names all of the catalogue's pages, `number` says which of them this is.
    """
    crops = [crop for entry in pictures.values() for crop in entry.get("crops", {}).values()]
    refused, unread = sum("refused" in crop for crop in crops), sum("problem" in entry for entry in pictures.values())
    garments = Counter(garment for entry in pictures.values() for garment in entry.get("crops", {}))
    counts = f"{len(pictures)} pictures, {len(crops) - refused} crops, {refused} refusals"
    links = [
        f"<b>{place}</b>" if place == number + 1 else f'<a href="{escape(page)}">{place}</a>'
        for place, page in enumerate(pages, 1)
    ]
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=words(f"Catalogue of {folder.name}"),
        counts=counts + f", {unread} not readable" * (unread > 0),
        pages=f'<nav aria-label="Pages">Page {" ".join(links)}</nav>' if len(pages) > 1 else "",
        garments="".join(f'<option value="{words(garment)}">{words(garment)}</option>' for garment in garments),
        articles="\n".join(article(folder, name, entry, out) for name, entry in pictures.items()),
    )


def article(folder: Path, name: str, entry: dict, out: Path) -> str:
    """One picture and what was cut out of it."""
    if "problem" in entry:
        return f'<article><div class="whole"><h2>{words(name)}</h2></div><p>{words(entry["problem"])}</p></article>'
    whole = picture_element(folder / name, f"The whole picture {name}")
    crops = "".join(crop_element(name, garment, crop, out) for garment, crop in entry["crops"].items())
    about = f"<div><h2>{words(name)}</h2><p>{words(entry['pose'])}</p></div>"
    return f'<article><div class="whole">{whole}{about}</div><ul>{crops}</ul></article>'


def crop_element(name: str, garment: str, crop: dict, out: Path) -> str:
    """A crop above its garment's name, or the reason why there is none."""
    if "refused" in crop:
        kind, content = "refused", f'<div class="refused"><b>refused</b>{words(crop["refused"])}</div>'
    else:
        kind, content = "crop", picture_element(out / crop["file"], f"{garment} of {name}")
    return (
        f'<li data-garment="{words(garment)}" data-kind="{kind}"><figure>{content}'
        f"<figcaption>{words(garment)}</figcaption></figure></li>"
    )


def picture_element(path: Path, alternative: str) -> str:
    """A picture file, made small, as an element that holds it."""
    picture = Image.fromarray(read_picture(path))
    picture.thumbnail((SIDE, SIDE))
    data = b64encode(as_jpeg(picture)).decode()
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'<img src="data:image/jpeg;base64,{data}" alt="{words(alternative)}" {size} loading="lazy">'


def words(text: str) -> str:
    """A text as HTML shows it."""
    return escape(printable(text))
