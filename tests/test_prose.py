"""Every number in a notebook's text is printed by that notebook, or has a place where it stands.

A number of the text is explained when, rounded as it is written, it is

- in a text output that the notebook stores (".72" is explained by 0.7213, "72 %" as well, "12,000" by 12000), or
- in the notebook's code, where the reader sees it, or
- a key of the notebook's table in `cited.toml`, whose value says where it stands or how it is reckoned.

No number of the text, and so without need of an explanation, is what stands

- in code spans and blocks, formulas ($…$), links, headings, and the table of minutes;
- in an exercise's task, which states its own numbers (its model answer is looked at, in a test of its own);
- behind a word that counts places: section, table, figure, equation, notebook, exercise, cell, row, seed, version;
- in a score's name (PCKh@.5, AP.75), a name (ResNet50, S4), a date or a year;
- beside an operator (34 · 34 = 1156) or in brackets with numbers alone, (20, 20, 60, 60): the reader can check these;
- before "minutes", "hours" or "points", which plan the reader's time and count exercises;
- or is a whole number up to 16.

A sentence about a source names the section, table or figure where the source says so, in the same paragraph.
"""

import html
import re
import tomllib
from pathlib import Path

import nbformat
import pytest
from scripts import script

ROOT = Path(__file__).parents[1]
number_of = script("tools/handout.py").number_of
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CITED = tomllib.loads((ROOT / "tests" / "cited.toml").read_text(encoding="utf-8"))

# These lists only ever get shorter: a notebook that is clean and still in its list fails.
TEXT_NOT_YET = ("11",)
ANSWERS_NOT_YET = ("11",)

SMALL = 16
PLACES = (
    r"(?:sections?|tables?|figures?|fig\.|equations?|notebooks?|exercises?|cells?|rows?|seeds?|versions?|epochs?|§)"
)
NOT_TEXT = [
    r"```.*?```",
    r"<details><summary>.*?</summary>",
    r"\$\$.*?\$\$|\$[^$\n]+\$",
    r"``.*?``|`[^`\n]*`",
    r"!?\[[^\]]*\]\([^)]*\)",
    r"https?://\S+",
    r"<[^<>\n]+>",
    r"^#+ .*$",
    rf"(?i){PLACES}\s+\d+(?:\.\d+)*[a-z]?(?:(?:\s*(?:,|and|or|to|–|against)\s*)+\d+(?:\.\d+)*[a-z]?)*",
    r"@\.?\d+(?:\.\d+)?|\b[A-Za-z]+\.\d+",
    r"#\d+",
    r"\b(?:19|20)\d\d\b",
    r"\((?:[−-]?[\d.,]+\s*[,;]\s*)+[−-]?[\d.,]+\)",
    r"[\d.,]+\s*(?:minutes?|hours?|points?)\b|deeper and takes? \d+ more",
]
OPERATORS = "=·/+−×√^*²³≈≤≥<>÷"
NUMBER = re.compile(r"(?<![\w.,])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.\d+|\d+)(?![\w]|\.\d)(\s*%|\s+million\b| k\b)?")


def cells_of(notebook, kind):
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def is_task(cell) -> bool:
    return cell.source.startswith("### Exercise")


def is_answer(cell) -> bool:
    return cell.source.startswith("<details>")


def plain(source: str) -> str:
    """A markdown text without what is no text."""
    lines = source.split("\n")
    if any("minutes" in line and line.startswith("|") for line in lines):
        lines = [line for line in lines if not line.startswith("|")]
    source = "\n".join(lines)
    for pattern in NOT_TEXT:
        source = re.sub(
            pattern, " _ ", source, flags=re.S | re.M if pattern.startswith(("```", "<det", r"\$")) else re.M
        )
    return source


def numbers(source: str) -> list[tuple[str, str]]:
    """The numbers of a text that need an explanation, as written, each with what stands around it."""
    text, found = plain(source), []
    for match in NUMBER.finditer(text):
        before, behind = text[: match.start()].rstrip(" *_"), text[match.end() :].lstrip(" *_")
        digits = match[1].replace(",", "")
        if (
            (digits.isdigit() and int(digits) <= SMALL)
            or before[-1:] in tuple(OPERATORS)
            or behind[:1] in tuple(OPERATORS)
        ):
            continue
        around = " ".join(text[max(0, match.start() - 40) : match.end() + 25].split())
        found.append((match[0].strip(), around))
    return found


def values(text: str) -> list[float]:
    """All numbers of an output or of code."""
    text = re.sub(r"(?<=\d),(?=\d{3}\b)|(?<=\d)_(?=\d)", "", text)
    return [float(number) for number in re.findall(r"(?<![\w.])\d*\.?\d+(?:e[+-]?\d+)?", text)]


def printed(notebook) -> list[float]:
    """The numbers of a notebook's stored outputs and of its code."""
    texts = []
    for cell in cells_of(notebook, "code"):
        texts.append(cell.source)
        for output in cell.outputs:
            texts.append(output.get("text", ""))
            for kind, data in output.get("data", {}).items():
                if kind.startswith("text/"):
                    texts.append(html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", data, flags=re.S)))
    return sorted({value for text in texts for value in values(text)})


def explained(written: str, known: list[float]) -> bool:
    """Whether one of the known numbers, rounded as the written one is, is the written one."""
    number, _, unit = re.fullmatch(r"([\d.,]*\d)(\s*)(.*)", written).groups()
    digits = number.replace(",", "")
    places = len(digits.partition(".")[2])
    scales = {"%": (1, 0.01), "million": (1, 1e6), "k": (1, 1e3)}.get(unit, (1, 100))
    slack = 0.5 * 10.0**-places * (1 + 1e-9)
    return any(abs(value / scale - float(digits)) <= slack for scale in scales for value in known) or (
        unit == "" and any(abs(value * 100 - float(digits)) <= slack for value in known if value <= 1 and places)
    )


def unexplained(path: Path, answers: bool) -> list[str]:
    """The numbers of a notebook's text, or of its model answers, that nothing explains, with the cells' ids."""
    notebook = nbformat.read(path, as_version=4)
    known, cited = printed(notebook), CITED.get(number_of(path), {})
    found, task = [], ""
    for cell in cells_of(notebook, "markdown"):
        if is_task(cell):
            task = cell.source
            continue
        if is_answer(cell) != answers:
            continue
        given = values(task) if answers else []
        for written, around in numbers(cell.source):
            if written not in cited and not explained(written, known + given):
                found.append(f"{cell.id}: {written} in “…{around}…”")
    return found


def of_notebooks(not_yet, paths=NOTEBOOKS):
    strict = pytest.mark.xfail(strict=True, reason="not yet clean")
    return [
        pytest.param(path, id=number_of(path), marks=[strict] if number_of(path) in not_yet else []) for path in paths
    ]


@pytest.mark.parametrize("path", of_notebooks(TEXT_NOT_YET))
def test_every_number_of_the_text_is_printed_or_cited(path):
    left = unexplained(path, answers=False)
    assert not left, "\n" + "\n".join(left)


@pytest.mark.parametrize("path", of_notebooks(ANSWERS_NOT_YET))
def test_every_number_of_the_model_answers_is_printed_given_or_cited(path):
    left = unexplained(path, answers=True)
    assert not left, "\n" + "\n".join(left)


def test_cited_numbers_are_in_their_notebooks():
    texts = {
        number_of(path): " ".join(cell.source for cell in cells_of(nbformat.read(path, as_version=4), "markdown"))
        for path in NOTEBOOKS
    }
    stale = [f"{name}: {number}" for name, table in CITED.items() for number in table if number not in texts[name]]
    assert not stale and all(place.strip() for table in CITED.values() for place in table.values())


# Statements about the sources ---------------------------------------------------------------------

AUTHORS = "Calvo|Cañadillas|Vyshnivskyi|Liashenko|Yeromina|Sorokina|Ablameyko|Mankotia|Garg|Iftimie"
ABOUT = re.compile(rf"\b[Tt]h(?:e|is) source\b|\b(?:{AUTHORS})\b")
PLACE = re.compile(
    r"\b(?:sections?|tables?|figures?|figs?\.|equations?|formulas?|appendix|abstract|introduction|conclusions?|title"
    r"|references?)\b|§",
    re.I,
)
# Paragraphs, by their first words, that name a source without saying what it says.
NOTHING_SAID = {
    "02": ("The system we rebuild is",),
    "03": ("The system we rebuild is", "4. compute OKS, and read COCO's AP"),
}


def paragraphs(source: str) -> list[str]:
    """The paragraphs and list items of a cell; a table belongs to the paragraph before it, and a heading to none."""
    source = re.sub(r"^#+ .*$", "", source, flags=re.M)
    source = re.sub(r"\n\s*\n(?=\|)", "\n", source)
    return [part.strip() for part in re.split(r"\n\s*\n|\n(?=[-*] |\d+\. )", source) if part.strip()]


def without_place(path: Path) -> list[str]:
    """The paragraphs of a notebook that speak of a source and name no place in it."""
    notebook = nbformat.read(path, as_version=4)
    return [
        f"{cell.id}: {' '.join(part.split())[:150]}"
        for cell in cells_of(notebook, "markdown")
        if not is_task(cell)
        for part in paragraphs(cell.source)
        if ABOUT.search(part) and not PLACE.search(part)
        if not any(part.startswith(start) for start in NOTHING_SAID.get(number_of(path), ()))
    ]


@pytest.mark.parametrize("path", of_notebooks((), NOTEBOOKS[:6]))
def test_statements_about_a_source_name_a_place_in_it(path):
    left = without_place(path)
    assert not left, "\n" + "\n".join(left)


# The rules themselves -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, expected",
    [
        ("It scores .72 and 72 %.", [".72", "72 %"]),
        ("12,000 people, 1,000.5 each, 2.3 million weights, 45 k passes", ["12,000", "1,000.5", "2.3 million", "45 k"]),
        ("notebook 23, sections 20 and 21, table 40, `x = 99`, $\\sigma = 45$, [97](a98.md)", []),
        ("## 99 things\nPCKh@.5, AP.75, ResNet50, in 2018, #224, *25 minutes.*", []),
        ("34 · 34 = 1156, (20, 20, 60, 60), 16 joints, 3 to 5", []),
        ("| part | minutes |\n|---|---|\n| 1 | 25 |\n\nthen 26.", ["26"]),
        ("**88** cells", ["88"]),
    ],
)
def test_which_numbers_need_an_explanation(text, expected):
    assert [written for written, _ in numbers(text)] == expected


@pytest.mark.parametrize(
    "written, known, right",
    [
        (".72", 0.7213, True),
        (".72", 0.726, False),
        ("72 %", 0.7213, True),
        ("72 %", 72.13, True),
        ("12,000", 12000, True),
        ("2.3 million", 2304123, True),
        ("45 k", 45000, True),
        ("72.1", 0.7213, True),
        ("73", 0.7213, False),
        ("1.0", 0.96, True),
    ],
)
def test_what_explains_a_number(written, known, right):
    assert explained(written, [known]) == right


# The glossary -------------------------------------------------------------------------------------


def test_the_glossary_is_in_order_and_its_links_lead_somewhere():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    anchors = re.findall(r'^<a id="([^"]+)"></a>\*\*', text, flags=re.M)
    assert anchors == sorted(set(anchors)) and set(re.findall(r"\]\(#([^)]+)\)", text)) <= set(anchors)
    for path in NOTEBOOKS:
        linked = re.findall(r"docs/glossary\.md#([\w-]+)", path.read_text(encoding="utf-8"))
        assert set(linked) <= set(anchors), path.name
