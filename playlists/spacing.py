"""Even spread: the order in which the plays of a loop's rows follow each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from playlists.chance import Chance
from playlists.parting import part_repeats
from playlists.phases import calm_phases, place
from playlists.polish import Effort, Polished, polish
from playlists.rows import Row, Token
from playlists.settling import settle


@dataclass(frozen=True, slots=True)
class Pains:
    """How much is done for a loop, counted in looks and moves, never in seconds.

    `seeds` make one start each, for which phases settle until `looks` plays were looked at.
    Each is tried out by `trial`; the best is finished by `finish`.
    """

    seeds: tuple[int, ...]
    looks: int
    trial: Effort
    finish: Effort


FULL = Pains(
    seeds=(20_251_001, 11),
    looks=300_000,
    trial=Effort(epochs=4, moves=9_000, heat=1.0),
    finish=Effort(epochs=9, moves=9_000, heat=0.4),
)
QUICK = Pains(
    seeds=(20_251_001,),
    looks=12_000,
    trial=Effort(epochs=1, moves=600, heat=0.0),
    finish=Effort(epochs=0, moves=0, heat=0.0),
)


def spread(rows: Sequence[Row], *, quick: bool = False) -> list[Token]:
    """Order all plays of `rows` as evenly as can be; `quick` settles for the first good answer."""
    used = [row for row in rows if row.plays > 0]
    numbers = [index for index, row in enumerate(rows) if row.plays > 0]
    pains = QUICK if quick else FULL
    tried = [_try_out(used, seed, pains) for seed in pains.seeds]
    best = min(tried, key=lambda one: one.unevenness)
    order = part_repeats(used, polish(used, best.order, pains.finish).order)
    return [(numbers[row], turn) for row, turn in order]


def _try_out(rows: Sequence[Row], seed: int, pains: Pains) -> Polished:
    tries = pains.looks // max(1, sum(row.plays for row in rows))
    phases = settle(rows, calm_phases(rows), tries, Chance(seed))
    start = [(row, turn) for _, row, turn in place(rows, phases)]
    return polish(rows, part_repeats(rows, start), pains.trial)
