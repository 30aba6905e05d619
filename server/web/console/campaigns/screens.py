"""The screens that a campaign is for, and those that a revision brings or takes away."""

from typing import Any, Final, cast

from flask import Blueprint, render_template, request

from server.accounts.guards import actor, needs
from server.campaigns import queries
from server.campaigns.changes import service as changes
from server.campaigns.changes.service import Side
from server.campaigns.models import Campaign
from server.foundation.i18n import Sentence
from server.foundation.pinyin import by_name
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.inventory.screens import queries as screens
from server.inventory.screens.facts import ScreenSpot
from server.inventory.venues.kinds import KINDS
from server.web.helpers import unit_choices
from server.web.sorting import page_of

pages = Blueprint("campaign_screens_pages", __name__)

PAGE: Final = 100
SIDES: Final = {
    "gained": Sentence("新增", "New"),
    "lost": Sentence("减少", "No longer"),
    "kept": Sentence("不变", "As before"),
}


@pages.get("/campaigns/<campaign_id>/screens")
@needs("read")
def screens_page(campaign_id: str) -> str:
    """The campaign's screens in the person's scope by venue, and the number of others."""
    side = request.args.get("change")
    with core().config.read() as session:
        campaign = queries.find(session, actor(), "read", Campaign, campaign_id)
        opened = queries.open_version(session, campaign.id) and campaign.state != "withdrawn"
        every, mine = screens.spots(session, actor())
        where = (
            changes.where_among(changes.versions_of(session, campaign), every) if opened else None
        )
        if where is not None and side in SIDES:
            chosen = where.of(cast("Side", side))
        else:
            chosen, side = changes.chosen(queries.shown_version(session, campaign), every), None
        name = queries.shown_version(session, campaign).name
        units = dict(unit_choices(session, actor()))
    seen = sorted([one for one in chosen if one.screen_id in mine], key=_by_venue)
    part, links = page_of(len(seen), PAGE)
    return render_template(
        "campaigns/screens.html",
        campaign_id=campaign_id,
        name=name,
        side=side,
        sides=_sides(where),
        rows=[_row(one, units) for one in seen[part]],
        screens=len(chosen),
        venues=len({one.venue_id for one in chosen}),
        unseen=len(chosen) - len(seen),
        **links,
    )


def _sides(where: changes.Where | None) -> list[dict[str, Any]]:
    if where is None:
        return []
    return [
        {"key": key, "name": translate(name), "screens": len(where.of(cast("Side", key)))}
        for key, name in SIDES.items()
    ]


def _row(one: ScreenSpot, units: dict[str, str]) -> dict[str, str]:
    return {
        "id": public("screen", one.screen_id),
        "name": one.name,
        "venue_id": public("venue", one.venue_id),
        "venue": one.venue_name,
        "kind": translate(KINDS[one.venue_kind].name),
        "unit": units.get(public("unit", one.unit_id), ""),
    }


def _by_venue(one: ScreenSpot) -> tuple[str, str, int, str]:
    return one.venue_kind, by_name(one.venue_name), one.venue_id, by_name(one.name)
