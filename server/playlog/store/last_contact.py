"""Each screen's last contact, and whether its backlog was empty then."""

from typing import Final

import msgspec

from server.playlog.store.transaction import Tx

MOST: Final = 2**31 - 1
"""Largest backlog that the column holds; a player may claim more."""
AHEAD_MS: Final = 120_000
"""A stored contact this far (ms) ahead of a newer one came from a clock that was set back."""
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
    """A contact: server time, boot, plays still in the player's backlog, version of its plan."""

    screen: int
    at_ms: int
    boot: str
    backlog: int
    version: int | None


class Contacts:
    """Collects contacts and writes them with the next group of plays, or after a while.

    With several workers one may write a contact later than another worker's newer one.
    """

    def __init__(self) -> None:
        self._noted: dict[int, Contact] = {}
        self._clear: dict[int, int] = {}
        self._writing: list[Contact] = []
        self._writing_clear: dict[int, int] = {}

    def note(self, contact: Contact) -> None:
        """Record a contact; written with the next plays, or some seconds later."""
        self._noted[contact.screen] = contact
        if contact.backlog == 0:
            self._clear[contact.screen] = contact.at_ms

    def is_due(self) -> bool:
        """Whether contacts wait to be written."""
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
                    self._writing_clear.get(one.screen, 0),
                )
                for one in self._writing
            ],
        )

    def settle(self, *, committed: bool) -> None:
        """Drop written contacts if they are durable; else keep them unless there are newer ones."""
        if not committed:
            for one in self._writing:
                self._noted.setdefault(one.screen, one)
            self._clear = {**self._writing_clear, **self._clear}
        self._writing, self._writing_clear = [], {}
