"""Urgent campaigns: one picture every so many seconds until then, in one act and one approval."""

from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Final

from sqlalchemy.orm import Session

from playlists.windows import local_date
from server.accounts.actor import Actor
from server.campaigns import content as contents
from server.campaigns import queries
from server.campaigns.content import Content
from server.campaigns.events import ApprovalWaits
from server.campaigns.forecast.impact import names_of, outlook, refuse_misfit
from server.campaigns.models import Campaign
from server.campaigns.overrides.picture import Picture
from server.campaigns.planning.orders import Entry
from server.campaigns.playlists import service as playlist_service
from server.campaigns.playlists.service import PlaylistDraft
from server.campaigns.targeting import author_scope
from server.campaigns.trail import note
from server.campaigns.workflow import approval, drafts
from server.foundation.core import Core
from server.foundation.durations import HOUR_S
from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public

OVER: Final = Sentence("结束时间已过，请重新填写。", "It would be over already: give a later time.")


@dataclass(frozen=True)
class UrgentDraft:
    """A request for an urgent campaign; `until_ms` is an instant in ms UTC."""

    picture: Picture
    selector: dict[str, Any]
    every_s: float
    until_ms: int
    reason: str


def start(core: Core, actor: Actor, draft: UrgentDraft) -> Campaign:
    """List and tier-1 campaign made and submitted at once; its plays are its floor.

    Raises Invalid, and Conflict `does_not_fit` with nothing made.
    """
    now_ms = core.clock.now_ms()
    if draft.until_ms <= now_ms:
        raise Invalid.at("/until", OVER)
    with core.config.read() as session:
        content = _content(core, draft)
        contents.check(content)
        found = outlook(session, _entry(session, actor, draft, content), now_ms)
        names = names_of(session, actor, found) | {found.about.name: content.name}
    refuse_misfit(found, names, now_ms)
    with core.config.write() as session:
        asset = draft.picture.within(core, session, actor)
        name = f"加急：{asset.name[:100]}"
        places = [playlist_service.Entry(public("asset", asset.id))]
        listed = PlaylistDraft(name, places)
        playlist = playlist_service.add_within(core, session, actor, listed)
        content = replace(content, name=name, playlist_id=public("playlist", playlist.id))
        campaign = drafts.add_within(core, session, actor, content, playlist.unit_id)
        version = queries.shown_version(session, campaign)
        detail = {"reason": draft.reason, "every_s": draft.every_s}
        note(core, session, actor, "campaign.urgent", campaign.id, **detail)
        approval.submit_within(core, session, actor, campaign, version, include_assets=True)
    core.events.publish(ApprovalWaits(public("campaign", campaign.id)))
    return campaign


def _content(core: Core, draft: UrgentDraft) -> Content:
    zone = core.settings.zone
    plays = ceil(HOUR_S / draft.every_s)
    return Content(
        name="加急滚播",
        playlist_id="",
        starts_on=local_date(zone, core.clock.now_ms()),
        ends_on=local_date(zone, draft.until_ms),
        target_kind="plays_per_hour",
        target_value=plays,
        selector=draft.selector,
        floor=plays,
        tier=1,
        ends_at=draft.until_ms,
    )


def _entry(session: Session, actor: Actor, draft: UrgentDraft, content: Content) -> Entry:
    """The campaign that is about to be made, as planning would take it."""
    areas = author_scope.reach_for(session, actor, "campaigns.write", content.selector)
    return Entry(
        campaign_id=0,
        content=content,
        items=(draft.picture.as_item(session, actor),),
        choice=author_scope.choice(content.selector, areas),
    )
