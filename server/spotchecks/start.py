"""Runs the rounds in the process that holds the sockets."""

import random
from typing import Any, Final, cast

import gevent
import structlog
from flask import Flask
from flask_socketio import SocketIO

from server.core import Core
from server.realtime.live import Live
from server.realtime.players import Players
from server.spotchecks.rounds import Rounds

log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 5.0


def start(app: Flask, socketio: SocketIO) -> None:
    """Begin to draw; what an earlier process left unanswered is settled first of all."""
    core = cast("Core", app.extensions["anping"])
    live: Live = app.extensions["anping.live"]
    # Numbers of the operating system: what was drawn before tells nobody what comes.
    gevent.spawn(_run, Rounds(core, live, Players(socketio), random.SystemRandom()))


def _run(rounds: Rounds) -> Any:
    failing = False
    while True:
        try:
            rounds.look(gevent.spawn)
        except Exception as error:  # the outermost loop: the next round must come
            if not failing:
                log.error("no spot check can be drawn for now", exc_info=error)
            failing = True
        else:
            failing = False
        gevent.sleep(LOOK_EVERY_S)
