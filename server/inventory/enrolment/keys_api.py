"""`/enrolment-keys`: create, list, revoke; the key itself is shown once."""

from datetime import datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.foundation.public_ids import number
from server.foundation.qr_code import qr_svg
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import (
    Body,
    Paging,
    answered,
    check_unchanged_by,
    complete,
    district_zone,
    in_district_time,
    instant_ms,
    page,
    tagged,
)
from server.foundation.rest.responses import Listed, answers, changes_nothing
from server.inventory.district.links import player_address
from server.inventory.enrolment import keys as enrolment
from server.inventory.enrolment.qr import enrolment_address
from server.inventory.screens import schemas
from server.inventory.screens.models import EnrolmentKey
from server.inventory.screens.serializers import key_document, key_record

bp = APIBlueprint("enrolment_keys", __name__, url_prefix="/api/v1", tag="Enrolment keys 批量接入码")

_record = in_district_time(key_record)
Serial = Annotated[str, Field(min_length=1, max_length=120)]


class KeyBody(Body):
    """Limits of an enrolment key."""

    unit_id: str = Field(max_length=64)
    venue_kind: str = Field(max_length=20)
    uses: int = Field(ge=1, le=100_000)
    expires_at: datetime


class CardsBody(Body):
    """The key as shown, and the serials of some boxes."""

    key: str = Field(min_length=1, max_length=200)
    serials: list[Serial] = Field(min_length=1, max_length=50)


class KeyFilter(Paging):
    """Filter of the list."""

    unit_id: str | None = Field(None, max_length=64)


@bp.get("/enrolment-keys")
@needs("keys.manage")
@bp.input(KeyFilter, location="query")
@answers(Listed[schemas.EnrolmentKey])
def list_keys(query_data: KeyFilter) -> dict[str, Any]:
    """Enrolment keys in the person's scope, without the keys themselves."""
    with core().config.read() as session:
        query = enrolment.keys_in_scope(actor())
        if query_data.unit_id:
            query = query.where(EnrolmentKey.unit_id == number("unit", query_data.unit_id))
        return page(
            session, query, EnrolmentKey.id, query_data, lambda row: document_of(session, row)
        )


@bp.post("/enrolment-keys")
@needs("keys.manage")
@bp.input(KeyBody)
@answers(schemas.MadeKey, 201)
def create_key(json_data: KeyBody) -> ResponseReturnValue:
    """Create a key; only this answer contains it."""
    draft = enrolment.KeyDraft(
        json_data.unit_id,
        json_data.venue_kind,
        json_data.uses,
        instant_ms(json_data.expires_at, "/expires_at"),
    )
    made = enrolment.make_key(core(), actor(), draft)
    with core().config.read() as session:
        document = document_of(session, made.row)
    shown = {**document, "key": made.key, "player_address": player_address()}
    return answered(shown, 201, tag_of=_record(made.row))


@bp.get("/enrolment-keys/<key_id>")
@needs("keys.manage")
@answers(schemas.EnrolmentKey)
def get_key(key_id: str) -> ResponseReturnValue:
    """One key, without the key itself."""
    with core().config.read() as session:
        row = enrolment.find_key(session, actor(), key_id)
        return tagged(document_of(session, row), tag_of=_record(row))


@bp.delete("/enrolment-keys/<key_id>")
@needs("keys.manage")
@answers(None, 204)
def revoke_key(key_id: str) -> ResponseReturnValue:
    """Revoke the key; screens bound with it stay bound."""
    enrolment.revoke_key(core(), actor(), key_id, check_unchanged_by(_record))
    return "", 204


@bp.post("/enrolment-keys/<key_id>/cards")
@needs("keys.manage")
@bp.input(CardsBody)
@answers(Listed[schemas.Card])
@changes_nothing
def list_cards(key_id: str, json_data: CardsBody) -> dict[str, Any]:
    """The address for each box to open, with a QR code, for a printed sheet.

    The key must be sent, as the server doesn't store it; `screen`: the recorded screen.
    """
    with core().config.read() as session:
        row = enrolment.find_key(session, actor(), key_id)
        enrolment.require_same(row, json_data.key)
        names = enrolment.roster_names(session, row, json_data.serials)
    cards = []
    for serial in json_data.serials:
        address = enrolment_address(json_data.key, serial)
        card = {"serial": serial, "address": address, "qr_svg": qr_svg(address)}
        cards.append({**card, "screen": names.get(serial)})
    return complete(cards)


def document_of(session: Session, row: EnrolmentKey) -> dict[str, Any]:
    """A key with the number of screens that came by it."""
    screens = enrolment.screens_by(session, [row.id]).get(row.id, 0)
    return key_document(row, core().clock.now_ms(), screens, district_zone())
