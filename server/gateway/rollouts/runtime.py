"""Registers the server's own build, and runs the rounds in the process that holds the sockets."""

import time
from typing import Final, cast

import gevent
import structlog
from flask import Flask
from flask_socketio import SocketIO

from server.foundation.core import Core
from server.foundation.runtime.lasting_failures import Trouble
from server.gateway.connection.socket_sender import Players
from server.gateway.connection.state import Live
from server.gateway.events import HeardAfar, IncidentsReported
from server.gateway.rollouts import builds, service
from server.gateway.rollouts.controller import Rounds
from server.gateway.rollouts.telemetry import Notes
from server.inventory.screens.events import ScreensBound

log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 1.0
MOST_SHARE: Final = 30
KEY: Final = "anping.releases"


def init_releases(app: Flask, socketio: SocketIO) -> None:
    """Listen to what players tell; nothing is registered or told yet."""
    core = cast("Core", app.extensions["anping"])
    live: Live = app.extensions["anping.live"]
    rounds = Rounds(core, live, Notes(core.clock.now_ms()), Players(socketio))
    app.extensions[KEY] = rounds
    core.events.listen(IncidentsReported, rounds.notes.on_reported)
    core.events.listen(HeardAfar, rounds.notes.on_heard_afar)
    core.events.listen(ScreensBound, lambda notice: service.forget_screens(core, notice.screen_ids))


def rounds_of(app: Flask) -> Rounds:
    """The rounds of an app."""
    return cast("Rounds", app.extensions[KEY])


def start(app: Flask) -> None:
    """Begin; a server without a built player serves what it has."""
    rounds = rounds_of(app)
    try:
        service.register(rounds.core, builds.read_build(builds.DIST))
    except builds.NoBuild as error:
        log.warning("the player isn't built", detail=error.detail.en)
    gevent.spawn(_run, rounds)


def _run(rounds: Rounds) -> None:
    trouble = Trouble(
        "releases of the player can't be looked after for now",
        "releases of the player are looked after again",
    )
    while True:
        began_s = time.monotonic()
        with trouble:
            rounds.look()
        # A district of thousands is looked at less often: a thirtieth of the time at the most.
        gevent.sleep(max(LOOK_EVERY_S, MOST_SHARE * (time.monotonic() - began_s)))
