"""`store verify`."""

import sys

import click

from server.operations.commands.common import NOT_WELL, core_at_hand, echo, stop_on_error


@click.group(help="文件存储 Stored files.")
def store() -> None:
    """Commands about the files of assets."""


@store.command("verify", help="逐个核对文件内容 Read every file and compare it with its name.")
def verify() -> None:
    """Exit 0 if all needed files are there and intact, else 1 with each one that isn't."""
    from server.publishing.manifests import file_retention

    with core_at_hand() as core, stop_on_error():
        found = file_retention.verify(core)
    for digest, assets in found.missing.items():
        click.echo(f"缺失 missing    {digest}  {' '.join(assets)}")
    for digest, assets in found.altered.items():
        click.echo(f"被改动 altered  {digest}  {' '.join(assets)}")
    for digest in found.unneeded:
        click.echo(f"未被引用 unused {digest}")
    echo(
        f"共 {found.files} 个文件：缺失 {len(found.missing)}，被改动 {len(found.altered)}，"
        f"未被引用 {len(found.unneeded)}（35 天后自动清理）。",
        f"{found.files} files: {len(found.missing)} missing, {len(found.altered)} altered, "
        f"{len(found.unneeded)} unused (swept after 35 days).",
    )
    if not found.is_well:
        echo(
            "请从备份恢复这些文件，或重新上传相应素材。",
            "Restore these files from a backup, or upload their assets again.",
        )
    sys.exit(0 if found.is_well else NOT_WELL)
