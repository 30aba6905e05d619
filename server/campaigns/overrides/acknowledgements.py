"""The receipts of a takeover or a stop, by screen."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.campaigns.models import TakeoverReceipt
from server.foundation.core import Core
from server.foundation.public_ids import public
from server.foundation.rest.resources import iso
from server.inventory.screens.facts import ScreenFacts


def note_receipt(core: Core, screen_id: int, takeover_id: str, at_ms: int) -> None:
    """A screen has accepted an assignment with this takeover or stop (a public id).

    Idempotent: only the first time counts.
    """
    existing = select(TakeoverReceipt.id).where(
        TakeoverReceipt.object == takeover_id, TakeoverReceipt.screen_id == screen_id
    )
    with core.config.write() as session:
        if session.scalar(existing) is None:
            session.add(TakeoverReceipt(object=takeover_id, screen_id=screen_id, at=at_ms))


def acknowledgements(
    session: Session, object_id: str, targets: Sequence[ScreenFacts], zone: tzinfo
) -> dict[str, Any]:
    """Each screen that it is for, with when it acknowledged (null: not yet)."""
    rows = session.scalars(select(TakeoverReceipt).where(TakeoverReceipt.object == object_id))
    at = {row.screen_id: row.at for row in rows}
    return {
        "acknowledgements": [
            {
                "screen_id": public("screen", one.screen_id),
                "name": one.name,
                "venue_id": public("venue", one.venue_id),
                "venue_name": one.venue_name,
                "acknowledged_at": iso(at.get(one.screen_id), zone),
            }
            for one in targets
        ],
        "not_acknowledged": [
            public("screen", one.screen_id) for one in targets if one.screen_id not in at
        ],
    }
