"""Tracks the tables and places that a transaction has written, and reports them after commit.

For rows of the unit of work the places (`PLACES`) are recorded, for bulk statements only the table.
A rollback reports nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, Final

from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, Session

Written = dict[str, dict[str, set[int]]]
"""Tables -> columns of `PLACES` -> their numbers; no columns for bulk statements."""
CommitListener = Callable[[Written], None]
"""Called after each commit that wrote something; must neither block nor raise."""

PLACES: Final = (
    "id", "venue_id", "unit_id", "screen_id", "campaign_id", "key_id", "user_id",
    "author_id",
)  # fmt: skip
"""Columns that locate a row; the place of a row with a venue is the venue's, not its unit."""
_SEEN: Final = "anping.written"


class WritingSession(Session):
    """A session that collects its writes; `listeners` get them after the commit."""

    def __init__(self, *args: Any, listeners: list[CommitListener], **options: Any) -> None:
        super().__init__(*args, **options)
        self.listeners = listeners


def note(session: Session, table: str, **places: int) -> None:
    """Record a row written by a statement that bypasses the mapper."""
    if isinstance(session, WritingSession) and session.listeners:
        written: Written = session.info.setdefault(_SEEN, {})
        _note_given(written.setdefault(table, {}), places)


@event.listens_for(WritingSession, "after_flush")
def _note_rows(session: WritingSession, _context: object) -> None:
    if not session.listeners:
        return
    written: Written = session.info.setdefault(_SEEN, {})
    for row in (*session.new, *session.deleted, *filter(session.is_modified, session.dirty)):
        places = written.setdefault(row.__tablename__, {})
        for column, number in _places(row):
            places.setdefault(column, set()).add(number)


@event.listens_for(WritingSession, "do_orm_execute")
def _note_statement(state: ORMExecuteState) -> None:
    if state.is_select or not isinstance(state.session, WritingSession):
        return
    mapper = state.bind_mapper
    if mapper is not None and state.session.listeners:
        written: Written = state.session.info.setdefault(_SEEN, {})
        places = written.setdefault(str(mapper.local_table), {})
        if isinstance(state.parameters, list):  # an executemany with a row for each
            for given in state.parameters:
                _note_given(places, given)


@event.listens_for(WritingSession, "after_commit")
def _notify(session: WritingSession) -> None:
    written = session.info.pop(_SEEN, None)
    for listener in session.listeners if written else ():
        listener(written)


@event.listens_for(WritingSession, "after_rollback")
def _forget(session: WritingSession) -> None:
    session.info.pop(_SEEN, None)


def _places(row: Any) -> Iterator[tuple[str, int]]:
    """The places of a row, before and after the change."""
    state = inspect(row)
    columns = [one for one in PLACES if one in state.mapper.column_attrs]
    if state.dict.get("venue_id") is not None and "unit_id" in columns:
        columns.remove("unit_id")
    for column in columns:
        for number in (state.dict.get(column), *state.attrs[column].history.deleted):
            if isinstance(number, int):
                yield column, number


def _note_given(places: dict[str, set[int]], given: dict[str, Any]) -> None:
    found = defaultdict(set, places)
    for column in PLACES:
        if isinstance(given.get(column), int):
            found[column].add(given[column])
    places.update(found)
