"""Commands of the operator: `python -m server.cli`."""

import sys

import click

from server.config import Settings, WrongSetting, read_settings


@click.group(help="安屏 Anping")
def cli() -> None:
    """The group; each command imports what it needs when it runs."""


def settings_or_stop() -> Settings:
    """The settings; a wrong one ends the command with a sentence that names it."""
    try:
        return read_settings()
    except WrongSetting as error:
        click.echo(f"设置有误 Wrong setting: {error}", err=True)
        sys.exit(3)


@cli.command(help="启动服务 Serve until stopped.")
def serve() -> None:
    """Prepare, then run the supervisor."""
    from server.app import build_core
    from server.logs import set_up_logs
    from server.supervisor.first_run import prepare
    from server.supervisor.serve import Supervisor, tell

    settings = settings_or_stop()
    set_up_logs()
    core = build_core(settings)
    prepare(core, tell)
    core.config.engine.dispose()
    core.plays.engine.dispose()
    sys.exit(Supervisor(settings, tell).run())


@cli.command(help="升级数据库 Bring both databases up to this release.")
def migrate() -> None:
    """Run the migrations of both histories."""
    from server.db.migrate import upgrade
    from server.db.session import open_database

    settings = settings_or_stop()
    settings.data.mkdir(parents=True, exist_ok=True)
    upgrade(open_database(settings.config_url), "config")
    upgrade(open_database(settings.plays_url), "plays")
    click.echo("数据库已是最新 Both databases are up to date.")


if __name__ == "__main__":
    cli()
