"""The reading process: `python -m server.operations.reading_process.process`.

It opens the databases read-only and caches the inputs of reports. The supervisor keeps it running;
while it is down no play, push or takeover waits.
"""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402 - gevent must have replaced what these use
import signal  # noqa: E402 - as above
import socket  # noqa: E402 - as above
import sys  # noqa: E402 - as above
import time  # noqa: E402 - as above
from pathlib import Path  # noqa: E402 - as above
from typing import Final  # noqa: E402 - as above

import gevent  # noqa: E402 - as above
from gevent.pool import Pool  # noqa: E402 - as above
from gevent.server import StreamServer  # noqa: E402 - as above

from server.foundation.config import WrongSetting, read_settings  # noqa: E402 - as above
from server.foundation.runtime.data_folder_lock import mark_serving  # noqa: E402 - as above
from server.foundation.runtime.gc_tuning import all_stays  # noqa: E402 - as above
from server.foundation.runtime.logs import set_up_logs  # noqa: E402 - as above
from server.foundation.runtime.time_slices import (  # noqa: E402 - as above
    run_behind,
    share_interpreter,
)
from server.web.reading_process.frames import address  # noqa: E402 - as above

AT_ONCE: Final = 64
NICE: Final = 5
"""Between the web worker, which has priority, and jobs (10)."""
LAST_S: Final = 5.0
TICK_S: Final = 1.0
STUCK_S: Final = 60.0
"""As gunicorn's worker timeout, s."""


def main() -> None:
    """Answer calls until SIGTERM or SIGINT."""
    try:
        settings = read_settings()
    except WrongSetting as error:
        sys.exit(f"设置有误 Wrong setting: {error}")
    set_up_logs(settings.log_level)
    mark_serving(settings.data)
    with all_stays():
        from server.app import create_app, start_warm_up
        from server.operations.reading_process.writing import Writers
        from server.web.reading_process.answering import Desk, fetch_contacts, have_followed
        from server.web.reading_process.presence import AskedPresence

        app = create_app(settings, reader=(have_followed, AskedPresence(fetch_contacts)))
    run_behind(NICE)  # not before: requests at a start wait for it
    share_interpreter()
    Watchdog().start()
    server = StreamServer(_listener(settings.data), Desk(app, Writers()), spawn=Pool(AT_ONCE))
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, server.close)
    server.start()
    start_warm_up(app)
    server.serve_forever(stop_timeout=LAST_S)
    os._exit(0)  # running requests are aborted: their callers get Busy


def _listener(data: Path) -> socket.socket:
    """A later one takes over the address."""
    where = address(data)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    if where.startswith("\0"):
        listening.bind(where)
    else:
        Path(where).unlink(missing_ok=True)
        before = os.umask(0o177)
        listening.bind(where)
        os.umask(before)
    listening.listen(AT_ONCE)
    listening.setblocking(False)
    return listening


class Watchdog:
    """Ends a process whose loop is stuck, so that it is replaced.

    Runs in a real thread, which is scheduled independently of the loop.
    """

    def __init__(self) -> None:
        self._beat_s = time.monotonic()

    def start(self) -> None:
        """Start watching, until the process ends."""
        gevent.spawn(self._beat)
        monkey.get_original("_thread", "start_new_thread")(self._watch, ())

    def _beat(self) -> None:
        while True:
            self._beat_s = time.monotonic()
            gevent.sleep(TICK_S)

    def _watch(self) -> None:
        sleep = monkey.get_original("time", "sleep")
        while time.monotonic() - self._beat_s < STUCK_S:
            sleep(TICK_S)
        os.write(2, b'{"event": "the reading process stood still for a minute and is ended"}\n')
        os._exit(1)


if __name__ == "__main__":
    main()
