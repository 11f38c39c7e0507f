"""Pictures of people with their labels, from a renderer, from public sets or from your own folder, in one schema."""

import os
from contextlib import suppress
from dataclasses import replace
from inspect import signature

from hpe_utils import moved
from hpe_utils import parts as vocabularies
from hpe_utils import skeleton as skeletons
from hpe_utils.data.cache import LARGE, MARK, MARKED, cached, folder_of, origin_of
from hpe_utils.data.conversion import Converted
from hpe_utils.data.schema import DataError, Samples
from hpe_utils.data.sets import SETS, Facts, facts_of, module_of
from hpe_utils.files import write_bytes
from hpe_utils.skeleton import Skeleton


def load(
    name: str,
    split: str,
    root=None,
    skeleton: str | Skeleton | None = None,
    parts: str | None = None,
    stream: bool | None = False,
    **options,
) -> Samples:
    """The samples of one split, from the disk cache, which the first call fills under a progress bar.

    `root` is the folder or archive of a real data set; `skeleton`, by name or itself, converts the keypoints by joint
    name, and is that of files which name none; `parts` converts the part maps to a coarser vocabulary, such as
    "pascal6"; further options are those of the `source` function in the set's module: size, count and others (for the
    renderer difficulty, people, seed). With `stream` the pictures stay on the disk, as record shards, and are read when
    they are asked for; None says so for sets that would take half of the memory. The same call gives the same samples
    (streamed ones through JPEG, and without attributes). Raises ValueError for a name, split or
    option that does not exist and DataError, with the remedy, for files that cannot be used.
    """
    source = module_of(name).source
    if skeleton and "skeleton" in signature(source).parameters:
        options["skeleton"] = skeleton
    people = source(split, root, **options)
    if stream or (stream is None and is_large(people)):
        joints = skeletons.get(skeleton) if skeleton else people.skeleton
        return streamed(Converted(people, joints, vocabularies.get(parts) if parts else None))
    samples = cached(people)
    samples = samples.as_skeleton(skeletons.get(skeleton)) if skeleton else samples
    return samples.as_parts(vocabularies.get(parts)) if parts else samples


def streamed(source) -> Samples:
    """A source's samples from record shards in the cache folder, which the first call writes."""
    from hpe_utils.data import records, streaming

    folder = folder_of(source, "records")
    with suppress(OSError):  # of which the records say more
        write_bytes(folder / MARK, MARKED)
    records.write(source, folder)
    return replace(streaming.stream(folder), origin=origin_of(source.spec))


def is_large(source) -> bool:
    """Whether a source's pictures and maps would take half of this machine's memory, where the system tells it."""
    if not hasattr(os, "sysconf"):
        return False
    arrays, _ = source.read(0, 1)
    each = sum(array.nbytes for name, array in arrays.items() if name in LARGE)
    return len(source) * each > os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2


__all__ = ["SETS", "DataError", "Facts", "Samples", "facts_of", "load"]
__getattr__ = moved.names(__name__)
