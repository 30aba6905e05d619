"""Verifies the chain of day seals against the stored batches.

A printed report carries the chain head of its day. Altering the log of a closed day changes the
day's digest; resealing that day changes every later head, so the printed ones no longer match.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Final

from server.foundation.civil_time import Civil
from server.foundation.core import Core
from server.foundation.i18n import Sentence
from server.playlog.model.day_chain import DaySeal, broken
from server.playlog.rollups.day_seals import Digests, day_seals
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx

SCREENS_AT_A_TIME: Final = 200
"""Screens per transaction, so that no snapshot stays open for long."""

Reading = Callable[[], AbstractContextManager[Tx]]


@dataclass(frozen=True, slots=True)
class Checked:
    """The number of sealed days and the mismatches found."""

    days: int
    findings: tuple[Sentence, ...]


def check_seals(core: Core, heads: Sequence[str] = ()) -> Checked:
    """Recompute the seal of each day. Each of `heads` (of printed reports) must be in the chain."""
    return check_sealed(partial(snapshot, core.plays), Civil(core.settings.zone), heads)


def check_sealed(reading: Reading, civil: Civil, heads: Sequence[str] = ()) -> Checked:
    """As `check_seals`, for any store that `reading` opens, SCREENS_AT_A_TIME screens at a time."""
    with reading() as tx:
        seals = day_seals(tx)
    found = (*_unlinked(seals), *_altered(reading, civil, seals), *_unknown(seals, heads))
    return Checked(len(seals), found)


def _unlinked(seals: Sequence[DaySeal]) -> Iterator[Sentence]:
    for seal in broken(seals):
        yield Sentence(
            f"{seal.date} 的封存与前一日不衔接。",
            f"the seal of {seal.date} doesn't follow from the days before",
        )


def _altered(reading: Reading, civil: Civil, seals: Sequence[DaySeal]) -> Iterator[Sentence]:
    digests = Digests(civil, [seal.day for seal in seals])
    with reading() as tx:
        screens = [row[0] for row in tx.rows("SELECT DISTINCT screen FROM boots ORDER BY screen")]
    for first in range(0, len(screens), SCREENS_AT_A_TIME):
        with reading() as tx:
            tx.aside(digests.add, screens[first : first + SCREENS_AT_A_TIME])
    for seal in seals:
        if digests.of(seal.day) != (seal.digest, seal.boots):
            yield Sentence(
                f"{seal.date} 收到的播放记录在封存后被改动。",
                f"what was handed in on {seal.date} was changed after it was sealed",
            )


def _unknown(seals: Sequence[DaySeal], heads: Sequence[str]) -> Iterator[Sentence]:
    stored_heads = {seal.head.hex() for seal in seals}
    for head in heads:
        if head.strip().lower() not in stored_heads:
            yield Sentence(
                f"每日封存链中没有 {head}：印出后，那一日或更早的记录被改动并重新封存，"
                "或服务器从更早的备份恢复。",
                f"{head} isn't in the chain of days: since it was printed, that day or an earlier "
                "one was changed and sealed anew, or the server came out of an older backup",
            )
