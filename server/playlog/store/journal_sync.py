"""Makes durable what a store of SQLite shows although nobody has synced it.

A commit writes its frames to the journal, then syncs them, then shows them. If the sync fails, or
the process is killed before it, and no other connection is open, the next connection recovers the
frames and shows them. A play resent then is a duplicate that writes nothing, so it would be
acknowledged although a power cut can still take it (sqlite.org/walformat.html, "Recovery").
"""

import os
import sqlite3
from contextlib import suppress
from typing import Any, Final

PRIMARY_CODE: Final = 0xFF
"""Of an extended result code of SQLite (sqlite.org/rescode.html)."""
CHECKPOINT: Final = "PRAGMA wal_checkpoint(FULL)"


def is_io_error(error: BaseException) -> bool:
    """Whether the disk failed, so that it is open what of the transaction it holds."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & PRIMARY_CODE == sqlite3.SQLITE_IOERR


def sync_journal(path: str) -> None:
    """Sync the journal of the database at `path` as it is. Raises OSError."""
    with suppress(FileNotFoundError):
        journal = os.open(f"{path}-wal", os.O_RDONLY)
        try:
            os.fdatasync(journal)
        finally:
            os.close(journal)


def rewrite_journal(connection: Any) -> None:
    """Write what the journal holds into the database, and sync it. Raises sqlite3.Error.

    After a failed sync another one may succeed though the frames are lost: Linux reports the error
    once and keeps the pages as clean (fsync(2)). Frames written again are synced or reported.
    """
    busy, _, _ = connection.execute(CHECKPOINT).fetchone()
    if busy:
        raise sqlite3.OperationalError("a reader holds the journal")
