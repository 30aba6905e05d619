"""Pages of takeovers: start one, see who has acknowledged it, approve it."""

from flask import Blueprint, render_template

from server.accounts.guards import actor, needs
from server.campaigns import documents, queries, wording
from server.campaigns.models import Takeover
from server.campaigns.pages import usable_assets
from server.extensions import core
from server.rest import district_zone
from server.web.reading import listed

pages = Blueprint("takeovers_pages", __name__)


@pages.get("/takeovers")
@needs("read")
def list_page() -> str:
    """Takeovers in scope, and a form to start one."""
    with core().config.read() as session:
        found = listed(
            session,
            queries.in_scope(Takeover, actor()),
            Takeover.id,
            lambda row: documents.takeover(session, row, district_zone()),
        )
        assets = [(asset["id"], asset["name"]) for asset in usable_assets(session)]
    return render_template(
        "takeovers/list.html",
        takeovers=found["items"],
        assets=assets,
        may_start=bool(actor().roots("takeover.start")),
        **wording.state_words(),
    )


@pages.get("/takeovers/<takeover_id>")
@needs("read")
def takeover_page(takeover_id: str) -> str:
    """One takeover with its acknowledgements."""
    with core().config.read() as session:
        row = queries.find(session, actor(), "read", Takeover, takeover_id)
        path = queries.unit_path(session, row.unit_id)
        shown = documents.takeover_document(session, row, district_zone())
    return render_template(
        "takeovers/detail.html",
        takeover=shown,
        may_start=actor().may("takeover.start", path),
        may_sign=actor().may("sign_off", path),
        **wording.state_words(),
    )
