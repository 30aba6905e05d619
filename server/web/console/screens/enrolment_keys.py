"""设置 → 批量接入码: the keys and their use, one to be made, sheets to be printed."""

from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, render_template

from server.accounts.guards import actor, needs
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone, etag_of
from server.inventory.district.links import player_address
from server.inventory.enrolment import keys as enrolment
from server.inventory.enrolment.keys_api import document_of
from server.inventory.screens.models import EnrolmentKey
from server.inventory.screens.serializers import key_record
from server.inventory.venues.kinds import KINDS
from server.web.helpers import listed, now, people_names, shown_state, unit_choices

pages = Blueprint("enrolment_key_pages", __name__)

USUAL_DAYS: Final = 30
STATES: Final = {
    "usable": (Sentence("可用", "Usable"), "good"),
    "used_up": (Sentence("次数已用完", "Used up"), "wait"),
    "over": (Sentence("已过期", "Over"), ""),
    "revoked": (Sentence("已吊销", "Revoked"), "bad"),
}


@pages.get("/settings/enrolment-keys")
@needs("keys.manage")
def keys_page() -> str:
    """All keys of the units whose keys the person manages, newest first."""
    with core().config.read() as session:
        people = people_names(session)
        units = unit_choices(session, actor(), "keys.manage")

        def row_of(row: EnrolmentKey) -> dict[str, Any]:
            document = document_of(session, row)
            return {
                **document,
                "unit": row.unit.name,
                "kind": translate(KINDS[row.venue_kind].name),
                **shown_state(STATES[document["state"]]),
                "maker": people.get(public("user", row.made_by)) if row.made_by else None,
                "tag": etag_of(key_record(row, district_zone())),
            }

        found = listed(session, enrolment.keys_in_scope(actor()), EnrolmentKey.id, row_of)
    return render_template(
        "settings/enrolment-keys.html",
        keys=found["items"],
        **found,
        units=units,
        kinds=[(code, translate(kind.name)) for code, kind in KINDS.items()],
        until=(now() + timedelta(days=USUAL_DAYS)).strftime("%Y-%m-%dT18:00"),
        player_address=player_address(),
    )
