"""An hour that one screen played half of, and people who ask for exemptions and approve them."""

from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen
from tests.support.app.people import Person
from tests.support.app.world import World
from tests.support.plays.plays import make_programme

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)


@dataclass
class Street:
    """Two screens: one played its first half hour, the other all of it."""

    world: World
    dark: BoundScreen
    lit: BoundScreen
    chen: Person
    lin: Person

    def asks(self, person: Person | None = None, **changes: Any) -> TestResponse:
        """By default for the second half hour of the dark screen."""
        body = {
            "selector": {"screen_ids": [self.dark.public_id]},
            "from": "2026-11-24T09:30:00+08:00",
            "until": "2026-11-24T10:00:00+08:00",
            "code": "power_cut",
            **changes,
        }
        return (person or self.chen).client.post("/api/v1/exemptions", json=body)

    def does(self, person: Person, act: str, exemption: str, **body: Any) -> TestResponse:
        """Approve, reject, end or withdraw."""
        path = f"/api/v1/exemptions/{exemption}"
        if act == "withdraw":
            return person.client.delete(path)
        return person.client.post(f"{path}/{act}", json=body)

    def approved(self, **changes: Any) -> str:
        """One that counts; its id."""
        exemption: str = self.asks(**changes).json["id"]
        assert self.does(self.lin, "approve", exemption).status_code == 200
        return exemption


def page_of(person: Person, path: str) -> str:
    """What a person sees beside the menu: heading, actions, content."""
    answer = person.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text.partition('<header class="top-line">')[2]
