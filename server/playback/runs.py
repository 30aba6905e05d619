"""Counts plays again by whole runs: consecutive slots of a cycle, each counted, dealt with at once.

A hundred million plays can't be looked at one by one in a minute. What isn't such a run is looked
at by itself, and what a screen's day holds that this can't tell for certain (a slot that two plays
claim, a takeover, another item than the plan's) is left to `recount`; both come to the same.
"""

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress, pairwise
from operator import ne, sub
from typing import Final, NamedTuple

from playlists.model import Manifest, Segment
from server.playback import play as p
from server.playback.civil import HOUR_MS
from server.playback.codec import Placed
from server.playback.driver import Tx
from server.playback.ledger import Item, Spot
from server.playback.placements import Placements
from server.playback.rawlog import batches_between
from server.playback.recount import REACH_MS
from server.playback.slots import RANKS, PlanOf, SlotState
from server.playback.store import BESIDE, CODES, StoredBatch

NOWHERE: Final = p.OUTSIDE[0]


class Unsure(Exception):
    """A screen's day holds something that only a look at each play can tell."""


@dataclass(frozen=True, slots=True)
class Day:
    """A civil day by its ordinal: slots that start in [from_ms, until_ms)."""

    number: int
    from_ms: int
    until_ms: int

    def spot_at(self, placements: Placements, at_ms: int) -> tuple[Spot, int]:
        """Where a slot that starts then counts, and until when this holds."""
        hour = (at_ms - self.from_ms) // HOUR_MS
        placement = placements.at(at_ms)
        ends = [edge for edge in placements.edges() if edge > at_ms]
        until_ms = min([self.from_ms + (hour + 1) * HOUR_MS, self.until_ms, *ends])
        return Spot(self.number, hour, placement.id, placement.cell), until_ms


class Shown(NamedTuple):
    """Plays that all count at one spot: the items' numbers, and for how long each was shown."""

    spot: Spot
    items: Sequence[int]
    shown_ms: Sequence[int]


@dataclass
class Found:
    """A screen's day: runs of confirmed plays, and slots that came to something else."""

    runs: list[Shown] = field(default_factory=list)
    others: list[SlotState] = field(default_factory=list)


class Runs:
    """Finds them within one snapshot; what plans say of their loops is remembered."""

    def __init__(self, tx: Tx, plan_of: PlanOf) -> None:
        self._tx = tx
        self._plan_of = plan_of
        self._loops: dict[tuple[str, str], _Loop] = {}
        self.items: dict[int, Item] = {}
        """The items that were met, by their numbers."""

    def find(self, screen: int, placements: Placements, day: Day) -> Found:
        """What a screen's plays of a day come to. Raises Unsure."""
        search = _Search(placements, day)
        from_ms, until_ms = day.from_ms - REACH_MS, day.until_ms + REACH_MS
        for row in batches_between(self._tx, screen, from_ms, until_ms):
            self._look(search, row)
        search.check()
        return search.found

    def _look(self, search: "_Search", row: StoredBatch) -> None:
        placed = row.placed()
        if p.TAKEOVER in placed.cause:
            raise Unsure
        digest = self._tx.names.text_of(self._tx, row.manifest)
        plan = self._plan_of(digest) if digest is not None else None
        if digest is None or plan is None:
            return
        for piece in _pieces(placed, row.codes):
            if piece.code:
                slot = plan.slot((piece.segment, piece.cycle, piece.slot))
                rank = RANKS.get(CODES[piece.code & ~BESIDE])
                if slot is not None and rank is not None and not piece.code & BESIDE:
                    search.add_one(digest, piece, SlotState(slot, rank))
            elif piece.segment != NOWHERE:
                search.add_run(digest, self._cycle(digest, plan.manifest, piece), piece, placed)

    def _cycle(self, digest: str, manifest: Manifest, piece: "_Piece") -> "_Cycle":
        if not 0 <= piece.segment < len(manifest.segments):
            raise Unsure
        segment = manifest.segments[piece.segment]
        if segment.loop is None:
            raise Unsure
        loop = self._loops.get((digest, segment.loop))
        if loop is None:
            loop = self._loops[digest, segment.loop] = self._loop(manifest, segment.loop)
        return _Cycle(loop, segment, segment.anchor_ms + piece.cycle * loop.period_ms)

    def _loop(self, manifest: Manifest, name: str) -> "_Loop":
        slots = manifest.loops[name].slots
        items = [
            self._tx.names.known_item(
                self._tx, manifest.assets[slot.asset].digest, manifest.campaign_id(slot)
            )
            for slot in slots
        ]
        self.items |= {item[0]: item for item in items}
        return _Loop(
            manifest.loops[name].period_ms,
            [slot.start_ms for slot in slots],
            [slot.start_ms + slot.duration_ms for slot in slots],
            [number for number, _ in items],
        )


class _Loop(NamedTuple):
    """A loop's slots: when they start and end, and the numbers of the items that belong there."""

    period_ms: int
    starts: list[int]
    ends: list[int]
    items: list[int]


class _Cycle(NamedTuple):
    """A loop as it runs from `base_ms` within a segment."""

    loop: _Loop
    segment: Segment
    base_ms: int

    def holds(self, first: int, last: int) -> bool:
        """Whether slots [first, last) exist and lie wholly in the segment."""
        return (
            0 <= first < last <= len(self.loop.starts)
            and self.base_ms + self.loop.starts[first] >= self.segment.from_ms
            and self.base_ms + self.loop.ends[last - 1] <= self.segment.until_ms
        )

    def before(self, at_ms: int, low: int = 0) -> int:
        """The first slot (from `low` on) that doesn't start before an instant."""
        return bisect_left(self.loop.starts, at_ms - self.base_ms, low)


class _Piece(NamedTuple):
    """Plays [first, last) of a batch, of consecutive slots of a cycle; or one with a code."""

    first: int
    last: int
    segment: int
    cycle: int
    slot: int
    code: int


class _Search:
    """What was found so far of a screen's day."""

    def __init__(self, placements: Placements, day: Day) -> None:
        self.found = Found()
        self._placements = placements
        self._day = day
        self._taken: list[tuple[str, int, int, int, int]] = []

    def add_one(self, digest: str, piece: _Piece, state: SlotState) -> None:
        """A play that was not simply counted."""
        if self._day.from_ms <= state.slot.start_ms < self._day.until_ms:
            self._take(digest, piece)
            self.found.others.append(state)

    def add_run(self, digest: str, cycle: _Cycle, piece: _Piece, placed: Placed) -> None:
        """Plays that all count. Raises Unsure if the plan has other slots or items there."""
        first, last = piece.slot, piece.slot + piece.last - piece.first
        items = placed.item[piece.first : piece.last]
        if items != cycle.loop.items[first:last] or not cycle.holds(first, last):
            raise Unsure
        begin = max(first, cycle.before(self._day.from_ms))
        last = min(last, cycle.before(self._day.until_ms))
        if begin < last:
            self._take(digest, piece)
        while begin < last:
            starts_ms = cycle.base_ms + cycle.loop.starts[begin]
            spot, until_ms = self._day.spot_at(self._placements, starts_ms)
            end = min(last, cycle.before(until_ms, begin))
            part = slice(piece.first + begin - first, piece.first + end - first)
            self.found.runs.append(Shown(spot, placed.item[part], placed.shown_ms[part]))
            begin = end

    def check(self) -> None:
        """Raises Unsure if a slot was filled twice."""
        self._taken.sort()
        for one, other in pairwise(self._taken):
            if one[:3] == other[:3] and other[3] < one[4]:
                raise Unsure

    def _take(self, digest: str, piece: _Piece) -> None:
        last = piece.slot + piece.last - piece.first
        self._taken.append((digest, piece.segment, piece.cycle, piece.slot, last))


def _pieces(placed: Placed, codes: Sequence[int]) -> Iterator[_Piece]:
    """A batch cut where the next play isn't the next slot of the same cycle, and simply counted."""
    count = len(placed.slot)
    shifts = list(map(sub, placed.slot, range(count)))
    cuts = {0, *_changes(placed.segment), *_changes(placed.cycle), *_changes(shifts)}
    for place in compress(range(count), codes):
        cuts |= {place, place + 1}
    for first, last in pairwise([*sorted(cuts - {count}), count]):
        yield _Piece(
            first,
            last,
            placed.segment[first],
            placed.cycle[first],
            placed.slot[first],
            codes[first],
        )


def _changes(column: Sequence[int]) -> Iterable[int]:
    """The places of numbers that differ from the one before."""
    if column.count(column[0]) == len(column):
        return ()
    return compress(itertools.count(1), map(ne, column, column[1:]))
