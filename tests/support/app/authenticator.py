"""People with an authenticator app on their phone."""

from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from server.accounts.auth.second_factors import totp
from tests.support.app.people import PASSWORD, Person
from tests.support.app.world import World

MINE = "/api/v1/me/second-factor"


@dataclass
class Phone:
    """Somebody's phone, and the recovery codes he printed."""

    world: World
    person: Person
    secret: str
    codes: list[str]

    def code(self, steps: int = 0) -> str:
        """What it shows now, or would so many half minutes later."""
        return totp.code_of(self.secret, totp.step_at(self.world.clock.now_ms()) + steps)

    def next_code(self) -> str:
        """Wait for a code that wasn't used yet."""
        self.world.clock.forward(totp.STEP_MS)
        return self.code()

    def password(self, **more: Any) -> TestResponse:
        """The first step of signing in, from a fresh browser."""
        body = {"username": self.person.username, "password": PASSWORD, **more}
        return self.world.visitor().post("/api/v1/session", json=body)

    def second(self, code: str, ticket: str | None = None) -> TestResponse:
        """The second step."""
        sent = {"ticket": ticket or self.password().get_json()["ticket"], "code": code}
        return self.world.visitor().post("/api/v1/session/code", json=sent)


def enrol(world: World, person: Person) -> Phone:
    """Set it up as the page does, and go on with the new session."""
    secret = person.client.post(MINE).get_json()["secret"]
    phone = Phone(world, person, secret, [])
    answer = person.client.post(f"{MINE}/confirm", json={"code": phone.code()})
    assert answer.status_code == 200, answer.text
    phone.codes = answer.get_json()["recovery_codes"]
    person.client.environ_base["HTTP_X_CSRF_TOKEN"] = answer.headers["X-CSRF-Token"]
    return phone
