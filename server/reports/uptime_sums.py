"""Adds up folded days of uptime by the groups of a report: seconds, never percentages."""

import struct
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from server.playback.civil import Civil
from server.playback.driver import Tx
from server.reports.grouping import GroupKey
from server.reports.places import Placed
from server.reports.selection import Selection
from server.uptime.days import hours_of_day, running_days
from server.uptime.known_days import Blocks, KnownDays, days_mask
from server.uptime.lanes import (
    DAYS,
    HOURS,
    RECORD,
    Adder,
    HourAdder,
    Record,
    as_number,
    hour_members,
    hours_number,
    record_of,
    total,
)
from server.uptime.spread import Member, Spread, spread

# Of each record only the second and third lane: monitored and up.
_MEMBERS: Final = struct.Struct(f"<4xII{RECORD.size - 12}x")


@dataclass
class Group:
    """The sums of a group, and the figures of its screens until their spread is found."""

    record: Record = field(default_factory=Record)
    members: list[Member] = field(default_factory=list)
    found: Spread | None = None

    def spread(self, target_pct: Fraction) -> Spread:
        """How its screens lie around its figure."""
        return spread(self.members, target_pct) if self.found is None else self.found

    def settle(self, target_pct: Fraction) -> None:
        """Find the spread now: days times screens are too many to keep."""
        self.found, self.members = self.spread(target_pct), []

    def add(self, record: Record) -> None:
        """Add a screen."""
        self.record = self.record.plus(record)
        self.members.append((record.monitored, record.up))


@dataclass
class Sums:
    """The groups of a report, and all of it."""

    groups: dict[GroupKey, Group]
    whole: Group


class Reading:
    """One reading of the folded days within a selection."""

    def __init__(
        self,
        tx: Tx,
        known: KnownDays,
        selection: Selection,
        civil: Civil,
        target_pct: Fraction,
    ) -> None:
        self._tx = tx
        self._target_pct = target_pct
        self._selection = selection
        self._civil = civil
        self._days = range(selection.from_day, selection.until_day)
        self._stood: defaultdict[int, list[tuple[int, Placed]]] = defaultdict(list)
        for placed in selection.spots.values():
            self._stood[placed.screen].append((placed.from_ms, placed))
        self._closed = known.of(tx, self._days)
        self._running: defaultdict[int, dict[int, int]] = defaultdict(dict)
        for day, screen, figures in running_days(tx, self._days.start, self._days.stop):
            self._running[screen][day] = as_number(figures)

    def sums(self) -> Sums:
        """Everything added up by the selection's grouping."""
        groups: defaultdict[GroupKey, Group] = defaultdict(Group)
        whole, group_of = Group(), self._group_of
        for screen in self._stood:
            found = Record()
            # Where it stood twice in a group it is still one screen of it.
            mine: dict[GroupKey, Record] = {}
            for placed, record in self._pieces(screen):
                found = record if found == Record() else found.plus(record)
                if group_of is not None:
                    key = group_of(placed)
                    mine[key] = mine[key].plus(record) if key in mine else record
            for key, record in mine.items():
                groups[key].add(record)
            whole.add(found)
        if self._selection.group_by == "day":
            groups = self._by_day()
        elif self._selection.group_by == "hour":
            groups = self._by_hour()
        kept = {key: group for key, group in groups.items() if group.record != Record()}
        return Sums(kept, whole)

    @property
    def _group_of(self) -> Callable[[Placed], GroupKey] | None:
        cells = self._selection.cells
        finders: Mapping[str, Callable[[Placed], GroupKey]] = {
            "screen": lambda placed: placed.screen,
            "venue": lambda placed: placed.venue,
            "unit": lambda placed: cells[placed.cell].unit,
            "territory": lambda placed: cells[placed.cell].territory,
            "venue_kind": lambda placed: cells[placed.cell].venue_kind,
            "line": lambda placed: cells[placed.cell].line,
        }
        return finders.get(self._selection.group_by)

    def _pieces(self, screen: int) -> Iterator[tuple[Placed, Record]]:
        """A screen's sums by where it stood when each of its days ended."""
        running = self._running.get(screen, {})
        for placed, days in self._stands(screen):
            if days == self._days:
                number = self._closed.total(screen)
            else:
                number = sum(map(total, self._blocks(screen, days).values()))
            number += sum(one for day, one in running.items() if day in days)
            if number:
                yield placed, record_of(number)

    def _stands(self, screen: int) -> Iterator[tuple[Placed, range]]:
        """Where a screen stood within the selection, and on which of the days."""
        moves = self._selection.places.moves.get(screen, ())
        for from_ms, placed in self._stood[screen]:
            ends = [at_ms for at_ms in moves if at_ms > from_ms]
            first = self._civil.day_of(from_ms) if from_ms > 0 else self._days.start
            until = self._civil.day_of(min(ends)) if ends else self._days.stop
            yield placed, range(max(first, self._days.start), min(until, self._days.stop))

    def _blocks(self, screen: int, days: range) -> Blocks:
        """Some of a screen's days."""
        return {
            block: number & days_mask(block, days)
            for block, number in self._closed.of(screen).items()
        }

    def _by_day(self) -> defaultdict[GroupKey, Group]:
        groups: defaultdict[GroupKey, Group] = defaultdict(Group)
        for screen, numbers in self._running.items():
            for _, days in self._stands(screen) if screen in self._stood else ():
                for day, number in numbers.items():
                    if day in days:
                        groups[day].add(record_of(number))
        blocks = range(self._days.start // DAYS, (self._days.stop - 1) // DAYS + 1)
        for block in blocks:
            self._add_block(block, groups)
        return groups

    def _add_block(self, block: int, groups: defaultdict[GroupKey, Group]) -> None:
        """The days of one block, all screens of them, done with before the next."""
        adder = Adder()
        for screen in self._stood:
            whole = self._closed.block(screen, block)
            for _, days in self._stands(screen) if whole else ():
                number = whole & days_mask(block, days)
                if not number:
                    continue
                adder.add(number)
                members = _MEMBERS.iter_unpack(number.to_bytes(DAYS * RECORD.size, "little"))
                for day, member in enumerate(members, block * DAYS):
                    if member[0]:
                        groups[day].members.append(member)
        for day, record in enumerate(adder.days(), block * DAYS):
            if day in self._days:
                groups[day].record = groups[day].record.plus(record)
                groups[day].settle(self._target_pct)
        # Others have a turn between two months of a long report.
        time.sleep(0)

    def _by_hour(self) -> defaultdict[GroupKey, Group]:
        groups: defaultdict[GroupKey, Group] = defaultdict(Group)
        for day in self._days:
            adder = HourAdder()
            members: list[list[Member]] = [[] for _ in range(HOURS)]
            for screen, hours in hours_of_day(self._tx, day):
                if screen in self._stood and self._stood_there(screen, day):
                    adder.add(hours_number(hours))
                    for mine, member in zip(members, hour_members(hours), strict=True):
                        if member[0]:
                            mine.append(member)
            for hour, record in enumerate(adder.hours()):
                if record.operating:
                    group = groups[day, hour] = Group(record, members[hour])
                    group.settle(self._target_pct)
            # Others have a turn between two days of a long report.
            time.sleep(0)
        return groups

    def _stood_there(self, screen: int, day: int) -> bool:
        """Whether it stood within the selection when the day ended."""
        moves = self._selection.places.moves.get(screen, ())
        if not moves:
            return True
        ends_ms = self._civil.start_of(day + 1) - 1
        since_ms = max((at_ms for at_ms in moves if at_ms <= ends_ms), default=0)
        return any(from_ms == since_ms for from_ms, _ in self._stood[screen])
