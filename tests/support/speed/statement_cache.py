"""Makes the hundreds of databases of a test run cheap: a statement is compiled once for all.

What SQLAlchemy compiles depends on the statement and on the dialect. A server has one engine for
each database, whose memory of it lasts for months; a run of tests opens two engines in each test,
and compiling the same statements for them took a quarter of its time.
"""

from typing import Any

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

MOST = 5_000
_compiled: LRUCache[Any, Any] = LRUCache(MOST)


def compile_once() -> None:
    """Have all engines of this process remember together; dialects of one kind are one."""
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__hash__ = _hash  # type: ignore[method-assign] # an instance for each engine
        dialect.__eq__ = _equal  # type: ignore[method-assign] # likewise
    original = Engine.__init__

    def begin(engine: Engine, *given: Any, **named: Any) -> None:
        original(engine, *given, **named)
        engine._compiled_cache = _compiled

    Engine.__init__ = begin  # type: ignore[method-assign] # every engine, opened by anybody


def _hash(dialect: object) -> int:
    return hash(type(dialect))


def _equal(one: object, other: object) -> bool:
    return type(one) is type(other)
