"""Takes a backup of a server, running or not, into one archive."""

import errno
import shutil
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from media.storage.file_store import DIGEST
from server.foundation.config import Settings
from server.foundation.i18n import Sentence
from server.foundation.storage.last_backup import note_taken
from server.operations.backup.archive import ARCHIVE, Writer, workplace, writing
from server.operations.backup.database_forms import Form, form_of
from server.operations.backup.errors import NotTaken
from server.operations.backup.manifest import FORMAT, KEYS, MEDIA, Contents, Copied
from server.publishing.assignments.signing_keys import signing_key_path

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True)
class Order:
    """Parameters of a backup: `release`: of this server.

    `now_ms`: the time in the archive's name.
    """

    target: Path
    release: str
    now_ms: int
    with_media: bool = True


def back_up(settings: Settings, order: Order) -> Contents:
    """Write the archive; returns its contents. Raises NotTaken, with nothing left behind."""
    form = form_of(settings)
    if settings.storage_url is not None:
        # Media in a bucket are not included; the bucket has its own backups.
        order = replace(order, with_media=False)
    try:
        _check(settings, form, order.target)
        with workplace(order.target) as folder, writing(folder, order.target) as writer:
            copied = form.copy_to(folder)
            for path in sorted(folder.rglob("*")):
                if path.is_file() and path.name != ARCHIVE:
                    writer.add(path, path.relative_to(folder).as_posix())
                    path.unlink()
            for name, path in sorted(key_files(settings).items()):
                writer.add(path, f"{KEYS}/{name}")
            for name in MEDIA if order.with_media else ():
                _add_store(writer, settings.data / name, name)
            contents = _contents(form, order, writer, copied)
            writer.finish(contents)
    except (OSError, sqlite3.Error, SQLAlchemyError, psycopg.Error) as error:
        raise NotTaken(_words(order.target, error)) from error
    note_taken(settings.data, order.now_ms)
    return contents


def key_files(settings: Settings) -> dict[str, Path]:
    """Key files by their names below `keys/`, wherever the signing key is stored."""
    own = settings.data / KEYS
    found = _below(own, "*")
    signing = signing_key_path(settings)
    if signing.parent != own:
        # The folder may contain foreign files.
        named = {"signing-key.pem": signing}
        for pattern in ("recovery-key*.pem", "former/*", "withdrawn/*"):
            named |= _below(signing.parent, pattern)
        found |= {name: path for name, path in named.items() if path.is_file()}
    return found


def _contents(form: Form, order: Order, writer: Writer, copied: Copied) -> Contents:
    return Contents(
        format=FORMAT,
        release=order.release,
        taken_at=order.now_ms,
        database=form.kind,
        schemas=copied.schemas,
        with_media=order.with_media,
        members=writer.members,
        counts=copied.counts,
    )


def _below(folder: Path, pattern: str) -> dict[str, Path]:
    return {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob(pattern)
        if path.is_file() and path.suffix != ".part"
    }


def _add_store(writer: Writer, folder: Path, name: str) -> None:
    """The files of a content-addressed store; they never change, so no lock is needed."""
    for path in sorted(folder.glob("??/??/*")):
        if DIGEST.fullmatch(path.name):
            writer.add(path, f"{name}/{path.relative_to(folder).as_posix()}")


def _check(settings: Settings, form: Form, target: Path) -> None:
    if target.exists():
        raise NotTaken(
            Sentence(
                f"{target} 已存在，请换一个文件名（例如带上日期）。",
                f"{target} is there already: choose another name, with the date for example.",
            )
        )
    if not target.parent.is_dir():
        raise NotTaken(
            Sentence(
                f"文件夹 {target.parent} 不存在，请先建立。",
                f"there is no folder {target.parent}: make it first.",
            )
        )
    if not form.exists():
        raise NotTaken(
            Sentence(
                f"{settings.data} 中没有数据库，无可备份。请检查 ANPING_DATA。",
                f"there is no database in {settings.data}, so nothing to back up: "
                "check ANPING_DATA.",
            )
        )


def _words(target: Path, error: Exception) -> Sentence:
    if getattr(error, "errno", None) in FULL or "full" in str(error):
        free_mb = shutil.disk_usage(target.parent).free // 1024**2
        return Sentence(
            f"{target.parent} 空间不足（剩余 {free_mb} MB），备份未写成。"
            "请清理或换一个位置；加 --without-media 可只备份数据库和密钥。",
            f"there isn't enough room in {target.parent} ({free_mb} MB left), no backup was "
            "written. Make room or choose another place; --without-media takes databases and "
            "keys alone.",
        )
    return Sentence(f"备份未写成：{error}", f"no backup was written: {error}")
