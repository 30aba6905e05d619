"""A district on known parts, all on this machine: `python -m tests.support.many`.

PostgreSQL, Redis, an S3 double and nginx as processes of their own; behind them `server.cli serve`
with two workers and the jobs process. Ends by ctrl-C.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.app.first_run import make_waiting_picture
from tests.support.app.postgres import PostgresServer, durable_postgres
from tests.support.app.world import World, make_world
from tests.support.network.s3 import s3_server
from tests.support.processes.nginx import Nginx, nginx_before
from tests.support.processes.redis_server import RedisServer, redis_server
from tests.support.processes.server import RunningServer, free_port, start_server
from tests.support.speed.memory import tree

WORKERS = 2
PASSWORD = "many-machines-7"
GUNICORN = b"gunicorn"


@dataclass(frozen=True)
class Park:
    """All of it; `nginx.base` is where screens and people come."""

    postgres: PostgresServer
    redis: RedisServer
    nginx: Nginx
    server: RunningServer
    world: World

    def workers(self) -> list[int]:
        """The processes that hold sockets: the children of gunicorn's own."""
        found = {pid: children(pid) for pid in tree(self.server.process.pid) if is_gunicorn(pid)}
        return [child for some in found.values() for child in some if child in found]


@contextmanager
def park(
    folder: Path,
    prepare: Callable[[World], object] = lambda _world: None,
    patience: str = "1s",
    further: Sequence[str] = (),
) -> Iterator[Park]:
    """Everything ready, with what `prepare` puts into the databases before; `world` reads them
    from beside. Former workers of nginx end their sockets after `patience`; it shares screens with
    `further` servers too, which may come later.
    """
    with durable_postgres() as postgres, redis_server() as redis, s3_server() as s3:
        settings = {
            "database_url": postgres.url("anping"),
            "storage_url": s3.url("anping"),
        }
        world = make_world(folder / "server", trusted_proxies=1, **settings)
        world.clock.at_ms = time.time_ns() // 1_000_000
        make_waiting_picture(world)
        prepare(world)
        many = {"redis_url": redis.url, "workers": str(WORKERS), "trusted_proxies": "1"}
        server = start_server(folder / "server", free_port(), **settings, **many)
        try:
            server.wait_until_ready()
            before = nginx_before(server.base, folder / "nginx", patience=patience, further=further)
            with before as nginx:
                yield Park(postgres, redis, nginx, server, world)
        finally:
            server.stop()
            world.close()


def is_gunicorn(pid: int) -> bool:
    """Whether a process runs gunicorn."""
    try:
        return GUNICORN in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def main() -> None:
    """Start it, print its address, and wait for ctrl-C."""
    from server.accounts.auth.first_admin import ensure_admin

    printed: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="anping-many-") as folder,
        park(Path(folder), lambda world: ensure_admin(world.core, printed.append)) as made,
    ):
        sys.stdout.write(
            f"管理后台 Console:  {made.nginx.base}/   admin  {''.join(printed)}\n"
            f"不经 nginx Without nginx:  {made.server.base}/\n"
            f"工作进程 Workers:  {made.workers()}   Redis: {made.redis.url}\n"
            "按 Ctrl-C 停止 Press Ctrl-C to stop\n"
        )
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            sys.stdout.write("\n")


if __name__ == "__main__":
    main()
