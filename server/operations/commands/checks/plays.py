"""`plays hand-in`."""

import sys
from typing import BinaryIO

import click

from server.operations.commands.common import NOT_WELL, core_at_hand, echo, stop_on_error


@click.group(help="播放记录 Plays.")
def plays() -> None:
    """Commands about the log of plays."""


@plays.command("hand-in", help="导入播放记录导出文件 Hand an export in again (FILE or -).")
@click.argument("file", type=click.File("rb"))
def hand_in(file: BinaryIO) -> None:
    """Exit 0 if all events of the export are stored now, else 1 with those that aren't."""
    from server.playlog.audit.reimport import reimport_export as take
    from server.playlog.ingest.runtime import make_playback

    with core_at_hand() as core, stop_on_error():
        parts = make_playback(core)
        try:
            done = take(core, parts, file)
        finally:
            parts.committer.close()
    for problem in done.problems:
        echo(*problem)
    echo(
        f"共 {done.events} 条：已在库 {done.held}，新增 {done.added}，"
        f"补回曾申报缺失的 {done.regained}。",
        f"{done.events} events: {done.held} were held already, {done.added} added, "
        f"{done.regained} regained that had been declared lost.",
    )
    if done.otherwise:
        echo(
            f"其中 {done.otherwise} 条灾前计入、现在未计入：备份中没有相应的排期或当时的下发，"
            "在播放记录页可见原因。",
            f"{done.otherwise} counted before and don't now: the backup lacks their plan or "
            "that it was on air; the page of plays says why for each.",
        )
    sys.exit(NOT_WELL if done.problems else 0)
