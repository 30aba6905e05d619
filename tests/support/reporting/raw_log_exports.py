"""Ordering exports and reading what came of them."""

import csv
import io
from typing import Any

from tests.support.app.jobs import run_jobs
from tests.support.app.people import Person
from tests.support.app.world import World

TODAY = {"from": "2026-11-24", "to": "2026-11-24"}


def order(person: Person, **fields: Any) -> Any:
    """Order an export, by default of the tests' first day."""
    answer = person.client.post("/api/v1/plays/exports", json={**TODAY, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json


def made(world: World, person: Person, **fields: Any) -> Any:
    """Order one and have it made."""
    ordered = order(person, **fields)
    run_jobs(world.core)
    return state_of(person, ordered["id"])


def state_of(person: Person, export_id: str) -> Any:
    """The export's present state by the API."""
    answer = person.client.get(f"/api/v1/plays/exports/{export_id}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.json


def rows_of(data: bytes) -> list[list[str]]:
    """The rows of a csv file."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def content(person: Person, address: str, **headers: str) -> bytes:
    """The content at an address; the file that it was sent from is closed."""
    with person.client.get(address, headers=headers) as answer:
        assert answer.status_code in {200, 206}, answer.get_data(as_text=True)
        data: bytes = answer.data
    return data
