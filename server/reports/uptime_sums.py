"""Adds up folded days of uptime by the groups of a report: seconds, never percentages."""

import struct
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from server.playback.civil import Civil
from server.playback.driver import Tx
from server.reports.grouping import GroupKey
from server.reports.places import Placed
from server.reports.selection import Selection
from server.uptime.days import hours_of_day, running_days
from server.uptime.known_days import Blocks, KnownDays
from server.uptime.lanes import (
    DAYS,
    HOURS,
    RECORD,
    Adder,
    HourAdder,
    Record,
    as_number,
    block_of,
    hour_members,
    hours_number,
    mask,
    record_of,
    summed,
    total,
)
from server.uptime.spread import Member

# Of each record only the second and third lane: monitored and up.
_MEMBERS: Final = struct.Struct(f"<4xII{RECORD.size - 12}x")


@dataclass
class Group:
    """The sums of a group, and the figures of its screens."""

    record: Record = field(default_factory=Record)
    members: list[Member] = field(default_factory=list)

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

    def __init__(self, tx: Tx, known: KnownDays, selection: Selection, civil: Civil) -> None:
        self._tx = tx
        self._known = known
        self._selection = selection
        self._civil = civil
        self._days = range(selection.from_day, selection.until_day)
        self._stood: defaultdict[int, list[tuple[int, Placed]]] = defaultdict(list)
        for placed in selection.spots.values():
            self._stood[placed.screen].append((placed.from_ms, placed))

    def sums(self) -> Sums:
        """Everything added up by the selection's grouping."""
        by_screen = self._blocks()
        groups: defaultdict[GroupKey, Group] = defaultdict(Group)
        whole = Group()
        for screen, blocks in by_screen.items():
            parts = list(self._parts(screen, blocks))
            for placed, part in parts:
                if self._group_of is not None:
                    groups[self._group_of(placed)].add(_total(part))
            whole.add(summed(_total(part) for _, part in parts))
        if self._selection.group_by == "day":
            groups = self._by_day(by_screen)
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

    def _blocks(self) -> Mapping[int, Blocks]:
        """By screen within the selection, the days that are asked for."""
        closed = self._known.of(self._tx, self._days)
        found = {screen: dict(closed.masked(screen)) for screen in self._stood}
        for day, screen, figures in running_days(self._tx, self._days.start, self._days.stop):
            if screen in self._stood:
                shift = day % DAYS * RECORD.size * 8
                known = found[screen].get(block_of(day), 0)
                found[screen][block_of(day)] = known | as_number(figures) << shift
        return {screen: blocks for screen, blocks in found.items() if blocks}

    def _parts(self, screen: int, blocks: Blocks) -> Iterator[tuple[Placed, Blocks]]:
        """A screen's days by where it stood when each of them ended."""
        moves = self._selection.places.moves.get(screen, ())
        if not moves:
            yield self._stood[screen][0][1], blocks
            return
        for from_ms, placed in self._stood[screen]:
            ends = [at_ms for at_ms in moves if at_ms > from_ms]
            first = self._civil.day_of(from_ms) if from_ms > 0 else 0
            until = self._civil.day_of(min(ends)) if ends else self._days.stop
            stood = range(max(first, self._days.start), min(until, self._days.stop))
            if stood:
                yield (
                    placed,
                    {block: number & self._mask(block, stood) for block, number in blocks.items()},
                )

    def _mask(self, block: int, days: range) -> int:
        start = block * DAYS
        first, until = max(days.start - start, 0), min(days.stop - start, DAYS)
        return mask(first, until) if first < until else 0

    def _by_day(self, by_screen: Mapping[int, Blocks]) -> defaultdict[GroupKey, Group]:
        adders: defaultdict[int, Adder] = defaultdict(Adder)
        groups: defaultdict[GroupKey, Group] = defaultdict(Group)
        for screen, blocks in by_screen.items():
            for _, part in self._parts(screen, blocks):
                for block, number in part.items():
                    adders[block].add(number)
                    members = _MEMBERS.iter_unpack(number.to_bytes(DAYS * RECORD.size, "little"))
                    for day, member in enumerate(members, block * DAYS):
                        if member[0]:
                            groups[day].members.append(member)
        for block, adder in adders.items():
            for day, record in enumerate(adder.days(), block * DAYS):
                groups[day].record = record
        return groups

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
                    groups[day, hour] = Group(record, members[hour])
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


def _total(blocks: Blocks) -> Record:
    return record_of(sum(total(number) for number in blocks.values()))
