"""`backup` and `restore`."""

from pathlib import Path

import click

from server.operations.commands.common import echo, settings_or_stop, stop_on_error

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(help="备份到一个文件 Write everything into one archive (FILE.tar.gz).")
@click.argument("file", type=FILE)
@click.option("--without-media", is_flag=True, help="不含素材 Databases and keys alone.")
def backup(file: Path, *, without_media: bool) -> None:
    """Back up a server, running or not."""
    from server.app import VERSION
    from server.foundation.clock import SystemClock
    from server.operations.backup.labels import taken
    from server.operations.backup.take import Order, back_up

    settings = settings_or_stop()
    order = Order(file.absolute(), VERSION, SystemClock().now_ms(), not without_media)
    with stop_on_error():
        contents = back_up(settings, order)
    for sentence in taken(order.target, contents, settings.zone):
        echo(*sentence)


@click.command(help="从备份恢复 Restore from an archive; the server must be stopped.")
@click.argument("file", type=FILE)
@click.option(
    "--replace",
    is_flag=True,
    help="把现有内容移到旁边 Move aside what is there; nothing is deleted.",
)
def restore(file: Path, *, replace: bool) -> None:
    """Validate the whole archive, then restore it."""
    from server.foundation.clock import SystemClock
    from server.operations.backup.labels import restored
    from server.operations.backup.restore import Request
    from server.operations.backup.restore import restore as put_back

    settings = settings_or_stop()
    request = Request(file.absolute(), replace, SystemClock().now_ms())
    with stop_on_error():
        done = put_back(settings, request)
    for sentence in restored(done, settings):
        echo(*sentence)
