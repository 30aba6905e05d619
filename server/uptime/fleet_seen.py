"""What a fleet's nodes are made of: contacts until now, and the figures of days."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy.orm import Session

from server.core import Core
from server.playback.driver import Tx
from server.uptime import fleet_reading as reading
from server.uptime.fleet_nodes import ScreenNode
from server.uptime.fleet_now import Standing
from server.uptime.fleet_stands import counts
from server.uptime.known_days import Closed, days_mask
from server.uptime.lanes import DAYS, Adder, Record, as_number, sum_of_days, total


class Seen:
    """What was read of contacts and days."""

    def __init__(
        self, core: Core, session: Session, tx: Tx, closed: Closed, screens: Collection[int]
    ) -> None:
        self._standing = Standing(core, session, tx, screens)
        self.as_of_s, self.now_s = self._standing.as_of_s, self._standing.now_s
        self._closed = closed

    def node(
        self, row: reading.ScreenRow, grace_s: int, moves: bool, there: Sequence[range] | None
    ) -> ScreenNode:
        """A screen's node."""
        standing = self._standing
        today, last_s = standing.running.get(row.id), standing.last_s(row.id)
        is_shown = standing.today in self._closed.days and counts(there, standing.today)
        number = as_number(today.figures) if today is not None and is_shown else 0
        into_s = self.as_of_s - standing.start_s
        ahead_s = reading.ahead_s(today.operating, into_s) if today and is_shown else 0
        state = standing.state(row.id, grace_s, moves=moves)
        whole = self._total(row.id, there) + number
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
        today = self._standing.today
        if today in self._closed.days:
            place = today - self._closed.days.start
            found[place] = found[place].plus(sum_of_days([one.today for one in screens]))
        return found
