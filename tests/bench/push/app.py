"""Our side of the measurement: Flask-SocketIO with one namespace, with our layer or without.

Started by gunicorn as in production; `BENCH_LAYER=stock` leaves the layer out.
"""

import json
import os
import time
from typing import Any

import msgspec
from flask import Flask, request
from flask_socketio import Namespace, SocketIO

from server.foundation.websocket import start as wire

NAMESPACE = "/screen"


class Screens(Namespace):  # type: ignore[misc] # the library has no types
    """Accepts everybody and returns the time."""

    def on_connect(self, _auth: object = None) -> None:
        """Come in."""

    def on_clock(self, sent: Any) -> dict[str, float]:
        """An exchange of clocks."""
        return {"t0": sent["t0"], "t1": time.time() * 1000}


def clock(_sid: str, body: bytes, answer: Any) -> bool:
    """The same, the brief way."""
    answer({"t0": msgspec.json.decode(body)["t0"], "t1": time.time() * 1000})
    return True


def make_app() -> Flask:
    """An app that emits to all when it is asked to."""
    app, socketio = Flask("bench"), SocketIO()
    socketio.on_namespace(Screens(NAMESPACE))

    @app.get("/emit")
    def emit() -> str:
        body = "x" * int(request.args["bytes"])
        socketio.server.emit(
            "manifest", {"at": time.monotonic_ns(), "body": body}, namespace=NAMESPACE
        )
        return json.dumps({})

    socketio.init_app(
        app,
        async_mode="gevent",
        transports=["websocket"],
        max_http_buffer_size=256 * 1024,
        ping_interval=25,
        ping_timeout=20,
        manage_session=False,
    )
    if os.environ.get("BENCH_LAYER") != "stock":
        assert wire.start(socketio, frozenset({"assignment", "manifest"}))
        wire.answer_briefly(socketio, NAMESPACE, "clock", clock)
    return app
