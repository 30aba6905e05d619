"""A worker waits for the database before it starts.

A failing start would make gunicorn stop the others, which may hold thousands of sockets.
"""

import time
from typing import Final

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server.foundation.core import Core
from server.foundation.errors import Busy

log = structlog.get_logger(__name__)

PAUSE_S: Final = 0.5


def wait_for_databases(core: Core) -> None:
    """Return once both databases respond."""
    is_logged = False
    while not all(_answers(core, name) for name in ("config", "plays")):
        if not is_logged:
            log.warning("database_awaited")
            is_logged = True
        time.sleep(PAUSE_S)


def _answers(core: Core, name: str) -> bool:
    database = core.config if name == "config" else core.plays
    try:
        with database.read() as session:
            session.execute(text("SELECT 1"))
    except (SQLAlchemyError, Busy):
        return False
    return True
