"""A scrape asks little, whatever there is: no plays are read, nothing is asked for each screen."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from server.web.metrics.routes import Routes
from tests.support.app.inventory import make_screen
from tests.support.app.world import World
from tests.support.devices.socket_player import beat
from tests.support.factories.incidents import make_incident
from tests.support.monitoring.printed_metrics import figures

MOST = 16
TALL = ("batches", "quarantine", "rollup_", "beats", "runs", "contacts")


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """What both databases are asked meanwhile."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        found.append(sql)

    with ExitStack() as stack:
        for database in (world.core.config, world.core.plays):
            event.listen(database.engine, "before_cursor_execute", note)
            stack.callback(event.remove, database.engine, "before_cursor_execute", note)
        yield found


def asked(world: World) -> list[str]:
    with statements(world) as found:
        figures(world)
    return found


def furnish(world: World, screens: int) -> None:
    for _ in range(screens):
        screen = make_screen(world)
        make_incident(world, screen)
        world.visitor().post("/api/v1/player/beat", json=beat(), headers=screen.headers)


def test_a_scrape_asks_as_much_of_many_screens_as_of_none(world: World) -> None:
    none = asked(world)
    furnish(world, 12)
    many = asked(world)

    assert len(many) == len(none) <= MOST
    assert [sql for sql in many if any(f" {name}" in sql.lower() for name in TALL)] == []
    assert {sql.lstrip().split()[0] for sql in many} == {"SELECT"}


def test_no_figure_has_a_screen_or_an_address_as_its_label(world: World) -> None:
    furnish(world, 2)
    few = len(figures(world))
    furnish(world, 2)
    for number in range(5):
        world.visitor().get(f"/nowhere/{number}")
        world.visitor().get(f"/api/v1/screens/{number}")
        world.visitor().open("/healthz", method=f"MADE-UP{number}")
    found = figures(world)
    for number in range(5, 10):
        world.visitor().get(f"/nowhere/{number}")
        world.visitor().get(f"/api/v1/screens/{number}")
        world.visitor().open("/healthz", method=f"MADE-UP{number}")

    assert len(figures(world)) == len(found)
    assert few < len(found) < few + 40


@pytest.mark.parametrize(("method", "kept"), [("GET", "GET"), ("BREW", "other")])
def test_a_route_has_its_answers_by_class_of_status(method: str, kept: str) -> None:
    routes = Routes()
    for status, seconds in (("2xx", 0.01), ("2xx", 0.4), ("5xx", 7.0)):
        routes.answered("/a/<int:b>", method, status, seconds)

    found = {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in routes.collect()
        for sample in family.samples
    }

    key = ("/a/<int:b>", kept)
    assert found["anping_http_route_requests_total", (*key, "2xx")] == 2
    assert found["anping_http_route_requests_total", (*key, "5xx")] == 1
    assert found["anping_http_route_seconds_bucket", (*key, "0.05")] == 1
    assert found["anping_http_route_seconds_bucket", (*key, "5.0")] == 2
    assert found["anping_http_route_seconds_bucket", (*key, "+Inf")] == 3
    assert found["anping_http_route_seconds_sum", key] == pytest.approx(7.41)
