"""Names of filter values; only those within the person's scope have one."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.campaigns.queries import campaign_names
from server.foundation.errors import NotFound
from server.foundation.public_ids import number
from server.reporting.delivery.labels import ID_KINDS, kind_name
from server.reporting.delivery.queries import names
from server.reporting.subscriptions.service import FINDERS


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
        return kind_name(value).in_language(language)
    if name == "campaign_id":
        return campaign_names(session, actor).get(value, value)
    try:
        FINDERS[name](session, actor, value)
    except NotFound:
        return value
    group = name.removesuffix("_id")
    key = number(ID_KINDS.get(group, group), value)
    return names(session, group, [key]).get(key, value)
