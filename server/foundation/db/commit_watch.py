"""Whether anything was committed since one last asked, so that polls needn't ask in vain."""

import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from server.foundation.db.plain_reads import own_connection
from server.foundation.db.session import Database
from server.foundation.errors import Busy

_VERSION: Final = "PRAGMA data_version"


class CommitWatch:
    """Follows the commits of all processes, for one greenlet.

    SQLite changes `data_version` of a connection with each commit of any other one, and answers it
    at a tenth of what the shortest query costs. PostgreSQL has no such number: there every question
    is answered by yes.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Any = None  # from the first question on: opening creates a lost file
        self._seen: int | None = None

    @contextmanager
    def news(self) -> Iterator[bool]:
        """Whether anything may have been committed since the last block that ended well.

        A query inside the block is at least as new as the answer.
        """
        version = self._version()
        yield version is None or version != self._seen
        self._seen = version

    def _version(self) -> int | None:
        if not self._database.is_sqlite:
            return None
        try:
            if self._connection is None:
                self._connection = own_connection(self._database.engine)
                weakref.finalize(self, self._connection.close)
            version: int = self._connection.execute(_VERSION).fetchone()[0]
        except (sqlite3.Error, SQLAlchemyError, Busy):
            return None  # the questions themselves meet the same fault, and know what to do
        return version
