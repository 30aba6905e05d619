"""`keys rotate`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.operations.commands.common import echo, existing_settings_or_stop, stop, stop_on_error

if TYPE_CHECKING:
    from server.foundation.config import Settings
    from server.foundation.core import Core
    from server.publishing.assignments.key_rotation import Rotated

FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(help="签名密钥 The key that orders to screens are signed with.")
def keys() -> None:
    """Commands about keys; the server must be stopped."""


@keys.command(help="更换签名密钥，屏不必重新绑定 Change it; no screen is paired again.")
@click.option(
    "--recovery",
    type=FILE,
    help="签名密钥被盗或丢失时：恢复密钥文件 It was stolen or lost: the file of the recovery key.",
)
@click.option(
    "--new-recovery",
    type=FILE,
    help="同时更换恢复密钥，新私钥写入此文件 Change the recovery key too; its new private half.",
)
def rotate(recovery: Path | None, new_recovery: Path | None) -> None:
    """Replace the signing key, and write a hand-over for each screen."""
    from server.foundation.runtime.data_folder_lock import InUse
    from server.publishing.assignments.key_rotation import Request
    from server.publishing.assignments.key_rotation import rotate as change

    settings = existing_settings_or_stop()
    with stop_on_error():
        try:
            done = change(settings, Request(recovery, new_recovery), _opened)
        except InUse as error:
            _still_serving(error.pid)
    if done.again:
        _print_repeated(done)
    else:
        _print_result(done, new_recovery)


def _opened(settings: "Settings") -> "Core":
    """The Core of the server, with migrated tables."""
    from server.app import build_core
    from server.foundation.db.migrate import upgrade

    core = build_core(settings)
    upgrade(core.config, "config")
    return core


def _print_repeated(done: "Rotated") -> None:
    echo(
        f"这是已换下的恢复密钥：签名密钥仍是 {done.kid}，没有再换，"
        f"已为 {done.screens} 块离线的屏重新签好换钥指令，30 天内有效。现在启动服务。",
        f"This recovery key was replaced: the signing key is {done.kid} as before, and "
        f"the orders that bring it to {done.screens} screens that were away are signed "
        "again, for 30 days. Start the server.",
    )


def _print_result(done: "Rotated", new_recovery: Path | None) -> None:
    echo(
        f"签名密钥已换成 {done.kid}，已为 {done.screens} 块屏签好换钥指令。现在启动服务："
        "在线的屏几秒内换好，离线的屏恢复联网时换，都不必重新绑定。"
        "随后立即做一次备份：旧备份里没有新密钥。",
        f"The signing key is {done.kid} now, and orders that bring it are written for "
        f"{done.screens} screens. Start the server: those online have it within seconds, the "
        "others when they are back; none is paired again. Then take a backup at once: older "
        "ones don't hold the new key.",
    )
    if done.withdrawn:
        names = ", ".join(done.withdrawn)
        echo(
            f"已作废：{names}，私钥已从服务器删除。离线的屏请在 30 天内恢复联网，"
            "过期的用同一个恢复密钥文件再运行一次 keys rotate --recovery。",
            f"Withdrawn: {names}; their private halves are deleted. Screens that are away have "
            "30 days to come back; after that run keys rotate --recovery again for them, with "
            "the same file.",
        )
    if new_recovery is not None:
        echo(
            f"新的恢复密钥在 {new_recovery}：离线保存两份，分开保管，服务器上不要留。"
            "所有屏换好之前，旧的恢复密钥也请留着。",
            f"The new recovery key is {new_recovery}: keep two copies off the server, apart. "
            "Keep the former one too until all screens have changed over.",
        )
    elif not done.has_recovery:
        echo(
            "各屏没有恢复密钥：用 --new-recovery 文件 再换一次。",
            "Screens have no recovery key: do it again with --new-recovery FILE.",
        )


def _still_serving(pid: int | None) -> None:
    who, process = (f"（进程 {pid}）", f" (process {pid})") if pid else ("", "")
    stop(
        f"服务正在运行{who}，没有更换。请先停止：systemctl stop anping.socket anping，"
        "屏照常播放；换好再启动。",
        f"the server is running{process}, nothing was changed. Stop it first: systemctl stop "
        "anping.socket anping; screens play on. Start it when this is done.",
    )
