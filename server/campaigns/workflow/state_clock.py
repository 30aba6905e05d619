"""Changes due by time: campaigns go live and end, takeovers expire."""

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from playlists.windows import local_date
from server.campaigns.events import CampaignsChanged, TakeoversChanged
from server.campaigns.models import Campaign, CampaignVersion, Takeover
from server.campaigns.overrides.takeovers import end_all_within
from server.campaigns.overrides.target_screens import screens_of_any
from server.campaigns.planning.orders import ON_SCREENS
from server.campaigns.trail import note
from server.campaigns.workflow.approval import state_on_air
from server.foundation.core import Core


def advance(core: Core) -> None:
    """Bring states up to now, in the district's zone; harmless when called at any time."""
    with core.config.read() as session:
        if not _campaigns_due(core, session) and session.scalar(_over(core).limit(1)) is None:
            return
    with core.config.write() as session:
        moved = _move_campaigns(core, session)
        were_live = end_all_within(core, session, _over(core), cause="until")
    if were_live:
        core.events.publish(TakeoversChanged(screens_of_any(core, were_live)))
    if moved:
        core.events.publish(CampaignsChanged("dates"))


def _campaigns_due(core: Core, session: Session) -> list[tuple[Campaign, CampaignVersion]]:
    now_ms = core.clock.now_ms()
    today = local_date(core.settings.zone, now_ms)
    over = or_(CampaignVersion.ends_on < today, CampaignVersion.ends_at <= now_ms)
    begun = and_(Campaign.state == "approved", CampaignVersion.starts_on <= today)
    query = (
        select(Campaign, CampaignVersion)
        .join(CampaignVersion, CampaignVersion.campaign_id == Campaign.id)
        .where(
            Campaign.state.in_(ON_SCREENS),
            CampaignVersion.standing == "signed",
            or_(over, begun),
        )
        .order_by(Campaign.id)
    )
    return list(session.execute(query))


def _move_campaigns(core: Core, session: Session) -> bool:
    due = _campaigns_due(core, session)
    for campaign, version in due:
        campaign.state = state_on_air(core, version)
        note(core, session, None, f"campaign.{campaign.state}", campaign.id)
    return bool(due)


def _over(core: Core) -> Select[Takeover]:
    return select(Takeover).where(
        Takeover.state.in_(("submitted", "live")), Takeover.until_at <= core.clock.now_ms()
    )
