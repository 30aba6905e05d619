"""Carries change notices from other processes to the one that holds the sockets.

By datagrams on a socket in the data folder, like the outbox wake-up. Losses are harmless: pages
also refresh by themselves at intervals.
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

import orjson

from server.foundation.db.change_tracking import CommitListener, Written
from server.foundation.runtime.local_sockets import listening, local_address
from server.foundation.runtime.local_sockets import post as post_to

SOCKET_NAME: Final = "pages.sock"
LARGEST: Final = 128 * 1024
# The receiver's queue has ten datagrams on many kernels; bursts wait so long for it to drain.
PATIENCE_S: Final = 0.05


def poster(data: Path, tables: Collection[str]) -> CommitListener:
    """A function that sends writes to these tables as datagrams; never fails."""

    def post(written: Written) -> None:
        kept = plain(written, tables)
        if kept:
            post_to(local_address(data, SOCKET_NAME), orjson.dumps(kept), PATIENCE_S)

    return post


def plain(written: Written, tables: Collection[str]) -> dict[str, dict[str, list[int]]]:
    """Writes to these tables in the form for other processes and workers."""
    return {
        str(table): {str(column): sorted(numbers) for column, numbers in places.items()}
        for table, places in written.items()
        if table in tables
    }


def read_written(message: Mapping[str, Mapping[str, Iterable[int]]]) -> Written:
    """The writes in that form."""
    return {
        table: {column: set(numbers) for column, numbers in places.items()}
        for table, places in message.items()
    }


class Letters:
    """The receiving end; a later one takes over the address."""

    def __init__(self, data: Path) -> None:
        self._socket = listening(local_address(data, SOCKET_NAME))

    def next(self, timeout_s: float | None = None) -> Written | None:
        """The next datagram; None on timeout, or if it is unreadable."""
        self._socket.settimeout(timeout_s)
        try:
            return read_written(orjson.loads(self._socket.recv(LARGEST)))
        except (TimeoutError, orjson.JSONDecodeError):  # the latter is longer than the buffer
            return None

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()
