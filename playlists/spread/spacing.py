"""Even spread: the order in which the plays of a loop's rows follow each other."""

from collections.abc import Sequence
from dataclasses import replace

from playlists.search.compiled import compiled
from playlists.search.polish import polish
from playlists.search.prices import REPEAT
from playlists.search.problem import Effort, Polish, problem_of
from playlists.search.rows import Row, Token
from playlists.spread.parting import part_repeats
from playlists.spread.phases import calm_phases, place

FULL = Effort(seeds=(20_251_001, 11, 12_345, 777), epochs=60, moves=7_500, heat=15 * REPEAT)
QUICK = Effort(seeds=(20_251_001,), epochs=8, moves=1_000, heat=3 * REPEAT)
MOVES_OF_A_PAIR = 64
"""An order of few plays gets no more moves in all than so many for each pair of places."""


def spread(rows: Sequence[Row], *, quick: bool = False, form: Polish | None = None) -> list[Token]:
    """Order all plays of `rows` as evenly as can be; `quick` settles for the first good answer.

    The search has two forms that find the same order. Without a `form` it is the compiled one if
    this machine has it.
    """
    used = [row for row in rows if row.plays > 0]
    numbers = [index for index, row in enumerate(rows) if row.plays > 0]
    start = part_repeats(used, [(row, turn) for _, row, turn in place(used, calm_phases(used))])
    if len(start) >= 4:
        search = form or compiled() or polish
        order = search(problem_of(used, start), _effort(len(start), QUICK if quick else FULL))
        start = part_repeats(used, [start[play] for play in order])
    return [(numbers[row], turn) for row, turn in start]


def _effort(size: int, effort: Effort) -> Effort:
    most = MOVES_OF_A_PAIR * size * size // effort.epochs
    return replace(effort, moves=min(effort.moves, most))
