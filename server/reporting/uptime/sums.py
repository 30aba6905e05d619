"""Adds up folded days of uptime by the groups of a report: seconds, never percentages."""

from bisect import bisect_left
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import accumulate, groupby
from typing import Final, NamedTuple

from server.foundation.civil_time import Civil
from server.foundation.runtime.yielding import yield_to_loop
from server.monitoring.availability.closed_days_cache import Blocks, ClosedDaysCache, days_mask
from server.monitoring.availability.day_store import hour_sums, hours_of_day, running_days
from server.monitoring.availability.distribution import Member, Spread, spread, spread_of_one
from server.monitoring.availability.hour_sums import HourSums, judged, of_cells, whole
from server.monitoring.availability.packed_records import (
    DAYS,
    NOTHING,
    Adder,
    Record,
    as_number,
    block_of,
    members,
    members_of_days,
    record_of,
    sum_of_days,
    total,
)
from server.playlog.store.transaction import Tx
from server.reporting.delivery.grouping import GroupKey
from server.reporting.delivery.placements_cache import Placed, Places
from server.reporting.delivery.selection import Selection, placements_within

MOST_DAYS: Final = 4_000
NONE_RUNNING: Final[Mapping[int, int]] = {}


class Group(NamedTuple):
    """The sums of a group, and the spread of its screens around its figure."""

    record: Record
    spread: Spread


def group_of_screens(numbers: Sequence[int], days: int, target_pct: Fraction) -> Group:
    """Figures of screens, from their sums over days as numbers of records."""
    if len(numbers) == 1:
        record = record_of(numbers[0])
        return Group(record, spread_of_one(record.monitored, record.up, target_pct))
    return Group(sum_of_days(numbers, days), spread(members(numbers), target_pct))


@dataclass(frozen=True, slots=True)
class Sums:
    """The groups of a report, and all of it."""

    groups: Mapping[GroupKey, Group]
    whole: Group


class GroupsOfDays:
    """A day's figures within some limits: cached until the day or a placement changes."""

    def __init__(self) -> None:
        self._cached: OrderedDict[tuple[Hashable, int], tuple[int, Group]] = OrderedDict()
        self._places: Places | None = None

    def get(self, about: Hashable, day: int, places: Places, stamp: int) -> Group | None:
        """The cached group for these places and this stamp of the day, if any."""
        cached = self._cached.get((about, day)) if places is self._places else None
        return cached[1] if cached and cached[0] == stamp else None

    def keep(self, about: Hashable, day: int, places: Places, stamp: int, group: Group) -> None:
        """Remember it."""
        if places is not self._places:
            self._cached.clear()
            self._places = places
        self._cached[about, day] = (stamp, group)
        self._cached.move_to_end((about, day))
        while len(self._cached) > MOST_DAYS:
            self._cached.popitem(last=False)


@dataclass
class FoldedDaysReader:
    """One reading of the folded days within a selection, with what other readings found."""

    tx: Tx
    days_cache: ClosedDaysCache
    groups_cache: GroupsOfDays
    selection: Selection
    civil: Civil
    target_pct: Fraction

    def __post_init__(self) -> None:
        self._days = range(self.selection.from_day, self.selection.until_day)
        self._placements = placements_within(self.selection)
        self._closed = self.days_cache.of(self.tx, self._days)
        self._running: defaultdict[int, dict[int, int]] = defaultdict(dict)
        for day, screen, figures in running_days(self.tx, self._days.start, self._days.stop):
            self._running[screen][day] = as_number(figures)

    def sums(self) -> Sums:
        """Everything added up by the selection's grouping."""
        groups, whole = self._screens()
        if self.selection.group_by == "day":
            each = dict(self._by_day())
        elif self.selection.group_by == "hour":
            each = dict(self._by_hour())
        else:
            each = {key: self._group(numbers) for key, numbers in groups.items()}
        kept = {key: group for key, group in each.items() if group.record != NOTHING}
        return Sums(kept, self._group(whole))

    def _group(self, numbers: Sequence[int]) -> Group:
        return group_of_screens(numbers, len(self._days), self.target_pct)

    def _screens(self) -> tuple[Mapping[GroupKey, list[int]], list[int]]:
        """The sums of screens as numbers of records, by group and all of them."""
        groups: defaultdict[GroupKey, list[int]] = defaultdict(list)
        whole: list[int] = []
        group_of, only = self._group_of, self.selection.places.only
        for screen, placements in self._placements.items():
            if screen in only:
                number = self._closed.total(screen)
                if screen in self._running:
                    number += sum(self._running[screen].values())
                if number:
                    groups[group_of(placements[0][1])].append(number)
                    whole.append(number)
                continue
            # With two placements in a group it is still one screen of it.
            mine: defaultdict[GroupKey, int] = defaultdict(int)
            for placed, number in self._pieces(screen):
                mine[group_of(placed)] += number
            for key, number in mine.items():
                groups[key].append(number)
            whole.append(sum(mine.values()))
        return groups, whole

    @property
    def _group_of(self) -> Callable[[Placed], GroupKey]:
        cells = self.selection.cells
        finders: Mapping[str, Callable[[Placed], GroupKey]] = {
            "screen": lambda placed: placed.screen,
            "venue": lambda placed: placed.venue,
            "unit": lambda placed: cells[placed.cell].unit,
            "territory": lambda placed: cells[placed.cell].territory,
            "venue_kind": lambda placed: cells[placed.cell].venue_kind,
            "line": lambda placed: cells[placed.cell].line,
        }
        return finders.get(self.selection.group_by, lambda _: 0)

    def _pieces(self, screen: int) -> Iterator[tuple[Placed, int]]:
        """A screen's sums by its placement at the end of each day, as numbers of records."""
        running = self._running.get(screen, NONE_RUNNING)
        for placed, days in self._placement_days(screen):
            if days == self._days:
                number = self._closed.total(screen)
            else:
                number = sum(map(total, self._blocks(screen, days).values()))
            number += sum(one for day, one in running.items() if day in days)
            if number:
                yield placed, number

    def _placement_days(self, screen: int) -> Iterator[tuple[Placed, range]]:
        """A screen's placements within the selection, each with its days."""
        if screen in self.selection.places.only:
            yield self._placements[screen][0][1], self._days
            return
        moves = self.selection.places.moves.get(screen, ())
        for _, placed in self._placements[screen]:
            from_ms = placed.from_ms
            ends = [at_ms for at_ms in moves if at_ms > from_ms]
            first = self.civil.day_of(from_ms) if from_ms > 0 else self._days.start
            until = self.civil.day_of(min(ends)) if ends else self._days.stop
            yield placed, range(max(first, self._days.start), min(until, self._days.stop))

    def _blocks(self, screen: int, days: range) -> Blocks:
        """The sums of some of a screen's days."""
        return {
            block: number & days_mask(block, days)
            for block, number in self._closed.of(screen).items()
        }

    def _by_day(self) -> Iterator[tuple[GroupKey, Group]]:
        about = (self.selection.limits, self.target_pct)
        running = {day for days in self._running.values() for day in days}
        groups = {
            day: self.groups_cache.get(about, day, self.selection.places, stamp)
            for day, stamp in self._closed.stamps.items()
            if day in self._days and day not in running
        }
        missing = (day for day in self._days if groups.get(day) is None)
        for block, days in groupby(missing, block_of):
            for day, came_to in self._added_by_day(block, list(days)):
                groups[day] = came_to
                stamp = self._closed.stamps.get(day)
                if stamp is not None and day not in running:
                    self.groups_cache.keep(about, day, self.selection.places, stamp, came_to)
            # Others have a turn between two months of a long report.
            yield_to_loop()
        yield from ((day, group) for day, group in groups.items() if group is not None)

    def _added_by_day(self, block: int, wanted: Sequence[int]) -> Iterator[tuple[int, Group]]:
        """Days of one block; days times screens of a long report would be too many at once."""
        adder = Adder()
        running: defaultdict[int, list[int]] = defaultdict(list)
        found: defaultdict[int, list[Member]] = defaultdict(list)
        for screen in self._placements:
            whole, mine = self._closed.block(screen, block), self._running.get(screen, NONE_RUNNING)
            for _, days in self._placement_days(screen) if whole or mine else ():
                for day in mine.keys() & days:
                    running[day].append(mine[day])
                within = range(max(days.start, wanted[0]), min(days.stop, wanted[-1] + 1))
                number = whole & days_mask(block, within)
                if number:
                    adder.add(number)
                    by_day = members_of_days(number)
                    for day in wanted:
                        found[day].append(by_day[day % DAYS])
        records = adder.days()
        for day in wanted:
            record = records[day % DAYS].plus(sum_of_days(running[day]))
            screens = found[day] + members(running[day])
            yield day, Group(record, spread(screens, self.target_pct))

    def _by_hour(self) -> Iterator[tuple[GroupKey, Group]]:
        stored = self._stored_hours()
        for day in self._days:
            read_sums = stored.get(day)
            sums = self._summed_hours(day) if read_sums is None else read_sums()
            for hour, record, spread_of_hour in sums.hours(self.target_pct):
                yield (day, hour), Group(record, spread_of_hour)
            # Others have a turn between two days of a long report.
            yield_to_loop()

    def _stored_hours(self) -> Mapping[int, Callable[[], HourSums]]:
        """By day the sums that are stored, if they hold for the placements as they are."""
        chosen = self.selection
        if chosen.limits.by_place or not judged(self.target_pct):
            return {}
        kept = hour_sums(self.tx, self._days, "whole" if chosen.all_cells else "cells")
        places = self._checksums()
        return {
            day: partial(whole, content)
            if chosen.all_cells
            else partial(of_cells, content, chosen.cells)
            for day, (checksum, content) in kept.items()
            if places(day) == checksum
        }

    def _checksums(self) -> Callable[[int], int]:
        """That of the moves until a day's end, as the stored sums have it."""
        spots = self.selection.places.spots
        moves = [(key, placed) for key, placed in spots.items() if placed.from_ms > 0]
        since = [placed.from_ms for _, placed in moves]
        sums = [0, *accumulate(key * (placed.cell + 1) for key, placed in moves)]
        return lambda day: sums[bisect_left(since, self.civil.start_of(day + 1))]

    def _summed_hours(self, day: int) -> HourSums:
        """The sums of a day of which none are stored, or of single places."""
        sums = HourSums()
        few = self._placements if self.selection.limits.by_place else None
        for screen, hours in hours_of_day(self.tx, day, few):
            if screen in self._placements and self._was_placed(screen, day):
                sums.add_screen(hours)
        return sums

    def _was_placed(self, screen: int, day: int) -> bool:
        """Whether it was placed within the selection at the end of the day."""
        moves = self.selection.places.moves.get(screen, ())
        if not moves:
            return True
        ends_ms = self.civil.start_of(day + 1) - 1
        since_ms = max((at_ms for at_ms in moves if at_ms <= ends_ms), default=0)
        return any(placed.from_ms == since_ms for _, placed in self._placements[screen])
