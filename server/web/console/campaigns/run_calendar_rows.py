"""The campaigns of some months as bars: which are there, and on which days each runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.windows import DayCalendar
from server.accounts.actor import Actor
from server.campaigns import queries
from server.campaigns.changes import days as changed_days
from server.campaigns.content import content_of
from server.campaigns.models import Campaign, CampaignVersion
from server.campaigns.queries import CampaignFilter
from server.foundation.public_ids import public

MOST_ROWS = 300


@dataclass(frozen=True)
class Bar:
    """One campaign: its content as it counts, and the days of the time on which it runs.

    `days` are numbers from the first day of the time on; `revised`: a revision is open.
    """

    campaign: Campaign
    version: CampaignVersion
    revised: bool
    days: tuple[int, ...]

    @property
    def id(self) -> str:
        """The public id."""
        return public("campaign", self.campaign.id)

    @property
    def pieces(self) -> list[tuple[int, int]]:
        """Days in a row, as the first one's number and how many they are."""
        found: list[tuple[int, int]] = []
        for day in self.days:
            if found and sum(found[-1]) == day:
                found[-1] = (found[-1][0], found[-1][1] + 1)
            else:
                found.append((day, 1))
        return found


def bars(
    session: Session,
    actor: Actor,
    wanted: CampaignFilter,
    span: tuple[date, date],
    days: DayCalendar,
) -> list[Bar]:
    """The campaigns in scope that run between two days (both included), by their first day.

    Without a filter for the state, withdrawn ones are left out.
    """
    first, last = span
    found = []
    for campaign, version, revised in _rows(session, actor, wanted, span):
        ran = changed_days.runs(content_of(version), days, first, last)
        numbers = tuple(sorted((day - first).days for day in ran))
        found.append(Bar(campaign, version, revised, numbers))
    return sorted(found, key=lambda bar: (bar.version.starts_on, bar.campaign.id))


def _rows(
    session: Session, actor: Actor, wanted: CampaignFilter, span: tuple[date, date]
) -> Sequence[tuple[Campaign, CampaignVersion, bool]]:
    first, last = span
    shown = _shown_versions(session, actor, wanted)
    rows = session.execute(
        select(Campaign, CampaignVersion)
        .join(CampaignVersion, CampaignVersion.campaign_id == Campaign.id)
        .where(CampaignVersion.id.in_(shown))
        .where(CampaignVersion.starts_on <= last, CampaignVersion.ends_on >= first)
        .order_by(CampaignVersion.starts_on, Campaign.id)
        .limit(MOST_ROWS)
    ).all()
    return [(row.Campaign, row.CampaignVersion, shown[row.CampaignVersion.id]) for row in rows]


def _shown_versions(session: Session, actor: Actor, wanted: CampaignFilter) -> dict[int, bool]:
    """The version in force of each campaign, and whether another one is open beside it."""
    chosen = queries.campaigns(actor, wanted).with_only_columns(Campaign.id)
    if wanted.state is None:
        chosen = chosen.where(Campaign.state != "withdrawn")
    query = select(CampaignVersion.campaign_id, CampaignVersion.id, CampaignVersion.standing).where(
        CampaignVersion.campaign_id.in_(chosen), CampaignVersion.standing != "replaced"
    )
    found: dict[int, dict[str, int]] = {}
    for row in session.execute(query):
        side = "signed" if row.standing == "signed" else "open"
        found.setdefault(row.campaign_id, {})[side] = row.id
    return {one.get("signed", one.get("open", 0)): len(one) > 1 for one in found.values()}
