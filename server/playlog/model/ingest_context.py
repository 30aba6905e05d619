"""What a transaction on a screen's plays is given beside the store."""

from dataclasses import dataclass, replace
from typing import Final

from server.foundation.civil_time import Civil
from server.playlog.model.manifests import Plan, Plans
from server.playlog.model.screen_context import ScreenContext

SUSPECT_FLAGS: Final = frozenset({"suspected", "ruled_out"})
"""Words on a boot whose plays are put aside."""


@dataclass(frozen=True, slots=True)
class IngestContext:
    """The screen's standing, plans that may be looked at, the calendar, and the time.

    `is_restored`: the server came out of a backup, so players may know more than it does.
    """

    standing: ScreenContext
    plans: Plans
    civil: Civil
    now_ms: int
    is_restored: bool = False

    def with_plan(self, digest: str, plan: Plan | None) -> "IngestContext":
        """The same and one plan more."""
        return replace(self, plans=self.plans.with_plan(digest, plan))
