"""Moves many vehicles to another line (调线), within the caller's transaction."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.foundation.errors import Fault, Invalid, NotFound
from server.foundation.i18n import Sentence
from server.inventory.venues import access, queries
from server.inventory.venues.kinds import VEHICLES
from server.inventory.venues.models import Venue

NO_VEHICLE = Sentence("不是车辆，不能调线。", "This is no vehicle: it has no line to change.")
NOT_YOURS = Sentence("您无权调整这辆车。", "You may not move this vehicle.")
NO_LINE = Sentence("没有这条线路。", "There is no such line.")


def move_to_line(session: Session, actor: Actor, venues: Collection[int], line: str) -> list[str]:
    """Move vehicles to this line; returns the names of those already there.

    Past plays stay with the former line. Raises Invalid, naming those that can't be moved.
    """
    try:
        target = queries.find_line(session, actor, "read", line).id
    except NotFound as error:
        raise Invalid.at("/line_id", NO_LINE) from error
    rows = session.scalars(select(Venue).where(Venue.id.in_(venues)).order_by(Venue.id)).all()
    faults = [
        Fault("/screen_ids", Sentence(f"{row.name}：{why.zh}", f"{row.name}: {why.en}"))
        for row in rows
        if (why := _refusal(actor, row)) is not None
    ]
    if faults:
        raise Invalid(faults[0].detail, faults=faults)
    stayed = [row.name for row in rows if row.line_id == target]
    for row in rows:
        row.line_id = target
    return stayed


def _refusal(actor: Actor, row: Venue) -> Sentence | None:
    if row.kind not in VEHICLES:
        return NO_VEHICLE
    roles = access.roles_at(actor, "venues.write", access.place_of(row)) - {"venue"}
    return None if roles else NOT_YOURS
