"""设置 → 免考核: what was asked for, a form to ask, and one request to sign off or cut short."""

from typing import Any, Final

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.accounts.roles import roles_that_may
from server.campaigns.pages import places
from server.campaigns.queries import unit_path
from server.campaigns.wording import choices, where_text
from server.exemptions import queries, rules
from server.exemptions.documents import exemption, exemption_document
from server.exemptions.models import Exemption
from server.exemptions.selected import playing_now, selected
from server.exemptions.wording import CODES, STATES
from server.extensions import core
from server.ids import public
from server.playback.extension import playback
from server.reports.foresight import would_be_excused
from server.reports.queries import names
from server.rest import district_zone
from server.screens.facts import ScreenFacts
from server.venues.kinds import TRANSPORT_KINDS
from server.web.reading import Choice, listed, now, people_names, say, unit_choices, wished

pages = Blueprint("exemption_pages", __name__)
FORESEEN: Final = 20
"""Of so many requests a list works out what they cover; others are opened for that."""
SCREENS_SHOWN: Final = 50


@pages.get("/settings/exemptions")
@needs("reports.read")
def exemptions_page() -> str:
    """Exemptions in scope, newest first; those that wait for this person with what they cover."""
    state = wished("state").get("state")
    with core().config.read() as session:
        found = listed(session, queries.in_scope(actor(), state), Exemption.id, lambda row: row)
        rows = found["items"]
        to_sign = [row for row in rows if _may_sign(session, row)][:FORESEEN]
        playing = playing_now(session) if to_sign else []
        covers = {public("exemption", row.id): _covers(session, row, playing) for row in to_sign}
        shown = {
            "exemptions": [exemption(session, row, district_zone()) for row in rows],
            **_words(session, rows),
        }
    return render_template(
        "exemptions/list.html",
        covers=covers,
        next=found["next"],
        more_href=found["more_href"],
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
            codes=[(code, say(name)) for code, name in CODES.items()],
            **places(session, "exemptions.write"),
        )


@pages.get("/settings/exemptions/<exemption_id>")
@needs("reports.read")
def exemption_page(exemption_id: str) -> str:
    """One exemption with what it covers, to be approved, rejected, cut short or taken back."""
    with core().config.read() as session:
        row = queries.find(session, actor(), "reports.read", exemption_id)
        waits, approved = row.state == "submitted", row.state == "approved"
        own = row.author_id == actor().user_id and actor().two_person
        may_undo = rules.may_undo(actor(), row, unit_path(session, row.unit_id))
        open_since = rules.open_since(core())
        return render_template(
            "exemptions/detail.html",
            exemption=exemption_document(session, row, district_zone()),
            covers=_covers(session, row, playing_now(session)) if waits or approved else None,
            may_sign=_may_sign(session, row),
            waits_for_another=waits and own,
            may_withdraw=may_undo and (waits or (approved and row.from_at >= open_since)),
            may_end=may_undo and approved and row.until_at > open_since,
            end_at=_end_at(row),
            opens_screens=bool(actor().roots("read")),
            **_words(session, [row]),
        )


def _may_sign(session: Session, row: Exemption) -> bool:
    if row.state != "submitted" or (row.author_id == actor().user_id and actor().two_person):
        return False
    return actor().may("exemptions.approve", unit_path(session, row.unit_id))


def _covers(session: Session, row: Exemption, playing: list[ScreenFacts]) -> dict[str, Any]:
    """The screens (some by name) and how many of their plays are, or would be, excused by now."""
    screens = (
        queries.exempted(session, row.id)
        if row.state == "approved"
        else selected(session, row, playing)
    )
    named = names(session, "screen", screens[:SCREENS_SHOWN])
    return {
        "screens": len(screens),
        "names": [(public("screen", one), named[one]) for one in screens if one in named],
        "plays": would_be_excused(core(), playback(), screens, row.from_at, row.until_at),
    }


def _kinds() -> list[Choice]:
    """The kinds of venues that the person may choose from."""
    roles = roles_that_may("exemptions.write", two_person=actor().two_person)
    mine = {grant.role for grant in actor().grants if grant.role in roles}
    narrow = mine == {"transport"}
    return [one for one in choices()["kinds"] if not narrow or one[0] in TRANSPORT_KINDS]


def _end_at(row: Exemption) -> str:
    """What stands in the field for a new end: now, if it runs."""
    runs = row.from_at < core().clock.now_ms() < row.until_at
    return now().strftime("%Y-%m-%dT%H:%M") if runs else ""


def _words(session: Session, rows: list[Exemption]) -> dict[str, Any]:
    known = dict(unit_choices(session, actor(), "reports.read"))
    known |= queries.places_named(session, [row.selector for row in rows])
    return {
        "people": people_names(session),
        "where_text": lambda selector: where_text(selector, known),
        "code_names": {code: say(name) for code, name in CODES.items()},
        "state_names": {state: say(name) for state, (name, _) in STATES.items()},
        "tones": {state: tone for state, (_, tone) in STATES.items()},
    }
