"""`drill`."""

import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

import click

from server.foundation.i18n import Sentence
from server.operations.commands.common import (
    NOT_WELL,
    WRONG_INPUT,
    echo,
    settings_or_stop,
    stop,
    stop_on_error,
)

if TYPE_CHECKING:
    from server.operations.backup.drill import Difference, Drill

FOLDER = click.Path(file_okay=False, exists=True, writable=True, path_type=Path)
FILE = click.Path(dir_okay=False, exists=True, path_type=Path)
NAMES: Final = {
    "restore": ("恢复并校验", "restored and every digest checked"),
    "count": ("清点", "counted"),
    "verify": ("核对汇总与佐证链", "roll-ups and seals held against the plays"),
    "serve": ("启动并打开页面", "served its pages"),
}

ON_THE_LINE: Final = Sentence(
    "命令行谁都看得到，不能写口令：把地址写进只有自己能读的文件，用 --database-url-file 指定。",
    "everybody reads command lines, so a password stands on none: write the URL to a file that "
    "you alone can read, and name it by --database-url-file.",
)


@click.command(help="恢复演练：备份能否用，要多久 Whether a backup works, and how long it takes.")
@click.argument("file", type=FILE)
@click.option("--in", "place", type=FOLDER, help="在哪个目录演练 Where there is room for it.")
@click.option("--database-url", help="PostgreSQL 备份：一个空的演练库 An empty database for it.")
@click.option(
    "--database-url-file", "url_file", type=FILE, help="含口令的写在文件里 The same from a file."
)
def drill(file: Path, place: Path | None, database_url: str | None, url_file: Path | None) -> None:
    """Restore beside the live server, count, verify, serve, delete; exit 1 on a problem.

    The live server is neither read nor changed.
    """
    settings_or_stop()
    if database_url is not None and has_password(database_url):
        stop(*ON_THE_LINE, code=WRONG_INPUT)
    if url_file is not None:
        database_url = url_file.read_text(encoding="utf-8").strip()
    beside = TemporaryDirectory(prefix="anping-drill-", dir=place, ignore_cleanup_errors=True)
    with beside as folder, stop_on_error():
        done, differences = _through(file.absolute(), Path(folder), database_url)
    for name, took_s in done.took_s.items():
        zh, en = NAMES[name]
        click.echo(f"{took_s:8.1f} s  {zh} {en}")
    for one in differences:
        click.echo(f"不符 differs: {one.what} {one.then} != {one.now}")
    if differences or "serve" not in done.took_s:
        sys.exit(NOT_WELL)
    echo(
        f"演练通过：从备份文件到能提供服务共 {done.whole_s:.0f} 秒。",
        f"The drill went well: {done.whole_s:.0f} s from the file to serving.",
    )


def has_password(url: str) -> bool:
    """Whether a database URL contains a password, before the `@` or after the `?`."""
    parts = urlsplit(url)
    return parts.password is not None or "password" in parse_qs(parts.query)


def _through(
    archive: Path, folder: Path, database_url: str | None
) -> "tuple[Drill, list[Difference]]":
    from server.foundation.clock import SystemClock
    from server.operations.backup.drill import Drill, put_back, serve, settings_of

    done = Drill(archive, settings_of(folder / "data", database_url), SystemClock().now_ms())
    differences = put_back(done)
    with done.step("verify"):
        is_well = _verifies(done)
    if is_well and not differences:
        serve(done)
    return done, differences


def _verifies(done: "Drill") -> bool:
    """Whether `rollups verify` passes; its findings are printed."""
    from server.app import build_core
    from server.operations.backup.opened_databases import closing_databases
    from server.operations.commands.checks.rollups import side_by_side
    from server.playlog.rollups_cli import rollups_verify

    core = build_core(done.settings)
    with closing_databases(core.config, core.plays):
        answer = rollups_verify(core, partial(side_by_side, done.settings), rebuild=False)
    click.echo("\n".join(answer.lines))
    return answer.code == 0
