"""导出 LED 素材包: order one for a campaign or a venue, see how far it is, download it."""

from typing import Any, Final

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.campaigns.models import Campaign
from server.campaigns.queries import find as find_campaign
from server.campaigns.queries import shown_version
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone
from server.inventory.venues.models import Venue
from server.inventory.venues.queries import find as find_venue
from server.publishing.led_packages import contents
from server.publishing.led_packages.labels import FORMS, STATES
from server.publishing.led_packages.models import PACKS, LedPack
from server.publishing.led_packages.serializers import pack_document
from server.web.console.reports.raw_log_exports import size
from server.web.helpers import query_args, shown_state

pages = Blueprint("led_pack_pages", __name__)

SHOWN: Final = 50


@pages.get("/led-packs")
@needs("read")
def led_packs_page() -> str:
    """A form for the campaign or venue in the address, and one's own recent packs."""
    filters = query_args("campaign_id", "venue_id")
    with core().config.read() as session:
        query = PACKS.mine(actor().user_id).order_by(LedPack.id.desc()).limit(SHOWN)
        rows = list(session.scalars(query))
        return render_template(
            "led-packs/list.html",
            about=_about(session, filters),
            forms=[(form, translate(name)) for form, name in FORMS.items()],
            packs=_shown(session, rows),
        )


def _about(session: Session, filters: dict[str, str]) -> dict[str, Any] | None:
    """The object to export: its name, the path to order at, the panel on record."""
    if "venue_id" in filters:
        venue = find_venue(session, actor(), "read", filters["venue_id"])
        panel = contents.panel_on_record(session, venue.id)
        path = f"venues/{filters['venue_id']}"
        return {"name": venue.name, "path": path, "panel": panel, "kind": "venue"}
    if "campaign_id" in filters:
        row = find_campaign(session, actor(), "read", Campaign, filters["campaign_id"])
        name = shown_version(session, row).name
        path = f"campaigns/{filters['campaign_id']}"
        return {"name": name, "path": path, "panel": None, "kind": "campaign"}
    return None


def _shown(session: Session, rows: list[LedPack]) -> list[dict[str, Any]]:
    progress, found = PACKS.how_far(session, rows), []
    for row in rows:
        document = pack_document(row, progress[row.id], language(), district_zone())
        texts = {**shown_state(STATES[row.state]), "size": size(row.bytes)}
        found.append({**document, **texts, "name": _name(session, row)})
    return found


def _name(session: Session, row: LedPack) -> str:
    if row.campaign_id is not None:
        campaign = session.get_one(Campaign, row.campaign_id)
        return shown_version(session, campaign).name
    venue = session.get(Venue, row.venue_id)
    return venue.name if venue is not None else public("venue", row.venue_id or 0)
