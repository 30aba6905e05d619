"""How gunicorn serves: one process on gevent's loop holds all sockets."""

import gc
import os
import signal
from typing import Any

import gevent

bind = os.environ.get("ANPING_BIND", "127.0.0.1:8000")
workers = 1
worker_class = "server.http_worker.ProblemWorker"
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
# Nobody steers it but the supervisor.
control_socket_disable = True
# The worker's heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108 - memory shared by the workers, only a heartbeat file


def post_fork(_server: Any, _worker: Any) -> None:
    """Nothing that a start makes is garbage: looking for some was a fifth of its time."""
    gc.disable()


def post_worker_init(worker: Any) -> None:
    """Say goodbye to the players before the end, so that they come back spread over time."""
    from server.realtime.start import stop

    # What is there stays: no round of the collector looks through every module and table again.
    gc.freeze()
    gc.enable()

    def end() -> None:
        stop(worker.wsgi)
        worker.alive = False

    gevent.signal_handler(signal.SIGTERM, end)


def worker_exit(_server: Any, worker: Any) -> None:
    """Commit the plays that are waiting, at the very end."""
    from server.playback.extension import stop_playback
    from server.uptime.start import stop as stop_uptime

    app = getattr(worker, "wsgi", None)
    if app is not None:
        stop_uptime(app)
        stop_playback(app)
    # Taking all modules apart again would be the longest part of the end.
    gc.freeze()
