"""`player register`."""

from pathlib import Path

import click

from server.operations.commands.common import core_at_hand, stop_on_error


@click.group(help="播放终端 The player.")
def player() -> None:
    """Commands about the screens' player."""


@player.command("register", help="登记一个构建好的播放终端版本 Keep a built player as a release.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def register(folder: Path) -> None:
    """Register a build; it is rolled out by the district's settings: in rings, at once, or by hand.

    A running server detects it within seconds.
    """
    from server.gateway.rollouts import builds, service

    with core_at_hand() as core, stop_on_error():
        row = service.register(core, builds.read_build(folder))
    click.echo(f"已登记 Registered: {row.name}")
