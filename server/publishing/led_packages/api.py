"""`/led-packs`: a campaign's assets, or a venue's, as files for an LED controller."""

from dataclasses import replace
from typing import Any

from apiflask import APIBlueprint
from flask import send_file
from flask.typing import ResponseReturnValue
from pydantic import Field

from media.pipeline.led_panel import Form
from server.accounts.guards import actor, needs
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import (
    Body,
    Paging,
    check_unchanged,
    district_zone,
    listed,
    tagged,
)
from server.foundation.rest.responses import Listed, answers, refuses
from server.inventory.district.links import site_address
from server.publishing.led_packages import schemas, service
from server.publishing.led_packages.models import PACKS, LedPack
from server.publishing.led_packages.serializers import pack_document
from server.publishing.led_packages.service import PackRequest

bp = APIBlueprint("led_packs", __name__, url_prefix="/api/v1", tag="LED packs LED 素材包")

ZIP = "application/zip"


class LedPackBody(Body):
    """The panel's own pixels, and the form in which its controller takes pictures.

    For a venue the size may be left out if one of its screens has it on record.
    """

    width: int | None = Field(None, ge=1, le=1_000_000)
    height: int | None = Field(None, ge=1, le=1_000_000)
    pictures: Form = "jpg"


@bp.post("/campaigns/<campaign_id>/led-packs")
@needs("read")
@bp.input(LedPackBody)
@answers(schemas.LedPack, 201)
@refuses(429, 507)
def pack_campaign(campaign_id: str, json_data: LedPackBody) -> ResponseReturnValue:
    """Have the assets of a signed-off campaign made for a panel; kept for three days.

    Pictures are at the panel's pixels, clips H.264 baseline without sound, numbered in play
    order, with a playing list.
    """
    return _ordered(PackRequest(campaign_id=campaign_id, **json_data.model_dump()))


@bp.post("/venues/<venue_id>/led-packs")
@needs("read")
@bp.input(LedPackBody)
@answers(schemas.LedPack, 201)
@refuses(429, 507)
def pack_venue(venue_id: str, json_data: LedPackBody) -> ResponseReturnValue:
    """The same of all that is live for a venue."""
    return _ordered(PackRequest(venue_id=venue_id, **json_data.model_dump()))


@bp.get("/led-packs")
@needs("read")
@bp.input(Paging, location="query")
@answers(Listed[schemas.LedPack])
def list_led_packs(query_data: Paging) -> dict[str, Any]:
    """One's own packs of the last days, newest first."""
    return listed(PACKS.mine(actor().user_id), LedPack.id, query_data, _document)


@bp.get("/led-packs/<led_pack_id>")
@needs("read")
@answers(schemas.LedPack)
def get_led_pack(led_pack_id: str) -> ResponseReturnValue:
    """One of one's own packs, and how far it is."""
    with core().config.read() as session:
        row = PACKS.find(session, actor().user_id, led_pack_id)
    return tagged(_document(row))


@bp.get("/led-packs/<led_pack_id>/file")
@needs("read")
@answers(None, 200, "The zip", media_type=ZIP)
@answers(None, 206, "A part of it", media_type=ZIP)
@refuses(409, 416)
def get_led_pack_file(led_pack_id: str) -> ResponseReturnValue:
    """The zip; parts of it too, so that a broken download goes on where it was."""
    row, path = service.file_of(core(), actor(), led_pack_id)
    name = f"LED-{row.width}x{row.height}-{led_pack_id}.zip"
    return send_file(path, ZIP, as_attachment=True, download_name=name, etag=True)


@bp.delete("/led-packs/<led_pack_id>")
@needs("read")
@answers(None, 204)
def delete_led_pack(led_pack_id: str) -> ResponseReturnValue:
    """Delete a pack and its file; one that is being made is given up."""

    def check(row: LedPack) -> None:
        check_unchanged(_document(row))

    service.remove(core(), actor(), led_pack_id, check)
    return "", 204


def _ordered(requested: PackRequest) -> ResponseReturnValue:
    whole = replace(requested, language=language(), address=site_address()[:255])
    return tagged(_document(service.order(core(), actor(), whole)), 201)


def _document(row: LedPack) -> dict[str, Any]:
    with core().config.read() as session:
        progress = PACKS.how_far(session, [row])[row.id]
    return pack_document(row, progress, language(), district_zone())
