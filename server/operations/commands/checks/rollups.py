"""`rollups verify`."""

import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from server.operations.commands.common import core_at_hand, stop_on_error

if TYPE_CHECKING:
    from server.foundation.config import Settings
    from server.playlog.rollups.compare import Difference


@click.group(help="播放汇总 Roll-ups of plays.")
def rollups() -> None:
    """Commands about roll-ups."""


@rollups.command("verify", help="核对汇总与播放记录 Hold the roll-ups against the plays.")
@click.option("--rebuild", is_flag=True, help="更正不一致之处 Put right what differs.")
@click.option(
    "--head", "heads", multiple=True, help="报表上的“佐证链首” A head printed on a report."
)
def verify(rebuild: bool, heads: tuple[str, ...]) -> None:
    """Exit 0 if roll-ups and chain of days are correct, else 1 with each wrong row and day."""
    from server.playlog.rollups_cli import rollups_verify

    with core_at_hand() as core, stop_on_error():
        compare = partial(side_by_side, core.settings)
        answer = rollups_verify(core, compare, rebuild=rebuild, heads=heads)
    click.echo("\n".join(answer.lines))
    sys.exit(answer.code)


def side_by_side(settings: "Settings", days: Sequence[int]) -> "list[Difference]":
    """The differences on some days, computed on all processors."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    processes = min(os.cpu_count() or 1, len(days))
    if processes < 2:
        return _verified(settings, days)
    shares = [days[number::processes] for number in range(processes)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(partial(_verified, settings), shares))
    return sorted((one for part in found for one in part), key=lambda one: (one.table, one.key))


def _verified(settings: "Settings", days: Sequence[int]) -> "list[Difference]":
    from server.app import build_core
    from server.operations.backup.opened_databases import closing_databases
    from server.playlog import upkeep
    from server.playlog.ingest.runtime import parts_of_job

    core = build_core(settings)
    with closing_databases(core.config, core.plays), parts_of_job(core) as parts:
        return upkeep.verify(core, parts, days)
