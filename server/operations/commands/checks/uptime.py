"""`uptime account`."""

import sys
from typing import BinaryIO

import click

from server.operations.commands.common import WRONG_INPUT


@click.group(help="在线率 Uptime.")
def uptime() -> None:
    """Commands about uptime; they need no database and no settings."""


@uptime.command(help="按定义计算一例或多例 Work out a case or a list of them (FILE.json or -).")
@click.argument("file", type=click.File("rb"))
def account(file: BinaryIO) -> None:
    """Print the figures as one JSON text."""
    from server.monitoring.availability.calculator_cli import WrongCase, answer

    try:
        click.echo(answer(file.read()))
    except WrongCase as wrong:
        click.echo(f"输入有误 Wrong input: {wrong}", err=True)
        sys.exit(WRONG_INPUT)
