"""Ordering scheduled reports and letting their time come."""

from typing import Any

from server.reporting.subscriptions import builder as making
from tests.support.app.jobs import run_jobs
from tests.support.app.people import Person, sign_in_again
from tests.support.app.world import World

SCHEDULES = "/api/v1/report-schedules"


def subscribe(person: Person, kind: str = "daily", **fields: Any) -> Any:
    """A new schedule, by default at 08:00."""
    answer = person.client.post(SCHEDULES, json={"kind": kind, "hour": 8, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json


def let_pass(world: World, by_ms: int, *people: Person) -> None:
    """Move the clock on, and do what the timetable would then; people sign in again."""
    world.clock.forward(by_ms)
    making.order_due(world.core)
    run_jobs(world.core)
    for person in people:
        sign_in_again(world, person)


def files_of(person: Person, schedule: Any) -> Any:
    """The files of a schedule, newest first."""
    answer = person.client.get(f"{SCHEDULES}/{schedule['id']}/files")
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


def periods_of(person: Person, schedule: Any) -> list[tuple[str, str, str]]:
    """From, to and state of them, oldest first."""
    found = [(one["from"], one["to"], one["state"]) for one in files_of(person, schedule)]
    return found[::-1]
