"""The search queries of each kind, within the person's scope; a few columns of few rows."""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import Unit, User
from server.accounts.queries import owned_in_scope, units_in_scope, users_in_scope
from server.campaigns.models import Campaign, CampaignVersion, Playlist, Takeover
from server.content.models import Asset
from server.foundation.db.search_terms import Typed, first, has_words
from server.foundation.public_ids import LETTERS, public
from server.inventory.screens.finding.search_terms import has_screen_words
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import in_scope as screens_in_scope
from server.inventory.venues.models import Line, Venue
from server.inventory.venues.queries import in_scope as venues_in_scope
from server.inventory.venues.queries import lines_in_scope
from server.inventory.venues.search.terms import has_venue_words, of_kinds_named
from server.monitoring.incidents.models import Incident
from server.monitoring.incidents.queries import in_scope as incidents_in_scope


class Hit(NamedTuple):
    """One object found: its public id, its title, and notes that distinguish it from others.

    `notes` may hold codes (`kind:bank`, `code:offline`, `state:live`) to be put in words.
    """

    kind: str
    id: str
    title: str
    notes: tuple[str, ...]
    href: str


Scope = Callable[[Session, Actor], Select[Any]]
"""The rows that a person may find."""
Read = Callable[[Sequence[Any]], Hit]
Has = Callable[[Typed, Actor], ColumnElement[bool]]
"""SQL for the rows that match the typed text."""


class Kind(NamedTuple):
    """The search of one kind: where, the columns of its rows, the compared ones, a row as a hit.

    The first column is the number, the second one sorts.
    """

    name: str
    scope: Scope
    columns: tuple[Any, ...]
    has: Has
    read: Read

    def rows(self, session: Session, actor: Actor) -> Select[Any]:
        """The statement of all that the person may find."""
        return self.scope(session, actor).with_only_columns(*self.columns)


def _has(*words: Any, numbers: Sequence[Any] = ()) -> Has:
    """`numbers` are compared without separators."""
    return lambda asked, _actor: has_words(asked, words, numbers)


def _of(scope: Callable[[Actor], Select[Any]]) -> Scope:
    """One for which the person is enough."""
    return lambda _session, actor: scope(actor)


def _owned(model: type[Any]) -> Scope:
    return _of(lambda actor: owned_in_scope(actor, "read", model))


def _campaigns(_session: Session, actor: Actor) -> Select[Any]:
    newest = select(func.max(CampaignVersion.id)).group_by(CampaignVersion.campaign_id)
    return (
        owned_in_scope(actor, "read", Campaign)
        .join(CampaignVersion, CampaignVersion.campaign_id == Campaign.id)
        .where(CampaignVersion.id.in_(newest))
    )


def _incidents(session: Session, actor: Actor) -> Select[Any]:
    query = incidents_in_scope(session, actor).outerjoin(Screen, Incident.screen_id == Screen.id)
    return query.with_only_columns(Incident.id, maintain_column_froms=True)


def _notes(*found: str | None) -> tuple[str, ...]:
    return tuple(one for one in found if one)


def _incident(row: Sequence[Any]) -> Hit:
    number, state, code, venue, screen, name = row
    place = f"{venue or ''} {name or ''}".strip()
    filters = f"screen_id={public('screen', screen)}&" if screen is not None else ""
    filters += "state=past" if state == "closed" else "state=open"
    notes = _notes(place and f"code:{code}", f"incident:{state}")
    return Hit(
        "incident",
        public("incident", number),
        place or f"code:{code}",
        notes,
        f"/incidents?{filters}",
    )


def _reader(kind: str, path: str, *notes: str) -> Read:
    """A row of a number, a name and more; `notes` are prefixes of codes among the rest."""

    def read(row: Sequence[Any]) -> Hit:
        key = public(kind, row[0])
        rest = [
            f"{prefix}{text}" if text else "" for prefix, text in zip(notes, row[2:], strict=True)
        ]
        return Hit(kind, key, row[1] or key, _notes(*rest), path.format(key))

    return read


def _screen(row: Sequence[Any]) -> Hit:
    key = public("screen", row[0])
    return Hit("screen", key, f"{row[2]} {row[1]}", _notes(*row[3:]), f"/screens/{key}")


def _person(row: Sequence[Any]) -> Hit:
    number, name, username, unit = row
    notes = _notes(username if name else None, unit)
    key = public("user", number)
    return Hit("user", key, name or username, notes, f"/settings/people?q={key}")


def _has_incident_words(asked: Typed, _actor: Actor) -> ColumnElement[bool]:
    words = (Venue.name, Screen.name, Incident.note, Incident.firm)
    return has_words(asked, words, (Venue.vehicle,), of_kinds_named)


KINDS: Final = (
    Kind(
        "screen",
        _of(screens_in_scope),
        (Screen.id, Screen.name, Venue.name, Venue.vehicle, Screen.serial, Unit.name),
        lambda asked, _actor: has_screen_words(asked),
        _screen,
    ),
    Kind(
        "venue",
        _of(venues_in_scope),
        (Venue.id, Venue.name, Venue.vehicle, Venue.kind, Venue.address, Unit.name),
        has_venue_words,
        _reader("venue", "/venues/{}", "", "kind:", "", ""),
    ),
    Kind(
        "line",
        _of(lines_in_scope),
        (Line.id, Line.name, Line.depot, Unit.name),
        _has(Line.name, Line.depot, numbers=(Line.code,)),
        _reader("line", "/lines/{}", "", ""),
    ),
    Kind(
        "unit",
        _of(units_in_scope),
        (Unit.id, Unit.name, Unit.leader),
        _has(Unit.name, Unit.code, Unit.leader),
        _reader("unit", "/board?unit_id={}", ""),
    ),
    Kind(
        "user",
        _of(users_in_scope),
        (User.id, User.name, User.username, Unit.name),
        _has(User.name, User.username, numbers=(User.phone,)),
        _person,
    ),
    Kind(
        "asset",
        _owned(Asset),
        (Asset.id, Asset.name, Asset.state, Unit.name),
        _has(Asset.name),
        _reader("asset", "/media/{}", "asset:", ""),
    ),
    Kind(
        "playlist",
        _owned(Playlist),
        (Playlist.id, Playlist.name, Unit.name),
        _has(Playlist.name),
        _reader("playlist", "/playlists/{}", ""),
    ),
    Kind(
        "campaign",
        _campaigns,
        (Campaign.id, CampaignVersion.name, Campaign.state, Unit.name),
        _has(CampaignVersion.name),
        _reader("campaign", "/campaigns/{}", "campaign:", ""),
    ),
    Kind(
        "takeover",
        _owned(Takeover),
        (Takeover.id, Takeover.label, Takeover.state, Unit.name),
        _has(Takeover.label),
        _reader("takeover", "/takeovers/{}", "takeover:", ""),
    ),
    Kind(
        "incident",
        _incidents,
        (Incident.id, Incident.state, Incident.code, Venue.name, Screen.id, Screen.name),
        _has_incident_words,
        _incident,
    ),
)


def matches(session: Session, actor: Actor, kind: Kind, asked: Typed, limit: int) -> list[Hit]:
    """The first few of a kind: those called just so, those that begin so, then the newest."""
    key, title, *_ = kind.columns
    query = kind.rows(session, actor).where(kind.has(asked, actor))
    order = title.desc() if kind.name == "incident" else first(asked, title)
    return _read(session, query.order_by(order, key.desc()).limit(limit), kind)


def by_id(session: Session, actor: Actor, text: str) -> list[Hit]:
    """The object with exactly this public id, such as `s_9`; none outside the scope."""
    letter, _, digits = text.lower().partition("_")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
        return []
    kinds = [kind for kind in KINDS if LETTERS[kind.name] == letter]
    found = [
        _read(session, kind.rows(session, actor).where(kind.columns[0] == int(digits)), kind)
        for kind in kinds
    ]
    return [hit for hits in found for hit in hits]


def _read(session: Session, query: Select[Any], kind: Kind) -> list[Hit]:
    return [kind.read(row) for row in session.execute(query)]
