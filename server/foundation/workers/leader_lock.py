"""Leader election among workers: the leader holds a lock and runs the singleton rounds.

The lock belongs to a PostgreSQL connection and ends with it, so a killed leader is replaced within
seconds, even without Redis. Rounds tolerate two leaders for a moment, since a worker that was cut
off notices late.
"""

import threading
import time
from typing import Any, Final

import psycopg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.foundation.db.postgres import TRY_TO_LEAD
from server.foundation.db.session import Database
from server.foundation.runtime.lasting_failures import Trouble

log = structlog.get_logger(__name__)

CHECK_INTERVAL_S: Final = 1.0
IDLE_MS: Final = 10_000
AWAY: Final = (SQLAlchemyError, psycopg.Error)


class Alone:
    """The only worker is always the leader."""

    is_mine: Final = True


class Lead:
    """Acquires and holds the leader lock."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Any = None
        self.is_mine = False

    def start(self) -> None:
        """Start, until the process ends."""
        self.check()
        threading.Thread(target=self._run, name="lead", daemon=True).start()

    def check(self) -> None:
        """Try to acquire the lock, or check that it is still held."""
        try:
            if self._connection is None:
                fairy = self._database.engine.raw_connection()
                self._connection = fairy.driver_connection
                fairy.detach()
                # A vanished machine closes no connection: the server must, or there would be no
                # leader.
                self._connection.execute(f"SET idle_session_timeout = {IDLE_MS}")
            query = "SELECT true" if self.is_mine else TRY_TO_LEAD
            has = bool(self._connection.execute(query).fetchone()[0])
        except AWAY:
            self._let_go()
            return
        if has and not self.is_mine:
            log.info("leadership_acquired")
        self.is_mine = has

    def _run(self) -> None:
        trouble = Trouble("leader_check_failed", "leader_check_recovered")
        while True:
            time.sleep(CHECK_INTERVAL_S)
            with trouble:
                self.check()
            if trouble.lasts:
                self.is_mine = False

    def _let_go(self) -> None:
        if self.is_mine:
            log.warning("leadership_lost")
        self.is_mine = False
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


ALONE: Final = Alone()
