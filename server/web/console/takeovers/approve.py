"""`/approve/<id>`: a phone's page on which a takeover or an urgent campaign is signed off."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from server.accounts.actor import forbidden
from server.accounts.guards import actor, open_to_all
from server.campaigns import labels as wording
from server.campaigns import queries
from server.campaigns.models import Campaign, Takeover
from server.campaigns.overrides.target_screens import counted
from server.campaigns.targeting.signoff_scope import signs_all
from server.campaigns.workflow import serializers as documents
from server.campaigns.workflow.reviewed_version import campaign_as_read, takeover_as_read
from server.content import queries as library
from server.content.serializers import file_url
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import state_words, translate
from server.foundation.rest.resources import district_zone, etag_of, iso
from server.gateway.connection.state import live
from server.gateway.takeovers.receipts import reach_of
from server.web.addresses import href
from server.web.console.campaigns.selector_names import selector_names
from server.web.console.takeovers.approvers import asked_about, notified_approvers
from server.web.console.takeovers.labels import REASONS
from server.web.helpers import people_names

pages = Blueprint("approve_pages", __name__)
MOST_PICTURES = 6
Document = dict[str, Any]


@pages.get("/approve/<takeover_id>")
@open_to_all  # who comes from a message is sent to sign in first, and back
def approve_page(takeover_id: str) -> ResponseReturnValue:
    """Content, places, end and author of a request; a verdict in two taps (urgent ones too)."""
    if g.get("actor") is None:
        return redirect(href("/login", {"next": f"/approve/{takeover_id}"}), 303)
    if not actor().roots("read"):
        raise forbidden()
    with core().config.read() as session:
        asked = (_takeover if takeover_id[:2] == "t_" else _campaign)(session, takeover_id)
        path, author = asked["path"], asked["author"]
        mine = author == actor().user_id and core().settings.two_person
        return render_template(
            "takeovers/approve.html",
            asked=asked,
            mine=mine,
            may_sign=actor().may("sign_off", path) and asked["all_mine"] and not mine,
            approvers=asked_about(session, path, author, asked["row"]) if asked["waits"] else [],
            notified=notified_approvers(session, takeover_id) if asked["waits"] else [],
            reasons=[translate(one) for one in REASONS],
            people=people_names(session),
            **state_words(wording.STATES),
        )


def _takeover(session: Session, text: str) -> Document:
    row = queries.find(session, actor(), "read", Takeover, text)
    document = documents.takeover(session, row, district_zone())
    return {
        **_common(session, row, document),
        "kind": "takeover",
        "tag": etag_of(takeover_as_read(session, row, district_zone())),
        "api": f"/api/v1/takeovers/{text}",
        "page": f"/takeovers/{text}",
        "name": row.label,
        "reason": row.reason,
        "drill": row.drill,
        "emergency": row.emergency,
        "until": document["until"],
        "pictures": _pictures(session, [row.asset_id]),
        "places": counted(session, row),
        "reach": reach_of(session, row, live().presence, core().clock.now_ms()),
        "row": row,
        "all_mine": signs_all(session, actor(), row),
        "where": wording.where_text(row.selector, selector_names(session, [row.selector])),
        "waits": row.state == "submitted",
    }


def _campaign(session: Session, text: str) -> Document:
    row = queries.find(session, actor(), "read", Campaign, text)
    version = queries.open_version(session, row.id) or queries.shown_version(session, row)
    document = documents.campaign(session, row, district_zone())
    return {
        **_common(session, row, document),
        "kind": "campaign",
        "tag": etag_of(campaign_as_read(session, row, district_zone())),
        "api": f"/api/v1/campaigns/{text}",
        "page": f"/campaigns/{text}",
        "name": version.name,
        "often": wording.target_text(documents.version(version)["target"]),
        "until": iso(version.ends_at, district_zone()) or version.ends_on.isoformat(),
        "pictures": _pictures(session, [item["asset_id"] for item in version.items]),
        "places": counted(session, version),
        "row": version,
        "all_mine": signs_all(session, actor(), version),
        "where": wording.where_text(version.selector, selector_names(session, [version.selector])),
        "waits": version.standing == "submitted",
    }


def _common(session: Session, row: Takeover | Campaign, document: Mapping[str, Any]) -> Document:
    return {
        "id": document["id"],
        "state": row.state,
        "author": row.author_id,
        "author_id": document["author_id"],
        "created_at": document["created_at"],
        "path": queries.unit_path(session, row.unit_id),
        "reviews": document["reviews"],
    }


def _pictures(session: Session, numbers: list[int]) -> list[Document]:
    rows = [library.by_number(session, one) for one in numbers[:MOST_PICTURES]]
    found = []
    for one in rows:
        shapes = one.renditions if one.kind == "image" else []
        files = [(file_url(each.digest), each.height > each.width) for each in shapes]
        whole = [(file_url(one.poster or one.thumbnail), False)]
        found.append({"name": one.name, "files": files or whole})
    return found
