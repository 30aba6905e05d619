"""Builds the fleet's nodes from contacts until now and from daily figures."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from server.foundation.core import Core
from server.monitoring.availability.closed_days_cache import Closed, Figures, days_mask
from server.monitoring.availability.packed_records import (
    DAYS,
    Adder,
    Record,
    member,
    sum_of_days,
    total,
)
from server.monitoring.fleet import queries as reading
from server.monitoring.fleet.current_status import StatusSnapshot
from server.monitoring.fleet.placement_history import counts
from server.monitoring.fleet.tree import ScreenNode
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.store.transaction import Tx


class Seen:
    """Contacts and days of some screens."""

    def __init__(
        self,
        core: Core,
        session: Session,
        tx: Tx,
        parts: PlaylogRuntime,
        days_and_screens: tuple[Closed, Collection[int]],
    ) -> None:
        closed, screens = days_and_screens
        self._status = status = StatusSnapshot(core, session, tx, screens, parts)
        self.as_of_s, self.now_s = self._status.as_of_s, self._status.now_s
        self._into_s = self.as_of_s - self._status.start_s
        self._closed = closed
        self._has_today = status.today in closed.days
        # Results from days alone are valid until a pass has written newer ones.
        self._figures = closed.kept((status.version, status.today, self._into_s))

    def node(
        self, row: reading.ScreenRow, grace_s: int, moves: bool, there: Sequence[range] | None
    ) -> ScreenNode:
        """A screen's node."""
        screen = row.id
        figures = self._figures.get(screen) if there is None else self._of_days(screen, there)
        if figures is None:
            figures = self._figures[screen] = self._of_days(screen, None)
        state, last_s = self._status.seen(screen, grace_s, moves)
        return ScreenNode(
            *(screen, row.name, row.venue, state, last_s, *figures, self, there, row.is_gone)
        )

    def _of_days(self, screen: int, there: Sequence[range] | None) -> Figures:
        """A screen's figures on all days, or on the days of its stays there."""
        status, number, ahead_s = self._status, 0, 0
        today = status.running.get(screen)
        if today and self._has_today and (there is None or counts(there, status.today)):
            number, ahead_s = today.number, reading.ahead_s(today.operating, self._into_s)
        whole = self._total(screen, there) + number
        return whole, member(whole), number, ahead_s

    def _total(self, screen: int, there: Sequence[range] | None) -> int:
        if there is None:
            return self._closed.total(screen)
        masked = self._blocks(screen, there)
        return sum(total(number & days_mask(block, self._closed.days)) for block, number in masked)

    def _blocks(self, screen: int, there: Sequence[range]) -> Iterator[tuple[int, int]]:
        """A screen's blocks, masked to the days of its stays; other days of the blocks remain."""
        for block, number in self._closed.of(screen).items():
            yield block, number & sum(days_mask(block, days) for days in there)

    def strip(self, screens: Sequence[ScreenNode]) -> list[Record]:
        """The sums of each day over some screens."""
        always = tuple([one.id for one in screens if one.there is None])
        sums = self._closed.sums(always)
        if len(always) < len(screens):
            sums = self._with_parts(sums, screens)
        nothing = [Record()] * DAYS
        found = [sums.get(day // DAYS, nothing)[day % DAYS] for day in self._closed.days]
        if self._has_today:
            place = self._status.today - self._closed.days.start
            found[place] = found[place].plus(sum_of_days([one.today for one in screens]))
        return found

    def _with_parts(
        self, sums: Mapping[int, Sequence[Record]], screens: Sequence[ScreenNode]
    ) -> Mapping[int, Sequence[Record]]:
        """Sums of blocks, including screens that were there on some of the days."""
        adders: defaultdict[int, Adder] = defaultdict(Adder)
        for screen in screens:
            for block, number in self._blocks(screen.id, screen.there) if screen.there else ():
                adders[block].add(number)
        parts = {block: adder.days() for block, adder in adders.items()}
        return {
            block: list(map(Record.plus, days, parts[block])) if block in parts else days
            for block, days in sums.items()
        }
