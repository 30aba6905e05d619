"""Runs the rounds in the process that holds the sockets."""

import random
from typing import Any, Final, cast

import gevent
from flask import Flask
from flask_socketio import SocketIO

from server.foundation.core import Core
from server.foundation.runtime.lasting_failures import Trouble
from server.gateway.connection.socket_sender import Players
from server.gateway.connection.state import Live
from server.reporting.spot_checks.rounds import Rounds

POLL_INTERVAL_S: Final = 5.0


def start(app: Flask, socketio: SocketIO) -> None:
    """Start the draws; checks left by an earlier process are expired first."""
    core = cast("Core", app.extensions["anping"])
    live: Live = app.extensions["anping.live"]
    # Random numbers of the operating system: earlier draws don't predict later ones.
    gevent.spawn(_run, Rounds(core, live, Players(socketio), random.SystemRandom()))


def _run(rounds: Rounds) -> Any:
    trouble = Trouble("spot_check_draw_failed", "spot_check_draw_recovered")
    while True:
        with trouble:
            rounds.run_once(gevent.spawn)
        gevent.sleep(POLL_INTERVAL_S)
