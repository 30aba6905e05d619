"""Keeps the lookout in the process that holds the sockets."""

from typing import Final, cast

import gevent
import structlog
from flask import Flask

from server.core import Core
from server.incidents.lookout import Lookout
from server.realtime.live import Live
from server.realtime.notices import CloneSuspected, IncidentsReported
from server.screens.notices import EnrolmentRefused

log = structlog.get_logger(__name__)

WRITE_EVERY_S: Final = 30.0


def init_lookout(app: Flask) -> None:
    """Listen to what the live parts make known; nothing is written yet."""
    core, live = cast("Core", app.extensions["anping"]), app.extensions["anping.live"]
    lookout = Lookout(core, cast("Live", live).presence)
    app.extensions["anping.lookout"] = lookout
    core.events.listen(IncidentsReported, lookout.on_reported)
    core.events.listen(CloneSuspected, lookout.on_clone)
    core.events.listen(EnrolmentRefused, lookout.on_refused)


def start(app: Flask) -> None:
    """Begin to write what was seen."""
    gevent.spawn(_run, cast("Lookout", app.extensions["anping.lookout"]))


def _run(lookout: Lookout) -> None:
    failing = False
    while True:
        gevent.sleep(WRITE_EVERY_S)
        try:
            lookout.write()
        except Exception as error:  # the outermost loop: the next time must come
            if not failing:
                log.error("what was seen of screens can't be written for now", exc_info=error)
            failing = True
        else:
            failing = False
