"""Runs the sightings collector in the process that holds the sockets."""

from typing import Final, cast

import gevent
from flask import Flask

from server.foundation.core import Core
from server.foundation.runtime.lasting_failures import again_and_again
from server.gateway.connection.state import Live
from server.gateway.connection.telemetry.sightings import SightingCollector
from server.gateway.events import CloneSuspected, IncidentsReported
from server.inventory.screens.events import EnrolmentRefused

WRITE_EVERY_S: Final = 30.0


def init_lookout(app: Flask) -> None:
    """Subscribe the collector to events; nothing is written yet."""
    core, live = cast("Core", app.extensions["anping"]), app.extensions["anping.live"]
    lookout = SightingCollector(core, cast("Live", live).presence)
    app.extensions["anping.lookout"] = lookout
    core.events.listen(IncidentsReported, lookout.on_reported)
    core.events.listen(CloneSuspected, lookout.on_clone)
    core.events.listen(EnrolmentRefused, lookout.on_refused)


def start(app: Flask) -> None:
    """Start writing sightings."""
    lookout: SightingCollector = app.extensions["anping.lookout"]
    gevent.spawn_later(
        WRITE_EVERY_S, again_and_again, lookout.write, WRITE_EVERY_S, "sighting_write"
    )
