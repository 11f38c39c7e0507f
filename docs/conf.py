"""The site: notebooks as stored, guides, cards, and the interface from the docstrings; `python3 course.py docs`.

Its source is the whole repository, so that links between files are the same here and there. Sections of the README are
pasted where a page says `<!-- README: Heading, Heading -->`.
"""

import json
import re
from pathlib import Path

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

import hpe_utils
from hpe_utils.runtime import import_quietly

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PASTED = re.compile(r"^<!-- README: (.+) -->$", re.MULTILINE)
TO_README = re.compile(r"\]\(((?:\.\./)*)README\.md\)")
ANCHOR = re.compile(r'^<a id="([\w-]+)"></a>', re.MULTILINE)

import_quietly("hpe_utils.pose")  # what TensorFlow says as it starts is no warning of the site's

project = "Human pose estimation, learnt live"
author = "the contributors"
copyright = "the contributors; text and figures CC BY 4.0, code MIT"
release = hpe_utils.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc"]
root_doc = "docs/index"
include_patterns = ["docs/**", "notebooks/*.ipynb", "data/README.md", "C*.md", "SECURITY.md"]
exclude_patterns = ["docs/start", ".*", "build", "data/cache", "my_notebooks", "runs", "**/.ipynb_checkpoints"]

nb_execution_mode = "off"
nb_ipywidgets_js = {}  # widgets are stored as pictures
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4

autodoc_default_options = {"members": True, "member-order": "bysource", "ignore-module-all": True}
autodoc_inherit_docstrings = False
autodoc_preserve_defaults = True
default_role = "code"  # `name` in a docstring is code
python_maximum_signature_line_length = 100
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"

html_theme = "pydata_sphinx_theme"
html_title = project
html_extra_path = ["start"]  # the address of the site leads to docs/index.html
html_static_path = ["static"]
html_css_files = ["site.css"]
html_math_renderer = "mathml"
html_copy_source = False
html_context = {"default_mode": "auto"}  # light or dark as the reader's system
ALONE = (
    "practitioners",
    "annotate",
    "results",
    "ledger",
    "glossary",
    "teaching/README",
    "commands",
    "without_cloning",
    "hardware",
    "real_data",
)
html_sidebars = {f"docs/{page}": [] for page in ALONE}
html_theme_options = {
    "logo": {"text": "Human pose estimation"},  # what a telephone has room for
    "header_links_before_dropdown": 5,
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
}


def section(heading: str) -> str:
    """A section of the README, its links as seen from docs."""
    text = re.search(rf"^(## {heading}\n.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)[1]
    return re.sub(r"\]\((?!https?:|#)", "](../", text)


def prepare(app, docname, source):
    """Pastes sections of the README, and turns links and anchors into what MyST knows."""
    text = PASTED.sub(lambda found: "\n".join(map(section, found[1].split(", "))), source[0])
    up = docname.count("/")
    text = TO_README.sub(lambda to: f"]({to[1]}docs/index.md)" if to[1].count("/") == up else to[0], text)
    source[0] = ANCHOR.sub(r"(\1)=\n", text) if docname == "docs/glossary" else text


def describe_figures(app, doctree):
    """Gives the figures of a notebook the texts that are stored with them."""
    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix != ".ipynb":
        return
    outputs = [out for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] for out in cell.get("outputs", [])]
    stored = [out["metadata"]["image/png"]["alt"] for out in outputs if "image/png" in out.get("data", {})]
    figures = [node for node in doctree.findall(nodes.image) if "jupyter_execute" in node["uri"]]
    for figure, text in zip(figures, stored, strict=True):
        figure["alt"] = text


def write_formula(writer, node):
    writer.body.append(tex2mathml(node.astext(), as_block=False))
    raise nodes.SkipNode


def write_formula_block(writer, node):
    writer.body.append(f'<div class="formula">{tex2mathml(node.astext(), as_block=True)}</div>\n')
    raise nodes.SkipNode


def setup(app):
    app.connect("source-read", prepare)
    app.connect("doctree-read", describe_figures)
    app.add_html_math_renderer("mathml", (write_formula, None), (write_formula_block, None))
