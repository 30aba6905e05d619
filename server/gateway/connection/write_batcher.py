"""Batches small writes of many players into one transaction.

When two thousand screens switch at once, two thousand transactions would block the process for
seconds. While the pump runs, writes are collected and committed together a moment later; players
are answered after the commit, so nothing acknowledged can be lost.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.exc import OperationalError

from server.foundation.core import Core
from server.foundation.errors import Busy, StorageFull
from server.foundation.lock_patience import ANSWER_S, waiting
from server.foundation.storage.reserve import urgent
from server.publishing.assignments import acknowledgements
from server.publishing.assignments.acknowledgements import ReceiptNote, SwitchNote
from server.publishing.assignments.outbox import wake_here

GROUP: Final = 1_000


@dataclass
class _Page:
    """A batch; a switch's event is set after its commit."""

    receipts: list[ReceiptNote] = field(default_factory=list)
    switches: list[tuple[SwitchNote, threading.Event]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether the batch is empty."""
        return not self.receipts and not self.switches


class WriteBatcher:
    """Collects receipts and switches while a writer runs; else each is written at once."""

    def __init__(self) -> None:
        self.gathering = False
        self._page = _Page()

    @property
    def waits(self) -> bool:
        """Whether anything waits to be written."""
        return not self._page.is_empty

    @property
    def is_urgent(self) -> bool:
        """Whether a player waits for the commit, or a full transaction has been collected."""
        return bool(self._page.switches) or len(self._page.receipts) >= GROUP

    def receipt(self, core: Core, note: ReceiptNote) -> None:
        """Record a receipt without waiting; the next heartbeat repeats its version."""
        page = self._page
        page.receipts.append(note)
        if len(page.receipts) == 1 or not self.gathering:
            self._wake(core, is_first=not page.switches)

    def switched(self, core: Core, note: SwitchNote) -> None:
        """Record a switch; returns once it is durable. Raises Busy if that takes too long."""
        is_first, written = self._page.is_empty, threading.Event()
        self._page.switches.append((note, written))
        self._wake(core, is_first=is_first)
        with waiting(ANSWER_S, ANSWER_S) as most_s:
            if not written.wait(most_s):
                raise Busy

    def write(self, core: Core, pause: Callable[[], None] = lambda: None) -> None:
        """Write the collected batch; `pause` is called between transactions, to yield.

        If the database is unavailable or locked, the rest stays for the next call and the error is
        raised. Receipts of stops are written even with a full disk.
        """
        page, self._page = self._page, _Page()
        try:
            with urgent():
                self._write(core, page, pause)
        except (Busy, StorageFull, OperationalError):
            newer, self._page = self._page, page
            page.receipts += newer.receipts
            page.switches += newer.switches
            raise

    def _write(self, core: Core, page: _Page, pause: Callable[[], None]) -> None:
        """Write a batch; written entries are removed from it."""
        while page.receipts:
            acknowledgements.note_receipts(core, page.receipts[:GROUP])
            del page.receipts[:GROUP]
            pause()
        while page.switches:
            acknowledgements.note_switches(core, [note for note, _ in page.switches[:GROUP]])
            for _, written in page.switches[:GROUP]:
                written.set()
            del page.switches[:GROUP]
            pause()

    def _wake(self, core: Core, *, is_first: bool) -> None:
        if not self.gathering:
            self.write(core)
        elif is_first:  # the writer of this batch also writes later entries
            wake_here(core)
