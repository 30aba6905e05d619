"""What a kind of job is: the function that does it, and what it weighs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.foundation.core import Core
from server.foundation.jobs.models import Job

Run = Callable[[Core, Job], None]
GiveUp = Callable[[Core, Job], None]


@dataclass(frozen=True)
class Kind:
    """`run` may be called again after a kill at any point, so it must be harmless twice.

    Heavy kinds (media, files of figures) take minutes and memory and are kept from taking all
    workers, so that what somebody stands by for doesn't wait behind them. After one a fresh worker
    takes the place of the one that did it (`consumer`).
    A heavy kind that `waits` goes after all others, as nobody stands by for it. What is `first`
    goes before all others: it is short, and late it is worth less.
    `give_up` tells the object that the last attempt has failed; it too may be called twice.
    """

    run: Run
    heavy: bool = False
    waits: bool = False
    first: bool = False
    give_up: GiveUp | None = None


Kinds = Mapping[str, Kind]


def waiting_kinds(kinds: Kinds) -> frozenset[str]:
    """The names of those that go after all others."""
    return frozenset(name for name, kind in kinds.items() if kind.waits)


def first_kinds(kinds: Kinds) -> frozenset[str]:
    """The names of those that go before all others."""
    return frozenset(name for name, kind in kinds.items() if kind.first)


def heavy_kinds(kinds: Kinds) -> frozenset[str]:
    """The names of the heavy ones."""
    return frozenset(name for name, kind in kinds.items() if kind.heavy)
