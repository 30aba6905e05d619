"""`doctor`."""

import sys

import click

from server.operations.commands.common import NOT_WELL, settings_or_stop


@click.command(help="体检：逐项说明哪里不对、怎么办 Say in words what is wrong.")
def doctor() -> None:
    """One line per check; exit 1 if anything is bad. Read-only."""
    from server.foundation.clock import SystemClock
    from server.operations.doctor.finding import State
    from server.operations.doctor.service import examine

    states = set()
    for finding in examine(settings_or_stop(), SystemClock().now_ms()):
        click.echo(finding.text())
        states.add(finding.state)
    sys.exit(NOT_WELL if State.BAD in states else 0)
