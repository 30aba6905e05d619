"""A campaign's life as a draft: made, changed, copied, revised, thrown away."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.recycle_bin import service as recycle_bin
from server.campaigns import content as contents
from server.campaigns import queries
from server.campaigns.content import Content
from server.campaigns.models import Campaign, CampaignVersion, Playlist
from server.campaigns.playlists.own_playlist import settled
from server.campaigns.playlists.service import Entry
from server.campaigns.targeting import author_scope
from server.campaigns.trail import note
from server.campaigns.workflow.reviewed_version import campaign_as_read
from server.foundation.core import Core
from server.foundation.errors import Conflict, Forbidden, NotFound
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.preconditions import Check, unchecked

REVISE = Sentence(
    "已批准的内容不能直接修改，请先“修订”。",
    "What was signed off can't be changed: revise it first.",
)
OVER = Sentence("该任务已撤下，请复制为新任务。", "It was withdrawn: copy it as a new campaign.")
NOT_REVISABLE = Sentence(
    "只有已批准的任务可以修订；草稿可直接修改，已撤下的请复制。",
    "Only a signed-off campaign is revised: change a draft as it is, copy a withdrawn one.",
)
IN_USE = Sentence(
    "该任务曾送审或播放，不能删除，请改为撤下。",
    "It was submitted or played, so it stays on record: withdraw it instead.",
)
FILLER_ONLY = Sentence(
    "点位联系人只能为自己的点位编排自有内容。",
    "A venue's contact arranges filler for his own venues only.",
)


def create(
    core: Core, actor: Actor, content: Content, unit: str | None, entries: Sequence[Entry] = ()
) -> Campaign:
    """A new draft of a unit (None: the person's own). Raises Invalid, NotFound, Forbidden.

    `entries` make a list of its own for it, in place of one that the content names.
    """
    contents.check(content)
    with core.config.write() as session:
        unit_id = queries.home_unit(session, actor, "campaigns.write", unit)
        content = settled(core, session, actor, content, entries, public("unit", unit_id))
        campaign = add_within(core, session, actor, content, unit_id)
        note(core, session, actor, "campaign.create", campaign.id, name=content.name)
    return campaign


def add_within(
    core: Core, session: Session, actor: Actor, content: Content, unit_id: int
) -> Campaign:
    """Make a draft in a running transaction."""
    now_ms = core.clock.now_ms()
    campaign = Campaign(unit_id=unit_id, author_id=actor.user_id, state="draft", created_at=now_ms)
    session.add(campaign)
    session.flush()
    _add_version(core, session, actor, campaign, content)
    return campaign


def change(
    core: Core,
    actor: Actor,
    campaign_id: str,
    changes: Mapping[str, Any],
    unchanged: Check,
    entries: Sequence[Entry] = (),
) -> Campaign:
    """Write fields of the draft; a submitted one becomes a draft again. Raises Conflict.

    `entries` make a new list for it.
    """
    with core.config.write() as session:
        campaign = queries.find(session, actor, "campaigns.write", Campaign, campaign_id)
        unchanged(campaign_as_read(session, campaign, core.settings.zone))
        version = queries.open_version(session, campaign.id)
        if campaign.state == "withdrawn":
            raise Conflict(OVER, code="copy")
        if version is None:
            raise Conflict(REVISE, code="revise")
        content = replace(contents.content_of(version), **changes)
        contents.check(content)
        if entries:
            unit = public("unit", campaign.unit_id)
            named = replace(content, playlist_id=changes.get("playlist_id", ""))
            content = settled(core, session, actor, named, entries, unit)
        _write(core, session, actor, campaign, version, content)
        back_to_draft(core, campaign, version)
        note(core, session, actor, "campaign.change", campaign.id, fields=sorted(changes))
    return campaign


def duplicate(core: Core, actor: Actor, campaign_id: str) -> Campaign:
    """A new draft with the same content, whatever the state of the original."""
    with core.config.write() as session:
        original = queries.find(session, actor, "campaigns.write", Campaign, campaign_id)
        content = contents.content_of(queries.shown_version(session, original))
        content = replace(content, name=f"{content.name[:110]}（副本）", ends_at=None)
        campaign = add_within(core, session, actor, content, original.unit_id)
        source = public("campaign", original.id)
        note(core, session, actor, "campaign.copy", campaign.id, source=source)
    return campaign


def revise(core: Core, actor: Actor, campaign_id: str) -> Campaign:
    """Create a draft to replace the signed version; an open one is kept. Raises Conflict."""
    with core.config.write() as session:
        campaign = queries.find(session, actor, "campaigns.write", Campaign, campaign_id)
        signed = queries.signed_version(session, campaign.id)
        if signed is None or campaign.state == "withdrawn":
            raise Conflict(NOT_REVISABLE)
        if queries.open_version(session, campaign.id) is None:
            _add_version(core, session, actor, campaign, contents.content_of(signed))
            note(core, session, actor, "campaign.revise", campaign.id)
    return campaign


def remove(core: Core, actor: Actor, campaign_id: str, check: Check = unchecked) -> str:
    """Move a draft never judged and never played to the recycle bin; answers the bin's id.

    Raises Conflict.
    """
    with core.config.write() as session:
        campaign = queries.find(session, actor, "campaigns.write", Campaign, campaign_id)
        check(campaign_as_read(session, campaign, core.settings.zone))
        if campaign.state != "draft" or campaign.rounds:
            raise Conflict(IN_USE, code="withdraw")
        version = queries.shown_version(session, campaign)
        note(core, session, actor, "campaign.delete", campaign.id, name=version.name)
        deletion = recycle_bin.Deletion(
            kind="campaign",
            rows=[campaign, version],
            name=version.name,
            number=campaign.id,
            unit_id=campaign.unit_id,
            author_id=campaign.author_id,
        )
        kept = recycle_bin.put(session, core.clock.now_ms(), actor, deletion)
        session.delete(version)
        session.flush()
        session.delete(campaign)
    return kept


def drop_revision(core: Core, actor: Actor, campaign_id: str, check: Check = unchecked) -> None:
    """Delete the revision of a signed campaign. Raises NotFound if there is none."""
    with core.config.write() as session:
        campaign = queries.find(session, actor, "campaigns.write", Campaign, campaign_id)
        check(campaign_as_read(session, campaign, core.settings.zone))
        version = queries.open_version(session, campaign.id)
        if version is None or queries.signed_version(session, campaign.id) is None:
            raise NotFound
        note(core, session, actor, "campaign.drop_revision", campaign.id, version=version.number)
        session.delete(version)


def back_to_draft(core: Core, campaign: Campaign, version: CampaignVersion) -> None:
    """Take a content out of sign-off; the signed version stays in force."""
    version.standing = "draft"
    version.submitted_by = None
    version.items = []
    version.changed_at = core.clock.now_ms()
    if campaign.state == "submitted":
        campaign.state = "draft"


def _add_version(
    core: Core, session: Session, actor: Actor, campaign: Campaign, content: Content
) -> None:
    version = CampaignVersion(
        campaign_id=campaign.id,
        number=queries.next_number(session, campaign.id),
        standing="draft",
        author_id=actor.user_id,
        editors=[],
        items=[],
    )
    _write(core, session, actor, campaign, version, content)
    session.add(version)
    session.flush()


def _write(
    core: Core,
    session: Session,
    actor: Actor,
    campaign: Campaign,
    version: CampaignVersion,
    content: Content,
) -> None:
    path = queries.unit_path(session, campaign.unit_id)
    if content.target_kind != "filler" and actor.is_contact_only("campaigns.write", path):
        raise Forbidden(FILLER_ONLY)
    playlist = queries.reference(session, actor, Playlist, content.playlist_id, "/playlist_id")
    if version.selector != content.selector:
        version.reach = author_scope.reach_for(session, actor, "campaigns.write", content.selector)
    for column, value in content.as_columns(playlist.id).items():
        setattr(version, column, value)
    version.editors = sorted({*version.editors, actor.user_id})
    version.changed_at = core.clock.now_ms()
