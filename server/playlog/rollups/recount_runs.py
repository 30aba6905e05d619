"""Recounts plays by whole runs: consecutive counted slots of a cycle, handled at once.

A hundred million plays can't be read one by one in a minute. Plays outside such runs are read
singly, and a screen's day with ambiguities (a slot claimed by two plays, a takeover, another item
than the plan's) is left to `recount`; both give the same sums.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Final, NamedTuple

from playlists.wire.model import Manifest, Segment
from server.foundation.durations import HOUR_MS
from server.playlog.model import play as p
from server.playlog.model.manifests import Plan
from server.playlog.model.slot_states import RANKS, PlanOf, SlotState
from server.playlog.rawlog.reader import FOREVER_MS, batches_between
from server.playlog.rollups.recount import REACH_MS
from server.playlog.store import batches
from server.playlog.store.packing import batch_bundles
from server.playlog.store.packing.batch_codec import Placed
from server.playlog.store.packing.integer_columns import Steps
from server.playlog.store.packing.stored_batch import BESIDE, CODES, StoredBatch
from server.playlog.store.placements import Placements
from server.playlog.store.rollup_deltas import Item, RollupDimensions
from server.playlog.store.transaction import Tx

NOWHERE: Final = p.OUTSIDE[0]


class NeedsFullRecount(Exception):
    """A screen's day can only be recounted play by play."""


@dataclass(frozen=True, slots=True)
class Day:
    """A civil day by its ordinal: slots that start in [from_ms, until_ms)."""

    number: int
    from_ms: int
    until_ms: int

    def spot_at(self, placements: Placements, at_ms: int) -> tuple[RollupDimensions, int]:
        """The dimensions of a slot that starts then, and until when they apply (ms)."""
        hour = (at_ms - self.from_ms) // HOUR_MS
        placement = placements.at(at_ms)
        ends = [edge for edge in placements.edges() if edge > at_ms]
        until_ms = min([self.from_ms + (hour + 1) * HOUR_MS, self.until_ms, *ends])
        return RollupDimensions(self.number, hour, placement.id, placement.cell), until_ms


class Shown(NamedTuple):
    """Plays [first, last) of a batch, which all count at one spot."""

    spot: RollupDimensions
    placed: Placed
    first: int
    last: int

    def by_item(self) -> Iterator[tuple[int, int, int]]:
        """For each item: its number, number of plays and total ms."""
        placed = self.placed
        more = [0] * len(placed.kinds)
        low = bisect_left(placed.beside, (self.first,))
        for place, ms in islice(placed.beside, low, None):
            if place >= self.last:
                break
            more[placed.places[place]] += ms
        for kind, number in enumerate(placed.kinds):
            plays = placed.places.count(kind, self.first, self.last)
            if plays:
                yield number, plays, plays * placed.usual_ms[kind] + more[kind]


@dataclass
class Found:
    """A screen's day: runs of confirmed plays, and slots in other states."""

    runs: list[Shown] = field(default_factory=list)
    others: list[SlotState] = field(default_factory=list)


class Runs:
    """Finds runs within one snapshot; loops of plans are cached."""

    def __init__(self, tx: Tx, plan_of: PlanOf) -> None:
        self._tx = tx
        self._plan_of = plan_of
        self._loops: dict[tuple[str, str], _Loop] = {}
        self._places: dict[tuple[int, tuple[int, ...]], bytes] = {}
        self.items: dict[int, Item] = {}
        """The encountered items by their numbers."""

    def find(
        self, screen: int, placements: Placements, day: Day, handed_in_before_ms: int = FOREVER_MS
    ) -> Found:
        """Recount a screen's plays of a day. Raises NeedsFullRecount."""
        search = _Search(placements, day)
        from_ms, until_ms = day.from_ms - REACH_MS, day.until_ms + REACH_MS
        for row in batches_between(self._tx, screen, from_ms, until_ms, batches.whole_near):
            # A bundle has the receipt time of its last batch.
            if row.received_at < handed_in_before_ms:
                self._scan(search, row)
            elif row.sheaf is not None:
                self._scan_parts(search, row, handed_in_before_ms)
        search.check()
        return search.found

    def _scan_parts(self, search: "_Search", sheaf: StoredBatch, handed_in_before_ms: int) -> None:
        for row in batch_bundles.untied(self._tx, sheaf):
            if row.received_at < handed_in_before_ms:
                self._scan(search, row)

    def _scan(self, search: "_Search", row: StoredBatch) -> None:
        placed = row.placed()
        if placed is None or any(cause == p.TAKEOVER for _, cause in placed.cause):
            raise NeedsFullRecount
        digest = self._tx.names.text_of(self._tx, row.manifest)
        plan = self._plan_of(digest) if digest is not None else None
        if digest is None or plan is None:
            return
        kinds = tuple(placed.kinds)
        for piece in _pieces(placed, row.code_steps):
            if piece.code:
                self._add_each(search, digest, plan, piece)
            elif piece.segment != NOWHERE:
                cycle = self._cycle(digest, plan.manifest, piece)
                search.add_run(digest, cycle, piece, placed, self._places_of(cycle.loop, kinds))

    def _add_each(self, search: "_Search", digest: str, plan: Plan, piece: "_Piece") -> None:
        rank = RANKS.get(CODES[piece.code & ~BESIDE])
        if rank is None or piece.code & BESIDE:
            return
        for number in range(piece.slot, piece.slot + piece.last - piece.first):
            slot = plan.slot((piece.segment, piece.cycle, number))
            if slot is not None:
                search.add_one(digest, SlotState(slot, rank))

    def _places_of(self, loop: "_Loop", kinds: tuple[int, ...]) -> bytes:
        """The value of `Placed.places` for a loop's slots; an unused one where no kind matches."""
        found = self._places.get((loop.id, kinds))
        if found is None:
            numbers = {number: place for place, number in enumerate(kinds)}
            found = bytes(numbers.get(number, len(kinds)) for number in loop.items)
            self._places[loop.id, kinds] = found
        return found

    def _cycle(self, digest: str, manifest: Manifest, piece: "_Piece") -> "_Cycle":
        if not 0 <= piece.segment < len(manifest.segments):
            raise NeedsFullRecount
        segment = manifest.segments[piece.segment]
        if segment.loop is None:
            raise NeedsFullRecount
        loop = self._loops.get((digest, segment.loop))
        if loop is None:
            loop = self._loops[digest, segment.loop] = self._loop(manifest, segment.loop)
        return _Cycle(loop, segment, segment.anchor_ms + piece.cycle * loop.period_ms)

    def _loop(self, manifest: Manifest, name: str) -> "_Loop":
        slots = manifest.loops[name].slots
        items = [
            self._tx.names.find_item(
                self._tx, manifest.assets[slot.asset].digest, manifest.campaign_id(slot)
            )
            for slot in slots
        ]
        self.items |= {item[0]: item for item in items}
        return _Loop(
            len(self._loops),
            manifest.loops[name].period_ms,
            [slot.start_ms for slot in slots],
            [slot.start_ms + slot.duration_ms for slot in slots],
            [number for number, _ in items],
        )


class _Loop(NamedTuple):
    """Starts, ends and item numbers of a loop's slots."""

    id: int
    period_ms: int
    starts: list[int]
    ends: list[int]
    items: list[int]


class _Cycle(NamedTuple):
    """A cycle of a loop that starts at `base_ms` within a segment."""

    loop: _Loop
    segment: Segment
    base_ms: int

    def holds(self, first: int, last: int) -> bool:
        """Whether slots [first, last) exist and are wholly within the segment."""
        return (
            0 <= first < last <= len(self.loop.starts)
            and self.base_ms + self.loop.starts[first] >= self.segment.from_ms
            and self.base_ms + self.loop.ends[last - 1] <= self.segment.until_ms
        )

    def before(self, at_ms: int, low: int = 0) -> int:
        """The first slot (from `low` on) that starts at or after an instant."""
        return bisect_left(self.loop.starts, at_ms - self.base_ms, low)


class _Piece(NamedTuple):
    """Plays [first, last) of a batch in consecutive slots of a cycle; or one with a code."""

    first: int
    last: int
    segment: int
    cycle: int
    slot: int
    code: int


class _Search:
    """State of the search through one screen's day."""

    def __init__(self, placements: Placements, day: Day) -> None:
        self.found = Found()
        self._placements = placements
        self._day = day
        self._taken: list[tuple[str, int, int, int, int]] = []
        self._spot = RollupDimensions(0, 0, 0, 0)
        self._spot_from_ms = self._spot_until_ms = 0

    def add_one(self, digest: str, state: SlotState) -> None:
        """Add a play that was not simply counted."""
        slot = state.slot
        if self._day.from_ms <= slot.start_ms < self._day.until_ms:
            self._taken.append((digest, slot.segment, slot.cycle, slot.slot, slot.slot + 1))
            self.found.others.append(state)

    def add_run(
        self, digest: str, cycle: _Cycle, piece: _Piece, placed: Placed, places: bytes
    ) -> None:
        """Add plays that all count.

        Raises NeedsFullRecount if the plan has other slots or items there.
        """
        first, last = piece.slot, piece.slot + piece.last - piece.first
        if not cycle.holds(first, last):
            raise NeedsFullRecount
        if placed.places[piece.first : piece.last] != places[first:last]:
            raise NeedsFullRecount
        begin = max(first, cycle.before(self._day.from_ms))
        last = min(last, cycle.before(self._day.until_ms))
        if begin < last:
            self._taken.append((digest, piece.segment, piece.cycle, begin, last))
        while begin < last:
            begin = self._add_hour(cycle, begin, last, placed, piece.first - first)

    def _add_hour(self, cycle: _Cycle, begin: int, last: int, placed: Placed, offset: int) -> int:
        """Add the slots up to the end of an hour or a move; returns the first remaining slot."""
        spot, until_ms = self._spot_at(cycle.base_ms + cycle.loop.starts[begin])
        end = min(last, cycle.before(until_ms, begin))
        runs, first = self.found.runs, begin + offset
        former = runs[-1] if runs else None
        joins = former is not None and former.placed is placed and former.spot == spot
        if former is not None and joins and former.last == first:
            runs[-1] = former._replace(last=end + offset)
        else:
            runs.append(Shown(spot, placed, first, end + offset))
        return end

    def _spot_at(self, at_ms: int) -> tuple[RollupDimensions, int]:
        """Mostly called in order of time, so the last result is cached."""
        if not self._spot_from_ms <= at_ms < self._spot_until_ms:
            self._spot, self._spot_until_ms = self._day.spot_at(self._placements, at_ms)
            self._spot_from_ms = at_ms
        return self._spot, self._spot_until_ms

    def check(self) -> None:
        """Raises NeedsFullRecount if a slot was filled twice."""
        self._taken.sort()
        for one, other in pairwise(self._taken):
            if one[:3] == other[:3] and other[3] < one[4]:
                raise NeedsFullRecount


def _pieces(placed: Placed, codes: Steps) -> Iterator[_Piece]:
    """A batch split where the next play isn't the next slot of the cycle with the same code."""
    columns = [placed.segment, placed.cycle, placed.shift, codes]
    cuts = sorted({place for column in columns for place, _ in column})
    at = [0, 0, 0, 0]
    for first, last in pairwise([*cuts, placed.count]):
        for index, column in enumerate(columns):
            if at[index] + 1 < len(column) and column[at[index] + 1][0] <= first:
                at[index] += 1
        segment, cycle, shift, code = (
            column[place][1] for column, place in zip(columns, at, strict=True)
        )
        yield _Piece(first, last, segment, cycle, first + shift, code)
