"""Row counts of both databases, recorded by a backup and compared by a drill."""

from collections.abc import Callable
from typing import Final, NamedTuple

from sqlalchemy import text

from server.foundation.config import Settings
from server.foundation.db.migrate import History
from server.operations.backup.opened_databases import both_databases, closing_databases


class Count(NamedTuple):
    """A count over a table of a history; both kinds of database support the SQL."""

    history: History
    table: str
    expression: str = "COUNT(*)"

    @property
    def query(self) -> str:
        """The query in the default schema."""
        return f"SELECT {self.expression} FROM {self.table}"  # noqa: S608 - of the list below alone


COUNTED: Final = {
    "units": Count("config", "units"),
    "users": Count("config", "users"),
    "venues": Count("config", "venues"),
    "screens": Count("config", "screens"),
    "assets": Count("config", "assets"),
    "campaigns": Count("config", "campaigns"),
    "batches": Count("plays", "batches"),
    "plays": Count("plays", "batches", "COALESCE(SUM(n), 0)"),
}


def counted(ask: Callable[[Count], int]) -> dict[str, int]:
    """The counts by name."""
    return {name: ask(count) for name, count in COUNTED.items()}


def counts_of(settings: Settings) -> dict[str, int]:
    """The counts of the databases that the settings name."""
    databases = both_databases(settings)

    def ask(count: Count) -> int:
        with databases[count.history].read() as session:
            return int(session.execute(text(count.query)).scalar_one())

    with closing_databases(*databases.values()):
        return counted(ask)
