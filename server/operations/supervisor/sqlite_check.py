"""Checks SQLite files before a start: a missing file must not be replaced by an empty one.

Opening creates a missing file, and a district would silently have no plays any more. A damaged one
would abort the start in the middle of a migration.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from server.foundation.config import Settings
from server.foundation.errors import Conflict, StorageFull
from server.foundation.i18n import Sentence
from server.foundation.storage.reserve import is_full
from server.operations.backup.sqlite_form import path_of

# Checking all pages of larger files would delay the start; `doctor` does it.
LARGEST_CHECKED: Final = 256 * 1024 * 1024
PATIENCE_S: Final = 5.0
RESTORE: Final = "python -m server.cli restore"


def refuse_lost_or_damaged(settings: Settings) -> None:
    """Return if the databases are complete and intact, or none exists yet.

    Raises Conflict with the remedy, StorageFull.
    """
    if settings.plays_schema is not None:
        return
    config, plays = path_of(settings.config_url), path_of(settings.plays_url)
    there = [path for path in (config, plays) if _holds_anything(path)]
    for path in there:
        _refuse_damaged(path)
    if not there and any(_is_used(settings.data / name) for name in ("files", "originals")):
        raise Conflict(_nothing_but_files(settings.data))
    if there == [plays]:
        raise Conflict(_lost(config, plays))
    if there == [config] and _has_people(config):
        raise Conflict(_lost(plays, config))


def _holds_anything(path: Path) -> bool:
    wal = path.with_name(path.name + "-wal")
    return any(one.exists() and one.stat().st_size > 0 for one in (path, wal))


def _is_used(folder: Path) -> bool:
    return folder.is_dir() and any(one.is_file() for one in folder.rglob("*"))


def _refuse_damaged(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE_S)) as connection:
            connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
            whole = "ok"
            if path.stat().st_size <= LARGEST_CHECKED:
                whole = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError as error:
        if "locked" in str(error):  # another process uses it, so it can be opened
            return
        if is_full(error):
            raise StorageFull from error
        whole = str(error)
    except sqlite3.DatabaseError as error:
        whole = str(error)
    if whole != "ok":
        raise Conflict(_damaged(path, whole.removeprefix("*** in database main ***").strip()))


def _has_people(config: Path) -> bool:
    """Whether a first start was completed: both databases are created before the first person."""
    with closing(sqlite3.connect(config, timeout=PATIENCE_S)) as connection:
        try:
            return connection.execute("SELECT 1 FROM users LIMIT 1").fetchone() is not None
        except sqlite3.OperationalError:  # no such table yet
            return False


def _damaged(path: Path, fault: str) -> Sentence:
    return Sentence(
        f"{path} 已损坏（{fault}），没有启动。请先把该文件另存一份，"
        f"再恢复最近的备份：{RESTORE} 备份文件 --replace",
        f"{path} is damaged ({fault}), so nothing was started. Keep a copy of that file, then "
        f"restore the last backup: {RESTORE} FILE --replace",
    )


def _lost(path: Path, other: Path) -> Sentence:
    return Sentence(
        f"{path} 不见了，而 {other} 还在，没有启动，以免用空库代替。"
        f"请找回该文件，或恢复最近的备份：{RESTORE} 备份文件 --replace",
        f"{path} is gone while {other} is there, so nothing was started: an empty one would take "
        f"its place. Bring that file back, or restore the last backup: {RESTORE} FILE --replace",
    )


def _nothing_but_files(data: Path) -> Sentence:
    return Sentence(
        f"{data} 里有素材文件，却没有数据库，没有启动。请找回数据库，"
        f"或恢复最近的备份：{RESTORE} 备份文件 --replace；"
        "若确要从头开始，请把 ANPING_DATA 设为一个空目录。",
        f"{data} has files of media and no databases, so nothing was started. Bring the databases "
        f"back, or restore the last backup: {RESTORE} FILE --replace; to begin anew, let "
        "ANPING_DATA be an empty folder.",
    )
