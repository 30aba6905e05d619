"""When each screen was last heard of, and whether it had told of everything by then."""

from typing import Final

import msgspec

from server.playlog.store.transaction import Tx

PATIENCE_S: Final = 5.0
MOST: Final = 2**31 - 1
"""What the column of backlogs holds; a player may claim more."""
AHEAD_MS: Final = 120_000
"""One in the store that is further ahead of a newer one was told by a clock that has gone back."""
_IS_OLDER: Final = f"excluded.at_ms BETWEEN contacts.at_ms - {AHEAD_MS} AND contacts.at_ms - 1"
_NEWEST: Final = ", ".join(
    f"{name} = CASE WHEN {_IS_OLDER} THEN contacts.{name} ELSE excluded.{name} END"
    for name in ("at_ms", "boot", "backlog", "version")
)
_SAVE: Final = (
    "INSERT INTO contacts (screen, at_ms, boot, backlog, version, clear_at) "  # noqa: S608 - own names
    f"VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (screen) DO UPDATE SET {_NEWEST}, "
    "clear_at = CASE WHEN excluded.clear_at > contacts.clear_at "
    f"OR contacts.clear_at > excluded.at_ms + {AHEAD_MS} "
    "THEN excluded.clear_at ELSE contacts.clear_at END"
)


class Contact(msgspec.Struct, frozen=True, gc=False):
    """A sign of life: server time, boot, plays that the player still held, version of its plan."""

    screen: int
    at_ms: int
    boot: str
    backlog: int
    version: int | None


class Contacts:
    """Gathers signs of life and writes them with the next group of plays, or when they are old.

    Of several workers one may write late what it heard before another heard the screen.
    """

    def __init__(self) -> None:
        self._noted: dict[int, Contact] = {}
        self._clear: dict[int, int] = {}
        self._writing: list[Contact] = []
        self._writing_clear: dict[int, int] = {}

    def note(self, contact: Contact) -> None:
        """A screen was heard of."""
        self._noted[contact.screen] = contact
        if contact.backlog == 0:
            self._clear[contact.screen] = contact.at_ms

    def is_due(self) -> bool:
        """Whether something waits to be written."""
        return bool(self._noted)

    def write(self, tx: Tx) -> None:
        """Write the latest contact of each screen."""
        if not self._noted:
            return
        self._writing = list(self._noted.values())
        self._writing_clear = self._clear
        self._noted, self._clear = {}, {}
        tx.run_many(
            _SAVE,
            [
                (
                    one.screen,
                    one.at_ms,
                    one.boot,
                    min(one.backlog, MOST),
                    one.version,
                    self._cleared(one),
                )
                for one in self._writing
            ],
        )

    def settle(self, *, committed: bool) -> None:
        """Forget what is durable; keep what isn't, unless the screen was heard of since."""
        if not committed:
            for one in self._writing:
                self._noted.setdefault(one.screen, one)
            self._clear = {**self._writing_clear, **self._clear}
        self._writing, self._writing_clear = [], {}

    def _cleared(self, contact: Contact) -> int:
        return self._writing_clear.get(contact.screen, 0)
