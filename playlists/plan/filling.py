"""How the rest of a loop is filled to the last millisecond: filler, stretching, fallback."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playlists.demand.request import LoopItem, Turn

STRETCH = 10
"""Images may last up to a tenth longer."""
PIECE_MS = 10_000
"""About how long a piece of uncovered time is: a new plan waits for its end, so not long."""
SHORTEST_MS = 1_000
STEP_MS = 500
MOST_SUMS = 8_000


@dataclass(frozen=True, slots=True)
class Filling:
    """Plays of every item, and how the time that they leave is closed.

    Either all images are stretched by `stretch_ms` together, or `uncovered_ms` remain for the
    fallback picture; never both.
    """

    plays: tuple[int, ...]
    stretch_ms: int = 0
    uncovered_ms: int = 0


def fill(items: Sequence[LoopItem], plays: Sequence[int], period_ms: int) -> Filling:
    """Share the rest of the period among filler, in counts that differ by at most one."""
    total = list(plays)
    takers = [index for index, item in enumerate(items) if item.plays is None and item.turns]
    load = sum(item.airtime_ms(n) for item, n in zip(items, total, strict=True))
    rest_ms = period_ms - load
    if takers and rest_ms > 0:
        lengths = [items[index].turns[0].duration_ms for index in takers]
        images = [image_room_ms(items[index].turns[0]) for index in takers]
        room_ms = stretch_room_ms(items, total)
        shares = share_rest(lengths, images, rest_ms, room_ms)
        for index, share in zip(takers, shares, strict=True):
            total[index] += share
            rest_ms -= items[index].turns[0].duration_ms * share
    if rest_ms <= stretch_room_ms(items, total):
        return Filling(tuple(total), stretch_ms=rest_ms)
    return Filling(tuple(total), uncovered_ms=rest_ms)


def share_rest(
    lengths: Sequence[int], stretches: Sequence[int], rest_ms: int, room_ms: int
) -> list[int]:
    """How many plays each filler gets of `rest_ms`, differing by at most one.

    After whole rounds, the fillers with one more are those whose lengths fill the rest best.
    `stretches` and `room_ms`: by how much each filler, and all else, could be stretched.
    """
    rounds, left_ms = divmod(rest_ms, sum(lengths))
    room_ms += rounds * sum(stretches)

    def closes(chosen: Sequence[int]) -> bool:
        open_ms = left_ms - sum(lengths[index] for index in chosen)
        return open_ms <= room_ms + sum(stretches[i] for i in chosen) or open_ms >= SHORTEST_MS

    once_more = _fullest(lengths, left_ms, closes)
    return [rounds + (index in once_more) for index in range(len(lengths))]


def _fullest(
    lengths: Sequence[int], left_ms: int, closes: Callable[[Sequence[int]], bool]
) -> frozenset[int]:
    """The indices whose lengths come nearest to `left_ms` from below, among those that close.

    Of sums less than `STEP_MS` apart one is kept: exact for whole seconds, and never slow.
    """
    step_ms = max(STEP_MS, left_ms // MOST_SUMS)
    reached: dict[int, _Sum] = {0: _Sum(0)}
    for index, length in enumerate(lengths):
        for shorter in list(reached.values()):
            total = shorter.total_ms + length
            if total <= left_ms and total // step_ms not in reached:
                reached[total // step_ms] = _Sum(total, index, shorter)
    sums = sorted(reached.values(), key=lambda one: -one.total_ms)
    best = next((one for one in sums if closes(one.indices())), sums[0])
    return frozenset(best.indices())


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum of lengths: the last one added, and the sum before it."""

    total_ms: int
    index: int | None = None
    before: "_Sum | None" = None

    def indices(self) -> list[int]:
        found: list[int] = []
        one: _Sum | None = self
        while one is not None and one.index is not None:
            found.append(one.index)
            one = one.before
        return found


def image_room_ms(turn: Turn) -> int:
    """By how much one play may be stretched: images by a tenth, videos never."""
    return turn.duration_ms // STRETCH if turn.kind == "image" else 0


def stretch_room_ms(items: Sequence[LoopItem], plays: Sequence[int]) -> int:
    """By how much all plays together may be stretched."""
    return sum(
        image_room_ms(item.turns[k % len(item.turns)])
        for item, n in zip(items, plays, strict=True)
        for k in range(n)
    )


def pieces(uncovered_ms: int) -> tuple[int, int]:
    """Uncovered time as so many pieces of so many ms; what remains over is a few ms."""
    count = max(1, (uncovered_ms + PIECE_MS // 2) // PIECE_MS)
    return count, uncovered_ms // count
