"""Where joblib's work is done: on this machine, or on the Dask cluster that HPE_CLUSTER names.

Rendering and caching, writing records, cataloguing: all share their work out by joblib. A cluster's machines must see
the same folders under the same names, and have this package.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import joblib

from hpe_utils.files import DataError

REMEDY = 'in the course\'s folder by pip install ".[cluster]"'


def is_named() -> bool:
    """Whether work goes to a cluster: HPE_CLUSTER is `local`, for one on this machine, or a scheduler's address."""
    return bool(os.environ.get("HPE_CLUSTER"))


@contextmanager
def engine(usual: str | None = None) -> Iterator[None]:
    """What `joblib.Parallel` runs on inside: the cluster, or the `usual` backend, joblib's own where it is not said.

    A task whose worker dies is done again by another. Raises DataError where the cluster cannot be reached, and where
    one task kills worker after worker.
    """
    if not is_named():
        with joblib.parallel_config(usual) if usual else joblib.parallel_config():
            yield
        return
    named = os.environ["HPE_CLUSTER"]
    try:
        from dask.distributed import Client, KilledWorker
    except ImportError as error:
        raise DataError(f"HPE_CLUSTER={named} needs Dask, which is missing: install it {REMEDY}") from error
    try:
        client = Client(set_as_default=False) if named == "local" else Client(named, timeout=30, set_as_default=False)
    except (OSError, ValueError) as error:
        raise DataError(
            f"HPE_CLUSTER={named} is no scheduler that answers ({error}): start it, or say local"
        ) from error
    try:
        with client, joblib.parallel_config("dask", client=client):
            yield
    except KilledWorker as error:
        raise DataError(
            "work on the cluster killed one worker after another, by a damaged file or for want of memory; the next "
            "start goes on from there"
        ) from error
