"""Telling the features above of a binding that is committed: whatever fails there undoes nothing.

A player that is answered 503 knows that nothing was done, and may ask again.
"""

from typing import Final

import gevent
import structlog

from server.core import Core
from server.errors import Busy
from server.screens.notices import ScreenPaired

log = structlog.get_logger(__name__)

AGAIN_S: Final = 2.0
MOST_TRIES: Final = 100


def tell_paired(core: Core, screen_id: int, tries: int = 1) -> None:
    """Tell that a screen was bound; where the database is busy again later, beside the answer."""
    try:
        core.events.publish(ScreenPaired(screen_id))
    except Busy:
        log.warning("a screen was bound, its plan waits", screen=screen_id, tries=tries)
        if tries < MOST_TRIES:
            gevent.spawn_later(AGAIN_S, tell_paired, core, screen_id, tries + 1)
