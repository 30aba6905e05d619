"""The JSON documents of exemptions."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from sqlalchemy.orm import Session

from server.campaigns.workflow.serializers import reviews
from server.foundation.rest.documents import document
from server.monitoring.exemptions import schemas
from server.monitoring.exemptions.models import Exemption
from server.monitoring.exemptions.queries import approved_screens
from server.monitoring.exemptions.screen_selection import Spell


def exemption(session: Session, row: Exemption, zone: tzinfo) -> dict[str, Any]:
    """An exemption in a list; `screens`: the number excused, null unless approved."""
    screens = approved_screens(session, row.id) if row.state == "approved" else None
    times = {"from_": row.from_at, "until": row.until_at}
    return document(schemas.ListedExemption, row, zone, **times, screens=screens)


def exemption_document(session: Session, row: Exemption, zone: tzinfo) -> dict[str, Any]:
    """An exemption with its decision."""
    verdicts = reviews(session, "exemption", row.id, zone)
    return {**exemption(session, row, zone), "reviews": verdicts}


def as_read(document: dict[str, Any], spells: Iterable[Spell]) -> dict[str, Any]:
    """The content of its ETag: the document, and the selected screens with their places."""
    return {**document, "stood": sorted({(one.screen, one.venue, one.unit) for one in spells})}
