"""Small facts that players tell at the same time, written down together.

When two thousand screens switch at one instant, two thousand transactions would hold up the
process for seconds. While the pump runs, what comes is gathered and written a moment later in
one; until then the player isn't answered, so nothing that was acknowledged can be lost.
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
    """What is written together; a switch's event is set when that is certain."""

    receipts: list[ReceiptNote] = field(default_factory=list)
    switches: list[tuple[SwitchNote, threading.Event]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits yet."""
        return not self.receipts and not self.switches


class WriteBatcher:
    """Gathers receipts and switches while somebody writes them; else each is written at once."""

    def __init__(self) -> None:
        self.gathering = False
        self._page = _Page()

    @property
    def waits(self) -> bool:
        """Whether anything is to be written."""
        return not self._page.is_empty

    @property
    def is_urgent(self) -> bool:
        """Whether somebody waits for what is written, or there is enough for a transaction."""
        return bool(self._page.switches) or len(self._page.receipts) >= GROUP

    def receipt(self, core: Core, note: ReceiptNote) -> None:
        """Note a receipt; nobody waits for it, and the next beat tells the version again."""
        page = self._page
        page.receipts.append(note)
        if len(page.receipts) == 1 or not self.gathering:
            self._wake(core, is_first=not page.switches)

    def switched(self, core: Core, note: SwitchNote) -> None:
        """Note a switch and return when it is durable. Raises Busy if that takes too long."""
        is_first, written = self._page.is_empty, threading.Event()
        self._page.switches.append((note, written))
        self._wake(core, is_first=is_first)
        with waiting(ANSWER_S, ANSWER_S) as most_s:
            if not written.wait(most_s):
                raise Busy

    def write(self, core: Core, pause: Callable[[], None] = lambda: None) -> None:
        """Write what waits; `pause` is called between transactions, to let others run.

        What couldn't be written since the database is away or locked waits for the next time, and
        raises what that raised. Which screens show a stop is written on a full disk too.
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
        """Write a page; what is written is taken off it."""
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
        elif is_first:  # whoever comes to write this page writes what follows, too
            wake_here(core)
