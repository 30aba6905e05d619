"""What a fleet's nodes are made of: contacts until now, and the figures of days."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy.orm import Session

from server.core import Core
from server.playback.civil import Civil
from server.playback.driver import Tx
from server.uptime import fleet_reading as reading
from server.uptime.days import mark
from server.uptime.fleet_nodes import ScreenNode
from server.uptime.fleet_stands import counts
from server.uptime.hours import excused_of
from server.uptime.known_days import Closed, days_mask
from server.uptime.lanes import DAYS, Adder, Record, as_number, sum_of_days, total
from server.uptime.states import Now, state_of
from server.uptime.upkeep import heard_until


class Seen:
    """What was read of contacts and days."""

    def __init__(
        self, core: Core, session: Session, tx: Tx, closed: Closed, screens: Collection[int]
    ) -> None:
        civil = Civil(core.settings.zone)
        self.as_of_s = mark(tx, "as_of")
        self._closed = closed
        # The day that goes on in the figures: just after midnight that is still yesterday.
        self._today = civil.day_of(self.as_of_s * 1000)
        self._start_s = civil.start_of(self._today) // 1000
        heard_s = heard_until(core, tx) if self.as_of_s else 0
        is_same_day = civil.day_of(heard_s * 1000) == self._today
        self.now_s = max(heard_s, self.as_of_s) if is_same_day else self.as_of_s
        self._contacts = reading.last_contacts(tx, screens, max(heard_s, self.now_s))
        self._running = reading.running(tx, self._today, screens)
        self._back_s = tx.number("SELECT COALESCE(MAX(from_s), 0) FROM server_runs")
        self._away_s = tx.number(
            "SELECT COALESCE(MAX(last_s), 0) FROM server_runs WHERE from_s < ?", (self._back_s,)
        )
        self._excused = excused_of(session, screens, self.now_s, self.now_s + 1)

    def node(
        self, row: reading.ScreenRow, grace_s: int, moves: bool, there: Sequence[range] | None
    ) -> ScreenNode:
        """A screen's node."""
        today = self._running.get(row.id)
        last_s, kind = self._contacts.get(row.id, (None, 0))
        now = Now(
            self.now_s,
            self._back_s,
            grace_s,
            today is not None and reading.is_open(today.operating, self.now_s - self._start_s),
            row.id in self._excused,
            moves,
            last_s,
            kind,
            self._away_s,
        )
        is_shown = self._today in self._closed.days and counts(there, self._today)
        number = as_number(today.figures) if today is not None and is_shown else 0
        into_s = self.as_of_s - self._start_s
        ahead_s = reading.ahead_s(today.operating, into_s) if today and is_shown else 0
        state, whole = state_of(now), self._total(row.id, there) + number
        return ScreenNode(
            *(row.id, row.name, row.venue, state, last_s, whole, number, ahead_s, self),
            there=there,
            is_gone=row.is_gone,
        )

    def _total(self, screen: int, there: Sequence[range] | None) -> int:
        if there is None:
            return self._closed.total(screen)
        masked = self._blocks(screen, there)
        return sum(total(number & days_mask(block, self._closed.days)) for block, number in masked)

    def _blocks(self, screen: int, there: Sequence[range] | None) -> Iterator[tuple[int, int]]:
        """A screen's blocks; days beside those of the fleet are still in them."""
        for block, number in self._closed.of(screen).items():
            if there is None:
                yield block, number
            else:
                yield block, number & sum(days_mask(block, days) for days in there)

    def strip(self, screens: Sequence[ScreenNode]) -> list[Record]:
        """The sums of each day over some screens."""
        adders: defaultdict[int, Adder] = defaultdict(Adder)
        for screen in screens:
            for block, number in self._blocks(screen.id, screen.there):
                adders[block].add(number)
        known = {block: adder.days() for block, adder in adders.items()}
        nothing = [Record()] * DAYS
        found = [known.get(day // DAYS, nothing)[day % DAYS] for day in self._closed.days]
        if self._today in self._closed.days:
            place = self._today - self._closed.days.start
            found[place] = found[place].plus(sum_of_days([one.today for one in screens]))
        return found
