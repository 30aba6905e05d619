"""`notify test`."""

import sys

import click

from server.operations.commands.common import NOT_WELL, core_at_hand, echo, stop


@click.group(help="通知 Notifications.")
def notify() -> None:
    """Commands about notifications."""


@notify.command(help="给通知对象发测试消息 Send a test message to all targets, or to one (h_… id).")
@click.argument("target", required=False)
def test(target: str | None) -> None:
    """Print each target's result; exit 1 if one failed."""
    from server.foundation.public_ids import public
    from server.monitoring.notifications.test_message import try_all

    with core_at_hand() as core:
        results = try_all(core, target)
    if not results:
        stop("没有这样的通知对象。", "there is no such notification target.")
    for row, sent in results:
        who, why = f"{public('notification_target', row.id)} {row.name}", sent.error
        arrived = sent.state == "sent"
        zh, en = ("已送达", "arrived") if arrived else (f"未送达：{why}", f"didn't: {why}")
        echo(f"{who}：{zh}", f"{who}: {en}")
    sys.exit(0 if all(sent.state == "sent" for _, sent in results) else NOT_WELL)
