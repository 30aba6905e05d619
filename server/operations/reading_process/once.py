"""Answers one writing call, and ends.

`python -m server.operations.reading_process.once DESCRIPTOR`
"""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402 - gevent must have replaced what these use
import socket  # noqa: E402 - as above
import sys  # noqa: E402 - as above
import time  # noqa: E402 - as above
from typing import Final  # noqa: E402 - as above

from server.foundation.config import read_settings  # noqa: E402 - as above
from server.foundation.runtime.gc_tuning import all_stays  # noqa: E402 - as above
from server.foundation.runtime.logs import set_up_logs  # noqa: E402 - as above
from server.web.reading_process.frames import Call, Line  # noqa: E402 - as above

LAST_S: Final = 0.5
"""Seconds for messages to other workers through Redis, whose thread sends them."""


def main(descriptor: int) -> None:
    """Read the call, and answer it."""
    settings = read_settings()
    set_up_logs(settings.log_level)
    line = Line(socket.socket(fileno=descriptor), Call)
    call = line.next()
    with all_stays():
        from server.app import create_app
        from server.gateway.page_hints.from_other_processes import poster
        from server.gateway.page_hints.topics import RELAYED_TABLES
        from server.web.reading_process.answering import answer

        app = create_app(settings, on_commit=poster(settings.data, RELAYED_TABLES))
    answer(app, call, line.send)
    line.close()
    if settings.redis_url is not None:
        time.sleep(LAST_S)
    os._exit(0)  # nothing is left to do, and tearing down modules takes a while


if __name__ == "__main__":
    main(int(sys.argv[1]))
