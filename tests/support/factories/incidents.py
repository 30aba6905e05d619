"""Incidents made at once, as a round leaves them."""

from typing import Any

from server.inventory.screens.models import Screen
from server.monitoring.incidents.models import Incident
from tests.support.app.inventory import BoundScreen
from tests.support.app.world import World


def make_incident(world: World, screen: BoundScreen, code: str = "offline", **fields: Any) -> int:
    """One that is open since now; its number."""
    now_ms = world.clock.now_ms()
    with world.core.config.write() as session:
        venue = session.get_one(Screen, screen.id).venue
        values = {
            "state": "open", "since": now_ms, "raised_at": now_ms, "facts": {}, "note": "",
            "firm": "", "firm_phone": "", "order_note": "", "open_key": f"{code}:{screen.id}",
            **fields,
        }  # fmt: skip
        place = {"screen_id": screen.id, "venue_id": venue.id, "line_id": venue.line_id}
        row = Incident(code=code, unit_id=venue.unit_id, **{**place, **values})
        session.add(row)
        session.flush()
        return row.id
