"""Commands of the operator: `python -m server.cli`."""

import gc
import sys
from typing import TYPE_CHECKING, BinaryIO

import click

from server.foundation.runtime.gc_tuning import all_stays, rarely
from server.operations.commands.backups import backup, restore
from server.operations.commands.certificates import tls
from server.operations.commands.checks.audit import audit
from server.operations.commands.checks.files import store
from server.operations.commands.checks.health import doctor
from server.operations.commands.checks.plans import explain
from server.operations.commands.checks.plays import plays
from server.operations.commands.checks.rollups import rollups
from server.operations.commands.checks.uptime import uptime
from server.operations.commands.common import (
    INTERRUPTED,
    WRONG_INPUT,
    WRONG_USE,
    reaching_database,
    settings_or_stop,
    stop_on_error,
)
from server.operations.commands.demo import demo
from server.operations.commands.drills import drill
from server.operations.commands.imports import import_table
from server.operations.commands.keys import keys
from server.operations.commands.migrations import migrate
from server.operations.commands.notify import notify
from server.operations.commands.people import create_user, reset_password, reset_second_factor
from server.operations.commands.players import player

if TYPE_CHECKING:
    from server.foundation.config import Settings
    from server.operations.supervisor.forked_work import Confirm, Prepared


@click.group(
    help="安屏 Anping",
    commands=[
        backup,
        restore,
        plays,
        rollups,
        audit,
        explain,
        store,
        doctor,
        reset_password,
        reset_second_factor,
        create_user,
        import_table,
        tls,
        keys,
        uptime,
        notify,
        demo,
        player,
        drill,
        migrate,
    ],
)
def cli() -> None:
    """The group; each command imports what it needs when it runs."""


@cli.command(help="启动服务 Serve until stopped.")
def serve() -> None:
    """Prepare, then run the supervisor, which stays small."""
    from server.foundation.runtime.logs import set_up_logs
    from server.foundation.runtime.malloc_thresholds import fix_thresholds
    from server.operations.supervisor.claim import claim
    from server.operations.supervisor.inherited_socket import kept_socket
    from server.operations.supervisor.listening_socket import open_door
    from server.operations.supervisor.serve import JOBS, Child, Supervisor, print_line, serving

    settings = settings_or_stop()
    set_up_logs(settings.log_level)
    with stop_on_error():
        claim(settings)
        kept = kept_socket(settings)
    fix_thresholds()
    prepared = _prepared(settings)
    jobs = [Child("jobs", JOBS, prepared.copy)] if settings.jobs else []
    with stop_on_error():
        door = kept or open_door(settings.bind)
    sys.exit(Supervisor(settings, print_line, [*serving(door), *jobs], prepared).run())


def _prepared(settings: "Settings") -> "Prepared":
    """The copy that has prepared; where this machine does jobs it goes on as their first process,
    as it has read all that they need.
    """
    from server.operations.supervisor.forked_work import going_on

    then = _do_jobs if settings.jobs else _end
    prepared = going_on(lambda confirm: _prepare(settings, confirm), then)
    if prepared.copy.returncode is not None:
        sys.exit(prepared.copy.returncode)
    if not settings.jobs and not prepared.text:
        prepared.copy.wait()
    return prepared


def _do_jobs() -> None:
    from server.operations.jobs_process.worker import main as do_jobs

    do_jobs()


def _end() -> None:
    """Another machine does the jobs."""


def _prepare(settings: "Settings", confirm: "Confirm") -> None:
    with all_stays():
        from server.app import build_core
        from server.foundation.crypto.secrets_file import secret_key
        from server.foundation.storage.reserve import Reserve, urgent
        from server.operations.backup.opened_databases import closing_databases
        from server.operations.supervisor.first_run import missing_keys, prepare
        from server.operations.supervisor.sqlite_check import refuse_lost_or_damaged

        with stop_on_error():
            with urgent():  # to open a store of SQLite takes some space
                Reserve(settings.data).make_way()
            refuse_lost_or_damaged(settings)
            made = missing_keys(settings)
            core = build_core(settings)
            secret_key(settings)
    with closing_databases(core.config, core.plays), stop_on_error(), reaching_database():
        prepare(core, confirm, made)


@cli.group(help="循环节目单 Loops.")
def loop() -> None:
    """Commands about loops; they need no database and no settings."""


@loop.command(
    "build", help="按需求编排一个循环 Build a loop from demands (FILE.json or - for stdin)."
)
@click.argument("file", type=click.File("rb"))
@click.option("--quick", is_flag=True, help="只要第一个好结果 The first good answer.")
def loop_build(file: BinaryIO, quick: bool) -> None:
    """Print the loop and exit 0, or print the refusals and exit 2."""
    from playlists.errors import InvalidRequest
    from playlists.plan.forms import build_loop

    try:
        status, text = build_loop(file.read(), quick=quick)
    except InvalidRequest as error:
        click.echo(f"需求有误 Wrong request: {error}", err=True)
        sys.exit(WRONG_INPUT)
    click.echo(text)
    sys.exit(status)


@cli.command(help="某一时刻应播什么 What belongs on the screen at an instant.")
@click.argument("manifest", type=click.File("rb"))
@click.option("--at", "instants", multiple=True, required=True, help="毫秒 ms since 1970 UTC, or -")
def seat(manifest: BinaryIO, instants: tuple[str, ...]) -> None:
    """Print one JSON object a line, in the order asked."""
    from playlists.errors import MalformedManifest
    from playlists.plan.forms import seat_lines

    try:
        asked = sys.stdin.read().split() if instants == ("-",) else list(instants)
        for line in seat_lines(manifest.read(), [int(instant) for instant in asked]):
            click.echo(line)
    except (ValueError, MalformedManifest) as error:
        click.echo(f"输入有误 Wrong input: {error}", err=True)
        sys.exit(WRONG_INPUT)


def main() -> None:
    """Run a command. Wrong use ends with 64: 2 is an answer of `loop build`."""
    rarely()
    try:
        cli(standalone_mode=False)
    except click.UsageError as error:
        error.show()
        sys.exit(WRONG_USE)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(INTERRUPTED)
    finally:
        # Taking all modules apart again at the end would be a third of what a command takes.
        gc.freeze()


if __name__ == "__main__":
    main()
