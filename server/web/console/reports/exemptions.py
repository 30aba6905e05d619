"""设置 → 免考核: requested exemptions, a form to request, and one to sign off or cut short."""

from typing import Any, Final

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.accounts.roles import roles_that_may
from server.campaigns.labels import choices, where_text
from server.campaigns.queries import unit_path
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import Choice, state_words, translate
from server.foundation.rest.resources import district_zone, etag_of
from server.inventory.venues.kinds import TRANSPORT_KINDS
from server.monitoring.exemptions import queries, rules
from server.monitoring.exemptions.labels import CODES, STATES
from server.monitoring.exemptions.models import Exemption
from server.monitoring.exemptions.past_placements import read_fleet
from server.monitoring.exemptions.screen_selection import (
    Spell,
    screens_of,
    selected,
    selected_now,
)
from server.monitoring.exemptions.serializers import as_read, exemption, exemption_document
from server.monitoring.exemptions.visible_names import screens_named
from server.playlog.ingest.flask_extension import playback
from server.reporting.delivery.expected.exemption_preview import preview_exemption
from server.web.console.campaigns.campaigns import places
from server.web.console.campaigns.selector_names import selector_names
from server.web.helpers import listed, now, people_names, query_args

pages = Blueprint("exemption_pages", __name__)
FORESEEN: Final = 20
"""The number of requests whose coverage a list computes; others are opened for that."""
SCREENS_SHOWN: Final = 50


@pages.get("/settings/exemptions")
@needs("reports.read")
def exemptions_page() -> str:
    """Exemptions in scope, newest first; those waiting for this person with their coverage."""
    state = query_args("state").get("state")
    with core().config.read() as session:
        found = listed(session, queries.in_scope(actor(), state), Exemption.id)
        rows = found["items"]
        shown = {
            "exemptions": [exemption(session, row, district_zone()) for row in rows],
            **_foreseen(session, rows),
            **_words(session, rows),
        }  # fmt: skip
    return render_template(
        "exemptions/list.html",
        **found,
        state=state,
        may_ask=bool(actor().roots("exemptions.write")),
        **shown,
    )


@pages.get("/settings/exemptions/new")
@needs("exemptions.write")
def new_exemption_page() -> str:
    """A form to ask for one: which screens, when, why."""
    with core().config.read() as session:
        return render_template(
            "exemptions/form.html",
            kinds=_kinds(),
            codes=[(code, translate(name)) for code, name in CODES.items()],
            **places(session, "exemptions.write"),
        )


@pages.get("/settings/exemptions/<exemption_id>")
@needs("reports.read")
def exemption_page(exemption_id: str) -> str:
    """One exemption with its coverage, to be approved, rejected, cut short or withdrawn."""
    with core().config.read() as session:
        row = queries.find(session, actor(), exemption_id)
        waits, approved = row.state == "submitted", row.state == "approved"
        spells = _spells(session, row)
        may_undo = rules.may_undo(actor(), row, unit_path(session, row.unit_id))
        open_since = rules.open_since(core())
        frozen = waits and row.from_at < open_since
        return render_template(
            "exemptions/detail.html",
            exemption=exemption_document(session, row, district_zone()),
            covers=_covers(session, row, spells) if waits or approved else None,
            may_sign=_may_sign(session, row, spells),
            waits_for_another=waits and not frozen and _own(row),
            frozen=frozen,
            may_withdraw=may_undo and (waits or (approved and row.from_at >= open_since)),
            may_end=may_undo and approved and row.until_at > open_since,
            end_at=_end_at(row),
            **_words(session, [row]),
        )


def _foreseen(session: Session, rows: list[Exemption]) -> dict[str, Any]:
    """The number of screens of the first waiting ones, and their coverage if his to sign.

    Those that the person may approve come first.
    """
    waiting = [row for row in rows if row.state == "submitted"]
    waiting = sorted(waiting, key=lambda row: not _is_to_sign(row))[:FORESEEN]
    if not waiting:
        return {"covers": {}, "foreseen": {}}
    fleet = read_fleet(core(), session, min(row.from_at for row in waiting))
    found = [(row, selected(session, row, fleet)) for row in waiting]
    return {
        "foreseen": {public("exemption", row.id): len(screens_of(spells)) for row, spells in found},
        "covers": {
            public("exemption", row.id): _covers(session, row, spells)
            for row, spells in found
            if _is_to_sign(row) and _may_sign(session, row, spells)
        },
    }


def _is_to_sign(row: Exemption) -> bool:
    open_month = row.from_at >= rules.open_since(core())
    return open_month and not _own(row) and bool(actor().roots("exemptions.approve"))


def _spells(session: Session, row: Exemption) -> list[Spell]:
    """The places of an exemption, or of a request."""
    if row.state == "approved":
        return queries.exempted(session, row)
    return selected_now(core(), session, row) if row.state == "submitted" else []


def _own(row: Exemption) -> bool:
    return row.author_id == actor().user_id and actor().two_person


def _may_sign(session: Session, row: Exemption, spells: list[Spell]) -> bool:
    if row.state != "submitted" or _own(row):
        return False
    return rules.may_decide(actor(), queries.deciders(session, row, spells))


def _covers(session: Session, row: Exemption, spells: list[Spell]) -> dict[str, Any]:
    """The screens (some by name) and how many of their plays are, or would be, excused by now.

    `tag` is what an approval is held against: it is for no other screens than these.
    """
    screens = screens_of(spells)
    named = screens_named(session, actor(), spells, SCREENS_SHOWN)
    document = exemption_document(session, row, district_zone())
    return {
        "screens": len(screens),
        "named": named,
        "unnamed": len(screens) - len({one.id for one in named}),
        "plays": preview_exemption(
            core(), playback(), [(one.screen, one.from_ms, one.until_ms) for one in spells]
        ),
        "tag": etag_of(as_read(document, spells if row.state == "submitted" else [])),
    }


def _kinds() -> list[Choice]:
    """The kinds of venues that the person may choose from."""
    roles = roles_that_may("exemptions.write", two_person=actor().two_person)
    mine = {grant.role for grant in actor().grants if grant.role in roles}
    narrow = mine == {"transport"}
    return [one for one in choices()["kinds"] if not narrow or one[0] in TRANSPORT_KINDS]


def _end_at(row: Exemption) -> str:
    """The default of the field for a new end: now, if it runs."""
    runs = row.from_at < core().clock.now_ms() < row.until_at
    return now().strftime("%Y-%m-%dT%H:%M") if runs else ""


def _words(session: Session, rows: list[Exemption]) -> dict[str, Any]:
    place_names = selector_names(session, [row.selector for row in rows], "reports.read")
    return {
        "people": people_names(session),
        "where_text": lambda selector: where_text(selector, place_names),
        "code_names": {code: translate(name) for code, name in CODES.items()},
        **state_words(STATES),
    }
