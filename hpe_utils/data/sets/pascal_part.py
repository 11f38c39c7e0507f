"""Pascal-Part's people, each with an outline and 24 parts (Chen et al., CVPR 2014); `pascal_parts` reads its files."""

from functools import partial

from hpe_utils.data.sets import Facts, pascal_parts
from hpe_utils.parts import PASCAL_PART24

FACTS = Facts(
    title="Pascal-Part",
    has=frozenset({"parts", "instances"}),
    vocabulary=PASCAL_PART24,
    levels={"pascal_part": {}},
    several={},
)

source = partial(pascal_parts.source, variant="part")
