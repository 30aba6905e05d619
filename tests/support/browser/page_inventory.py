"""Addresses of all pages of the console, taken from the app itself, and what opening one costs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from tests.support.app.world import World

NO_PAGES = ("/api/", "/static/", "/files/", "/manifests/", "/player", "/v/", "/metrics")
NOT_TIMED = {"/login", "/start", "/healthz", "/readyz", "/approve"}


def page_addresses(world: World, ids: Mapping[str, str]) -> list[str]:
    """Each GET route that needs no object, and those whose objects are named in `ids`."""
    found = []
    for rule in world.app.url_map.iter_rules():
        path = rule.rule
        if "GET" not in (rule.methods or ()) or path in NOT_TIMED or path.startswith(NO_PAGES):
            continue
        if rule.arguments <= ids.keys():
            for name in rule.arguments:
                path = path.replace(f"<{name}>", ids[name])
            found.append(path)
    return sorted(found)


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """The SQL that the configuration's database is sent meanwhile."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        found.append(sql)

    engine = world.core.config.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
