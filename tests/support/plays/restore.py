"""A server that dies and comes back out of a backup, with another clock."""

from pathlib import Path

from server.foundation.config import Settings
from server.operations.backup.restore import Request, restore
from server.operations.backup.take import Order, back_up
from tests.support.app.databases import fresh_urls
from tests.support.app.world import World, make_settings, make_world


def backed_up(world: World, archive: Path) -> Path:
    """A backup taken now, while the server runs."""
    back_up(world.core.settings, Order(archive, "0.1.0", world.clock.now_ms()))
    return archive


def restored(world: World, archive: Path, at_ms: int) -> World:
    """The server's folder is lost; the server that starts in what the backup holds, at `at_ms`."""
    world.close()
    return _restored(world.core.settings, archive, at_ms)


def restored_elsewhere(folder: Path, archive: Path, at_ms: int) -> World:
    """A server that starts in what the backup holds, at `at_ms`, in an empty folder."""
    urls = fresh_urls(folder / "data", migrated=False)
    return _restored(make_settings(folder, **urls), archive, at_ms)


def _restored(settings: Settings, archive: Path, at_ms: int) -> World:
    restore(settings, Request(archive, replace=True, now_ms=at_ms))
    made = make_world(settings.data.parent)
    made.clock.at_ms = at_ms
    return made
