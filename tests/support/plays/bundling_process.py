"""A process that ties a screen's batches together, over and over, until it is killed.

`python -m tests.support.plays.bundling_process STORE` (a URL) writes a line after each commit: how
many
batches it has tied. Sheaves are short, so that there are many commits.
"""

import sys
import time

from server.foundation.runtime.logs import set_up_logs
from server.playlog.ingest import bundling
from tests.support.app.clock import MINUTE_MS, HandClock
from tests.support.app.databases import open_plays
from tests.support.plays.bundling import NEVER_SEALED_MS, page_of
from tests.support.plays.plays import make_desk

PAUSE_S = 0.005


def main(store: str) -> None:
    """Begin again from the start of the log whenever its end is reached."""
    set_up_logs()
    bundling.READ, bundling.WIDEST_MS, bundling.FEWEST = 24, 3 * MINUTE_MS, 12  # type: ignore[misc] # shorter for this process alone, and each as full
    desk, from_ms = make_desk(open_plays(store), HandClock()), 0
    while True:
        page = page_of(desk, from_ms, NEVER_SEALED_MS)
        tied = desk.committer.submit(lambda tx, page=page: bundling.write(tx, page))  # type: ignore[misc] # mypy can't infer a lambda with a default
        sys.stdout.write(f"{tied}\n")
        sys.stdout.flush()
        from_ms = 0 if page.is_last else page.mark_ms
        time.sleep(PAUSE_S)


if __name__ == "__main__":
    main(sys.argv[1])
