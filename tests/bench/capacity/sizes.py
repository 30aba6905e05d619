"""The arithmetic: what so many screens on so many nodes take, each term by a measured figure."""

from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from server.playlog.ingest.bundling import SMALL
from tests.bench.capacity import figures

BEAT_S: Final = 30.0
PING_S: Final = 25.0
SLOT_S: Final = 15.0
HAND_IN_S: Final = 5.0
"""A player hands in so long after a play: with slots of 15 s each comes by itself."""
OPEN_HOURS: Final = 14.0
MOST_SOCKETS: Final = 20_000
"""Of a worker (`worker_connections` in deploy/gunicorn.py)."""
MOST_SHARE: Final = 0.7
"""Of a core, and of the time in which one transaction at a time may write."""
MOST_LATE_S: Final = 600.0
"""By which a play may be in the reports later than it was shown, in the worst hour."""
MOST_PLAYS: Final = 500
"""Of a batch."""
YOUNG_DAYS: Final = 3.0
"""So long at most a batch has a row of its own, if it is small."""


@dataclass(frozen=True)
class Plan:
    """Machines that serve screens; `workers` push workers on each, beside nginx on its own core.

    `stores` are databases of plays, each written by one transaction at a time; 0 is the file of
    SQLite of the one machine.
    """

    screens: int
    nodes: int
    workers: int
    stores: int = 1
    cores: int = 4

    def without_one(self) -> "Plan":
        """The same after a node has died and its screens have gone to the others."""
        return replace(self, nodes=self.nodes - 1)


@dataclass(frozen=True)
class Load:
    """What it comes to. Shares are of one core, or of a store's time."""

    screens_a_node: int
    sockets_a_worker: int
    memory_mb: float
    worker_share: float
    proxy_share: float
    plays_a_s: float
    plays_a_batch: int
    late_s: float
    batches_a_s: float
    commits_a_s: float
    writer_share: float
    signing_s: float
    takeover_s: float
    disk_gb_a_year: float
    signed_gb_a_year: float

    @property
    def holds(self) -> bool:
        """Whether nothing is more than it may be."""
        return (
            self.sockets_a_worker <= MOST_SOCKETS
            and max(self.worker_share, self.proxy_share, self.writer_share) <= MOST_SHARE
            and self.late_s <= MOST_LATE_S
        )


def load_of(plan: Plan) -> Load:
    """All of it."""
    node = ceil(plan.screens / plan.nodes)
    worker = ceil(node / plan.workers)
    plays = plan.screens / SLOT_S
    n = plays_a_batch(plan)
    batches = plays / n
    return Load(
        screens_a_node=node,
        sockets_a_worker=worker,
        memory_mb=node * figures.SCREEN.value / 1024,
        worker_share=_worker_us(plan, worker, n) / 1e6,
        proxy_share=node * _messages_a_s(n) * figures.PROXY.value / 1e6,
        plays_a_s=plays,
        plays_a_batch=n,
        late_s=HAND_IN_S + (n - 1) * SLOT_S,
        batches_a_s=batches,
        commits_a_s=batches / figures.GROUP.value,
        writer_share=_writer_share(plan, n),
        signing_s=worker * figures.SIGNATURE.value / 1e6,
        takeover_s=worker * figures.ORDER.value / 1e6,
        disk_gb_a_year=_plays_a_year(plan) * _bytes_a_play(plan, n) / 1e9,
        signed_gb_a_year=_plays_a_year(plan) * _bytes_a_play(plan, n, signed=True) / 1e9,
    )


def plays_a_batch(plan: Plan) -> int:
    """How many come together: one, until writing can't follow.

    Who is asked to wait then hands in more at a time, which costs less for each.
    """
    fits = (n for n in range(1, MOST_PLAYS) if _writer_share(plan, n) <= MOST_SHARE)
    return next(fits, MOST_PLAYS)


def _writer_share(plan: Plan, n: int) -> float:
    """Of its time in which somebody writes to a store."""
    batches = plan.screens / SLOT_S / n / max(1, plan.stores)
    first, more = (
        (figures.WRITTEN, figures.WRITTEN_MORE)
        if plan.stores
        else (figures.WRITTEN_SQLITE, figures.WRITTEN_SQLITE_MORE)
    )
    return batches * (first.value + more.value * (n - 1)) / 1e6


def _worker_us(plan: Plan, screens: int, n: int) -> float:
    """What so many screens take of a worker's core in a second."""
    first, more = (
        (figures.TAKEN_IN, figures.TAKEN_IN_MORE)
        if plan.stores
        else (figures.WRITTEN_SQLITE, figures.WRITTEN_SQLITE_MORE)
    )
    batch_us = first.value + more.value * (n - 1)
    return screens * (figures.BEAT.value / BEAT_S + batch_us / (SLOT_S * n))


def _messages_a_s(n: int) -> float:
    """Of a screen, both ways: beats, plays, pings, each with its answer."""
    return 2 * (1 / BEAT_S + 1 / (SLOT_S * n) + 1 / PING_S)


def _plays_a_year(plan: Plan) -> float:
    return plan.screens / SLOT_S * 3600 * OPEN_HOURS * 365


def _bytes_a_play(plan: Plan, n: int, *, signed: bool = False) -> float:
    """Over a year: as it came while its day is young, then tied together if it came by few.

    A signature isn't made smaller by more than how it is written. `BESIDE` is that of a small
    district, so what many screens take is less.
    """
    loose = (figures.ROW.value + signed * figures.SIGNED.value) / n + figures.PLAY.value
    tied = figures.TIED if plan.stores else figures.TIED_SQLITE
    old = tied.value + figures.BESIDE.value + signed * figures.SIGNED_TIED.value / n
    days = YOUNG_DAYS / 365
    return days * loose + (1 - days) * (min(old, loose) if n <= SMALL else loose)
