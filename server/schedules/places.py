"""Where the files of scheduled reports are kept: a store of its own, which no page serves."""

from media.store import Store
from server.core import Core
from server.storage import open_store


def store_of(core: Core) -> Store:
    """The store `reports`, in the data folder or the bucket."""
    return open_store(core.settings, "reports")
