"""Two web workers, each at a port of its own, on one PostgreSQL and one Redis."""

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.accounts.auth.request_identity import COOKIE
from tests.support.app.people import Person, as_read
from tests.support.app.postgres import FAST, PostgresServer, start_postgres
from tests.support.app.world import World, make_world
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.redis_server import RedisServer, redis_server
from tests.support.processes.web_worker import WebWorker, web_worker


@dataclass(frozen=True)
class Pair:
    """Both, and their services."""

    world: World
    postgres: PostgresServer
    redis: RedisServer
    one: WebWorker
    other: WebWorker

    def meet(self) -> None:
        """Return when they are connected."""
        until("two workers that hear each other", self.are_together)

    def are_together(self) -> bool:
        """Whether both are connected to each other."""
        return all(
            (each.figures["anping_redis_up"], each.figures["anping_workers"]) == (1, 2)
            for each in (self.one, self.other)
        )

    def are_apart(self) -> bool:
        """Whether both have noticed that they aren't connected."""
        return not any(each.figures["anping_redis_up"] for each in (self.one, self.other))

    def logs(self) -> list[str]:
        """What each has logged."""
        folder = self.world.core.settings.data
        return [(folder / name).read_text(encoding="utf-8") for name in ("one.log", "worker.log")]


@contextmanager
def two_workers(folder: Path, options: tuple[str, ...] = FAST) -> Iterator[Pair]:
    """They are connected when the block begins."""
    postgres = start_postgres(options)
    try:
        postgres.create("anping")
        world = make_world(folder, database_url=postgres.url("anping"))
        world.clock.at_ms = time.time_ns() // 1_000_000
        with redis_server() as redis:
            settings = {"ANPING_REDIS_URL": redis.url}
            with web_worker(world, **settings) as one, _beside(world, settings) as other:
                pair = Pair(world, postgres, redis, one, other)
                pair.meet()
                yield pair
        world.close()
    finally:
        postgres.stop()


@contextmanager
def _beside(world: World, settings: dict[str, str]) -> Iterator[WebWorker]:
    log = world.core.settings.data / "worker.log"
    log.rename(log.with_name("one.log"))
    with web_worker(world, **settings) as worker:
        yield worker


def ask(base: str, person: Person, method: str, path: str, **body: Any) -> Any:
    """What a server answers to this person's browser."""
    cookie = person.client.get_cookie(COOKIE)
    assert cookie is not None
    request = urllib.request.Request(
        f"{base}/api/v1/{path}",
        json.dumps(body).encode() if method != "GET" else None,
        {
            "Content-Type": "application/json",
            "Cookie": f"{COOKIE}={cookie.value}",
            "X-CSRF-Token": person.client.environ_base["HTTP_X_CSRF_TOKEN"],
            "Origin": base,
            **as_read(person, path),
        },
        method=method,
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        content = answer.read()
        return json.loads(content) if content else None
