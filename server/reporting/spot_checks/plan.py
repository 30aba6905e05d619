"""The plan of draws: number of checks, time for a photo, retention of pictures."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from playlists.windows import HOUR_MS, day_span, opening_spans, total_ms
from server.accounts.actor import Actor, forbidden
from server.accounts.audit_log.record import record
from server.campaigns.holidays import days as calendar_days
from server.campaigns.targeting.venue_hours import alike
from server.foundation.core import Core
from server.foundation.rest.preconditions import Check, unchecked
from server.inventory.screens.queries import facts
from server.reporting.spot_checks.models import SpotPlan

DEFAULTS: Final = {"per_day": 12, "photos_per_day": 0, "photo_minutes": 10, "keep_days": 400}
ONLY: Final = 1
WHOLE_DISTRICT: Final = 2
"""The number of slashes in the path of the topmost unit."""


def load(session: Session) -> SpotPlan:
    """The plan in force, by default until somebody sets one."""
    return session.get(SpotPlan, ONLY) or SpotPlan(id=ONLY, **DEFAULTS)


def document(plan: SpotPlan) -> dict[str, Any]:
    """The settings made by people."""
    return {name: getattr(plan, name) for name in DEFAULTS}


def may_change(actor: Actor) -> bool:
    """Whether the person has the settings of the whole district."""
    roots = actor.roots("settings.manage")
    return any(path.count("/") == WHOLE_DISTRICT for path in roots)


def change(
    core: Core, actor: Actor, changes: Mapping[str, int], check: Check = unchecked
) -> dict[str, Any]:
    """Set some of it. Raises Forbidden for administrators of a part of the district."""
    if not may_change(actor):
        raise forbidden()
    with core.config.write() as session:
        plan = load(session)
        check(document(plan))
        for name, value in changes.items():
            setattr(plan, name, value)
        session.add(plan)
        record(session, core.clock.now_ms(), actor.user_id, "spot_check.plan", "plan", **changes)
        return document(plan)


def measure(core: Core) -> int:
    """Work out for how long today's screens are open, all together, in ms; note it and return it.

    Draws come at a rate for each screen, so that this much of screen-time brings `per_day`.
    """
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        calendar, found = calendar_days.load(session), facts(session)
    from_ms, until_ms = day_span(core.settings.zone, now_ms)
    open_ms = sum(
        count * total_ms(opening_spans(venue, from_ms, until_ms))
        for venue, count in alike(found, calendar)
    )
    with core.config.write() as session:
        plan = load(session)
        plan.open_ms = open_ms
        session.add(plan)
    return open_ms


def photo_ms(plan: SpotPlan) -> int:
    """The time limit of a photo, in ms."""
    return plan.photo_minutes * HOUR_MS // 60
