"""Demands in, loop out: admission, filling and spacing in one pure function."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from playlists.demand.admission import admit
from playlists.demand.request import LoopItem, LoopRequest, LoopResult, LoopSlot, MissedGap
from playlists.plan.filling import Filling, fill, image_room_ms, pieces
from playlists.search.rows import Row, Token
from playlists.spread.measures import Measures, Showing, gaps, measure
from playlists.spread.spacing import spread

MOST_TRIES = 4
"""The number of retries with more plays for a longest wait that isn't kept."""


def compile_loop(request: LoopRequest) -> LoopResult:
    """Build the loop; the same request gives the same loop on every machine.

    Slots cover the period without gaps. Raises LoopRefused, with figures, if the demands
    contradict themselves or don't fit.
    """
    best = _build(request)
    for _ in range(MOST_TRIES):
        denser = _denser(request, best)
        if denser == request:
            break
        again = _build(denser)
        if len(again.gave_way) > len(best.gave_way):
            break
        request, best = denser, again
    return best


def _build(request: LoopRequest) -> LoopResult:
    admission = admit(request)
    items, period_ms = request.items, admission.period_ms
    cut = _Cut(items, fill(items, admission.plays, period_ms))
    order = _from_tightest(items, spread(cut.rows, quick=request.quick))
    slots = cut.lay_out(order, period_ms)
    return LoopResult(
        period_ms=period_ms,
        slots=slots,
        measures=_measures(items, slots, period_ms),
        gave_way=admission.gave_way,
        missed=_missed_gaps(items, slots, period_ms),
    )


def _from_tightest(items: Sequence[LoopItem], order: Sequence[Token]) -> Sequence[Token]:
    """The same cycle, begun with the item that may wait least.

    Where one loop follows another, its last gap then ends with the first slot of the next, as it
    would in its own cycle: the wait is kept from hour to hour too.
    """
    waits = [(item.max_gap_ms, row) for row, item in enumerate(items) if item.max_gap_ms]
    begins = [place for place, token in enumerate(order) if waits and token == (min(waits)[1], 0)]
    return [*order[begins[0] :], *order[: begins[0]]] if begins else order


def _denser(request: LoopRequest, built: LoopResult) -> LoopRequest:
    """The request with one play more for each longest wait that was missed.

    None if a shortest gap leaves no room for it: then the wait is reported as missed.
    """
    late = {missed.item for missed in built.missed if missed.kind == "max_gap"}
    late -= {gave_way.item for gave_way in built.gave_way}
    plays = Counter(slot.item for slot in built.slots)
    return replace(
        request,
        items=tuple(
            replace(item, plays=plays[index] + 1)
            if item.id in late and (plays[index] + 1) * (item.min_gap_ms or 0) <= built.period_ms
            else item
            for index, item in enumerate(request.items)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """The minimum length of one turn of a row, and its share of the ms left by rounding."""

    duration_ms: int
    room_ms: int


class _Cut:
    """Items and uncovered time as rows to spread, with the lengths that fill the loop."""

    def __init__(self, items: Sequence[LoopItem], filling: Filling) -> None:
        campaigns = _campaign_numbers(items)
        self.pieces = _stretched(items, filling)
        self.rows = [
            Row(
                plays=n,
                durations_ms=tuple(piece.duration_ms for piece in own),
                campaign=campaign,
                counted=item.role != "filler",
                min_gap_ms=item.min_gap_ms,
                max_gap_ms=item.max_gap_ms,
            )
            for item, n, campaign, own in zip(
                items, filling.plays, campaigns, self.pieces, strict=True
            )
        ]
        self.items = len(items)
        if filling.uncovered_ms:
            count, length_ms = pieces(filling.uncovered_ms)
            self.pieces.append([_Piece(length_ms, count)])
            self.rows.append(Row(count, (length_ms,), counted=False, may_repeat=True))

    def lay_out(self, order: Sequence[Token], period_ms: int) -> tuple[LoopSlot, ...]:
        """The order as slots; the last few ms go to the first slots that may take them."""
        lengths = [self.pieces[row][turn].duration_ms for row, turn in order]
        rooms = [self.pieces[row][turn].room_ms for row, turn in order]
        spare_ms = period_ms - sum(lengths)
        while spare_ms > 0 and any(rooms):
            for index, room_ms in enumerate(rooms):
                if spare_ms > 0 and room_ms > 0:
                    lengths[index] += 1
                    rooms[index] -= 1
                    spare_ms -= 1
        slots, at_ms = [], 0
        for (row, turn), length_ms in zip(order, lengths, strict=True):
            item = row if row < self.items else None
            slots.append(LoopSlot(item, turn, at_ms, length_ms))
            at_ms += length_ms
        return tuple(slots)


def _stretched(items: Sequence[LoopItem], filling: Filling) -> list[list[_Piece]]:
    """Each item's turns, images longer in proportion, rounded down."""
    image_ms = sum(
        turn.duration_ms
        for item, n in zip(items, filling.plays, strict=True)
        for turn in (item.turns[k % len(item.turns)] for k in range(n))
        if turn.kind == "image"
    )
    stretched = []
    for item in items:
        own = []
        for turn in item.turns:
            more_ms = 0
            if turn.kind == "image" and filling.stretch_ms:
                more_ms = turn.duration_ms * filling.stretch_ms // image_ms
            room_ms = image_room_ms(turn) - more_ms if filling.stretch_ms else 0
            own.append(_Piece(turn.duration_ms + more_ms, room_ms))
        stretched.append(own)
    return stretched


def _campaign_numbers(items: Sequence[LoopItem]) -> list[int]:
    """A number for each campaign, -1 for filler and for items without one."""
    numbers: dict[str, int] = {}
    found = []
    for item in items:
        if item.role == "filler" or item.campaign is None:
            found.append(-1)
        else:
            found.append(numbers.setdefault(item.campaign, len(numbers)))
    return found


def _measures(items: Sequence[LoopItem], slots: Sequence[LoopSlot], period_ms: int) -> Measures:
    showings = []
    for slot in slots:
        item = None if slot.item is None else items[slot.item]
        name = None if item is None else _shown_name(item, slot.turn)
        campaign = None if item is None or item.role == "filler" else item.campaign or item.id
        showings.append(Showing(name, campaign, slot.start_ms))
    return measure(showings, period_ms)


def _shown_name(item: LoopItem, turn: int) -> str:
    return item.id if len(item.turns) == 1 else f"{item.id}#{turn}"


def _missed_gaps(
    items: Sequence[LoopItem], slots: Sequence[LoopSlot], period_ms: int
) -> tuple[MissedGap, ...]:
    starts: dict[int, list[int]] = defaultdict(list)
    for slot in slots:
        if slot.item is not None:
            starts[slot.item].append(slot.start_ms)
    missed = []
    for index, own in sorted(starts.items()):
        item, found = items[index], gaps(own, period_ms)
        if item.min_gap_ms is not None and min(found) < item.min_gap_ms:
            missed.append(MissedGap(item.id, "min_gap", item.min_gap_ms, min(found)))
        if item.max_gap_ms is not None and max(found) > item.max_gap_ms:
            missed.append(MissedGap(item.id, "max_gap", item.max_gap_ms, max(found)))
    return tuple(missed)
