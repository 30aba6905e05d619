"""The fleet as its page shows it: lines or units, their vehicles or venues, the screens in them.

Worst first; each with a strip of days that is unpacked only where it is drawn.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final, Literal

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.core import Core
from server.district.queries import uptime_rules
from server.playback.civil import Civil
from server.playback.driver import Tx
from server.playback.parts import Playback
from server.playback.reading import snapshot
from server.uptime import fleet_reading as reading
from server.uptime.account import per_cent
from server.uptime.days import stored_rows
from server.uptime.fleet_now import Standing
from server.uptime.fleet_query import FleetQuery
from server.uptime.fleet_stands import Spot, There, counts, sight, stays_for
from server.uptime.known_days import Closed, KnownDays, days_mask
from server.uptime.lanes import (
    DAYS,
    Adder,
    Record,
    as_number,
    member,
    record_of,
    sum_of_days,
    total,
    unpacked_hours,
)
from server.uptime.spread import Spread, spread
from server.uptime.states import DARK, STATES, State
from server.uptime.upkeep import refresh
from server.venues.kinds import VEHICLES

Shade = Literal["none", "unknown", "excused", "down", "partly", "impaired", "up"]
SEVERITY: Final[Mapping[str, int]] = {state: place for place, state in enumerate(STATES)}
WHOLE_PCT: Final = 99


@dataclass(frozen=True, slots=True)
class ScreenNode:
    """One screen: its state now, since when it wasn't heard (s), and its days.

    `total` and `today` are numbers of records (lanes.py); today is 0 if it isn't among the days.
    `ahead_s` of the operating seconds are still to come today, which isn't anybody's outage.
    `there`: the days that count, None for all; `is_gone`: it stands there no more.
    """

    id: int
    name: str
    venue: int
    state: State
    last_s: int | None
    total: int
    today: int
    ahead_s: int
    seen: "_Seen"
    there: Sequence[range] | None = None
    is_gone: bool = False

    def counts(self, day: int) -> bool:
        """Whether a day's figures are this place's and the person's to see."""
        return counts(self.there, day)

    @property
    def record(self) -> Record:
        """The seconds of all days."""
        return record_of(self.total)

    @property
    def uptime_pct(self) -> float | None:
        """Link availability over all days."""
        monitored, up = member(self.total)
        return per_cent(up, monitored)

    def strip(self) -> list[Record]:
        """The figures of each day."""
        return self.seen.strip([self])


@dataclass(frozen=True)
class VenueNode:
    """A venue or vehicle with its screens, the worst first."""

    venue: reading.VenueRow
    screens: Sequence[ScreenNode]

    @cached_property
    def record(self) -> Record:
        """The seconds of all its screens."""
        return _sum(self.screens)

    @property
    def state(self) -> State:
        """That of its worst screen."""
        return self.screens[0].state

    @property
    def last_s(self) -> int | None:
        """When its worst screen was heard last."""
        return self.screens[0].last_s


@dataclass(frozen=True)
class Branch:
    """A line or a unit (0: none) with its venues, the worst first.

    Its figures have the days too of screens that stood there and are elsewhere now, or retired
    (`left`).
    """

    id: int
    name: str
    days: range
    venues: Sequence[VenueNode]
    target_pct: Fraction
    left: Sequence[ScreenNode] = ()

    @property
    def screens(self) -> Iterator[ScreenNode]:
        """All screens that are there."""
        return (screen for venue in self.venues for screen in venue.screens)

    @cached_property
    def counted(self) -> Sequence[ScreenNode]:
        """All screens that its figures are of."""
        return (*self.screens, *self.left)

    @cached_property
    def record(self) -> Record:
        """The seconds of all screens."""
        return _sum(self.counted)

    @cached_property
    def ahead_s(self) -> int:
        """How many operating seconds are still to come today."""
        return sum(one.ahead_s for one in self.counted)

    @cached_property
    def spread(self) -> Spread:
        """How its screens lie around its figure."""
        return spread((member(one.total) for one in self.counted), self.target_pct)

    @cached_property
    def states(self) -> Mapping[State, int]:
        """How many screens are in which state."""
        return _states(self.screens)

    def strip(self) -> list[Record]:
        """The sums of each day."""
        return self.counted[0].seen.strip(self.counted)


@dataclass(frozen=True)
class Fleet:
    """All of it: states hold at `now_s`, figures until `as_of_s`, a pass of the job before.

    Both are of the same day; 0 if nothing was watched yet. `lines`: their names by number. `left`:
    screens that stood on lines or in units that have none any more; they count as well.
    """

    now_s: int
    as_of_s: int
    days: range
    branches: Sequence[Branch]
    target_pct: Fraction
    lines: Mapping[int, str]
    left: Sequence[ScreenNode] = ()

    @cached_property
    def record(self) -> Record:
        """The seconds of all screens."""
        record = _sum(self.left) if self.left else Record()
        for branch in self.branches:
            record = record.plus(branch.record)
        return record

    @property
    def ahead_s(self) -> int:
        """How many operating seconds are still to come today."""
        left_s = sum(one.ahead_s for one in self.left)
        return left_s + sum(branch.ahead_s for branch in self.branches)

    @cached_property
    def spread(self) -> Spread:
        """How all screens lie around the figure, each once wherever it stood."""
        found: defaultdict[int, int] = defaultdict(int)
        for branch in self.branches:
            for one in branch.counted:
                found[one.id] += one.total
        for one in self.left:
            found[one.id] += one.total
        return spread(map(member, found.values()), self.target_pct)

    @cached_property
    def states(self) -> Mapping[State, int]:
        """How many screens are in which state."""
        return _states(screen for branch in self.branches for screen in branch.screens)

    @property
    def dark(self) -> Iterator[tuple[VenueNode, ScreenNode]]:
        """Screens that are meant to run and aren't heard, since `last_s`; worst state first, then
        the longest silent.
        """
        found = [
            (venue, screen)
            for branch in self.branches
            for venue in branch.venues
            for screen in venue.screens
            if screen.state in DARK
        ]
        return iter(sorted(found, key=lambda pair: _badness(pair[1])))


def fleet(core: Core, parts: Playback, actor: Actor, query: FleetQuery) -> Fleet:
    """What the person sees of the fleet, worst first."""
    refresh(core, parts)
    civil = Civil(core.settings.zone)
    with core.config.read() as session:
        found = reading.places(session, actor, VEHICLES if query.by == "line" else None)
        rules = uptime_rules(session)
        wanted = [row for row in found.screens if _is_wanted(found.venues[row.venue], row, query)]
        with snapshot(core.plays) as tx:
            ended = reading.ended_since(session, civil.start_of(query.days.start))
            stays = stays_for(tx, civil, query, ended)
            depots = {row.id: row.depot for row in found.venues.values()} if query.depot else {}
            there = There(query, sight(session, actor, found.venues), stays, depots)
            if query.gone:
                found, gone = _with_gone(session, found, there, {row.id for row in wanted})
                wanted += gone
            left = list(_left(there, found, wanted))
            known = parts.remembered(KnownDays).of(tx, query.days)
            screens_read = {row.id for row in wanted} | {one[0] for one in left}
            seen = _Seen(core, session, tx, known, screens_read)
    screens: defaultdict[int, list[ScreenNode]] = defaultdict(list)
    for row in wanted:
        venue = found.venues[row.venue]
        days = there.days(row.id, venue)
        node = seen.node(row, rules.grace_s.get(venue.kind, 0), venue.kind in VEHICLES, days)
        is_gone = row.is_gone and node.total == 0
        if not is_gone and query.state in {None, node.state}:
            screens[row.venue].append(node)
    venues = [
        VenueNode(found.venues[venue], sorted(nodes, key=_badness))
        for venue, nodes in screens.items()
    ]
    names = found.lines if query.by == "line" else found.units
    elsewhere: defaultdict[int, list[ScreenNode]] = defaultdict(list)
    for screen, key, days in left:
        node = seen.node(reading.ScreenRow(screen, "", 0, None, is_gone=True), 0, False, days)
        if node.total:
            elsewhere[key].append(node)
    branches = _branches(venues, query, names, rules.target_pct, elsewhere)
    shown = {branch.id for branch in branches}
    orphans = [one for key, nodes in elsewhere.items() if key not in shown for one in nodes]
    return Fleet(
        seen.now_s, seen.as_of_s, query.days, branches, rules.target_pct, found.lines, orphans
    )


def hours_of(core: Core, screens: Sequence[int], day: int) -> Mapping[int, Sequence[Record]]:
    """By screen, the figures of a day's 25 hours (the last is empty on most days)."""
    with snapshot(core.plays) as tx:
        rows = stored_rows(tx, day, screens)
    return {one: unpacked_hours(rows[one].hours) for one in screens if one in rows}


def shade(record: Record) -> Shade:
    """How a stretch of a strip is coloured: what we can't know is neither up nor down."""
    if record.operating == 0:
        return "none"
    if record.excused == record.operating:
        return "excused"
    if record.monitored == 0:
        return "unknown"
    if 100 * record.up < WHOLE_PCT * record.monitored:
        return "partly" if record.up else "down"
    return "impaired" if 2 * record.impaired > record.up else "up"


class _Seen:
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


def _left(
    there: There, found: reading.Places, wanted: Sequence[reading.ScreenRow]
) -> Iterator[tuple[int, int, Sequence[range]]]:
    """Who stood on the lines or in the units that are shown; of a single place it isn't asked."""
    query = there.query
    if query.gone or query.state or query.venue is not None or query.screen is not None:
        return
    present = {row.id: _key_of(found.venues[row.venue], query) for row in wanted}
    yield from there.left(present)


def _key_of(venue: reading.VenueRow, query: FleetQuery) -> int:
    return (venue.line or 0) if query.by == "line" else venue.unit


def _branches(
    venues: Sequence[VenueNode],
    query: FleetQuery,
    names: Mapping[int, str],
    target: Fraction,
    left: Mapping[int, Sequence[ScreenNode]],
) -> list[Branch]:
    groups: defaultdict[int, list[VenueNode]] = defaultdict(list)
    for node in venues:
        groups[_key_of(node.venue, query)].append(node)
    found = [
        Branch(
            key,
            names.get(key, ""),
            query.days,
            sorted(mine, key=lambda node: _badness(node.screens[0])),
            target,
            left.get(key, ()),
        )
        for key, mine in groups.items()
    ]
    return sorted(found, key=lambda branch: _badness(branch.venues[0].screens[0]))


def _with_gone(
    session: Session, found: reading.Places, there: There, present: Collection[int]
) -> tuple[reading.Places, list[reading.ScreenRow]]:
    """Those that stood there on some of the days, each at the last such place."""
    query = there.query
    last: dict[int, Spot] = {}
    for screen, stays in there.stays.items():
        for days, spot in stays if screen not in present else ():
            if days.start < query.days.stop and days.stop > query.days.start and there.was(spot):
                last[screen] = spot
    return reading.with_gone(session, found, last)


def _is_wanted(venue: reading.VenueRow, screen: reading.ScreenRow, query: FleetQuery) -> bool:
    return (
        (query.by == "unit" or venue.kind in VEHICLES)
        and (query.units is None or venue.unit in query.units)
        and query.line in {None, venue.line}
        and query.depot in {None, venue.depot}
        and query.kind in {None, venue.kind}
        and query.venue in {None, venue.id}
        and query.screen in {None, screen.id}
    )


def _badness(screen: ScreenNode) -> tuple[int, int, int, int]:
    """Sorts the worst first: by state, then the longest silent, then the lowest figure."""
    monitored, up = member(screen.total)
    share = 10_000 * up // monitored if monitored else 10_000
    # Of those that are heard it doesn't matter how many seconds ago.
    silent = screen.last_s or 0 if screen.state in DARK else 0
    return SEVERITY[screen.state], silent, share, screen.id


def _sum(screens: Sequence[ScreenNode]) -> Record:
    return Record._make(map(sum, zip(*(one.record for one in screens), strict=True)))


def _states(screens: Iterator[ScreenNode]) -> Mapping[State, int]:
    found: defaultdict[State, int] = defaultdict(int)
    for screen in screens:
        found[screen.state] += 1
    return dict(found)
