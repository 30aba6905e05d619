"""审批单: a campaign on paper, with its pictures, scope, opinions and room for seals."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.accounts.models import Unit
from server.campaigns import labels as wording
from server.campaigns import queries
from server.campaigns.changes import days as changed_days
from server.campaigns.changes import service as changes
from server.campaigns.content import content_of
from server.campaigns.holidays import days as calendar_days
from server.campaigns.models import Campaign, CampaignVersion, Review
from server.campaigns.playlists.service import snapshot
from server.campaigns.workflow import serializers as documents
from server.campaigns.workflow.signoff_steps import step_name
from server.content.models import Asset
from server.content.serializers import file_url
from server.foundation.core import Core
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import state_words, translate
from server.foundation.rest.resources import district_zone, iso
from server.inventory.screens.queries import facts
from server.web.console.campaigns.library import ai_choices
from server.web.console.campaigns.review_view import VERDICTS
from server.web.console.campaigns.selector_names import selector_names
from server.web.helpers import names_of, now

NOT_DECLARED: Final = Sentence("未说明", "not said")
LABELLED: Final = Sentence("含，据文件标识，由系统加标识", "some, by the file's label: marked")

pages = Blueprint("campaign_sheet_pages", __name__)


@pages.get("/campaigns/<campaign_id>/approval-sheet")
@needs("read")
def approval_sheet_page(campaign_id: str) -> str:
    """The version waiting for sign-off (or signed), to be printed and sealed."""
    with core().config.read() as session:
        campaign = queries.find(session, actor(), "read", Campaign, campaign_id)
        version = _version(session, campaign)
        return render_template(
            "campaigns/approval-sheet.html",
            campaign_id=campaign_id,
            version=version,
            state="approved" if version.standing == "signed" else version.standing,
            **_details(session, campaign, version),
            steps=_steps(core(), session, campaign, version),
            printed=now().strftime("%Y-%m-%d %H:%M"),
            printed_by=names_of(session, [actor().user_id])[actor().user_id],
            **state_words(wording.STATES),
        )


def _version(session: Session, campaign: Campaign) -> CampaignVersion:
    """The version submitted for sign-off, else the one in force."""
    opened = queries.open_version(session, campaign.id)
    if opened is not None and opened.standing == "submitted":
        return opened
    return queries.shown_version(session, campaign)


def _details(session: Session, campaign: Campaign, version: CampaignVersion) -> dict[str, Any]:
    content = content_of(version)
    days = changed_days.runs(
        content, calendar_days.load(session), content.starts_on, content.ends_on
    )
    chosen = changes.chosen(version, facts(session))
    submitter = version.submitted_by or version.author_id
    value = documents.plain(version.target_value)
    return {
        "unit": session.get_one(Unit, campaign.unit_id).name,
        "submitter": names_of(session, [submitter])[submitter],
        "sent": version.submitted_by is not None,
        "submitted_at": iso(version.changed_at, district_zone()),
        "round": campaign.rounds,
        "days": len(days),
        "when_text": wording.when_text(version.dayparts),
        "where_text": wording.where_text(
            version.selector, selector_names(session, [version.selector])
        ),
        "screens": len(chosen),
        "venues": len({one.venue_id for one in chosen}),
        "target_text": wording.target_text({"kind": version.target_kind, "value": value}),
        "floor": documents.plain(version.floor),
        "tier": translate(wording.TIERS[version.tier]),
        "items": _items(session, version),
    }


def _items(session: Session, version: CampaignVersion) -> list[dict[str, Any]]:
    items = list(version.items) or snapshot(session, version.playlist_id)
    wanted = select(Asset).where(Asset.id.in_({one["asset_id"] for one in items}))
    assets = {row.id: row for row in session.scalars(wanted)}
    return [
        {
            "name": assets[one["asset_id"]].name,
            "kind": one["kind"],
            "thumbnail": file_url(assets[one["asset_id"]].thumbnail),
            "seconds": f"{one['duration_ms'] / 1000:g}",
            "ai": _of_ai(assets[one["asset_id"]]),
        }
        for one in items
    ]


def _of_ai(asset: Asset) -> str:
    """The declaration on AI-made content of an upload, or its file's label; empty for slides."""
    if asset.is_drawn:
        return ""
    if asset.ai_label is not None and asset.ai in (None, "none"):
        return translate(LABELLED)
    return dict(ai_choices()).get(asset.ai or "", translate(NOT_DECLARED))


def _steps(
    core: Core, session: Session, campaign: Campaign, version: CampaignVersion
) -> list[dict[str, Any]]:
    """A row for each step, filled in as far as it was signed."""
    reviews = {one.step: one for one in _reviews(session, campaign, version)}
    people = names_of(session, (one.user_id for one in reviews.values()))
    count = core.settings.review_steps
    return [
        {"name": translate(step_name(count, number)), **_signed(reviews.get(number), people)}
        for number in range(1, max(count, *reviews, 1) + 1 if reviews else count + 1)
    ]


def _reviews(session: Session, campaign: Campaign, version: CampaignVersion) -> list[Review]:
    """The verdicts on this version: of the round that is open, or that signed it off."""
    by_round: dict[int, list[Review]] = defaultdict(list)
    for review in queries.reviews_of(session, "campaign", campaign.id):
        by_round[review.round].append(review)
    if version.standing != "signed":
        return by_round.get(campaign.rounds, [])
    whole = [rows for rows in by_round.values() if all(one.verdict == "approved" for one in rows)]
    opened = queries.open_version(session, campaign.id)
    if opened is not None and opened.standing == "submitted" and by_round.get(campaign.rounds):
        whole = [rows for rows in whole if rows[0].round != campaign.rounds]
    return whole[-1] if whole else []


def _signed(review: Review | None, people: Mapping[int, str]) -> dict[str, str | None]:
    if review is None:
        return {"verdict": "", "person": "", "at": None, "opinion": ""}
    return {
        "verdict": translate(VERDICTS[review.verdict][0]),
        "person": people[review.user_id],
        "at": iso(review.at, district_zone()),
        "opinion": review.opinion,
    }
