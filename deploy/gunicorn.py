"""How gunicorn serves: each worker, mostly the only one, holds sockets on gevent's loop."""

import gc
import os
import signal
from typing import Any

import gevent

# The parent's socket, if it has one: a web server that starts again never stops listening.
# It stays in the environment until the fork, so that a reload binds to the same.
_handed_on = os.environ.get("LISTENING_SOCKET")
bind = f"fd://{_handed_on}" if _handed_on else os.environ.get("ANPING_BIND", "127.0.0.1:8000")
# One process for each core or two; more than one notify each other through Redis.
workers = int(os.environ.get("ANPING_WORKERS") or "1")
worker_class = "server.operations.web_process.gunicorn_worker.ProblemWorker"
worker_connections = 20_000
# Below the supervisor's patience, so that the end is an orderly one.
graceful_timeout = 12
# A worker that is restarted now and then would drop every socket.
max_requests = 0
# Also the time in which a request's head must be there, so it can't be long.
keepalive = 10
timeout = 60
# Beats of ten thousand screens would drown everything else.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("ANPING_LOG_LEVEL") or "info"
# Nobody steers it but the supervisor.
control_socket_disable = True
# The worker's heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108 - memory shared by the workers, only a heartbeat file


def post_fork(_server: Any, _worker: Any) -> None:
    """Nothing that a start makes is garbage: searching for some was a fifth of its time."""
    os.environ.pop("LISTENING_SOCKET", None)
    gc.disable()
    if workers > 1:
        from gevent.server import StreamServer

        # Of those who come at once each worker takes one after the other, not the first a hundred.
        StreamServer.max_accept = 1


def post_worker_init(worker: Any) -> None:
    """Announce the restart to players before the end, so that they come back spread over time."""
    from server.foundation.rest.flask_extensions import socketio
    from server.foundation.runtime.gc_tuning import SELDOM
    from server.gateway.connection.runtime import stop

    # What is there stays: no round of the collector goes through every module and table again.
    gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()

    def end() -> None:
        try:
            stop(worker.wsgi, socketio)
        finally:
            worker.alive = False
            worker.close_idle_connections()

    gevent.signal_handler(signal.SIGTERM, end)


def worker_exit(_server: Any, worker: Any) -> None:
    """Commit the plays that are waiting, at the very end."""
    from server.monitoring.heartbeats.runtime import stop as stop_uptime
    from server.playlog.ingest.flask_extension import stop_playback

    app = getattr(worker, "wsgi", None)
    if app is not None:
        stop_uptime(app)
        stop_playback(app)
    # Taking all modules apart again would be the longest part of the end.
    gc.freeze()
