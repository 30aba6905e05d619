"""Registers the server's own build, and runs rounds in the process that holds the sockets."""

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
from server.gateway.events import IncidentsReported, RemoteHeartbeat
from server.gateway.rollouts import builds, service
from server.gateway.rollouts.rounds.controller import Rounds
from server.gateway.rollouts.rounds.telemetry import Notes
from server.inventory.screens.events import ScreensBound

log = structlog.get_logger(__name__)

ROUND_INTERVAL_S: Final = 1.0
MOST_SHARE: Final = 30
KEY: Final = "anping.releases"


def init_releases(app: Flask, socketio: SocketIO) -> None:
    """Subscribe to events of players; nothing is registered or sent yet."""
    core = cast("Core", app.extensions["anping"])
    live: Live = app.extensions["anping.live"]
    rounds = Rounds(core, live, Notes(core.clock.now_ms()), Players(socketio))
    app.extensions[KEY] = rounds
    core.events.listen(IncidentsReported, rounds.notes.on_reported)
    core.events.listen(RemoteHeartbeat, rounds.notes.on_remote_heartbeat)
    core.events.listen(ScreensBound, lambda notice: service.forget_screens(core, notice.screen_ids))


def rounds_of(app: Flask) -> Rounds:
    """The rounds of an app."""
    return cast("Rounds", app.extensions[KEY])


def start(app: Flask) -> None:
    """Start; without a built player the server serves the stored releases."""
    rounds = rounds_of(app)
    try:
        service.register(rounds.core, builds.read_build(builds.DIST))
    except builds.NoBuild as error:
        log.warning("player_build_missing", detail=error.detail.en)
    gevent.spawn(_run, rounds)


def _run(rounds: Rounds) -> None:
    trouble = Trouble(
        "rollout_round_failed",
        "rollout_round_recovered",
    )
    while True:
        began_s = time.monotonic()
        with trouble:
            rounds.run_round()
        # With thousands of screens rounds are rarer: at most a thirtieth of the time.
        gevent.sleep(max(ROUND_INTERVAL_S, MOST_SHARE * (time.monotonic() - began_s)))
