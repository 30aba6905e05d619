"""The starter pack on the screens: playlist and filler campaign made and submitted in one act."""

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from playlists.windows import local_date
from server.accounts.actor import Actor, forbidden
from server.campaigns import queries
from server.campaigns.content import Content
from server.campaigns.models import Campaign
from server.campaigns.playlists import service as playlist_service
from server.campaigns.playlists.service import PlaylistDraft
from server.campaigns.trail import note
from server.campaigns.workflow import approval, drafts
from server.content.models import Asset
from server.content.queries import SHOWABLE, is_starter_under_way, root_unit, starter_assets
from server.foundation.core import Core
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public

NAME: Final = Sentence("起步素材", "Starter pack")
RUNS: Final = timedelta(days=365)
"""A year: long enough to be replaced by the district's own content."""

BEING_MADE: Final = Sentence(
    "起步素材还在制作，稍后再发布。",
    "The starter pack is still being made: publish it a little later.",
)
NOTHING: Final = Sentence(
    "没有可用的起步素材：可能已撤下或已删除，请改用自己的素材新建宣传任务。",
    "Nothing is left of the starter pack (withdrawn or deleted): plan a campaign of your own.",
)
PUBLISHED: Final = Sentence(
    "起步素材已在宣传任务中，不必再次发布。", "The starter pack is in a campaign already."
)


def publish(core: Core, actor: Actor) -> Campaign:
    """Make a list of the pack and a filler for all screens in reach, and submit both at once.

    One approval signs pictures and campaign. Raises Conflict `being_made`, `nothing_left` or
    `starter_published` with nothing made, and Forbidden to a street: the pack is the district's.
    """
    with core.config.write() as session:
        if not actor.may("content.write", root_unit(session).path):
            raise forbidden()
        assets = _assets(session)
        entries = [playlist_service.Entry(public("asset", one.id)) for one in assets]
        playlist = playlist_service.make_within(
            core, session, actor, PlaylistDraft(NAME.zh, entries)
        )
        content = _content(core, public("playlist", playlist.id))
        campaign = drafts.add_within(core, session, actor, content, playlist.unit_id)
        note(core, session, actor, "campaign.create", campaign.id, name=content.name)
        version = queries.shown_version(session, campaign)
        approval.submit_within(core, session, actor, campaign, version, include_assets=True)
    return campaign


def _assets(session: Session) -> list[Asset]:
    """The pack in its order. Raises Conflict."""
    if queries.starter_campaign(session) is not None:
        raise Conflict(PUBLISHED, code="starter_published")
    if is_starter_under_way(session):
        raise Conflict(BEING_MADE, code="being_made")
    assets = starter_assets(session, *SHOWABLE)
    if not assets:
        raise Conflict(NOTHING, code="nothing_left")
    return assets


def _content(core: Core, playlist_id: str) -> Content:
    """A filler gives way to every campaign, so that it fits into any hour."""
    today = local_date(core.settings.zone, core.clock.now_ms())
    return Content(
        name=NAME.zh,
        playlist_id=playlist_id,
        starts_on=today,
        ends_on=today + RUNS,
        target_kind="filler",
        target_value=None,
        selector={"all": True},
    )
