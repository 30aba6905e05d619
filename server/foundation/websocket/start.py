"""Installs the layer below a Flask-SocketIO object, and reports which layer serves."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import structlog
from flask_socketio import SocketIO
from prometheus_client import Gauge

from server.foundation.runtime.process_figures import registry
from server.foundation.websocket.census import Census, Sockets
from server.foundation.websocket.dispatch import Brief, Dispatch
from server.foundation.websocket.engine import Engine
from server.foundation.websocket.environs import Environs
from server.foundation.websocket.fan_out import FanOut, opened
from server.foundation.websocket.front import Front
from server.foundation.websocket.pins import objections
from server.foundation.websocket.rooms import Ask, Rooms

log = structlog.get_logger(__name__)

LAYER: Final = Gauge(
    "anping_socket_layer",
    "1 for the websocket layer that serves: own, or that of the libraries (stock).",
    ["layer"],
    registry=registry,
)
SOCKETS: Final = Sockets()
registry.register(SOCKETS)
FAREWELL_S: Final = 1.0
POLL_INTERVAL_S: Final = 0.05


def start(socketio: SocketIO, newest: frozenset[str]) -> bool:
    """Install it unless versions differ; returns whether it is installed.

    `newest`: events of which slow readers get only the newest.
    """
    found = objections()
    LAYER.labels("own").set(not found)
    LAYER.labels("stock").set(bool(found))
    if found:
        SOCKETS.count = lambda: Census(open=len(socketio.server.eio.sockets))
        log.warning("own_socket_layer_disabled", reasons=found)
        return False
    _put(socketio.server, newest)
    middleware = socketio.sockio_mw
    middleware.flask_app.wsgi_app = Front(middleware)
    return True


def answer_briefly(socketio: SocketIO, namespace: str, event: str, brief: Brief) -> None:
    """Register a brief handler without a Flask request, if the layer is installed."""
    engine = socketio.server.eio
    if isinstance(engine, Engine):
        engine.dispatch.answer_briefly(namespace, event, brief)


def soon(socketio: SocketIO, work: Callable[[], None]) -> None:
    """Run work right after the current callback; it may block."""
    engine = socketio.server.eio
    if isinstance(engine, Engine):
        engine.crew.add(work)
    else:
        socketio.start_background_task(work)


def ask_each(socketio: SocketIO, event: str, namespace: str, asks: Sequence[Ask]) -> None:
    """Send individual requests to many clients. To be called on the loop's thread."""
    manager = socketio.server.manager
    if isinstance(manager, Rooms):
        manager.ask_each(event, namespace, asks)
        return
    for ask in asks:
        socketio.server.emit(
            event, ask.data, to=ask.sid, namespace=namespace, callback=ask.callback
        )


def before_restart(socketio: SocketIO) -> None:
    """The process is about to end: close connections with the code for a restart."""
    engine = socketio.server.eio
    if isinstance(engine, Engine):
        engine.restart()


def end_all(socketio: SocketIO, pause: Callable[[float], None]) -> None:
    """Close all connections, and wait a moment for the clients' closes."""
    engine = socketio.server.eio
    if not isinstance(engine, Engine):
        return
    for line in list(engine.sockets.values()):
        line.close()
    for _ in range(round(FAREWELL_S / POLL_INTERVAL_S)):
        if not engine.lines:
            return
        pause(POLL_INTERVAL_S)


def _put(server: Any, newest: frozenset[str]) -> None:
    stock = server.eio
    engine = Engine(
        transports=stock.transports,
        ping_interval=stock.ping_interval,
        ping_timeout=stock.ping_timeout,
        max_http_buffer_size=stock.max_http_buffer_size,
        cors_allowed_origins=stock.cors_allowed_origins,
    )
    engine._async = stock._async  # work of the stock path goes there as before
    engine.dispatch = Dispatch(server)
    engine.on("connect", server._handle_eio_connect)
    engine.on("message", stock.handlers["message"])  # as strict as configured
    engine.on("disconnect", server._handle_eio_disconnect)
    server.eio = engine
    server.environ = Environs()
    server.manager = Rooms(engine.loop, engine.sockets, newest, FanOut(opened()))
    server.manager.set_server(server)
    SOCKETS.count = engine.census
