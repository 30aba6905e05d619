"""Which of several workers does the rounds that are to be done once: whoever holds a lock.

The lock belongs to a connection to PostgreSQL and goes with it, so that a killed worker's rounds
are another's within seconds, and Redis may be away. Rounds are written so that two at the same
time do no harm: a worker that was cut off notices a moment late.
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

LOOK_EVERY_S: Final = 1.0
IDLE_MS: Final = 10_000
AWAY: Final = (SQLAlchemyError, psycopg.Error)


class Alone:
    """The only worker does everything."""

    is_mine: Final = True


class Lead:
    """Tries to get the lock, and holds it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Any = None
        self.is_mine = False

    def start(self) -> None:
        """Begin to try, until the process ends."""
        self.look()
        threading.Thread(target=self._run, name="lead", daemon=True).start()

    def look(self) -> None:
        """Try to get it, or see that it is still held."""
        try:
            if self._connection is None:
                fairy = self._database.engine.raw_connection()
                self._connection = fairy.driver_connection
                fairy.detach()
                # A machine that vanished hangs up on nobody: the server must, or none would lead.
                self._connection.execute(f"SET idle_session_timeout = {IDLE_MS}")
            query = "SELECT true" if self.is_mine else TRY_TO_LEAD
            has = bool(self._connection.execute(query).fetchone()[0])
        except AWAY:
            self._let_go()
            return
        if has and not self.is_mine:
            log.info("this worker does the rounds from now on")
        self.is_mine = has

    def _run(self) -> None:
        trouble = Trouble(
            "it can't be seen for now who does the rounds", "it is seen again who does the rounds"
        )
        while True:
            time.sleep(LOOK_EVERY_S)
            with trouble:
                self.look()
            if trouble.lasts:
                self.is_mine = False

    def _let_go(self) -> None:
        if self.is_mine:
            log.warning("this worker does no rounds for now: its connection is lost")
        self.is_mine = False
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


ALONE: Final = Alone()
