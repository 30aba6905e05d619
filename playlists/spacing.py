"""Even spread: the order in which the plays of a loop's rows follow each other."""

from collections.abc import Sequence

from playlists.parting import part_repeats
from playlists.phases import calm_phases, place
from playlists.polish import Effort, polish
from playlists.rows import Row, Token
from playlists.settling import settle

FULL = Effort(epochs=16, moves=8_000, heat=0.2)
QUICK = Effort(epochs=1, moves=600, heat=0.0)
FULL_SETTLING = 150_000
QUICK_SETTLING = 12_000
"""How many plays are looked at while phases settle."""


def spread(rows: Sequence[Row], *, quick: bool = False) -> list[Token]:
    """Order all plays of `rows` as evenly as can be; `quick` settles for the first good answer."""
    used = [row for row in rows if row.plays > 0]
    numbers = [index for index, row in enumerate(rows) if row.plays > 0]
    looks = QUICK_SETTLING if quick else FULL_SETTLING
    tries = looks // max(1, sum(row.plays for row in used))
    phases = settle(used, calm_phases(used), tries)
    start = part_repeats(used, [(row, turn) for _, row, turn in place(used, phases)])
    order = part_repeats(used, polish(used, start, QUICK if quick else FULL))
    return [(numbers[row], turn) for row, turn in order]
