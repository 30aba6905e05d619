"""Pages of takeovers and stops: start one, see who has acknowledged it, approve it, end it."""

from typing import Any

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.campaigns import documents, queries, wording
from server.campaigns.models import Stop, Takeover
from server.campaigns.pages import places, usable_assets
from server.extensions import core
from server.library import queries as library
from server.library.documents import file_url
from server.rest import district_zone
from server.web.reading import listed, people_names, unit_choices

pages = Blueprint("takeovers_pages", __name__)
STOPS_SHOWN = 5


@pages.get("/takeovers")
@needs("read")
def list_page() -> str:
    """Takeovers and stops in scope, newest first."""
    with core().config.read() as session:
        found = listed(
            session,
            queries.in_scope(Takeover, actor()),
            Takeover.id,
            lambda row: documents.takeover(session, row, district_zone()),
        )
        stops = queries.in_scope(Stop, actor()).order_by(Stop.id.desc()).limit(STOPS_SHOWN)
        return render_template(
            "takeovers/list.html",
            takeovers=found["items"],
            next=found["next"],
            more_href=found["more_href"],
            stops=[documents.stop(row, district_zone()) for row in session.scalars(stops)],
            may_start=bool(actor().roots("takeover.start")),
            may_stop=bool(actor().roots("stop")),
            **_words(session),
        )


@pages.get("/takeovers/new")
@needs("takeover.start")
def new_page() -> str:
    """A form to start one: what, who will see it, why, until when."""
    with core().config.read() as session:
        return render_template(
            "takeovers/form.html",
            assets=usable_assets(session),
            kinds=wording.choices()["kinds"],
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
        return render_template(
            "takeovers/detail.html",
            takeover=documents.takeover_document(session, row, district_zone()),
            asset={"name": asset.name, "thumbnail": file_url(asset.poster or asset.thumbnail)},
            may_start=actor().may("takeover.start", path),
            may_sign=actor().may("sign_off", path),
            **_words(session),
        )


@pages.get("/stop")
@needs("stop")
def stop_page() -> str:
    """A form to stop at once."""
    with core().config.read() as session:
        kinds = wording.choices()["kinds"]
        return render_template("takeovers/stop.html", kinds=kinds, **places(session))


@pages.get("/stop/<stop_id>")
@needs("read")
def stopped_page(stop_id: str) -> str:
    """One stop with its acknowledgements."""
    with core().config.read() as session:
        row = queries.find(session, actor(), "read", Stop, stop_id)
        path = queries.unit_path(session, row.unit_id)
        return render_template(
            "takeovers/stopped.html",
            stop=documents.stop_document(session, row, district_zone()),
            may_lift=actor().may("sign_off", path) and row.author_id != actor().user_id,
            **_words(session),
        )


def _words(session: Session) -> dict[str, Any]:
    units = dict(unit_choices(session, actor()))
    return {
        "people": people_names(session),
        "where_text": lambda selector: wording.where_text(selector, units),
        **wording.state_words(),
    }
