"""A screen's plan as it would be if a draft were signed off: for previews, nothing is stored."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from playlists.demand.request import LoopRequest, LoopResult
from playlists.plan.compiler import compile_loop
from playlists.plan.explain import next_start
from server.campaigns.models import CampaignVersion
from server.campaigns.planning.orders import Entry
from server.foundation.core import Core
from server.foundation.durations import DAY_MS
from server.foundation.errors import Conflict
from server.foundation.runtime.blocking import run_blocking
from server.inventory.screens.queries import facts
from server.publishing.explain.scheduled_at import NOTHING_YET
from server.publishing.manifests.builder import Made, NoFallback, Recipe, Recipes, make

PLANNED_ENTRY: Final = "anping.planned_entry"
"""The extension of the app with campaigns' `PlannedEntry`."""
PlannedEntry = Callable[[Session, CampaignVersion, int], Entry]
"""A version as it would be planned at an instant (ms UTC)."""
DAYS: Final = 1
"""Of a plan that is made for one instant."""
SEARCHED_DAYS: Final = 8
"""A week and a day, for a campaign that is on at weekends alone."""


@dataclass(frozen=True)
class DraftPlan:
    """What a screen's plans with a draft are made of; `recipe` is read once for all days."""

    core: Core
    recipe: Recipe
    campaign: str

    def day(self, at_ms: int) -> Made:
        """The plan of the local day of an instant."""
        return run_blocking(lambda: make(self.core, self.recipe, at_ms, _quickly, DAYS))

    def next_start(self, from_ms: int) -> int | None:
        """When the draft is on next, ms UTC; None if not within eight days."""
        for nth in range(SEARCHED_DAYS):
            start_ms = next_start(self.day(from_ms + nth * DAY_MS).manifest, self.campaign, from_ms)
            if start_ms is not None:
                return start_ms
        return None


def draft_plan(
    core: Core, session: Session, draft: Entry, screen_id: int, now_ms: int
) -> DraftPlan | None:
    """The plan of one screen; None if it is retired or unbound.

    Raises Conflict before the first run has made the fallback picture.
    """
    found = facts(session, [screen_id])
    if not found:
        return None
    try:
        recipe = Recipes(session, now_ms, draft).recipe(found[0])
    except NoFallback as error:
        raise Conflict(NOTHING_YET, code="no_plan") from error
    return DraftPlan(core, recipe, draft.name)


def screens_of(session: Session, draft: Entry, seen: Collection[int]) -> list[int]:
    """Of the screens that a person sees those that the draft selects."""
    return [one.screen_id for one in draft.choice.among(facts(session, seen))]


def _quickly(request: LoopRequest) -> LoopResult:
    return compile_loop(replace(request, quick=True))
