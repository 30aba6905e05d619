"""Holds what players wrote down against the rows of the store, play by play."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from server.playlog.model import play as p
from server.playlog.model.verdict_rules import Verdict
from server.playlog.rawlog import reader as rawlog
from server.playlog.rawlog.reader import LoggedPlay
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx
from tests.support.app.databases import open_plays
from tests.support.endurance.ledger import OTHER, UNRECORDED, WHOLE

Slot = tuple[int, str, int, int, int]
"""A screen, a plan, and the place in it."""
LATE_MS = 1_000
"""Who comes later than that has joined the slot, and can't have shown it whole."""
Begins = Mapping[tuple[int, str], Collection[int]]
"""By screen and plan, when it came on air (ms), by the bookings."""


@dataclass
class Account:
    """The stored rows: plays, slots counted and those shown whole, and oddities."""

    begins: Begins = field(default_factory=dict)
    stored: int = 0
    counted: set[Slot] = field(default_factory=set)
    whole: set[Slot] = field(default_factory=set)
    first: set[Slot] = field(default_factory=set)
    verdicts: Counter[str] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)

    @property
    def lost(self) -> set[Slot]:
        """Shown whole and not counted, but for the one that was on when its plan came.

        That slot had begun before the plan was on air, so nobody expected it. A clock that stepped
        back after that has it shown again, or another before it.
        """
        return self.whole - self.counted - self.first

    def take(self, plays: Iterator[LoggedPlay], recorded: bytes) -> None:
        """The plays of a boot; `recorded` is a byte for each by the player's own records."""
        for one in plays:
            self.stored += 1
            self.verdicts[" ".join(filter(None, (one.verdict, one.reason)))] += 1
            play = one.play
            here = WHOLE if play.manifest is not None and play.state == p.COMPLETED else OTHER
            own = recorded[play.seq - 1] if play.seq <= len(recorded) else UNRECORDED
            if own not in {UNRECORDED, here}:
                self.odd.append(f"{one.boot} {play.seq}: held as {here}, shown as {own}")
            if play.manifest is None:
                continue
            slot = (one.screen, play.manifest, play.segment, play.cycle, play.slot)
            if own == WHOLE:
                self.whole.add(slot)
            if own == WHOLE and one.verdict is Verdict.PARTIAL and self._was_on(one):
                self.first.add(slot)
            if one.verdict is Verdict.COUNTED:
                if slot in self.counted:
                    self.odd.append(f"{one.boot} {play.seq}: {slot} was counted before")
                self.counted.add(slot)

    def _was_on(self, one: LoggedPlay) -> bool:
        """Whether its plan came on air within this slot; who comes late may show it whole."""
        length_ms = one.play.shown_ms
        return any(
            -min(length_ms / 10, LATE_MS) <= from_ms - one.at_ms < length_ms
            for from_ms in self.begins.get((one.screen, one.play.manifest or ""), ())
        )


def account(url: str, recorded: Mapping[str, bytes]) -> Account:
    """The account, with the players' own plays by boot (UNRECORDED where unknown)."""
    database = open_plays(url)
    try:
        with snapshot(database) as tx:
            found = Account(begins_of(tx))
            for screen, boot in tx.rows("SELECT screen, boot FROM boots ORDER BY id"):
                found.take(iter(rawlog.plays_of_boot(tx, screen, boot)), recorded.get(boot, b""))
    finally:
        database.engine.dispose()
    return found


def begins_of(tx: Tx) -> Begins:
    """When plans came on air, of all screens."""
    found: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for screen, manifest, from_ms in tx.rows("SELECT screen, manifest, from_ms FROM known_tenures"):
        found[screen, manifest].add(from_ms)
    return found
