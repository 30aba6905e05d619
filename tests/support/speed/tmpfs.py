"""Where a run of tests keeps its files: in memory where there is enough of it.

SQLite and key files are flushed to the disk at every commit, as they must be; a thousand small
servers would spend more time in that than in anything else. What a kill of a process may lose is
the same in memory and on a disk.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
NEEDED = 4 << 30


def keep_files_in_memory() -> None:
    """Have `tempfile` and pytest make their folders in memory, here and in child processes."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    if shutil.disk_usage(MEMORY).free >= NEEDED:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None
