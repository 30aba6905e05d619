"""Caches the inputs of verdicts until the configuration changes."""

from collections.abc import Iterable
from functools import cached_property
from typing import Final

from playlists.wire.manifest import decode
from server.foundation.civil_time import Civil
from server.foundation.core import Core
from server.playlog.ingest import context_queries
from server.playlog.ingest.change_detector import Changes, ConfigChangeDetector
from server.playlog.model.ingest_context import IngestContext
from server.playlog.model.manifest_counts import Tally
from server.playlog.model.manifests import Plan, Plans
from server.playlog.model.screen_context import ScreenContext
from server.playlog.store.interned_ids import Recent
from server.publishing.assignments.restore_gap import newest_gap

PLANS: Final = 512
BLOCK: Final = 64
"""Screens with neighbouring numbers are read together.

One query for all costs hardly more than for one, and after a start or a change all are needed.
"""
TALLIES: Final = 5_000


class ContextCache:
    """Caches screen contexts by screen and plans by digest; only contexts are ever invalidated."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._civil = Civil(core.settings.zone)
        self._changes = Changes(core.config)
        self._screen_contexts: dict[int, ScreenContext] = {}
        self._forgotten = 0
        self._plans: Recent[str, Plan] = Recent(PLANS)
        self._tallies: Recent[str, Tally] = Recent(TALLIES)

    def new_watch(self) -> ConfigChangeDetector:
        """A change detector of its own for the configuration database."""
        return ConfigChangeDetector(self._core.config)

    def ingest_context(self, screen: int, manifest: str | None = None) -> IngestContext | None:
        """The ingest context for a screen; None for a screen never bound to a player."""
        screen_context = self.screen_context(screen)
        if screen_context is None:
            return None
        plans = Plans() if manifest is None else Plans({manifest: self.plan(manifest)})
        now_ms = self._core.clock.now_ms()
        return IngestContext(screen_context, plans, self._civil, now_ms, self._is_restored)

    @cached_property
    def _is_restored(self) -> bool:
        """Whether the server was restored; read once, since no restore happens while it runs."""
        with self._core.config.read() as session:
            return newest_gap(session) is not None

    def screen_context(self, screen: int) -> ScreenContext | None:
        """The current context of a screen; None for one never bound to a player."""
        self._forget(self._changes.since_last())
        found = self._screen_contexts.get(screen)
        if found is None:
            before = self._forgotten
            read = self._read(screen)
            # If the cache was invalidated while the query ran, its result may be outdated.
            if before == self._forgotten:
                self._screen_contexts |= read
            found = read.get(screen)
        return found

    def _forget(self, changed: Iterable[int] | None) -> None:
        if changed is None:
            self._screen_contexts.clear()
            self._forgotten += 1
            return
        for screen in changed:
            self._screen_contexts.pop(screen, None)
            self._forgotten += 1

    def _read(self, screen: int) -> dict[int, ScreenContext]:
        """The context of a screen, with those of its block of numbers where caching is possible."""
        first = screen - screen % BLOCK
        around = range(first, first + BLOCK) if self._changes.can_cache else ()
        wanted = [
            screen,
            *(one for one in around if one not in self._screen_contexts and one != screen),
        ]
        with self._core.config.read() as session:
            return {one.screen: one for one in context_queries.screen_contexts(session, wanted)}

    def plan(self, digest: str) -> Plan | None:
        """A plan by its manifest's digest; None if the server never made it."""
        found = self._plans.get_recent(digest)
        if found is not None:
            return found
        with self._core.config.read() as session:
            text = context_queries.manifest_text(session, digest)
        return None if text is None else self._plans.remember(digest, Plan(decode(text)))

    def tally(self, digest: str) -> Tally | None:
        """Expected-play counts of a manifest; cached for more manifests than plans are."""
        found = self._tallies.get_recent(digest)
        if found is not None:
            return found
        plan = self.plan(digest)
        return None if plan is None else self._tallies.remember(digest, plan.tally)
