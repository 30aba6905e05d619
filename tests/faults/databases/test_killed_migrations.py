"""A migration that is killed at a write leaves a schema of one revision, and goes on from there."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.app.databases import ON_POSTGRES
from tests.support.app.world import make_settings, make_world
from tests.support.processes.server import ROOT
from tests.support.processes.strace import killing_at

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(ON_POSTGRES, reason="PostgreSQL writes in a process of its own"),
    pytest.mark.long,
]

NAMES = ("config.db", "plays.db")
AT = (1, 40, 700, 1900)
KILLED = (-9, 137)


def migrate(folder: Path, *under: str) -> int:
    """By the operator's command; its exit status."""
    done = subprocess.run(
        [*under, sys.executable, "-m", "server.cli", "migrate"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "ANPING_DATA": str(folder / "data")},
        capture_output=True,
        check=False,
    )
    return done.returncode


def schema(folder: Path, name: str) -> list[tuple[str, list[str]]]:
    """Tables and indexes, each with its clauses in any order, in which Alembic writes them."""
    with closing(sqlite3.connect(folder / "data" / name)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name")
        return [(name, sorted(re.split(r",?\s*\n\s*", sql or ""))) for name, sql in rows]


def test_it_goes_on_from_where_it_was_and_ends_like_any_other(tmp_path: Path) -> None:
    folder, clean = tmp_path / "killed", tmp_path / "clean"
    make_world(clean).close()
    assert make_settings(folder).data == folder / "data"

    killed = [migrate(folder, *killing_at(nth)) for nth in AT]
    assert set(killed) <= {*KILLED, 0}
    assert killed[0] in KILLED
    assert sum(status in KILLED for status in killed) >= 2, killed
    assert migrate(folder) == 0

    for name in NAMES:
        assert schema(folder, name) == schema(clean, name)
