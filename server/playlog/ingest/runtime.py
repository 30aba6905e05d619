"""The parts that ingest plays in this process: committer, context cache and contacts."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from server.foundation.core import Core
from server.playlog.ingest.change_detector import ConfigChangeDetector
from server.playlog.ingest.context_cache import ContextCache
from server.playlog.model.ingest_context import IngestContext
from server.playlog.model.manifests import PlanNeeded
from server.playlog.store.group_commit import Committer
from server.playlog.store.last_contact import Contacts
from server.playlog.store.transaction import Tx

T = TypeVar("T")
CatchUp = Callable[[Mapping[int, str]], None]
"""Reconciles screens to the given configuration stamps."""


@dataclass
class Freshness:
    """When (monotonic s) reconciliation last ran, and over how many screens.

    `changes` counts the writes to the configuration that `watch` has detected; all bookings are
    reconciled with it as it was at the number `followed`.
    """

    at_s: float = 0.0
    screens: int = 0
    changes: int = 0
    followed: int = -1
    watch: ConfigChangeDetector | None = None


@dataclass(frozen=True)
class PlaylogRuntime:
    """Parts that ingest plays; made once by `server.app`. `committer.start()` starts group commit.

    `elsewhere` delegates writing to another process, if this one is read-only.
    """

    committer: Committer
    knowledge: ContextCache
    elsewhere: CatchUp | None = None
    contacts: Contacts = field(default_factory=Contacts)
    freshness: Freshness = field(default_factory=Freshness)
    _remembered: dict[type, Any] = field(default_factory=dict)

    def remembered(self, kind: type[T]) -> T:
        """The cached object of a type that a room above keeps here."""
        if kind not in self._remembered:
            self._remembered[kind] = kind()
        found: T = self._remembered[kind]
        return found

    def remember(self, kind: type[T], one: T) -> None:
        """Store an object as the one of its type."""
        self._remembered[kind] = one

    def commit(
        self, context: IngestContext, work: Callable[[Tx, IngestContext], T], *, brief: bool = False
    ) -> T:
        """Commit work on a screen's plays, loading the plans that it needs.

        Raises Busy with nothing stored.
        """
        while True:
            try:
                return self.committer.submit(lambda tx, ctx=context: work(tx, ctx), brief=brief)  # type: ignore[misc] # mypy can't infer a lambda with a default
            except PlanNeeded as needed:
                context = self.with_plan(context, needed.digest)

    def with_plan(self, context: IngestContext, digest: str) -> IngestContext:
        """The context with one more plan."""
        return context.with_plan(digest, self.knowledge.plan(digest))


def make_playback(core: Core, elsewhere: CatchUp | None = None) -> PlaylogRuntime:
    """Build the parts; until the committer is started each piece of work commits by itself."""
    made = PlaylogRuntime(Committer(core.plays), ContextCache(core), elsewhere)
    made.committer.accompany(made.contacts)
    return made


@contextmanager
def parts_of_job(core: Core) -> Iterator[PlaylogRuntime]:
    """The parts for a job in its own process; closes the connection at the end."""
    parts = make_playback(core)
    try:
        yield parts
    finally:
        parts.committer.close()
