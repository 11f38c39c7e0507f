"""Build the site into build/site, and check it: `python3 course.py docs`

It is built whole each time, as Sphinx keeps silent about pages that it has read before. Every warning is an error, and
so are a link inside the site that leads nowhere, a picture without a text for those who cannot see it, and a script,
style or picture that would be fetched from elsewhere. Links to elsewhere are not followed: building needs no network.
"""

import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[1]
SITE, DOCTREES = ROOT / "build" / "site", ROOT / "build" / "doctrees"
FETCHED = ("script", "img", "source", "iframe", "video")  # and links to styles


class Page(HTMLParser):
    """What a page points at, which places it has, and what is wrong with it by itself."""

    def __init__(self, path: Path):
        super().__init__()
        self.links, self.places, self.faults = [], {"", "top"}, []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        self.places |= {has[name] for name in ("id", "name") if has.get(name)}
        target = has.get("href") or has.get("src")
        if target and urlsplit(target).scheme == "" and not target.startswith("//"):
            self.links.append(target)
        elif target and (tag in FETCHED or (tag == "link" and "stylesheet" in has.get("rel", ""))):
            if urlsplit(target).scheme != "data":
                self.faults.append(f"fetches {target}")
        if tag == "img" and not (has.get("alt") or "").strip():
            self.faults.append(f"has a picture without a text: {has.get('src')}")


def faults_of(site: Path) -> list[str]:
    """What is wrong with the pages of a site, a line each."""
    pages = {path: Page(path) for path in sorted(site.rglob("*.html")) if "_static" not in path.parts}
    found = []
    for path, page in pages.items():
        wrong = page.faults + [f"links to {link}, which is not there" for link in page.links if lost(link, path, pages)]
        found += [f"{path.relative_to(site).as_posix()} {line}" for line in dict.fromkeys(wrong)]
    return found


def lost(link: str, path: Path, pages: dict[Path, Page]) -> bool:
    """Whether a link of a page leads to no file, or to no place in one."""
    to = urlsplit(link)
    target = (path.parent / unquote(to.path)).resolve() if to.path else path
    target = target / "index.html" if target.is_dir() else target
    return not target.is_file() or (target in pages and unquote(to.fragment) not in pages[target].places)


def main() -> int:
    try:
        from sphinx.cmd.build import main as build
    except ImportError:
        print(f'The site needs more packages. In the course\'s folder: {sys.executable} -m pip install -e ".[docs]"')
        return 1
    places = ["-c", ROOT / "docs", "-d", DOCTREES, ROOT, SITE]
    shutil.rmtree(SITE, ignore_errors=True)  # pages whose source is gone
    if code := build(["-q", "-E", "-W", "--keep-going", "-b", "html", *map(str, places)]):
        return code
    faults = faults_of(SITE)
    print("\n".join(faults) or f"{SITE / 'index.html'}: open it in a browser")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
