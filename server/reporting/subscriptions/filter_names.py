"""Names of filter values; only those within the person's scope have one."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.campaigns.queries import campaign_names
from server.foundation.errors import NotFound
from server.foundation.public_ids import number
from server.inventory.venues import kinds as venue_kinds
from server.reporting.delivery.queries import names
from server.reporting.subscriptions.service import FINDERS

NAMED_AS: Final = {
    "unit_id": "unit",
    "territory_id": "unit",
    "venue_id": "venue",
    "screen_id": "screen",
    "line_id": "line",
}


def filters_in_words(
    session: Session, actor: Actor, filters: Mapping[str, str], language: str
) -> str:
    """The filters of a report, by name; empty for all in scope.

    A value outside the person's scope is shown by its public id, as a missing one is.
    """
    parts = (_name(session, actor, one, filters[one], language) for one in sorted(filters))
    return "；".join(parts)


def _name(session: Session, actor: Actor, name: str, value: str, language: str) -> str:
    if name == "venue_kind":
        kind = venue_kinds.KINDS.get(value)
        return kind.name.in_language(language) if kind else value
    if name == "campaign_id":
        return campaign_names(session, actor).get(value, value)
    try:
        FINDERS[name](session, actor, value)
    except NotFound:
        return value
    key = number(NAMED_AS[name], value)
    return names(session, NAMED_AS[name], [key]).get(key, value)
