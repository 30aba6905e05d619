"""Pages of takeovers and stops: start one, see who has acknowledged it, end it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from media.slides import engine
from server.accounts.guards import actor, needs
from server.accounts.models import Unit
from server.campaigns import labels as wording
from server.campaigns import queries
from server.campaigns.models import Stop, Takeover
from server.campaigns.targeting.signoff_scope import may_end, signs_all
from server.campaigns.workflow import serializers as documents
from server.campaigns.workflow.reviewed_version import takeover_as_read
from server.content import queries as library
from server.content.assets.slides_api import worded
from server.content.serializers import file_url
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import state_words, translate
from server.foundation.rest.resources import district_zone, etag_of, iso
from server.gateway.connection.state import live
from server.gateway.takeovers import receipts
from server.gateway.takeovers.receipts import LISTED, Receipts, is_past
from server.web.console.campaigns.campaigns import places
from server.web.console.campaigns.library import SHAPES
from server.web.console.campaigns.playlists import usable_assets
from server.web.console.campaigns.selector_names import selector_names
from server.web.console.takeovers.approvers import asked_about, notified_approvers
from server.web.console.takeovers.labels import EVERY, MINUTES, REASONS
from server.web.console.takeovers.urgent import running
from server.web.helpers import listed, now, people_names, today

pages = Blueprint("takeovers_pages", __name__)
STOPS_SHOWN: Final = 5
TEMPLATE: Final = "emergency"


@pages.get("/takeovers")
@needs("read")
def list_page() -> str:
    """Takeovers in scope, newest first, below those waiting and the stopped screens."""
    with core().config.read() as session:
        found = listed(
            session,
            queries.in_scope(Takeover, actor()),
            Takeover.id,
            lambda row: documents.takeover(session, row, district_zone()),
        )
        newest = queries.in_scope(Stop, actor()).order_by(Stop.id.desc()).limit(STOPS_SHOWN)
        stops = [documents.stop(row, district_zone()) for row in session.scalars(newest)]
        urgent = running(session, actor(), district_zone())
        shown = [*found["items"], *stops, *urgent]
        return render_template(
            "takeovers/list.html",
            may_see_duty=bool(actor().roots("incidents.acknowledge")),
            takeovers=found["items"],
            **found,
            stops=stops,
            urgent=urgent,
            may_start=bool(actor().roots("takeover.start")),
            may_stop=bool(actor().roots("stop")),
            **words(session, [one["selector"] for one in shown]),
        )


@pages.get("/takeovers/new")
@needs("takeover.start")
def new_page() -> str:
    """One form for both: content, places, reason and end; and the people who may approve it."""
    with core().config.read() as session:
        unit = session.get_one(Unit, queries.home_unit(session, actor(), "takeover.start", None))
        return render_template(
            "takeovers/form.html",
            assets=usable_assets(session),
            template=worded(engine.template(TEMPLATE)),
            shapes=[(size, translate(name), css) for size, name, css in SHAPES],
            minutes=[(code, translate(name)) for code, name in MINUTES],
            every=[(seconds, translate(name)) for seconds, name in EVERY],
            publisher=session.get_one(Unit, actor().unit_id).name,
            today=today().isoformat(),
            now=now().strftime("%Y-%m-%dT%H:%M"),
            kinds=wording.choices()["kinds"],
            approvers=asked_about(session, unit.path, actor().user_id),
            may_urgent=bool(actor().roots("campaigns.write")),
            **places(session),
        )


@pages.get("/takeovers/<takeover_id>")
@needs("read")
def takeover_page(takeover_id: str) -> str:
    """One takeover with its acknowledgements."""
    with core().config.read() as session:
        row = queries.find(session, actor(), "read", Takeover, takeover_id)
        path = queries.unit_path(session, row.unit_id)
        asset = library.by_number(session, row.asset_id)
        waits = row.state == "submitted"
        return render_template(
            "takeovers/detail.html",
            takeover=_as_of_now(documents.takeover(session, row, district_zone()), row),
            tag=etag_of(takeover_as_read(session, row, district_zone())),
            asset={"name": asset.name, "thumbnail": file_url(asset.poster or asset.thumbnail)},
            may_start=actor().may("takeover.start", path),
            may_end=actor().may("takeover.start", path) and may_end(session, actor(), row),
            may_sign=_may_sign(session, row, path) and row.author_id != actor().user_id,
            reasons=[translate(one) for one in REASONS],
            approvers=asked_about(session, path, row.author_id, row) if waits else [],
            notified=notified_approvers(session, takeover_id) if waits else [],
            now_ms=core().clock.now_ms(),
            until_ms=row.until_at,
            from_ms=row.from_at,
            **answers(session, row),
            **words(session, [row.selector]),
        )


def _may_sign(session: Session, row: Takeover | Stop, path: str) -> bool:
    return actor().may("sign_off", path) and signs_all(session, actor(), row)


@pages.get("/stop")
@needs("stop")
def stop_page() -> str:
    """A form to stop at once."""
    with core().config.read() as session:
        kinds = wording.choices()["kinds"]
        return render_template("takeovers/stop.html", kinds=kinds, **places(session, "stop"))


@pages.get("/stop/<stop_id>")
@needs("read")
def stopped_page(stop_id: str) -> str:
    """One stop with its acknowledgements."""
    with core().config.read() as session:
        row = queries.find(session, actor(), "read", Stop, stop_id)
        path = queries.unit_path(session, row.unit_id)
        mine = core().settings.two_person and row.author_id == actor().user_id
        return render_template(
            "takeovers/stopped.html",
            stop=documents.stop(row, district_zone()),
            may_lift=_may_sign(session, row, path) and not mine,
            lifters=asked_about(session, path, row.author_id, row) if row.lifted_at is None else [],
            **answers(session, row),
            **words(session, [row.selector]),
        )


def _as_of_now(document: dict[str, Any], row: Takeover) -> dict[str, Any]:
    """Screens go back by themselves at the end; the record is closed a little later."""
    if row.state != "live" or not is_past(row, core().clock.now_ms()):
        return document
    return {**document, "state": "ended", "ended_at": document["until"]}


def answers(session: Session, row: Takeover | Stop) -> dict[str, Any]:
    """The screens' receipts for the page; with phone numbers for those who may act."""
    if isinstance(row, Takeover) and row.from_at is None:
        waits = row.state == "submitted"
        reach = receipts.reach_of(session, row, live().presence, core().clock.now_ms())
        return {"receipts": None, "reach": reach if waits else None}
    found = receipts.read(session, row, live().presence, core().clock.now_ms())
    most = None if request.args.get("all") else LISTED
    late, there = found.waiting()[:most], found.delivered()[:most]
    return {
        "receipts": found.counts,
        "late": _rows(session, late),
        "there": _rows(session, there),
        "more_late": found.counts["waiting"] - len(late),
        "more_there": found.counts["delivered"] - len(there),
        "slowest_s": _slowest_s(row, found),
    }


def _rows(session: Session, rows: list[receipts.Receipt]) -> list[Mapping[str, Any]]:
    contacts = receipts.contacts_of(session, rows)
    return [
        {
            "row": one,
            "contact": contacts.get(one.facts.venue_id),
            "last_contact": iso(one.last_contact_at, district_zone()),
            "delivered": iso(one.delivered_at, district_zone()),
        }
        for one in rows
    ]


def _slowest_s(row: Takeover | Stop, found: Receipts) -> float | None:
    """After how many seconds the last of those answered that were in contact; None before any."""
    began = row.at if isinstance(row, Stop) else row.from_at
    last = max((one.delivered_at for one in found.rows if one.delivered_at), default=None)
    return None if last is None or began is None else max(0, last - began) / 1000


def words(session: Session, selectors: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Words of these pages for people, places (of these selectors) and states."""
    place_names = selector_names(session, selectors)
    return {
        "people": people_names(session),
        "where_text": lambda selector: wording.where_text(selector, place_names),
        **state_words(wording.STATES),
    }
