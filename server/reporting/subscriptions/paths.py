"""The store of scheduled reports' files, which no page serves."""

from media.storage.file_store import Store
from server.foundation.core import Core
from server.foundation.storage.stores import open_store


def store_of(core: Core) -> Store:
    """The store `reports`, in the data folder or the bucket."""
    return open_store(core.settings, "reports")
