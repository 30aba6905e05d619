"""Answers that nothing was done are held back where one network gets many of them."""

from collections.abc import Callable

import pytest
from flask import Flask, g

from server.foundation.rest.limits import request_pacing
from server.foundation.rest.limits.request_pacing import (
    LONGEST_S,
    REFUSALS,
    REFUSALS_AT_ONCE,
    init_pacing,
)

AT_ONCE = int(REFUSALS_AT_ONCE)
STRANGER, OTHER = "203.0.113.7", "198.51.100.7"


class Refusing:
    """An app that refuses whatever is sent, whose waits are noted, s."""

    def __init__(self, *, urgent: bool = False, actor: str | None = None) -> None:
        self.waits: list[float] = []
        self.app = Flask(__name__)
        self.app.before_request(self._identify(urgent, actor))
        init_pacing(self.app, clock=lambda: 1_000.0, pause=self.waits.append)
        self.app.add_url_rule("/", "refuse", refuse, methods=["GET", "POST"])

    def _identify(self, urgent: bool, actor: str | None) -> Callable[[], None]:
        def identify() -> None:
            g.actor = actor
            if urgent:
                g.urgent = True

        return identify

    def send(self, times: int, *, method: str = "POST", network: str = STRANGER) -> None:
        client = self.app.test_client()
        for _ in range(times):
            client.open("/", method=method, environ_base={"REMOTE_ADDR": network})


def refuse() -> tuple[str, int]:
    return "busy", 503


@pytest.fixture(autouse=True)
def _on_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing else runs, nobody is held back."""
    monkeypatch.setattr(request_pacing, "is_on_the_loop", lambda: True)


def held(refusing: Refusing) -> list[float]:
    """Waits longer than a rounding error."""
    return [wait for wait in refusing.waits if wait > 1e-6]


def test_the_first_are_sent_at_once_and_the_rest_in_turn() -> None:
    refusing = Refusing()
    refusing.send(AT_ONCE + 3)
    assert held(refusing) == pytest.approx([1 / REFUSALS, 2 / REFUSALS, 3 / REFUSALS])


def test_none_is_held_back_for_longer_than_clients_wait() -> None:
    refusing = Refusing()
    refusing.send(AT_ONCE + int(REFUSALS * LONGEST_S) + 20)
    assert max(refusing.waits) == LONGEST_S


def test_another_network_is_answered_at_once() -> None:
    refusing = Refusing()
    refusing.send(AT_ONCE)
    refusing.send(AT_ONCE, network=OTHER)
    assert held(refusing) == []


def test_reading_is_never_held_back() -> None:
    refusing = Refusing()
    refusing.send(5 * AT_ONCE, method="GET")
    assert held(refusing) == []


def test_a_refused_stop_of_somebody_signed_in_is_answered_at_once() -> None:
    refusing = Refusing(urgent=True, actor="chen")
    refusing.send(2 * AT_ONCE)
    assert held(refusing) == []


def test_a_flood_of_refused_sign_ins_is_held_back() -> None:
    refusing = Refusing(urgent=True)
    refusing.send(AT_ONCE + 1)
    assert len(held(refusing)) == 1
