"""Pictures of people with their labels, from a renderer, from public sets or from your own folder, in one schema."""

from importlib import import_module

from hpe_utils import parts as vocabularies
from hpe_utils import skeleton as skeletons
from hpe_utils.data.cache import cached
from hpe_utils.data.schema import DataError, Samples

SOURCES = {
    "synthetic": "hpe_utils.data.synthetic",
    "lspet": "hpe_utils.data.lsp",
    "mpii": "hpe_utils.data.mpii",
    "coco": "hpe_utils.data.coco",
    "folder": "hpe_utils.data.folder",
    "pascal_parts": "hpe_utils.data.pascal_parts",
}


def load(name: str, split: str, root=None, skeleton: str | None = None, parts: str | None = None, **options) -> Samples:
    """The samples of one split, from the disk cache, which the first call fills under a progress bar.

    `root` is the folder or archive of a real data set; `skeleton` converts the keypoints by joint name, `parts` the
    part maps to a coarser vocabulary, such as "pascal6"; further options are those of the `source` function in the
    set's module (for the renderer difficulty, people, size, count, seed). The same call gives the same samples. Raises
    ValueError for a name, split or option that does not exist and DataError, with the remedy, for files that cannot be
    used.
    """
    if name not in SOURCES:
        raise ValueError(f"unknown data set {name!r}; known are {', '.join(SOURCES)}")
    samples = cached(import_module(SOURCES[name]).source(split, root, **options))
    samples = samples.as_skeleton(skeletons.get(skeleton)) if skeleton else samples
    return samples.as_parts(vocabularies.get(parts)) if parts else samples


__all__ = ["DataError", "Samples", "load"]
