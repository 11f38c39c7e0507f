"""Pictures of people with their labels, from a renderer, from public sets or from your own folder, in one schema."""

from inspect import signature

from hpe_utils import moved
from hpe_utils import parts as vocabularies
from hpe_utils import skeleton as skeletons
from hpe_utils.data.cache import cached
from hpe_utils.data.schema import DataError, Samples
from hpe_utils.data.sets import SETS, Facts, facts_of, module_of
from hpe_utils.skeleton import Skeleton


def load(
    name: str, split: str, root=None, skeleton: str | Skeleton | None = None, parts: str | None = None, **options
) -> Samples:
    """The samples of one split, from the disk cache, which the first call fills under a progress bar.

    `root` is the folder or archive of a real data set; `skeleton`, by name or itself, converts the keypoints by joint
    name, and is that of files which name none; `parts` converts the part maps to a coarser vocabulary, such as
    "pascal6"; further options are those of the `source` function in the set's module: size, count and others (for the
    renderer difficulty, people, seed). The same call gives the same samples. Raises ValueError for a name, split or
    option that does not exist and DataError, with the remedy, for files that cannot be used.
    """
    source = module_of(name).source
    if skeleton and "skeleton" in signature(source).parameters:
        options["skeleton"] = skeleton
    samples = cached(source(split, root, **options))
    samples = samples.as_skeleton(skeletons.get(skeleton)) if skeleton else samples
    return samples.as_parts(vocabularies.get(parts)) if parts else samples


__all__ = ["SETS", "DataError", "Facts", "Samples", "facts_of", "load"]
__getattr__ = moved.names(__name__)
