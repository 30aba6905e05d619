"""Work in a copy of a process: what the work reads into memory goes away with the copy."""

import os
import sys
from collections.abc import Callable

from server.supervisor.parent_death import die_with_parent


def in_a_copy(work: Callable[[], object]) -> int:
    """Do the work in a copy and wait for its end; answers its exit status.

    Only for a process with one thread. The copy ends with this process, whatever ends it.
    """
    sys.stdout.flush()
    copy = os.fork()
    if copy == 0:
        die_with_parent()
        work()
        sys.exit(0)
    _, status = os.waitpid(copy, 0)
    return os.waitstatus_to_exitcode(status)
