"""The recycle bin: deleted drafts to restore, and one's own bulk acts that can still be undone."""

from typing import Final

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from server.accounts.guards import actor, signed_in
from server.accounts.recycle_bin.service import document, in_bin
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone, iso
from server.gateway.bulk.serializers import undoable
from server.gateway.commands.labels import ACTS
from server.web.helpers import people_names

pages = Blueprint("recycle_bin_pages", __name__)
KINDS: Final = {
    "campaign": Sentence("宣传任务", "Campaign"),
    "playlist": Sentence("播放列表", "Playlist"),
    "asset": Sentence("素材", "Media"),
    "line": Sentence("线路", "Line"),
}


@pages.get("/settings/bin")
@signed_in  # each finds what he may restore
def bin_page() -> str:
    """Drafts deleted in the last thirty days, and actions that can be undone for some minutes."""
    with core().config.read() as session:
        return render_template(
            "settings/bin.html",
            items=[
                {**document(row, district_zone()), "kind_name": translate(KINDS[row.kind])}
                for row in in_bin(session, actor())
            ],
            acts=_acts(session),
            people=people_names(session),
        )


def _acts(session: Session) -> list[dict[str, str | None]]:
    return [
        {
            "id": public("bulk_act", row.id),
            "name": translate(ACTS[row.action]),
            "detail": "、".join(row.args.get("tags", ())) or row.args.get("reason", ""),
            "at": iso(row.created_at, district_zone()),
        }
        for row in undoable(session, actor(), core().clock.now_ms())
    ]
