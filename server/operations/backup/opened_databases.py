"""Opens both databases that settings name, and closes databases at the end of a block."""

from collections.abc import Iterator
from contextlib import contextmanager

from server.foundation.config import Settings
from server.foundation.db.migrate import History
from server.foundation.db.session import Database, open_database


def both_databases(settings: Settings) -> dict[History, Database]:
    """Both databases by history."""
    return {
        "config": open_database(settings.config_url),
        "plays": open_database(settings.plays_url, settings.plays_schema),
    }


@contextmanager
def closing_databases(*databases: Database) -> Iterator[None]:
    """Close all connections at the end of the block."""
    try:
        yield
    finally:
        for database in databases:
            database.engine.dispose()
