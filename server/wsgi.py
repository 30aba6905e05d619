"""The entry point of gunicorn: `server.wsgi:make_app()`."""

import os

from apiflask import APIFlask

from server.app import create_app, start_live_parts
from server.foundation.config import read_settings
from server.foundation.core import Core
from server.foundation.runtime.data_folder_lock import mark_serving
from server.foundation.runtime.logs import set_up_logs
from server.foundation.storage.reserve import Reserve, urgent
from server.foundation.workers.startup_wait import wait_for_databases
from server.operations.supervisor.serve import READING_PROCESS
from server.web.reading_process.client import ask_reading_process


def make_app() -> APIFlask:
    """The application with its background work running; called once in each worker."""
    settings = read_settings()
    set_up_logs(settings.log_level)
    with urgent():  # a start on a full disk needs space too, or nobody could stop anything
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
