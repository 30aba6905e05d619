"""A worker waits for the database before it starts.

A failing start would make gunicorn stop the others, which may hold thousands of sockets.
"""

import time
from typing import Final

import structlog

from server.foundation.core import Core

log = structlog.get_logger(__name__)

PAUSE_S: Final = 0.5


def wait_for_databases(core: Core) -> None:
    """Return once both databases respond."""
    is_logged = False
    while not (core.config.answers() and core.plays.answers()):
        if not is_logged:
            log.warning("database_awaited")
            is_logged = True
        time.sleep(PAUSE_S)
