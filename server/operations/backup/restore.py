"""Restores a server from an archive: validates all of it first, then activates it."""

import errno
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from server.foundation.config import Settings
from server.foundation.i18n import Sentence
from server.foundation.runtime.data_folder_lock import UNFINISHED_NAME, InUse, alone
from server.operations.backup import swap
from server.operations.backup.database_forms import Form, form_of
from server.operations.backup.errors import NotRestored
from server.operations.backup.manifest import POSTGRES, Contents
from server.operations.backup.opened_databases import closing_databases
from server.operations.backup.reader import unpack
from server.operations.backup.restore_note import note
from server.operations.backup.schemas import HISTORIES, has_revision
from server.operations.backup.sqlite_form import fold_in_journals


@dataclass(frozen=True)
class Request:
    """The archive, and whether existing data may be moved aside; `now_ms` is the time."""

    archive: Path
    replace: bool
    now_ms: int


@dataclass(frozen=True)
class Restored:
    """The restored contents, and where the data folder's old content and old tables are now."""

    contents: Contents
    aside: Path | None
    tables: str | None = None


def restore(settings: Settings, request: Request) -> Restored:
    """Restore into the data folder. Raises Damaged, NotRestored: nothing changed."""
    if not request.archive.is_file():
        raise NotRestored(
            Sentence(f"没有文件 {request.archive}。", f"there is no file {request.archive}.")
        )
    try:
        with alone(settings.data):
            return _restore(settings, request)
    except InUse as error:
        raise NotRestored(_still_serving(error.pid)) from error
    except (OSError, SQLAlchemyError, psycopg.Error) as error:
        raise NotRestored(_no_room(settings, error)) from error


def _restore(settings: Settings, request: Request) -> Restored:
    form = form_of(settings)
    _check_room(settings, form, request)
    staging = swap.staging_of(settings)
    stamp = f"{datetime.fromtimestamp(request.now_ms / 1000, settings.zone):%Y%m%d-%H%M%S}"
    try:
        contents = unpack(request.archive, staging)
        _check_schemas(form, contents)
        form.check(staging, contents)
        tables = _load(settings, form, staging, contents, stamp)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    try:
        configuration = form.settled(staging)
        with closing_databases(configuration):
            note(configuration, contents, request.now_ms)
        aside = _put_in_place(settings, staging, stamp)
    except OSError as error:
        raise NotRestored(_half_way(settings, error), code="half_restored") from error
    swap.unmark(settings)
    return Restored(contents, aside, tables)


def _load(
    settings: Settings, form: Form, staging: Path, contents: Contents, stamp: str
) -> str | None:
    """Migrate the copies to this release; until everything is in place no server can start."""
    was_half = (settings.data / UNFINISHED_NAME).exists()
    swap.mark(settings)
    try:
        return form.load(staging, contents, stamp)
    except BaseException:
        if not was_half:
            swap.unmark(settings)
        raise


def _put_in_place(settings: Settings, staging: Path, stamp: str) -> Path | None:
    fold_in_journals(staging)
    shutil.rmtree(staging / POSTGRES, ignore_errors=True)
    swap.sync_tree(staging)
    return swap.place(settings, staging, stamp)


def _check_room(settings: Settings, form: Form, request: Request) -> None:
    there = [one.name for one in swap.occupants(settings)]
    if form.occupied():
        there.append(form.kind)
    if there and not request.replace:
        raise NotRestored(
            Sentence(
                f"{settings.data} 不是空的（{'、'.join(there[:5])}）。加 --replace 会把现有内容"
                "移到旁边（不删除）再恢复；或把 ANPING_DATA 指向一个空文件夹。",
                f"{settings.data} isn't empty ({', '.join(there[:5])}). "
                "With --replace what is there is moved aside, not deleted; "
                "or let ANPING_DATA name an empty folder.",
            )
        )


def _check_schemas(form: Form, contents: Contents) -> None:
    if contents.database != form.kind:
        raise NotRestored(
            Sentence(
                f"该备份来自 {contents.database}，而 ANPING_DATABASE_URL 指向 {form.kind}："
                "请改用同类数据库再恢复。",
                f"the backup is of {contents.database} and ANPING_DATABASE_URL names {form.kind}: "
                "restore into the same kind of database.",
            )
        )
    for history in HISTORIES:
        revision = contents.schemas.get(history, "")
        if not has_revision(history, revision):
            raise NotRestored(
                Sentence(
                    f"该备份由更新的版本 {contents.release} 写成（{history} {revision}），"
                    "请先升级到该版本再恢复。",
                    f"the backup was written by a newer release, {contents.release} "
                    f"({history} {revision}): install that release first, then restore.",
                )
            )


def _still_serving(pid: int | None) -> Sentence:
    who = f"（进程 {pid}）" if pid else ""
    process = f" (process {pid})" if pid else ""
    return Sentence(
        f"服务正在运行{who}。请先停止：systemctl stop anping.socket anping，或在其窗口按 Ctrl-C。",
        f"the server is running{process}. Stop it first: systemctl stop anping.socket anping, "
        "or ctrl-C where it runs.",
    )


def _half_way(settings: Settings, error: OSError) -> Sentence:
    return Sentence(
        f"恢复在替换文件时中断：{error}。{settings.data} 中新旧混杂，服务不会启动；"
        "排除原因后请再次恢复（加 --replace）。",
        f"the restore broke off while files were put in place: {error}. What is in "
        f"{settings.data} is part old and part new, and no server starts there: remove the "
        "cause and restore again with --replace.",
    )


def _no_room(settings: Settings, error: Exception) -> Sentence:
    if getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT}:
        free_mb = shutil.disk_usage(settings.data).free // 1024**2
        return Sentence(
            f"{settings.data} 空间不足（剩余 {free_mb} MB），未做任何改动。请清理后再试。",
            f"there isn't enough room in {settings.data} ({free_mb} MB left), nothing was "
            "changed. Make room and try again.",
        )
    return Sentence(f"无法恢复：{error}", f"the restore failed: {error}")
