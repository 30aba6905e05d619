"""The search queries of each kind, within the person's scope; a few columns of few rows."""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, within
from server.accounts.models import Unit, User
from server.accounts.queries import units_in_scope, users_in_scope
from server.campaigns.models import Campaign, CampaignVersion, Playlist, Takeover
from server.campaigns.queries import in_scope as owned_in_scope
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


Query = Callable[[Session, Actor], Any]
"""A statement; its columns are defined by the kind."""
Read = Callable[[Sequence[Any]], Hit]


Has = Callable[[Typed, Actor], ColumnElement[bool]]
"""SQL for the rows that match the typed text."""


class Kind(NamedTuple):
    """The search of one kind: the query with its columns, the compared columns, and a row as a hit.

    `key` is the number's column, `title` sorts.
    """

    name: str
    key: Any
    title: Any
    has: Has
    query: Query
    read: Read


def _has(*words: Any, numbers: Sequence[Any] = ()) -> Has:
    """`numbers` are compared without separators."""
    return lambda asked, _actor: has_words(asked, words, numbers)


def _screens(_session: Session, actor: Actor) -> Any:
    columns = (Screen.id, Screen.name, Venue.name, Venue.vehicle, Screen.serial, Unit.name)
    return screens_in_scope(actor).with_only_columns(*columns)


def _venues(_session: Session, actor: Actor) -> Any:
    columns = (Venue.id, Venue.name, Venue.vehicle, Venue.kind, Venue.address, Unit.name)
    return venues_in_scope(actor).with_only_columns(*columns)


def _lines(_session: Session, actor: Actor) -> Any:
    return lines_in_scope(actor).with_only_columns(Line.id, Line.name, Line.depot, Unit.name)


def _units(_session: Session, actor: Actor) -> Any:
    return units_in_scope(actor).with_only_columns(Unit.id, Unit.name, Unit.leader)


def _people(_session: Session, actor: Actor) -> Any:
    return users_in_scope(actor).with_only_columns(User.id, User.name, User.username, Unit.name)


def _media(_session: Session, actor: Actor) -> Any:
    columns = (Asset.id, Asset.name, Asset.state, Unit.name)
    query = select(*columns).join(Unit, Asset.unit_id == Unit.id)
    return query.where(within(Unit.path, actor.roots("read")))


def _playlists(_session: Session, actor: Actor) -> Any:
    return owned_in_scope(Playlist, actor).with_only_columns(Playlist.id, Playlist.name, Unit.name)


def _campaigns(_session: Session, actor: Actor) -> Any:
    newest = select(func.max(CampaignVersion.id)).group_by(CampaignVersion.campaign_id)
    return (
        owned_in_scope(Campaign, actor)
        .join(CampaignVersion, CampaignVersion.campaign_id == Campaign.id)
        .where(CampaignVersion.id.in_(newest))
        .with_only_columns(Campaign.id, CampaignVersion.name, Campaign.state, Unit.name)
    )


def _takeovers(_session: Session, actor: Actor) -> Any:
    columns = (Takeover.id, Takeover.label, Takeover.state, Unit.name)
    return owned_in_scope(Takeover, actor).with_only_columns(*columns)


def _incidents(session: Session, actor: Actor) -> Any:
    columns = (Incident.id, Incident.code, Venue.name, Screen.id, Screen.name, Incident.state)
    query = incidents_in_scope(session, actor).outerjoin(Screen, Incident.screen_id == Screen.id)
    return query.with_only_columns(*columns, maintain_column_froms=True)


def _notes(*found: str | None) -> tuple[str, ...]:
    return tuple(one for one in found if one)


def _incident(row: Sequence[Any]) -> Hit:
    number, code, venue, screen, name, state = row
    place = f"{venue or ''} {name or ''}".strip()
    wish = f"screen_id={public('screen', screen)}&" if screen is not None else ""
    wish += "state=past" if state == "closed" else "state=open"
    notes = _notes(place and f"code:{code}", f"incident:{state}")
    return Hit(
        "incident", public("incident", number), place or f"code:{code}", notes, f"/incidents?{wish}"
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
        Screen.id,
        Screen.name,
        lambda asked, _actor: has_screen_words(asked),
        _screens,
        _screen,
    ),
    Kind(
        "venue",
        Venue.id,
        Venue.name,
        has_venue_words,
        _venues,
        _reader("venue", "/venues/{}", "", "kind:", "", ""),
    ),
    Kind(
        "line",
        Line.id,
        Line.name,
        _has(Line.name, Line.depot, numbers=(Line.code,)),
        _lines,
        _reader("line", "/lines/{}", "", ""),
    ),
    Kind(
        "unit",
        Unit.id,
        Unit.name,
        _has(Unit.name, Unit.code, Unit.leader),
        _units,
        _reader("unit", "/board?unit_id={}", ""),
    ),
    Kind(
        "user",
        User.id,
        User.name,
        _has(User.name, User.username, numbers=(User.phone,)),
        _people,
        _person,
    ),
    Kind(
        "asset",
        Asset.id,
        Asset.name,
        _has(Asset.name),
        _media,
        _reader("asset", "/media/{}", "asset:", ""),
    ),
    Kind(
        "playlist",
        Playlist.id,
        Playlist.name,
        _has(Playlist.name),
        _playlists,
        _reader("playlist", "/playlists/{}", ""),
    ),
    Kind(
        "campaign",
        Campaign.id,
        CampaignVersion.name,
        _has(CampaignVersion.name),
        _campaigns,
        _reader("campaign", "/campaigns/{}", "campaign:", ""),
    ),
    Kind(
        "takeover",
        Takeover.id,
        Takeover.label,
        _has(Takeover.label),
        _takeovers,
        _reader("takeover", "/takeovers/{}", "takeover:", ""),
    ),
    Kind(
        "incident",
        Incident.id,
        Incident.state,
        _has_incident_words,
        _incidents,
        _incident,
    ),
)


def matches(session: Session, actor: Actor, kind: Kind, asked: Typed, limit: int) -> list[Hit]:
    """The first few of a kind: those called just so, those that begin so, then the newest."""
    query = kind.query(session, actor).where(kind.has(asked, actor))
    order = kind.title.desc() if kind.name == "incident" else first(asked, kind.title)
    return _read(session, query.order_by(order, kind.key.desc()).limit(limit), kind)


def by_id(session: Session, actor: Actor, text: str) -> list[Hit]:
    """The object with exactly this public id, such as `s_9`; none outside the scope."""
    letter, _, digits = text.lower().partition("_")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
        return []
    kinds = [kind for kind in KINDS if LETTERS[kind.name] == letter]
    found = [
        _read(session, kind.query(session, actor).where(kind.key == int(digits)), kind)
        for kind in kinds
    ]
    return [hit for hits in found for hit in hits]


def _read(session: Session, query: Any, kind: Kind) -> list[Hit]:
    return [kind.read(row) for row in session.execute(query)]
