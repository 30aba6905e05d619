"""搜索: everything that was found, when the few under the field aren't enough."""

from typing import Final

from flask import Blueprint, render_template, request

from server.accounts.guards import signed_in
from server.foundation.db.search_terms import LONGEST
from server.web.addresses import href
from server.web.search.api import groups_of

pages = Blueprint("search_pages", __name__)

SHOWN: Final = 20
LISTS: Final = {"screen": "/screens", "venue": "/venues"}


@pages.get("/search")
@signed_in
def search_page() -> str:
    """Search results for the words of the address, by kind."""
    text = request.args.get("q", "").strip()[:LONGEST]
    return render_template(
        "search/results.html",
        q=text,
        groups=groups_of(text, SHOWN) if text else [],
        shown=SHOWN,
        all_href=lambda kind: href(LISTS[kind], {"q": text}) if kind in LISTS else "",
    )
