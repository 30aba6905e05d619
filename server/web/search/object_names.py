"""Names of objects, by public id: for pages with many kinds of them at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.accountability.attestations.models import Attestation
from server.accounts.models import ApiToken, User
from server.campaigns.models import Playlist, Takeover
from server.content.models import Asset
from server.foundation.errors import NotFound
from server.foundation.i18n import Sentence
from server.foundation.public_ids import LETTERS, number, public
from server.gateway.rollouts.models import PlayerRelease
from server.inventory.screens.models import EnrolmentKey
from server.monitoring.incidents.models import Incident
from server.monitoring.notifications.models import NotificationTarget
from server.reporting.delivery.queries import names
from server.reporting.spot_checks.models import SpotCheck
from server.web.search.object_contents import BY_CONTENT

PERSON: Final = Sentence("{}（{}）", "{} ({})")
Number = InstrumentedAttribute[Any]
OWN: Final[Mapping[str, tuple[Number, InstrumentedAttribute[str]]]] = {
    "asset": (Asset.id, Asset.name),
    "playlist": (Playlist.id, Playlist.name),
    "takeover": (Takeover.id, Takeover.label),
    "notification_target": (NotificationTarget.id, NotificationTarget.name),
    "player_release": (PlayerRelease.id, PlayerRelease.name),
    "token": (ApiToken.id, ApiToken.name),
}
"""A name in a column of their own."""
OF_ANOTHER: Final[Mapping[str, tuple[str, Number, Number]]] = {
    "attestation": ("venue", Attestation.id, Attestation.venue_id),
    "enrolment_key": ("unit", EnrolmentKey.id, EnrolmentKey.unit_id),
    "incident": ("screen", Incident.id, Incident.screen_id),
    "spot_check": ("screen", SpotCheck.id, SpotCheck.screen_id),
}
"""Objects without a name are called by the object they belong to."""
BY_REPORTS: Final = ("campaign", "unit", "venue", "line", "screen")
_KINDS: Final = {letters: kind for kind, letters in LETTERS.items()}


def called(session: Session, ids: Iterable[str], language: str) -> dict[str, str]:
    """Names by public id; without ids that have none or are gone. A query or two for each kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in ids:
        kind = _KINDS.get(one.partition("_")[0], "")
        if kind:
            with suppress(NotFound):
                wanted[kind].add(number(kind, one))
    found = {kind: _of_kind(session, kind, some, language) for kind, some in wanted.items()}
    return {
        public(kind, row): name
        for kind, rows in found.items()
        for row, name in rows.items()
        if name and row in wanted[kind]
    }


def _of_kind(
    session: Session, kind: str, numbers: Collection[int], language: str
) -> Mapping[int, str]:
    if kind in BY_REPORTS:
        return names(session, kind, numbers)
    if kind == "user":
        return _people(session, numbers, language)
    if kind in OWN:
        key, name = OWN[kind]
        rows = session.execute(select(key, name).where(key.in_(numbers)))
        return {row[0]: row[1] for row in rows}
    if kind in OF_ANOTHER:
        return _of_another(session, kind, numbers)
    if kind in BY_CONTENT:
        return BY_CONTENT[kind](session, numbers, language)
    return {}


def _of_another(session: Session, kind: str, numbers: Collection[int]) -> Mapping[int, str]:
    other, key, about = OF_ANOTHER[kind]
    rows = session.execute(select(key, about).where(key.in_(numbers), about.is_not(None)))
    pairs = {row[0]: row[1] for row in rows}
    other_names = names(session, other, set(pairs.values()))
    return {row: other_names.get(there, "") for row, there in pairs.items()}


def _people(session: Session, numbers: Collection[int], language: str) -> Mapping[int, str]:
    rows = session.execute(select(User.id, User.name, User.username).where(User.id.in_(numbers)))
    form = PERSON.in_language(language)
    return {row: form.format(name, username) if name else username for row, name, username in rows}
