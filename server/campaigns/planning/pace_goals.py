"""The pace of totals: its inputs, and the stored result."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.demand.pacing import Pace, share_cap
from playlists.windows import DayCalendar, date_span, local_date
from server.campaigns import queries
from server.campaigns.events import CampaignsChanged
from server.campaigns.holidays import days as calendar_days
from server.campaigns.models import Campaign, CampaignPace, CampaignVersion
from server.campaigns.planning.orders import Entry, entry_of
from server.campaigns.planning.pacing import open_ms
from server.campaigns.trail import note
from server.foundation.core import Core
from server.inventory.screens.facts import ScreenFacts
from server.inventory.screens.queries import facts

# Plays of the last days come in late: that long after its end a total is still counted.
COUNTED_AFTER: Final = timedelta(days=7)
# A change of less than that isn't worth a new plan.
SLIGHT: Final = 0.005


@dataclass(frozen=True)
class Goal:
    """A total over the screens. Times are ms over all its screens, weighted by boosts.

    `whole_ms` is since it began, `left_ms` from now on; `begun_with` plays were confirmed then.
    `nominal`: plays per screen-hour, None at the first calculation since its sign-off.
    `created_on`: no plays before that day; `last_day`: none after it.
    """

    campaign_id: int
    version: int
    total: int
    floor: float
    screens: int
    whole_ms: int
    left_ms: int
    begun_at: int
    begun_with: int | None
    nominal: float | None
    cap: Fraction
    created_on: date
    last_day: bool


@dataclass(frozen=True)
class PaceResult:
    """The result for a goal: plays over all screens, and their pace."""

    goal: Goal
    confirmed: int
    pending: int
    due: int
    begun_with: int
    nominal: Fraction
    pace: Pace


def goals(core: Core, *, new_only: bool = False) -> list[Goal]:
    """The totals that run, or ended some days ago.

    Or those without a calculation since sign-off.
    """
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        found = [
            _goal(core, session, campaign, version, stored, now_ms)
            for campaign, version, stored in _totals(core, session, now_ms)
            if not new_only or stored is None or stored.version != version.number
        ]
    return [goal for goal in found if goal is not None]


def take_pace(core: Core, result: PaceResult) -> bool:
    """Store the state of a total, and apply the new rate if it differs.

    Returns whether it does. Totals that are off the screens, or were revised meanwhile, are left
    alone.
    """
    goal = result.goal
    with core.config.write() as session:
        version = queries.signed_version(session, goal.campaign_id)
        if version is None or version.number != goal.version:
            return False
        session.merge(_row(result, core.clock.now_ms()))
        rate = float(result.pace.rate)
        if goal.left_ms <= 0 or not _is_another(version.pace, rate, exactly=goal.last_day):
            return False
        version.pace = rate
        detail = {"plays_per_hour": rate, "state": result.pace.state}
        note(core, session, None, "campaign.pace", goal.campaign_id, **detail)
    core.events.publish(CampaignsChanged("pace"))
    return True


def _is_another(before: float | None, rate: float, *, exactly: bool) -> bool:
    if before is None or exactly:
        return before != rate
    return abs(rate - before) > SLIGHT * before


def _totals(
    core: Core, session: Session, now_ms: int
) -> Iterator[tuple[Campaign, CampaignVersion, CampaignPace | None]]:
    today = local_date(core.settings.zone, now_ms)
    query = (
        select(Campaign, CampaignVersion, CampaignPace)
        .join(CampaignVersion, CampaignVersion.campaign_id == Campaign.id)
        .outerjoin(CampaignPace, CampaignPace.campaign_id == Campaign.id)
        .where(
            Campaign.state.in_(("live", "ended")),
            CampaignVersion.standing == "signed",
            CampaignVersion.target_kind == "total_plays",
            CampaignVersion.ends_on >= today - COUNTED_AFTER,
        )
        .order_by(Campaign.id)
    )
    yield from session.execute(query)


def _goal(
    core: Core,
    session: Session,
    campaign: Campaign,
    version: CampaignVersion,
    stored: CampaignPace | None,
    now_ms: int,
) -> Goal | None:
    """None for a total that has nothing to show."""
    boosts = queries.boosts_ahead(session, campaign.id, campaign.created_at)
    entry = entry_of(version, tuple(version.items), boosts)
    if not entry.items:
        return None
    if stored is not None and stored.version != version.number:
        stored = None
    screens, calendar = entry.choice.among(facts(session)), calendar_days.load(session)
    zone = core.settings.zone
    begun_at = now_ms if stored is None else stored.begun_at
    begun_at = max(begun_at, date_span(zone, version.starts_on, version.starts_on)[0])
    return Goal(
        campaign_id=campaign.id,
        version=version.number,
        total=int(version.target_value or 0),
        floor=version.floor,
        screens=len(screens),
        whole_ms=open_ms(entry, screens, calendar, begun_at),
        left_ms=open_ms(entry, screens, calendar, now_ms),
        begun_at=begun_at,
        begun_with=None if stored is None else stored.begun_with,
        nominal=None if stored is None else stored.nominal,
        cap=_cap(entry, screens),
        created_on=local_date(zone, campaign.created_at),
        last_day=_is_last(entry, screens, calendar, now_ms, core),
    )


def _is_last(
    entry: Entry, screens: Sequence[ScreenFacts], calendar: DayCalendar, now_ms: int, core: Core
) -> bool:
    """Whether nothing is left to run after today."""
    today = local_date(core.settings.zone, now_ms)
    midnight = date_span(core.settings.zone, today, today)[1]
    return open_ms(entry, screens, calendar, midnight) == 0


def _cap(entry: Entry, screens: Sequence[ScreenFacts]) -> Fraction:
    """The highest rate for the average room of the loops, without the venues' own share."""
    own = sum(one.own_share for one in screens) / max(len(screens), 1)
    mean_ms = sum(int(item["duration_ms"]) for item in entry.items) // len(entry.items)
    return share_cap(round(1 - own, 4), max(mean_ms, 1), entry.content.min_gap_s)


def _row(result: PaceResult, now_ms: int) -> CampaignPace:
    goal, pace = result.goal, result.pace
    return CampaignPace(
        campaign_id=goal.campaign_id,
        version=goal.version,
        begun_at=goal.begun_at,
        begun_with=result.begun_with,
        nominal=float(result.nominal),
        confirmed=result.confirmed,
        pending=result.pending,
        due=result.due,
        rate=float(pace.rate),
        most=float(pace.most),
        unreachable=pace.unreachable,
        state=pace.state,
        at=now_ms,
    )
