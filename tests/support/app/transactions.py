"""Which transactions that write a test's work begins."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.orm import Session

from server.foundation.db.session import Database


def counted_writes(monkeypatch: pytest.MonkeyPatch) -> list[Database]:
    """Grows by the database of each transaction that writes, until the test ends."""
    begun: list[Database] = []
    write = Database.write

    @contextmanager
    def counted(database: Database) -> Iterator[Session]:
        begun.append(database)
        with write(database) as session:
            yield session

    monkeypatch.setattr(Database, "write", counted)
    return begun
