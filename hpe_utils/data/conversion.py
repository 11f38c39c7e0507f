"""A data source whose joints and parts are read in other words, sample by sample."""

from collections import Counter
from functools import cached_property

import numpy as np

from hpe_utils import skeleton as skeletons
from hpe_utils.data.cache import Source
from hpe_utils.data.schema import DataError
from hpe_utils.parts import Vocabulary, declaration, mapping
from hpe_utils.skeleton import Skeleton


class Converted:
    """A source's samples with the joints of another skeleton and the parts of a coarser vocabulary, as a Source.

    Joints are converted by name (`skeleton.convert`), parts by `parts.mapping`; without a vocabulary they stay. Raises
    DataError for a source without part maps, and where the vocabulary has no word for one of its parts.
    """

    def __init__(self, source: Source, skeleton: Skeleton, vocabulary: Vocabulary | None = None):
        self.source, self.skeleton = source, skeleton
        own = getattr(source, "vocabulary", None)
        self.vocabulary = vocabulary or own
        if vocabulary and own is None:
            raise DataError(f"{source.title} has no part maps that could be read as {vocabulary.name}")
        try:
            self.labels = mapping(own, vocabulary) if vocabulary else None
        except ValueError as error:
            raise DataError(f"{source.title}: {error}") from error
        self.title, self.left_out = source.title, source.left_out

    @cached_property
    def spec(self) -> dict:
        """Everything that decides pixels and labels."""
        return self.source.spec | {
            "as": [skeletons.declaration(self.skeleton), self.vocabulary and declaration(self.vocabulary)]
        }

    def __len__(self) -> int:
        return len(self.source)

    def read(self, start: int, stop: int) -> tuple[dict[str, np.ndarray], Counter]:
        """The arrays of samples start … stop, in the new words, and what had to be left out."""
        arrays, left_out = self.source.read(start, stop)
        if self.skeleton != self.source.skeleton:
            arrays["keypoints"] = skeletons.convert(arrays["keypoints"], self.source.skeleton, self.skeleton)
        if self.labels is not None:
            arrays["parts"] = self.labels[arrays["parts"]]
        return arrays, left_out
