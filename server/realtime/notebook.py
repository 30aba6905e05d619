"""Small facts that players tell at the same time, written down together.

When two thousand screens switch at one instant, two thousand transactions would hold up the
process for seconds. While the pump runs, what comes is gathered and written a moment later in
one; until then the player isn't answered, so nothing that was acknowledged can be lost.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from server.core import Core
from server.errors import Busy
from server.loops import contact
from server.loops.contact import ReceiptNote, SwitchNote
from server.loops.outbox import knock

GROUP: Final = 100
PATIENCE_S: Final = 10.0


@dataclass
class _Page:
    """What is written together; `written` is set when that is certain."""

    receipts: list[ReceiptNote] = field(default_factory=list)
    switches: list[SwitchNote] = field(default_factory=list)
    written: threading.Event = field(default_factory=threading.Event)


class Notebook:
    """Gathers receipts and switches while somebody writes them; else each is written at once."""

    def __init__(self) -> None:
        self.gathering = False
        self._page = _Page()

    def receipt(self, core: Core, note: ReceiptNote) -> None:
        """Note a receipt; nobody waits for it, and the next beat tells the version again."""
        self._page.receipts.append(note)
        self._wake(core)

    def switched(self, core: Core, note: SwitchNote) -> None:
        """Note a switch and return when it is durable. Raises Busy if that takes too long."""
        page = self._page
        page.switches.append(note)
        self._wake(core)
        if not page.written.wait(PATIENCE_S):
            raise Busy

    def write(self, core: Core, pause: Callable[[], None] = lambda: None) -> None:
        """Write what waits; `pause` is called between transactions, to let others run."""
        page, self._page = self._page, _Page()
        for start in range(0, len(page.receipts), GROUP):
            contact.note_receipts(core, page.receipts[start : start + GROUP])
            pause()
        for start in range(0, len(page.switches), GROUP):
            contact.note_switches(core, page.switches[start : start + GROUP])
            pause()
        page.written.set()

    def _wake(self, core: Core) -> None:
        if self.gathering:
            knock(core.settings.data)
        else:
            self.write(core)
