"""What takes in plays in this process: the committer, what it knows, and signs of life."""

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
"""Brings the bookings of screens in line with the stamps of their configuration."""


@dataclass
class Freshness:
    """When the bookings were last brought in line with the configuration, of how many screens.

    `is_followed`: and nothing was written to it since, as `watch` tells.
    """

    at_s: float = 0.0
    screens: int = 0
    is_followed: bool = False
    watch: ConfigChangeDetector | None = None


@dataclass(frozen=True)
class PlaylogRuntime:
    """Made once by `server.app`; `committer.start()` begins to group what comes at once.

    `elsewhere` has another process write, as this one reads alone.
    """

    committer: Committer
    knowledge: ContextCache
    elsewhere: CatchUp | None = None
    contacts: Contacts = field(default_factory=Contacts)
    freshness: Freshness = field(default_factory=Freshness)
    _remembered: dict[type, Any] = field(default_factory=dict)

    def remembered(self, kind: type[T]) -> T:
        """The one object of a kind that a feature above keeps from one question to the next."""
        if kind not in self._remembered:
            self._remembered[kind] = kind()
        found: T = self._remembered[kind]
        return found

    def remember(self, kind: type[T], one: T) -> None:
        """From now on that object is the one of its kind."""
        self._remembered[kind] = one

    def commit(
        self, known: IngestContext, work: Callable[[Tx, IngestContext], T], *, brief: bool = False
    ) -> T:
        """Have work on a screen's plays committed, with whichever plans it asks for.

        Raises Busy with nothing stored.
        """
        while True:
            try:
                return self.committer.submit(lambda tx, known=known: work(tx, known), brief=brief)  # type: ignore[misc] # mypy can't infer a lambda with a default
            except PlanNeeded as needed:
                known = self.with_plan(known, needed.digest)

    def with_plan(self, known: IngestContext, digest: str) -> IngestContext:
        """The same and one plan more."""
        return known.with_plan(digest, self.knowledge.plan(digest))


def make_playback(core: Core, elsewhere: CatchUp | None = None) -> PlaylogRuntime:
    """The parts; until the committer is started each work commits by itself."""
    made = PlaylogRuntime(Committer(core.plays), ContextCache(core), elsewhere)
    made.committer.accompany(made.contacts)
    return made


@contextmanager
def parts_of_job(core: Core) -> Iterator[PlaylogRuntime]:
    """The parts for a job, which has a process of its own; its connection is given back."""
    parts = make_playback(core)
    try:
        yield parts
    finally:
        parts.committer.close()
