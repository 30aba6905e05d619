"""Codes of venues and lines: their unique numbers in the district's own lists."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence
from server.inventory.venues.models import Line, Venue

TAKEN = Sentence("该编号已被使用。", "This code is taken already.")


def check_free(
    session: Session, kind: type[Venue] | type[Line], code: str | None, own_id: int = 0
) -> None:
    """Raise Conflict if any other object of the kind has this code."""
    if code is None:
        return
    other = session.scalar(select(kind.id).where(kind.code == code, kind.id != own_id))
    if other is not None:
        raise Conflict.at("/code", TAKEN, "code_taken")
