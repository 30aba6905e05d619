"""What gunicorn loads: `server.wsgi:make_app()`."""

import os

from apiflask import APIFlask

from server.app import create_app, start_live_parts
from server.config import read_settings
from server.core import Core
from server.logs import set_up_logs
from server.reading.asking import ask_reading_process
from server.reserve import Reserve, urgent
from server.running import mark_serving
from server.supervisor.serve import READING_PROCESS
from server.workers.patience import wait_for_databases


def make_app() -> APIFlask:
    """The application with its live parts running; called once in each worker."""
    set_up_logs()
    settings = read_settings()
    with urgent():  # who starts on a full disk needs room too, or nobody could stop anything
        Reserve(settings.data).make_way()
        mark_serving(settings.data)
        app = create_app(settings)
        core: Core = app.extensions["anping"]
        if core.relay is not None:
            wait_for_databases(core)
        if os.environ.get(READING_PROCESS):
            ask_reading_process(app)
        start_live_parts(app)
    return app
