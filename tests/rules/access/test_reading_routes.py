"""What people read is worked out by the reading process: a new report can't run beside the plays.

Each route that answers a GET, or a HEAD alone, for people is answered there, unless it is named
with its reason.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from server.foundation.db.session import ReadsAlone
from server.web.reading_process import routes
from server.web.reading_process.routes import (
    AT_HAND,
    AT_NEED,
    OPEN,
    QUESTIONS,
    TABLES,
    is_answered_there,
)
from tests.support.access.asking import Answer, ask
from tests.support.access.marks import Mark
from tests.support.access.routes import ALONE, Door
from tests.support.access.routes import doors as all_doors
from tests.support.access.street import Street, make_street
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.world import make_world
from tests.support.monitoring.heartbeats import ContactHistory
from tests.support.processes.reading_process import WithoutASocket, read_by_another

WORKED_OUT = (
    "/api/v1/reports/",
    "/api/v1/plays",
    "/api/v1/board",
    "/api/v1/map/",
    "/api/v1/search",
    "/reports",
    "/plays",
    "/uptime",
    "/board",
    "/map",
    "/incidents",
    "/search",
    "/quarantine",
)
"""Below these addresses everything is added up over plays, screens or venues."""
SIGNATURE = re.compile(r'"signature":"[\w-]+"')
FILES = ("exports.get_export_file", "map_pages.map_tile")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder: Path = tmp_path_factory.mktemp("reading_routes")
    return make_world(folder).app


def read_by_people(app: Flask) -> Iterator[tuple[str, str]]:
    """Address and endpoint of each route that reads for people."""
    for rule in app.url_map.iter_rules():
        guard = getattr(app.view_functions[rule.endpoint], "guard", "open")
        if (rule.methods or set()) & routes.SAFE and guard not in routes.NOBODYS_GUARDS:
            yield rule.rule, rule.endpoint


def test_what_people_read_is_answered_there_unless_it_is_named_with_a_reason(app: Flask) -> None:
    here = {
        endpoint
        for _, endpoint in read_by_people(app)
        if not is_answered_there(endpoint, "GET", app.view_functions[endpoint])
    }

    assert here == set(AT_HAND)


def test_nothing_that_is_added_up_is_answered_by_the_web_worker(app: Flask) -> None:
    added_up = [
        (address, endpoint)
        for address, endpoint in read_by_people(app)
        if address.startswith(WORKED_OUT) and endpoint not in FILES
    ]
    here = [
        address
        for address, endpoint in added_up
        if not is_answered_there(endpoint, "GET", app.view_functions[endpoint])
    ]

    assert here == []
    assert len(added_up) > 40


def test_the_overview_is_answered_there_though_it_is_open_to_all(app: Flask) -> None:
    assert {is_answered_there(one, "GET", app.view_functions[one]) for one in OPEN} == {True}


def test_every_route_that_is_named_is_there_and_names_no_player(app: Flask) -> None:
    named = {*OPEN, *AT_HAND, *AT_NEED, *QUESTIONS, *TABLES}

    assert named <= set(app.view_functions)
    guards = {app.view_functions[one].guard for one in named}  # type: ignore[attr-defined] # a mark that each view has
    assert "screen_only" not in guards


def test_whatever_takes_a_table_is_answered_there(app: Flask) -> None:
    """A file's kind is unknown before it is read."""
    takers = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and "/import" in rule.rule
    }

    assert takers == TABLES | {one for one in QUESTIONS if one.startswith("imports.")}


def test_what_changes_something_stays_with_the_web_worker(app: Flask) -> None:
    there = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
        if is_answered_there(rule.endpoint, method, app.view_functions[rule.endpoint])
    }

    assert there == TABLES | QUESTIONS


class Both:
    """One street, asked by the web worker's own views and by those of an app that reads alone."""

    def __init__(self, folder: Path) -> None:
        self.world = make_world(folder / "server")
        make_waiting_picture(self.world)
        ContactHistory(self.world).we_were_up("24 07:00", "24 09:00")
        self.street: Street = make_street(self.world, Mark("heronQ7"))
        self.reading: WithoutASocket = read_by_another(self.world)

    def doors(self) -> list[Door]:
        """What people read."""
        views = self.world.app.view_functions
        return [
            door
            for door in all_doors(self.world)
            if door.method == "GET"
            and door.name not in ALONE
            and is_answered_there(self._endpoint(door), "GET", views[self._endpoint(door)])
        ]

    def _endpoint(self, door: Door) -> str:
        rules = self.world.app.url_map.iter_rules()
        return next(r.endpoint for r in rules if r.rule == door.rule and "GET" in r.methods)

    def ids_of(self, role: Any) -> dict[str, str]:
        """Of what a role has none of its own, somebody else's."""
        own = self.street.own.values()
        anybody = {name: value for ids in own for name, value in ids.items()}
        return anybody | self.street.ids_for(role)

    def ask(self, door: Door, role: Any, *, there: bool) -> Answer:
        """What a role is answered."""
        key = "anping.reading"
        self.world.app.extensions[key] = self.reading if there else None
        return ask(self.street.people[role], door, self.ids_of(role))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    made = Both(tmp_path_factory.mktemp("both"))
    yield made
    made.world.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    "role", ["admin", *(pytest.param(one, marks=pytest.mark.long) for one in ("venue", "auditor"))]
)
def test_a_process_that_reads_alone_answers_what_the_web_worker_would(
    both: Both, role: str
) -> None:
    """It writes nothing, and language, person and scope come along."""
    unlike = []
    for door in both.doors():
        here, there = both.ask(door, role, there=False), both.ask(door, role, there=True)
        if _comparable(here) != _comparable(there) or there.status >= 500:
            unlike.append(f"{door.name}: {here.status} {there.status} {_difference(here, there)}")

    assert unlike == [], "\n".join(unlike)
    assert both.reading.answered >= len(both.doors())


def test_such_a_process_can_write_neither_by_a_use_case_nor_by_a_statement(both: Both) -> None:
    core = both.reading.app.extensions["anping"]
    for database in (core.config, core.plays):
        with pytest.raises(ReadsAlone), database.write():
            pass
        with database.read() as session, pytest.raises(Exception, match=r"read.?only"):
            session.execute(text("CREATE TABLE strange (id INTEGER)"))


def _comparable(answer: Answer) -> tuple[int, str]:
    """Status and words; a signature is another each time."""
    status, words = answer.without()
    return status, SIGNATURE.sub("", words)


def _difference(here: Answer, there: Answer) -> str:
    """Where the words of two answers begin to differ."""
    one, other = _comparable(here)[1], _comparable(there)[1]
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return f"{one[max(0, at - 60) : at + 60]!r} {other[max(0, at - 60) : at + 60]!r}"
