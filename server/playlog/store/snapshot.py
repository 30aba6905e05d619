"""Reads plays.db outside the committer: a snapshot on its own connection."""

from collections.abc import Iterator
from contextlib import contextmanager

from server.foundation.db.session import Database, away_is_busy
from server.playlog.store.interned_ids import Names
from server.playlog.store.transaction import Tx


@contextmanager
def snapshot(database: Database, names: Names | None = None) -> Iterator[Tx]:
    """A read-only transaction: all its queries see the same state.

    `names`: the interned ids of an earlier snapshot; they never change.

    Raises Busy if the database can't be reached.
    """
    with away_is_busy():
        connection = database.engine.raw_connection()
        try:
            tx = Tx(connection.driver_connection, names or Names(), is_sqlite=database.is_sqlite)
            tx.run(database.begin_reading)
            yield tx
            tx.run("ROLLBACK")
        except BaseException:
            connection.invalidate()
            raise
        connection.close()
