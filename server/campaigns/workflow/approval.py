"""From draft to screen: submitted, signed off step by step by other people, withdrawn."""

from collections.abc import Collection, Iterable
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.windows import local_date
from server.accounts.actor import Actor
from server.campaigns import queries
from server.campaigns.events import CampaignsChanged
from server.campaigns.forecast.impact import names_of, outlook_of, refuse_misfit
from server.campaigns.four_eyes import APPROVED, REJECTED, case_of, give_verdict
from server.campaigns.models import Campaign, CampaignVersion, Playlist
from server.campaigns.playlists.service import snapshot
from server.campaigns.targeting import signoff_scope
from server.campaigns.trail import note
from server.campaigns.workflow.drafts import back_to_draft
from server.campaigns.workflow.reviewed_version import campaign_as_read
from server.content.assets import lifecycle as library
from server.content.models import Asset
from server.foundation.core import Core
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.preconditions import Check

NOTHING_OPEN = Sentence(
    "没有可送审的草稿；已批准的请先修订。",
    "There is no draft to submit: revise what was signed off first.",
)
ALREADY = Sentence("已经送审，正在等待审批。", "It was submitted and waits for sign-off.")
NOT_SUBMITTED = Sentence(
    "该任务未处于待审批状态，请先送审。", "It doesn't wait for sign-off: submit it first."
)
EMPTY_LIST = Sentence(
    "播放列表是空的，请先添加素材。", "The playlist is empty: add assets to it first."
)
OVER = Sentence(
    "结束日期已过，请修改日期后再送审。", "Its last day is over: change the dates first."
)
CHANGED = Sentence(
    "送审时内容被修改，请核对后重试。", "It was changed at the same moment: look again and retry."
)
NOT_SIGNED = Sentence(
    "有素材尚未批准：请一并送审（include_assets），或先单独审批素材。",
    "Some assets aren't signed off: submit with include_assets, or have them signed off first.",
)
NOT_ON_AIR = Sentence("该任务已撤下或已结束。", "It is withdrawn or over already.")


def submit(core: Core, actor: Actor, campaign_id: str, *, include_assets: bool) -> None:
    """Freeze the draft and send it to sign-off. Raises Conflict.

    `does_not_fit` if floors or gaps can't be kept; with `include_assets` its assets that aren't
    signed off go along and are signed off with it.
    """
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        campaign = queries.find(session, actor, "campaigns.write", Campaign, campaign_id)
        draft = _draft(session, campaign)
        require_submittable(core, session, draft)
        found = outlook_of(session, draft, now_ms)
        names = names_of(session, actor, found)
        items = snapshot(session, draft.playlist_id)
    refuse_misfit(found, names, now_ms)
    with core.config.write() as session:
        campaign = queries.find(session, actor, "campaigns.write", Campaign, campaign_id)
        version = _draft(session, campaign)
        same_list = snapshot(session, version.playlist_id) == items
        if version.changed_at != draft.changed_at or not same_list:
            raise Conflict(CHANGED)
        version.pace = found.about.pace
        submit_within(core, session, actor, campaign, version, include_assets=include_assets)


def submit_within(
    core: Core,
    session: Session,
    actor: Actor,
    campaign: Campaign,
    version: CampaignVersion,
    *,
    include_assets: bool,
) -> None:
    """Freeze a draft and send it to sign-off in a running transaction."""
    now_ms = core.clock.now_ms()
    items = snapshot(session, version.playlist_id)
    asset_ids = {item["asset_id"] for item in items}
    if include_assets:
        library.submit_within(session, now_ms, actor, asset_ids)
    _require_assets(session, asset_ids, ("submitted", "approved"))
    playlist = session.get_one(Playlist, version.playlist_id)
    version.items = items
    version.editors = sorted({*version.editors, *playlist.editors, actor.user_id})
    version.standing, version.submitted_by = "submitted", actor.user_id
    version.include_assets = include_assets
    version.changed_at = now_ms
    campaign.rounds += 1
    if campaign.state == "draft":
        campaign.state = "submitted"
    note(core, session, actor, "campaign.submit", campaign.id, version=version.number)


def approve(core: Core, actor: Actor, campaign_id: str, opinion: str, unchanged: Check) -> None:
    """One step of sign-off; the last one puts the content on the screens. Raises Conflict.

    Raises Forbidden for one's own work, and for a second step by the same person; `unchanged`
    checks that it is the version that was read.
    """
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        version = _to_judge(core, session, actor, campaign_id, unchanged)[1]
        found = outlook_of(session, version, now_ms)
        names = names_of(session, actor, found)
    refuse_misfit(found, names, now_ms)
    with core.config.write() as session:
        campaign, version = _to_judge(core, session, actor, campaign_id, unchanged)
        step = give_verdict(core, session, actor, case_of(campaign, version), APPROVED, opinion)
        detail = {"step": step, "version": version.number, "two_person": core.settings.two_person}
        note(core, session, actor, "campaign.approve", campaign.id, **detail)
        if step < core.settings.review_steps:
            return
        notices = _sign(core, session, actor, campaign, version)
    for notice in [*notices, CampaignsChanged("approve")]:
        core.events.publish(notice)


def reject(core: Core, actor: Actor, campaign_id: str, reason: str, unchanged: Check) -> None:
    """Send it back to its makers. Raises Conflict, and Forbidden for one's own work."""
    with core.config.write() as session:
        campaign, version = _to_judge(core, session, actor, campaign_id, unchanged)
        give_verdict(core, session, actor, case_of(campaign, version), REJECTED, reason)
        back_to_draft(core, campaign, version)
        note(core, session, actor, "campaign.reject", campaign.id, reason=reason)


def withdraw(core: Core, actor: Actor, campaign_id: str) -> None:
    """Take it off the screens and out of sign-off, for good. Raises Conflict."""
    with core.config.write() as session:
        campaign = queries.find(session, actor, "campaigns.write", Campaign, campaign_id)
        if campaign.state in ("withdrawn", "ended"):
            raise Conflict(NOT_ON_AIR)
        was = campaign.state
        version = queries.open_version(session, campaign.id)
        if version is not None:
            back_to_draft(core, campaign, version)
        campaign.state = "withdrawn"
        note(core, session, actor, "campaign.withdraw", campaign.id, was=was)
    core.events.publish(CampaignsChanged("withdraw"))


def state_on_air(core: Core, version: CampaignVersion) -> Literal["approved", "live", "ended"]:
    """The state of a signed-off version today, in the district's zone."""
    now_ms = core.clock.now_ms()
    today = local_date(core.settings.zone, now_ms)
    if today > version.ends_on or (version.ends_at is not None and now_ms >= version.ends_at):
        return "ended"
    return "live" if today >= version.starts_on else "approved"


def require_submittable(core: Core, session: Session, version: CampaignVersion) -> None:
    """Raise Conflict for an empty list and for dates that are over."""
    if state_on_air(core, version) == "ended":
        raise Conflict(OVER, code="over")
    if not snapshot(session, version.playlist_id):
        raise Conflict(EMPTY_LIST, code="empty_playlist")


def _sign(
    core: Core, session: Session, actor: Actor, campaign: Campaign, version: CampaignVersion
) -> list[object]:
    """Make a content the one that counts; answers notices to publish after the commit."""
    if state_on_air(core, version) == "ended":
        raise Conflict(OVER, code="over")
    asset_ids = {item["asset_id"] for item in version.items}
    notices: list[object] = []
    if version.include_assets:
        signoff_scope.require_successors(session, actor, asset_ids)
        notices = library.approve_within(session, core.clock.now_ms(), actor, asset_ids)
    _require_assets(session, asset_ids, ("approved",))
    before = queries.signed_version(session, campaign.id)
    if before is not None:
        before.standing = "replaced"
    version.standing = "signed"
    campaign.state = state_on_air(core, version)
    return notices


def _draft(session: Session, campaign: Campaign) -> CampaignVersion:
    version = queries.open_version(session, campaign.id)
    if version is None or campaign.state == "withdrawn":
        raise Conflict(NOTHING_OPEN)
    if version.standing == "submitted":
        raise Conflict(ALREADY)
    return version


def _to_judge(
    core: Core, session: Session, actor: Actor, campaign_id: str, unchanged: Check
) -> tuple[Campaign, CampaignVersion]:
    """The version that waits for a verdict, unchanged since it was read."""
    campaign = queries.find(session, actor, "sign_off", Campaign, campaign_id)
    unchanged(campaign_as_read(session, campaign, core.settings.zone))
    version = queries.open_version(session, campaign.id)
    if version is None or version.standing != "submitted":
        raise Conflict(NOT_SUBMITTED)
    signoff_scope.require_all(session, actor, version)
    return campaign, version


def _require_assets(session: Session, asset_ids: Iterable[int], states: Collection[str]) -> None:
    wrong = session.scalars(
        select(Asset.id).where(Asset.id.in_(set(asset_ids)), Asset.state.not_in(states))
    ).all()
    if wrong:
        names = [public("asset", number) for number in sorted(wrong)]
        raise Conflict(NOT_SIGNED, code="assets_not_signed_off", assets=names)
