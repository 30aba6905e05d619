"""A process that takes in batches, one a line on stdin, and answers each on stdout when durable.

`python -m tests.support.plays.intake_process STORE [N]` (a URL): with N it dies by a power
cut of its own after the Nth commit, before that answer is written.
"""

import json
import os
import signal
import sys

from server.foundation.runtime.logs import set_up_logs
from server.playlog.model.screen_context import Tenure
from tests.support.app.clock import START_MS, HandClock
from tests.support.app.databases import open_plays
from tests.support.plays.intake import HANDED_IN_MS
from tests.support.plays.plays import make_desk, make_programme


def main(store: str, dies_at: int = 0) -> None:
    """Serve until stdin ends."""
    set_up_logs()  # on stderr, so that stdout has answers only
    programme = make_programme(START_MS)
    clock = HandClock(HANDED_IN_MS)
    tenures = [Tenure(programme.digest, START_MS)]
    desk = make_desk(open_plays(store), clock, tenures=tenures)
    desk.air(programme)
    desk.committer.start()
    for number, line in enumerate(sys.stdin, 1):
        answer = desk.take(json.loads(line)).as_json()
        if number == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:]))
