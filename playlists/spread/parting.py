"""No item right after itself, unless it has more than half of all plays."""

from collections.abc import Sequence

from playlists.search.rows import Row, Token


def part_repeats(rows: Sequence[Row], order: Sequence[Token]) -> list[Token]:
    """Move as few plays as needed so that as few as possible follow themselves.

    A play of a pair is put into the nearest place between two others. Such a place exists while
    more pairs are left than the minimum: with n of N plays an item needs max(0, 2 n - N) of them.
    Rows whose plays take turns, and pieces that may repeat, stay as they are.
    """
    parted = list(order)
    movable = [len(row.durations_ms) == 1 and not row.may_repeat for row in rows]
    inseparable: set[Token] = set()
    position = 0
    while position < len(parted):
        token = parted[position]
        if parted[position - 1] == token and movable[token[0]] and token not in inseparable:
            place = _nearest_place(parted, position)
            if place is None:
                inseparable.add(token)
            else:
                parted.insert(place, parted.pop(position))
                continue
        position += 1
    return parted


def _nearest_place(order: Sequence[Token], position: int) -> int | None:
    """The index to insert the play at, after its removal; None if there is no place."""
    token, size = order[position], len(order)
    for distance in range(1, size):
        for after in (position + distance, position - distance - 1):
            left, right = order[after % size], order[(after + 1) % size]
            if left != token != right:
                place = after % size + 1
                return place - 1 if place > position else place
    return None
