"""Checks of the data folder: space, databases, the job queue."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server.foundation.config import Settings
from server.foundation.db.migrate import History, head
from server.foundation.db.reach import may_run_on
from server.foundation.db.session import open_database
from server.foundation.errors import Busy
from server.foundation.runtime.data_folder_lock import UNFINISHED_NAME, is_served
from server.operations.backup.opened_databases import closing_databases
from server.operations.backup.schemas import HISTORIES, has_revision
from server.operations.backup.sqlite_form import path_of
from server.operations.doctor.finding import Check, Finding

FOLDER: Final = Check("数据目录", "data folder")
DATABASE: Final = {
    "config": Check("配置库", "configuration database"),
    "plays": Check("播放库", "plays database"),
}
JOBS: Final = Check("后台任务", "jobs")
MIB: Final = 1024 * 1024
LEAST_BYTES: Final = 200 * MIB
LITTLE_BYTES: Final = 2048 * MIB
# The timetable enqueues a job each minute; if there is none the process isn't running.
SILENT_MS: Final = 4 * 60_000
LATE_MS: Final = 15 * 60_000


def folder(settings: Settings) -> Iterator[Finding]:
    """Whether the data folder is writable, and how long its space will last."""
    data = settings.data
    if not data.is_dir():
        yield FOLDER.bad(
            f"{data} 不存在：检查 ANPING_DATA，或先启动一次服务。",
            f"{data} doesn't exist: check ANPING_DATA, or start the server once.",
        )
        return
    if not os.access(data, os.W_OK | os.X_OK):
        yield FOLDER.bad(
            f"{data} 不可写：chown 给运行服务的系统账户。",
            f"{data} can't be written to: chown it to the user who runs the server.",
        )
    if (data / UNFINISHED_NAME).exists():
        yield FOLDER.bad(
            "上次恢复未完成：请再次 restore --replace。",
            "the last restore was interrupted: restore again with --replace.",
        )
    yield _room(data)


def _room(data: Path) -> Finding:
    usage = shutil.disk_usage(data)
    free_mb = usage.free // MIB
    if usage.free < LEAST_BYTES:
        return FOLDER.bad(
            f"{data} 仅剩 {free_mb} MB：请立即清理。",
            f"only {free_mb} MB left in {data}: make room now.",
        )
    if usage.free < LITTLE_BYTES:
        return FOLDER.warn(
            f"{data} 剩余 {free_mb} MB：请尽快清理。",
            f"{free_mb} MB left in {data}: make room soon.",
        )
    return FOLDER.ok(f"{data} 可写，剩余 {free_mb} MB。", f"{data} is writable, {free_mb} MB left.")


def databases(settings: Settings) -> Iterator[Finding]:
    """Whether both databases open, are intact, and match this release."""
    if settings.plays_schema is not None:
        yield from _schemas(settings)
        return
    for history, url in zip(HISTORIES, (settings.config_url, settings.plays_url), strict=True):
        yield _database(settings, history, path_of(url))


def _schemas(settings: Settings) -> Iterator[Finding]:
    for history, schema in (("config", None), ("plays", settings.plays_schema)):
        check = DATABASE[history]
        try:
            revision = _ask(settings, schema, "SELECT version_num FROM alembic_version")[0][0]
        except (SQLAlchemyError, Busy, IndexError) as error:
            yield check.bad(
                f"PostgreSQL 无法访问（{type(error).__name__}）：检查服务与 ANPING_DATABASE_URL。",
                f"PostgreSQL can't be asked ({type(error).__name__}): check that it runs, and "
                "ANPING_DATABASE_URL.",
            )
        else:
            yield _schema(check, "config" if schema is None else "plays", revision)


def rows(settings: Settings, query: str) -> list[Any]:
    """The rows of a query on the configuration; none if it can't be read."""
    try:
        if settings.plays_schema is not None:
            return _ask(settings, None, query)
        path = path_of(settings.config_url)
        if not path.exists():
            return []
        with closing(open_to_read(settings, path)) as connection:
            return connection.execute(query).fetchall()
    except (sqlite3.Error, SQLAlchemyError, Busy):
        return []


def _ask(settings: Settings, schema: str | None, query: str) -> list[Any]:
    database = open_database(settings.config_url, schema)
    with closing_databases(database), database.read() as session:
        return [tuple(row) for row in session.execute(text(query))]


def _database(settings: Settings, history: History, path: Path) -> Finding:
    check = DATABASE[history]
    if not path.exists():
        return check.bad(
            f"没有 {path}：先启动一次服务，或恢复备份。",
            f"there is no {path}: start the server once, or restore a backup.",
        )
    try:
        with closing(open_to_read(settings, path)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        return check.bad(
            f"{path} 打不开（{error}）：停止服务并恢复最近的备份。",
            f"{path} can't be opened ({error}): stop the server and restore the last backup.",
        )
    if found != "ok":
        return check.bad(
            f"{path} 已损坏（{found}）：停止服务并恢复最近的备份。",
            f"{path} is corrupt ({found}): stop the server and restore the last backup.",
        )
    return _schema(check, history, row[0] if row else "")


def _schema(check: Check, history: History, revision: str) -> Finding:
    if revision == head(history):
        return check.ok(f"完好，版本 {revision}。", f"whole, at revision {revision}.")
    if has_revision(history, revision):
        return check.warn(
            f"完好，版本 {revision} 较旧：启动服务或 migrate 时升级。",
            f"whole, at the older revision {revision}: serve or migrate brings it up.",
        )
    if may_run_on(revision, head(history) or ""):
        return check.ok(
            f"完好，版本 {revision} 由更新的程序升级，本程序可在其上运行。",
            f"whole, at revision {revision} of a newer release, on which this one can run.",
        )
    return check.bad(
        f"版本 {revision} 比本程序新：请安装更新的程序。",
        f"revision {revision} is newer than this release: install the newer release.",
    )


def jobs(settings: Settings, now_ms: int) -> Iterator[Finding]:
    """Whether the jobs process works."""
    found = rows(
        settings,
        "SELECT (SELECT MAX(created_at) FROM jobs WHERE kind = 'advance_campaigns'), "
        "(SELECT MIN(due_at) FROM jobs WHERE state = 'queued')",
    )
    if not found:
        return  # reported by the check of the database
    newest, oldest = found[0]
    yield jobs_of(now_ms, newest or 0, oldest, served=is_served(settings.data))


def jobs_of(now_ms: int, newest_ms: int, oldest_ms: int | None, *, served: bool) -> Finding:
    """The state of the jobs process by the newest recurring job and the oldest waiting one."""
    if not served:
        return JOBS.ok("服务未运行。", "the server isn't running.")
    if now_ms - newest_ms > SILENT_MS:
        return JOBS.bad(
            "任务进程没有动静：看日志后重启服务。",
            "the jobs process is silent: look at the log and restart the server.",
        )
    late_ms = now_ms - oldest_ms if oldest_ms is not None else 0
    if late_ms > LATE_MS:
        return JOBS.warn(
            f"最早的任务已等待 {late_ms // 60_000} 分钟：看日志。",
            f"the oldest job has waited for {late_ms // 60_000} minutes: look at the log.",
        )
    return JOBS.ok("任务进程运行正常。", "the jobs process works.")


def open_to_read(settings: Settings, path: Path) -> sqlite3.Connection:
    """A connection without side effects, not even a journal file."""
    alone = not path.with_name(path.name + "-wal").exists() and not is_served(settings.data)
    mode = "immutable=1" if alone else "mode=ro"
    return sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True, timeout=5)
