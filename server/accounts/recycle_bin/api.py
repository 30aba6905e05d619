"""`/bin`: drafts that were deleted in the last thirty days, and their way back."""

from typing import Any

from apiflask import APIBlueprint

from server.accounts.guards import actor, needs, signed_in
from server.accounts.recycle_bin import schemas
from server.accounts.recycle_bin.service import document, in_bin, restore
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import district_zone
from server.foundation.rest.responses import answers

bp = APIBlueprint("recycle_bin", __name__, url_prefix="/api/v1", tag="Recycle bin 回收站")


@bp.get("/bin")
@signed_in  # what each kind of thing needs is asked of each row
@answers(schemas.Bin)
def list_bin() -> dict[str, Any]:
    """Deleted drafts that the person may restore: campaigns, playlists, media, lines."""
    with core().config.read() as session:
        return {"items": [document(one, district_zone()) for one in in_bin(session, actor())]}


@bp.post("/bin/<binned_item_id>/restore")
@needs("venues.write")  # all roles that delete drafts have it; the kind's own is checked too
@answers(schemas.Restored)
def restore_item(binned_item_id: str) -> dict[str, Any]:
    """Bring one back under the id that it had, as it was."""
    item = restore(core(), actor(), binned_item_id)
    return {"kind": item.kind, "id": item.object, "name": item.name}
