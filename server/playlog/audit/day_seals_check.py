"""Holds the chain of days against the batches: which day isn't what was sealed.

A print of a report keeps the head of its day. Whoever alters the log of a day that is over makes
its digest another; whoever seals it anew makes every head since another than the printed ones.
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
"""Read in one transaction, so that no snapshot is kept for long."""

Reading = Callable[[], AbstractContextManager[Tx]]


@dataclass(frozen=True, slots=True)
class Checked:
    """How many days are sealed, and what is wrong with which."""

    days: int
    findings: tuple[Sentence, ...]


def check_seals(core: Core, heads: Sequence[str] = ()) -> Checked:
    """Work out each sealed day anew. `heads` were printed on reports: each must be in the chain."""
    return check_sealed(partial(snapshot, core.plays), Civil(core.settings.zone), heads)


def check_sealed(reading: Reading, civil: Civil, heads: Sequence[str] = ()) -> Checked:
    """The same of whatever store `reading` opens, some screens at a time."""
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
    known = {seal.head.hex() for seal in seals}
    for head in heads:
        if head.strip().lower() not in known:
            yield Sentence(
                f"每日封存链中没有 {head}：印出后，那一日或更早的记录被改动并重新封存，"
                "或服务器从更早的备份恢复。",
                f"{head} isn't in the chain of days: since it was printed, that day or an earlier "
                "one was changed and sealed anew, or the server came out of an older backup",
            )
