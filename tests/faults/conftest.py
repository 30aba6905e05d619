"""What several of these files need."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from server.foundation.db.session import Database
from tests.support.app.databases import fresh_plays
from tests.support.app.postgres import PostgresServer, durable_postgres


@pytest.fixture
def plays(tmp_path: Path) -> Iterator[Database]:
    """An empty store of plays."""
    made = fresh_plays(tmp_path)
    yield made
    made.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def postgres(request: pytest.FixtureRequest) -> Iterator[PostgresServer | None]:
    """As durable as in production; None where SQLite has its turn."""
    if request.param == "sqlite":
        yield None
        return
    with durable_postgres() as server:
        yield server


@pytest.fixture
def quiet() -> Iterator[None]:
    """Each socket that is cut would have its line."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield
    structlog.reset_defaults()
