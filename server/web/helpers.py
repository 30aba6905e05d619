"""Shared parts of the reading pages: one page of a list, dates, choices."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, tzinfo
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.accounts.actor import Actor
from server.accounts.models import User
from server.accounts.queries import units_in_scope
from server.accounts.roles import Action
from server.foundation.errors import Invalid, NotFound
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number, public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import Choice, translate
from server.foundation.rest.resources import Paging, instant_ms, page
from server.foundation.rest.validation_errors import input_faults
from server.inventory.screens import queries as screens
from server.inventory.screens.finding import lookup
from server.inventory.screens.models import Screen
from server.inventory.venues.fields.opening_hours import WRONG_DATE
from server.web.addresses import here

PAGE_SIZE = 48
LONGEST_MS = 14
WRONG_TIME = Sentence("时间请写成 2026-11-24T15:00 这样。", "Write the time as 2026-11-24T15:00.")

Query = TypeVar("Query", bound=BaseModel)


def listed(
    session: Session,
    query: Select[Any],
    key: InstrumentedAttribute[int],
    render: Callable[[Any], Any] = lambda row: row,
) -> dict[str, Any]:
    """One page of a list by the address's `cursor`; `more_href` makes the next one's address.

    Its `items` are the rows themselves, where none are to be rendered one by one.
    """
    found = page(session, query, key, _paging(), render)
    return {**found, "more_href": lambda cursor: here(cursor=cursor)}


def _paging() -> Paging:
    """The page of a list from the address; the first one for an invalid cursor."""
    try:
        return Paging(limit=PAGE_SIZE, cursor=request.args.get("cursor"))
    except ValidationError:
        return Paging(limit=PAGE_SIZE)


def unit_choices(session: Session, actor: Actor, action: Action = "read") -> list[Choice]:
    """Units over which the person may do `action`, in the order of the tree."""
    units = session.scalars(units_in_scope(actor, action)).all()
    return [(public("unit", unit.id), unit.name) for unit in sorted(units, key=lambda u: u.path)]


def shown_state(words: tuple[Sentence, str]) -> dict[str, str]:
    """A state's name and colour, as the rows of lists have them."""
    name, tone = words
    return {"state_text": translate(name), "tone": tone}


def today() -> date:
    """The district's civil day."""
    return now().date()


def now() -> datetime:
    """The district's wall clock."""
    return datetime.fromtimestamp(core().clock.now_ms() / 1000, core().settings.zone)


def clock(at_ms: int | None, zone: tzinfo, now_ms: int, *, seconds: bool = False) -> str:
    """An instant by a place's clock, with its day where that isn't today; "" for none."""
    if at_ms is None:
        return ""
    at, now = (datetime.fromtimestamp(one / 1000, zone) for one in (at_ms, now_ms))
    form = "%H:%M:%S" if seconds else "%H:%M"
    return at.strftime(form if at.date() == now.date() else f"%m-%d {form}")


def day_of_address(first: date = date.min, last: date = date.max) -> date:
    """The day in this page's address or the nearest of these, today by default. Raises Invalid."""
    text = request.args.get("day")
    try:
        day = date.fromisoformat(text) if text else today()
    except ValueError as error:
        raise Invalid.at("/day", WRONG_DATE) from error
    return min(max(day, first), last)


def requested_instant(name: str = "at") -> int | None:
    """The instant in this page's address (ms UTC), None if there is none. Raises Invalid.

    With an offset, in ms since 1970, or by the district's clock as date and time fields have it.
    """
    text = request.args.get(name, "").strip().replace(" ", "+")
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_MS:
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid.at(f"/{name}", WRONG_TIME) from error
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=core().settings.zone)
    return instant_ms(zoned, f"/{name}")


def query_args(*names: str) -> dict[str, str]:
    """The filters of a list from the address; empty ones are left out."""
    given = {name: request.args.get(name, "").strip() for name in names}
    return {name: value for name, value in given.items() if value}


def query_of(model: type[Query], given: Mapping[str, str]) -> Query:
    """The query of a page's address, as the API's query. Raises Invalid."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        faults = input_faults(error.errors(include_url=False), dict(given))
        raise Invalid(faults[0].detail, faults=faults) from error


def chosen_screen(
    session: Session, actor: Actor, text: str | None, action: Action = "reports.read"
) -> lookup.Choice | None:
    """The screen that the address names, as a chooser shows it; None if it isn't there for him."""
    if not text:
        return None
    try:
        query = screens.in_scope(actor, action).where(Screen.id == number("screen", text))
    except NotFound:
        return None
    row = session.scalar(query)  # an auditor reads records of screens that he can't open
    return lookup.screen_choice(row) if row is not None else None


def newest_screen(session: Session, actor: Actor) -> str | None:
    """The screen to begin with: one that may have played before a record without a player."""
    query = screens.in_scope(actor, "reports.read").with_only_columns(Screen.id)
    found = session.scalar(query.order_by(Screen.enrolled_at.is_(None), Screen.id.desc()).limit(1))
    return public("screen", found) if found is not None else None


def people_names(session: Session) -> dict[str, str]:
    """The names of people, by public id."""
    rows = session.execute(select(User.id, User.name, User.username))
    return {public("user", number): name or username for number, name, username in rows}


def names_of(session: Session, people: Iterable[int | None]) -> dict[int, str]:
    """The names of these people, by number; nobody costs no query."""
    wanted = {one for one in people if one is not None}
    if not wanted:
        return {}
    query = select(User.id, User.name, User.username).where(User.id.in_(wanted))
    return {number: name or username for number, name, username in session.execute(query)}
