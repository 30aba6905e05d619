"""Stands between us and a program to report how it ended, on file descriptor 3.

Run by media.process as `python -m media.supervise PROGRAM ARGUMENT...`. Needed because under
gevent the event loop may collect any child of the process before we can ask for its status.
"""

from __future__ import annotations

import os
import sys

STATUS_FD = 3


def main(command: list[str]) -> None:
    """Run the command in the same process group and write its exit status."""
    without_status = [(os.POSIX_SPAWN_CLOSE, STATUS_FD)]
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=without_status)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.write(STATUS_FD, str(status).encode())


if __name__ == "__main__":
    main(sys.argv[1:])
