"""Boxes on pages: those of a screen, newly enrolled ones, a screen taken out of use."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone
from server.inventory.devices import history as boxes
from server.inventory.devices import unplaced as arrivals
from server.inventory.enrolment import rejected_enrolments
from server.inventory.screens import queries
from server.inventory.screens.contact import contact
from server.inventory.screens.finding import lookup
from server.inventory.screens.labels import STATES
from server.inventory.screens.models import RefusedEnrolment, Screen, ScreenBox
from server.inventory.screens.serializers import (
    Seen,
    box_document,
    refusal_document,
    screen_document,
)
from server.inventory.venues.access import may, place_of
from server.inventory.venues.kinds import KINDS
from server.web.helpers import listed, people_names, shown_state, unit_choices

pages = Blueprint("screen_boxes_pages", __name__)

HOW: Final = {
    "code": Sentence("绑定码", "By code"),
    "key": Sentence("批量接入码", "By enrolment key"),
    "earlier": Sentence("以前绑定", "Before boxes were noted"),
}
ENDED: Final = {
    "replaced": Sentence("更换", "Replaced"),
    "revoked": Sentence("吊销", "Revoked"),
    "retired": Sentence("停用", "Retired"),
}
LIVE: Final = Sentence("同序列号的显示屏还在用。", "The screen with this serial is in use.")
TAKEN_OUT: Final = Sentence(
    "这台终端是从这块屏上换下来的。", "This box was taken out of that screen."
)
REVOKED: Final = Sentence("这台终端已被吊销。", "This box was revoked.")
MOST_REFUSALS: Final = 50


@pages.get("/screens/arrivals")
@needs("screens.pair")
def arrivals_page() -> str:
    """Boxes that came by a key and aren't placed yet, and those that were refused."""
    with core().config.read() as session:
        found = listed(session, arrivals.unplaced(actor()), Screen.id, _arrival)
        query = rejected_enrolments.open_in_scope(actor()).order_by(RefusedEnrolment.last_at.desc())
        rows = session.scalars(query.limit(MOST_REFUSALS)).all()
        return render_template(
            "screens/arrivals.html",
            arrivals=found["items"],
            **found,
            refusals=[_refusal(row) for row in rows],
            units=unit_choices(session, actor(), "screens.pair"),
            may_keys=bool(actor().roots("keys.manage")),
        )


@pages.get("/screens/<screen_id>/retire")
@needs("screens.pair")
def retire_page(screen_id: str) -> ResponseReturnValue:
    """The consequences of taking a screen out of use, shown before."""
    with core().config.read() as session:
        row = queries.find(session, actor(), "screens.pair", screen_id)
        if row.retired_at is not None:
            return redirect(f"/screens/{screen_id}")
        screen = {
            "id": screen_id,
            "name": row.name,
            "serial": row.serial,
            "venue_id": public("venue", row.venue_id),
            "venue_name": row.venue.name,
        }
        last = in_service(session, row.venue_id) == 1
        may_plan = may(actor(), "maintenance.write", place_of(row.venue))
    return render_template("screens/retire.html", screen=screen, last=last, may_plan=may_plan)


def behind(session: Session, screen: Screen) -> dict[str, Any]:
    """The boxes of a screen for its page."""
    people = people_names(session)
    waiting = session.scalars(
        rejected_enrolments.open_in_scope(actor()).where(RefusedEnrolment.screen_id == screen.id)
    )
    return {
        "boxes": [_box(row, people) for row in boxes.boxes_of(session, screen.id)],
        "refusals": [refusal_document(row, district_zone()) for row in waiting],
    }


def in_service(session: Session, venue_id: int) -> int:
    """The number of a venue's screens that aren't retired."""
    query = select(func.count(Screen.id)).where(
        Screen.venue_id == venue_id, Screen.retired_at.is_(None)
    )
    return session.scalar(query) or 0


def is_bare(session: Session, venue_id: int) -> bool:
    """Whether all screens of a venue, which had some, were retired."""
    every = session.scalar(select(func.count(Screen.id)).where(Screen.venue_id == venue_id))
    return bool(every) and in_service(session, venue_id) == 0


def waiting_arrivals(session: Session) -> int:
    """The number of boxes waiting on the page of new arrivals."""
    unplaced = arrivals.unplaced(actor()).with_only_columns(func.count(Screen.id))
    refused = rejected_enrolments.open_in_scope(actor()).with_only_columns(
        func.count(RefusedEnrolment.id)
    )
    return (session.scalar(unplaced) or 0) + (session.scalar(refused) or 0)


def _box(row: ScreenBox, people: Mapping[str, str]) -> dict[str, Any]:
    document = box_document(row, district_zone())
    return {
        **document,
        "how_text": translate(HOW[row.how]),
        "ended_text": translate(ENDED[row.ended]) if row.ended else "",
        "who": people.get(document["user_id"] or ""),
        "ended_who": people.get(document["ended_by"] or ""),
    }


def _arrival(row: Screen) -> dict[str, Any]:
    seen = Seen(core().clock.now_ms(), contact(row.id))
    document = screen_document(row, seen, district_zone())
    return {
        **document,
        "unit": row.venue.unit.name,
        "unit_id": public("unit", row.venue.unit_id),
        "kind": translate(KINDS[row.venue.kind].name),
        **shown_state(STATES[document["state"]]),
    }


def _refusal(row: RefusedEnrolment) -> dict[str, Any]:
    screen = row.screen
    is_out = screen.revoked_at is not None
    same = LIVE if screen.serial == row.serial else TAKEN_OUT
    return {
        **refusal_document(row, district_zone()),
        "screen": lookup.screen_choice(screen).name,
        "unit": row.key.unit.name,
        "is_revoked": is_out,
        "may_come": screen.retired_at is None,
        "why": translate(REVOKED if is_out else same),
    }
