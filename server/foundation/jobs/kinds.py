"""Kinds of jobs: their function and scheduling class."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.foundation.core import Core
from server.foundation.jobs.models import Job

Run = Callable[[Core, Job], None]
GiveUp = Callable[[Core, Job], None]


@dataclass(frozen=True)
class Kind:
    """`run` may be called again after a kill at any point, so it must be idempotent.

    Heavy kinds (media, files of figures) take minutes and much memory; their number is limited, so
    that jobs that people wait for aren't blocked. After one the worker process is replaced
    (`consumer`). A heavy kind that `waits` has the lowest priority, as nobody waits for it; `first`
    has the highest: short and time-critical. An `urgent` kind goes on while the disk is full, by
    the reserve: it writes little, and only urgent work enqueues it meanwhile. `give_up` marks the
    object after the last failed attempt; it must be idempotent too.
    """

    run: Run
    heavy: bool = False
    waits: bool = False
    first: bool = False
    urgent: bool = False
    give_up: GiveUp | None = None

    @property
    def rank(self) -> int:
        """Its place before or after others: the least is run first, 0 is usual."""
        return -1 if self.first else 2 if self.waits else int(self.heavy)


Kinds = Mapping[str, Kind]


def urgent_kinds(kinds: Kinds) -> frozenset[str]:
    """The names of those that go on while the disk is full."""
    return frozenset(name for name, kind in kinds.items() if kind.urgent)


def heavy_kinds(kinds: Kinds) -> frozenset[str]:
    """The names of heavy kinds."""
    return frozenset(name for name, kind in kinds.items() if kind.heavy)
