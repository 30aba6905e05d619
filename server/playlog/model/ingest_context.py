"""Inputs of a transaction on a screen's plays, besides the store."""

from dataclasses import dataclass, replace
from typing import Final

from server.foundation.civil_time import Civil
from server.playlog.model.manifests import Plan, Plans
from server.playlog.model.screen_context import ScreenContext

SUSPECT_FLAGS: Final = frozenset({"suspected", "ruled_out"})
"""Flags of boots whose plays are quarantined."""


@dataclass(frozen=True, slots=True)
class IngestContext:
    """Inputs of one ingest transaction: screen context, loaded plans, calendar and time.

    `is_restored`: the server was restored from a backup, so players may hold newer data.
    """

    screen_context: ScreenContext
    plans: Plans
    civil: Civil
    now_ms: int
    is_restored: bool = False

    def with_plan(self, digest: str, plan: Plan | None) -> "IngestContext":
        """The context with one more plan."""
        return replace(self, plans=self.plans.with_plan(digest, plan))
