"""`drill`."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from server.commands.common import NOT_WELL, say, settings_or_stop, told
from server.texts import Sentence

if TYPE_CHECKING:
    from server.backup.drill import Difference, Drill

FOLDER = click.Path(file_okay=False, exists=True, writable=True, path_type=Path)
FILE = click.Path(dir_okay=False, exists=True, path_type=Path)
NAMES: Final = {
    "restore": ("恢复并校验", "restored and every digest checked"),
    "count": ("清点", "counted"),
    "verify": ("核对汇总与佐证链", "roll-ups and seals held against the plays"),
    "serve": ("启动并打开页面", "served its pages"),
}


@click.command(help="恢复演练：备份能否用，要多久 Whether a backup works, and how long it takes.")
@click.argument("file", type=FILE)
@click.option("--in", "place", type=FOLDER, help="在哪个目录演练 Where there is room for it.")
@click.option("--database-url", help="PostgreSQL 备份：一个空的演练库 An empty database for it.")
def drill(file: Path, place: Path | None, database_url: str | None) -> None:
    """Restore beside the server at work, count, verify, serve, throw away; exit 1 if not well.

    The server at work is neither asked nor changed.
    """
    settings_or_stop()
    with _workplace(place) as folder, told():
        done, differences = _through(file.absolute(), folder, database_url)
    for name, took_s in done.took_s.items():
        zh, en = NAMES[name]
        click.echo(f"{took_s:8.1f} s  {zh} {en}")
    for one in differences:
        click.echo(f"不符 differs: {one.what} {one.then} != {one.now}")
    if differences or "serve" not in done.took_s:
        sys.exit(NOT_WELL)
    say(
        Sentence(
            f"演练通过：从备份文件到能提供服务共 {done.whole_s:.0f} 秒。",
            f"The drill went well: {done.whole_s:.0f} s from the file to serving.",
        )
    )


def _through(
    archive: Path, folder: Path, database_url: str | None
) -> "tuple[Drill, list[Difference]]":
    from server.backup.drill import Drill, put_back, serve, settings_of
    from server.clock import SystemClock

    done = Drill(archive, settings_of(folder / "data", database_url), SystemClock().now_ms())
    differences = put_back(done)
    with done.step("verify"):
        is_well = _verifies(done)
    if is_well and not differences:
        serve(done)
    return done, differences


def _verifies(done: "Drill") -> bool:
    """Whether `rollups verify` has nothing to say; else it is printed."""
    from server.app import build_core
    from server.commands.rollups import side_by_side
    from server.playback.commands import rollups_verify

    core = build_core(done.settings)
    try:
        answer = rollups_verify(core, partial(side_by_side, done.settings), rebuild=False)
    finally:
        core.config.engine.dispose()
        core.plays.engine.dispose()
    click.echo("\n".join(answer.lines))
    return answer.code == 0


@contextmanager
def _workplace(place: Path | None) -> Iterator[Path]:
    """A folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="anping-drill-", dir=place))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
