"""Requests of the streets' people about objects of theirs, of another street, or of nobody."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from server.foundation.db.session import Database, away_is_busy
from tests.support.access.bodies import BODIES, FILE, PART, SHEET, filled
from tests.support.access.marks import words_of
from tests.support.access.routes import Door
from tests.support.app.people import Person
from tests.support.app.world import World
from tests.support.factories.tus_client import PART as PART_OF_UPLOAD
from tests.support.factories.tus_client import VERSION
from tests.support.reporting.spot_checks import PICTURE

MASKED: Final = re.compile(r'(csrf[-_]token" (?:content|value)=")[0-9a-f]*')
"""The token against forged requests, which each page masks with a new value."""
TABLE: Final = "名称,编号\n候车亭,X-1\n".encode()
# A session notes that it was used, whatever the request.
NOTED_ANYWAY: Final = {"user_sessions"}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    content: bytes

    @property
    def code(self) -> str:
        """The word for programs of a refusal."""
        found = re.search(rb'"code": ?"(\w+)"', self.content)
        return found[1].decode() if found else ""

    @property
    def words(self) -> str:
        """All that can be read in it."""
        return words_of(self.content)

    def without(self, *ids: str) -> tuple[int, str]:
        """Status and words, with the ids that were asked for and the page's token made the same."""
        words = MASKED.sub(r"\1", self.words)
        for one in ids:
            words = re.sub(rf"(?<![A-Za-z0-9_]){re.escape(one)}(?![A-Za-z0-9_])", "THE-ID", words)
        return self.status, words


def ask(
    person: Person, door: Door, ids: dict[str, str], body: Any = None, query: str = ""
) -> Answer:
    """What a person is answered; `ids` fill the address, and the body unless one is given."""
    options = _content(BODIES.get(door.name, {}) if body is None else body, ids)
    path = door.path(ids)
    path += f"{'&' if '?' in path else '?'}{query}" if query else ""
    if not door.writes and "data" not in options and "headers" not in options:
        options = {}
    with person.client.open(path, method=door.method, **options) as answer:
        return Answer(answer.status_code, answer.data)


def _content(body: Any, ids: dict[str, str]) -> dict[str, Any]:
    if body == PART:
        return {"data": b"x", "headers": {**PART_OF_UPLOAD, **VERSION, "Upload-Offset": "0"}}
    if body in (FILE, SHEET):
        content, name = (PICTURE, "photo.jpg") if body == FILE else (TABLE, "table.csv")
        boundary, form = encode_multipart({"file": FileStorage(io.BytesIO(content), name)})
        return {"data": form, "content_type": f'multipart/form-data; boundary="{boundary}"'}
    return {"json": filled(body, ids)}


def dump(world: World) -> dict[str, list[str]]:
    """All rows of both databases, by table."""
    return _rows(world.core.config) | _rows(world.core.plays)


def _rows(database: Database) -> dict[str, list[str]]:
    with database.engine.connect() as connection:
        tables = inspect(connection).get_table_names(database.schema)
        return {
            name: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{name}"'))))  # noqa: S608 - names of our own tables
            for name in tables
            if name not in NOTED_ANYWAY
        }


@contextmanager
def rehearsed(world: World) -> Iterator[None]:
    """Requests in the block are rolled back at its end."""
    database = world.core.config

    @contextmanager
    def writing() -> Iterator[Session]:
        inner = Session(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        with away_is_busy(), inner, inner.begin():
            yield inner

    @contextmanager
    def reading() -> Iterator[Session]:
        # Its end leaves the connection as it is: a savepoint would be for nothing.
        inner = Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only")
        with away_is_busy(), inner:
            yield inner

    with database.writer.connect() as connection, connection.begin() as outer:
        object.__setattr__(database, "read", reading)
        object.__setattr__(database, "write", writing)
        try:
            yield
        finally:
            for name in ("read", "write"):
                object.__delattr__(database, name)
            outer.rollback()
