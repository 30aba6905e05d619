"""Wires the live parts to an app, and runs what goes on beside requests in a serving process."""

from typing import Any, cast

import gevent
import structlog
from flask import Flask
from flask_socketio import SocketIO
from gevent.pool import Pool

from server.core import Core
from server.loops.black import keep_black
from server.playback.extension import playback_of
from server.realtime.bulk_sending import Sending, unfinished
from server.realtime.live import Live
from server.realtime.players import NAMESPACE, Players
from server.realtime.push import Pump
from server.realtime.sockets import ScreenNamespace
from server.realtime.wakeup import Listener
from server.uptime.start import watch_of

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
# What comes within this time is handled in one go.
GATHER_S = 0.02
SEND_EVERY_S = 0.5
# So many answers are waited for at once, of each act on many screens.
ABREAST = 200


def init_realtime(app: Flask, socketio: SocketIO) -> None:
    """Give the app its live state and its namespace; nothing runs yet."""
    app.extensions["anping.live"] = Live(playback_of(app), watch_of(app))
    if not any(one.namespace == NAMESPACE for one in socketio.namespace_handlers):
        namespace: Any = ScreenNamespace(NAMESPACE)
        # on_namespace() would register it with the server of an app made before, if there is one.
        namespace._set_socketio(socketio)
        socketio.namespace_handlers.append(namespace)


def drop(app: Flask, socketio: SocketIO, screen_id: int) -> None:
    """End the sockets of a screen whose credential is void, or that has another player now."""
    live: Live = app.extensions["anping.live"]
    players = Players(socketio)
    for sid in live.presence.forget(screen_id):
        players.close(sid)


def start(app: Flask, socketio: SocketIO) -> None:
    """Begin to carry assignments to players, until `stop`."""
    core = cast("Core", app.extensions["anping"])
    keep_black(core)
    pump = Pump(core, app.extensions["anping.live"], Players(socketio))
    pump.begin()
    app.extensions["anping.pump"] = pump
    gevent.spawn(_run, core, pump)
    gevent.spawn(_send_many, core, app.extensions["anping.live"], Players(socketio))


def stop(app: Flask) -> None:
    """Tell players that the server comes back, and end their connections."""
    pump: Pump | None = app.extensions.get("anping.pump")
    if pump is not None:
        pump.say_goodbye(gevent.sleep)


def _send_many(core: Core, live: Live, players: Players) -> None:
    """Begin to send the commands of each act on many screens; each has a greenlet of its own."""
    running: dict[int, gevent.Greenlet] = {}
    while True:
        try:
            for bulk_id in unfinished(core):
                if bulk_id not in running or running[bulk_id].dead:
                    sending = Sending(core, live, players, Pool(ABREAST), gevent.sleep)
                    running[bulk_id] = gevent.spawn(sending.run, bulk_id)
        except Exception as error:  # the outermost loop: there is another second
            log.error("commands to many screens can't be sent for now", exc_info=error)
        running = {one: greenlet for one, greenlet in running.items() if not greenlet.dead}
        gevent.sleep(SEND_EVERY_S)


def _run(core: Core, pump: Pump) -> None:
    listener = Listener(core.settings.data)
    failing = False
    while True:
        if listener.wait(LOOK_EVERY_S):
            gevent.sleep(GATHER_S)
            listener.drain()
        try:
            pump.tick(lambda: gevent.sleep(0))
        except Exception as error:  # the outermost loop: the next second must come
            if not failing:
                log.error("assignments can't be carried for now", exc_info=error)
            failing = True
        else:
            failing = False
