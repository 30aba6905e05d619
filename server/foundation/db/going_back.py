"""Downgrades the schema for an older release, if that one can't run on the current schema."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from alembic.script import ScriptDirectory

from server.foundation.db import reach
from server.foundation.db.migrate import FOLDER, History, current, downgrade
from server.foundation.db.session import Database
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence

FOLDERS: Final = ("server/foundation/db", "server/db")
"""Folders in which releases keep their migrations."""
REVISION: Final = re.compile(r'^revision = "(\w+)"', re.MULTILINE)
MARKER: Final = "reach.py"
"""A release with this file runs on tables that were only added to."""


class Way(NamedTuple):
    """The revisions before and after a downgrade; equal if none is needed."""

    before: str
    after: str


def take_back(databases: Mapping[History, Database], release: Path) -> dict[History, Way]:
    """Downgrade both histories as far as the release in a folder needs; must run exclusively.

    Data in tables of later releases is lost. Raises Conflict, with nothing changed, if the folder
    has no release or one with unknown revisions.
    """
    ways = {history: _way(history, one, release) for history, one in databases.items()}
    for history, way in ways.items():
        if way.before != way.after:
            downgrade(databases[history], history, way.after)
    return ways


def _way(history: History, database: Database, release: Path) -> Way:
    before, target = current(database) or "", _newest(history, release)
    if not reach.is_later(before, target):
        return Way(before, before)
    if reach.may_run_on(before, target) and (_kept(release) / MARKER).exists():
        return Way(before, before)
    return Way(before, target)


def _kept(release: Path) -> Path:
    places = [release / one for one in FOLDERS]
    return next((one for one in places if one.is_dir()), places[0])


def _newest(history: History, release: Path) -> str:
    """Its newest revision, parsed from its files, as importing them may fail here."""
    files = (_kept(release) / "migrations" / history / "versions").glob("*.py")
    found = [REVISION.search(one.read_text(encoding="utf-8")) for one in files]
    newest = max((one[1] for one in found if one is not None), key=reach.number_of, default="")
    steps = ScriptDirectory(str(FOLDER / history)).walk_revisions()
    if newest not in {one.revision for one in steps}:
        raise Conflict(
            Sentence(
                f"{release} 中没有本程序可识别的旧版本（{history}）：请给出旧版本的目录。",
                f"{release} holds no older release that this one knows ({history}): give the "
                "folder of the older release.",
            )
        )
    return newest
