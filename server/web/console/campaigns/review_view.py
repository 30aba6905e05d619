"""The review of a campaign: steps, the next signer, and the content replaced by it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.guards import actor
from server.campaigns import queries
from server.campaigns.changes import days as changed_days
from server.campaigns.changes import service as changes
from server.campaigns.changes.content import ContentChange, reordered
from server.campaigns.models import Campaign
from server.campaigns.workflow.signoff_steps import Step, progress
from server.content.models import Asset
from server.content.serializers import file_url
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone, iso
from server.web.console.campaigns.run_months import drawn
from server.web.helpers import names_of, today

CHANGES = {
    "added": (Sentence("新增", "New"), "good"),
    "removed": (Sentence("移除", "Gone"), "bad"),
    "replaced": (Sentence("替换", "Replaced"), "wait"),
    "retimed": (Sentence("改时长", "Other length"), "wait"),
    "kept": (Sentence("不变", "As before"), ""),
}
VERDICTS = {
    "approved": (Sentence("同意", "Approved"), "good"),
    "rejected": (Sentence("退回", "Sent back"), "bad"),
}
MOST_NAMED = 6


def steps_view(session: Session, campaign: Campaign) -> dict[str, Any] | None:
    """The newest submission's steps in words; None before the first."""
    found = progress(core(), session, actor(), campaign)
    if found is None:
        return None
    signed = (step.review.user_id for step in found.steps if step.review is not None)
    people = names_of(session, signed)
    return {
        "steps": [_step(step, people) for step in found.steps],
        "turn": [person.name or person.username for person in found.people][:MOST_NAMED],
        "more": max(len(found.people) - MOST_NAMED, 0),
        "waits": any(step.waits for step in found.steps),
        "sent_back": any(one.review and one.review.verdict == "rejected" for one in found.steps),
        "mine": found.mine,
        "hindered": None if found.hindered is None else translate(found.hindered),
    }


def changes_view(session: Session, campaign: Campaign) -> dict[str, Any] | None:
    """Changes of content and days by the open version; None without an open version."""
    if queries.open_version(session, campaign.id) is None or campaign.state == "withdrawn":
        return None
    both = changes.versions_of(session, campaign)
    rows = changes.content_changes(session, both)
    days = changes.day_changes(core(), session, both)
    counted = changed_days.as_json(days)
    return {
        "first": both.before is None,
        "content": _pictured(session, rows),
        "reordered": reordered(*changes.items_of(session, both)),
        "months": drawn(session, days, today()),
        "days": counted,
        "same_days": not any(counted[kind] for kind in ("added", "removed", "changed")),
    }


def _step(step: Step, people: Mapping[int, str]) -> dict[str, Any]:
    review = step.review
    document: dict[str, Any] = {"name": translate(step.name), "waits": step.waits, "verdict": None}
    if review is None:
        return document
    verdict, tone = VERDICTS[review.verdict]
    return document | {
        "verdict": translate(verdict),
        "tone": tone,
        "person": people.get(review.user_id, ""),
        "at": iso(review.at, district_zone()),
        "opinion": review.opinion,
    }


def _pictured(session: Session, rows: list[ContentChange]) -> list[dict[str, Any]]:
    wanted = {one for row in rows for one in (row.asset_id, row.replaces) if one is not None}
    assets = {row.id: row for row in session.scalars(select(Asset).where(Asset.id.in_(wanted)))}
    return [
        {
            "change": row.change,
            "name": translate(CHANGES[row.change][0]),
            "tone": CHANGES[row.change][1],
            "asset": _asset(assets[row.asset_id]),
            "former": None if row.replaces is None else _asset(assets[row.replaces]),
            "before_s": None if row.before_ms is None else f"{row.before_ms / 1000:g}",
            "after_s": None if row.after_ms is None else f"{row.after_ms / 1000:g}",
        }
        for row in rows
    ]


def _asset(row: Asset) -> dict[str, Any]:
    return {
        "id": public("asset", row.id),
        "title": row.name,
        "thumbnail": file_url(row.thumbnail),
        "state": row.state,
    }
