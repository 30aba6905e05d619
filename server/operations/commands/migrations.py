"""`migrate`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.operations.commands.common import (
    echo,
    reaching_database,
    settings_or_stop,
    stop,
    stop_on_error,
)

if TYPE_CHECKING:
    from server.foundation.config import Settings

FOLDER = click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path)


@click.command(help="升级数据库 Bring both databases up to this release.")
@click.option(
    "--back-to",
    "release",
    type=FOLDER,
    help="退回到该目录中的旧版本 Take them back to the older release in that folder.",
)
def migrate(release: Path | None) -> None:
    """Run the migrations of both histories, or downgrade."""
    from server.operations.supervisor.sqlite_check import refuse_lost_or_damaged

    settings = settings_or_stop()
    settings.data.mkdir(parents=True, exist_ok=True)
    with stop_on_error():
        refuse_lost_or_damaged(settings)
        with reaching_database():
            if release is None:
                _bring_up(settings)
            else:
                _take_back(settings, release)


def _bring_up(settings: "Settings") -> None:
    from server.foundation.db.migrate import upgrade
    from server.operations.backup.opened_databases import both_databases

    for history, database in both_databases(settings).items():
        upgrade(database, history)
    click.echo("数据库已是最新 Both databases are up to date.")


def _take_back(settings: "Settings", release: Path) -> None:
    from server.foundation.db.going_back import take_back
    from server.foundation.runtime.data_folder_lock import InUse, alone
    from server.operations.backup.opened_databases import both_databases

    try:
        with alone(settings.data):
            ways = take_back(both_databases(settings), release)
    except InUse:
        stop(
            "服务正在运行，没有改动。请先停止：systemctl stop anping.socket anping。",
            "the server is running, so nothing was changed. Stop it first: "
            "systemctl stop anping.socket anping.",
        )
    for history, way in ways.items():
        click.echo(f"{history}: {way.before} -> {way.after}")
    echo(f"{release} 中的版本现在可以启动。", f"The release in {release} can be started now.")
