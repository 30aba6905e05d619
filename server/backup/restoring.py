"""Restores a server from an archive: checks all of it first, then puts it in place."""

import errno
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from server.accounts.audit import record
from server.accounts.models import UserSession
from server.backup import placing
from server.backup.errors import Damaged, NotRestored
from server.backup.manifest import DATABASES, Contents
from server.backup.reading import unpack
from server.backup.schemas import HISTORIES, is_known, revision_of
from server.config import Settings
from server.db.migrate import upgrade
from server.db.session import Database, open_database
from server.loops.restored import ACTION
from server.running import InUse, alone
from server.texts import Sentence

# Numbers given out after the backup are never given to something else.
SKIPPED_NUMBERS: Final = 1_000


@dataclass(frozen=True)
class Request:
    """Which archive, and whether what is there may be moved aside; `now_ms` is the time."""

    archive: Path
    replace: bool
    now_ms: int


@dataclass(frozen=True)
class Restored:
    """What was restored, and where the former content of the data folder lies now."""

    contents: Contents
    aside: Path | None


def restore(settings: Settings, request: Request) -> Restored:
    """Put the archive's server in the data folder. Raises Damaged, NotRestored: nothing changed."""
    if not request.archive.is_file():
        raise NotRestored(
            Sentence(f"没有文件 {request.archive}。", f"there is no file {request.archive}.")
        )
    try:
        with alone(settings.data):
            return _restore(settings, request)
    except InUse as error:
        raise NotRestored(_still_serving(error.pid)) from error
    except OSError as error:
        raise NotRestored(_no_room(settings, error)) from error


def _restore(settings: Settings, request: Request) -> Restored:
    _check_room(settings, request)
    staging = placing.staging_of(settings)
    try:
        contents = unpack(request.archive, staging)
        _check_schemas(contents, staging)
        _prepare(staging, contents, request.now_ms)
        placing.sync_tree(staging)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    now = datetime.fromtimestamp(request.now_ms / 1000, settings.zone)
    try:
        return Restored(contents, placing.place(settings, staging, now))
    except OSError as error:
        raise NotRestored(_half_way(settings, error), code="half_restored") from error


def _check_room(settings: Settings, request: Request) -> None:
    there = placing.occupants(settings)
    if there and not request.replace:
        names = "、".join(one.name for one in there[:5])
        raise NotRestored(
            Sentence(
                f"{settings.data} 不是空的（{names}）。加 --replace 会把现有内容移到旁边"
                "（不删除）再恢复；或把 ANPING_DATA 指向一个空文件夹。",
                f"{settings.data} isn't empty ({', '.join(one.name for one in there[:5])}). "
                "With --replace what is there is moved aside, not deleted; "
                "or let ANPING_DATA name an empty folder.",
            )
        )


def _check_schemas(contents: Contents, staging: Path) -> None:
    if contents.database != "sqlite":
        raise NotRestored(
            Sentence(
                f"该备份来自 {contents.database} 数据库，不能恢复到 SQLite。",
                f"the backup is of a {contents.database} database and can't go into SQLite.",
            )
        )
    for history in HISTORIES:
        path = staging / f"{history}.db"
        _check_integrity(path)
        revision = revision_of(path)
        if revision != contents.schemas.get(history):
            raise Damaged(f"{path.name} 的版本与清单不符", f"{path.name} is of another revision")
        if not is_known(history, revision):
            raise NotRestored(
                Sentence(
                    f"该备份由更新的版本 {contents.release} 写成（{history} {revision}），"
                    "请先升级到该版本再恢复。",
                    f"the backup was written by a newer release, {contents.release} "
                    f"({history} {revision}): install that release first, then restore.",
                )
            )


def _check_integrity(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        raise Damaged(f"{path.name} 无法打开", f"{path.name} can't be opened") from error
    if found[0] != "ok":
        raise Damaged(f"{path.name} 已损坏", f"{path.name} is corrupt: {found[0]}")


def _prepare(staging: Path, contents: Contents, now_ms: int) -> None:
    """Migrate up, and note in the configuration that it came out of a backup."""
    for history in HISTORIES:
        database = open_database(f"sqlite:///{staging / f'{history}.db'}")
        try:
            upgrade(database, history)
            if history == "config":
                _note(database, contents, now_ms)
        finally:
            database.engine.dispose()
    for name in DATABASES:
        # One file again: the journal is folded in, so that nothing beside it has to be moved.
        with closing(sqlite3.connect(staging / name)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")


def _note(database: Database, contents: Contents, now_ms: int) -> None:
    with database.write() as session:
        # What was signed out since the backup must not be signed in again.
        session.execute(delete(UserSession))
        _skip_numbers(session)
        said = {"taken_at": contents.taken_at, "release": contents.release}
        record(session, now_ms, None, ACTION, "server", **said)


def _skip_numbers(session: Session) -> None:
    begin = (
        "INSERT INTO sqlite_sequence (name, seq) SELECT name, 0 FROM sqlite_master "
        "WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%' "
        "AND name NOT IN (SELECT name FROM sqlite_sequence)"
    )
    session.execute(text(begin))
    session.execute(text("UPDATE sqlite_sequence SET seq = seq + :by"), {"by": SKIPPED_NUMBERS})


def _still_serving(pid: int | None) -> Sentence:
    who = f"（进程 {pid}）" if pid else ""
    process = f" (process {pid})" if pid else ""
    return Sentence(
        f"服务正在运行{who}。请先停止：systemctl stop anping，或在其窗口按 Ctrl-C。",
        f"the server is running{process}. Stop it first: systemctl stop anping, or ctrl-C "
        "where it runs.",
    )


def _half_way(settings: Settings, error: OSError) -> Sentence:
    return Sentence(
        f"恢复在替换文件时中断：{error}。{settings.data} 中新旧混杂，服务不会启动；"
        "排除原因后请再次恢复（加 --replace）。",
        f"the restore broke off while files were put in place: {error}. What is in "
        f"{settings.data} is part old and part new, and no server starts there: remove the "
        "cause and restore again with --replace.",
    )


def _no_room(settings: Settings, error: OSError) -> Sentence:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        free_mb = shutil.disk_usage(settings.data).free // 1024**2
        return Sentence(
            f"{settings.data} 空间不足（剩余 {free_mb} MB），未做任何改动。请清理后再试。",
            f"there isn't enough room in {settings.data} ({free_mb} MB left), nothing was "
            "changed. Make room and try again.",
        )
    return Sentence(f"无法恢复：{error}", f"the restore failed: {error}")
