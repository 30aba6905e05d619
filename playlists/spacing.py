"""Even spread: the order in which the plays of a loop's rows follow each other."""

from collections.abc import Sequence

from playlists.parting import part_repeats
from playlists.phases import phase_spread
from playlists.polish import Effort, polish
from playlists.rows import Row, Token

FULL = Effort(epochs=12, moves=4_000)
QUICK = Effort(epochs=1, moves=600, heat=0.0)


def spread(rows: Sequence[Row], *, quick: bool = False) -> list[Token]:
    """Order all plays of `rows` as evenly as can be; `quick` settles for the first good answer."""
    used = [row for row in rows if row.plays > 0]
    place = [index for index, row in enumerate(rows) if row.plays > 0]
    start = part_repeats(used, phase_spread(used))
    order = part_repeats(used, polish(used, start, QUICK if quick else FULL))
    return [(place[row], turn) for row, turn in order]
