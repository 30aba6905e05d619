"""Shared Flask extension objects, and access to the running app's Core."""

from typing import cast

from flask import current_app
from flask_babel import Babel
from flask_socketio import SocketIO

from server.foundation.core import Core

babel = Babel()
socketio = SocketIO()


def core() -> Core:
    """The Core of the app that serves this request."""
    return cast("Core", current_app.extensions["anping"])
