"""Every route has a guard, which runs before its input is read."""

from pathlib import Path

import pytest
from flask import Flask

from server.accounts.roles import MAY
from tests.support.app.world import make_world

OPEN_DOORS = {"open", "signed_in", "screen_only"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder: Path = tmp_path_factory.mktemp("routes")
    return make_world(folder).app


def test_every_route_has_a_guard(app: Flask) -> None:
    without = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "guard")
    }

    assert without == set()


def test_every_guard_is_a_known_door_or_an_action_of_the_permission_table(app: Flask) -> None:
    unknown = {
        endpoint: view.guard
        for endpoint, view in app.view_functions.items()
        if hasattr(view, "guard") and view.guard not in OPEN_DOORS | set(MAY)
    }

    assert unknown == {}


def test_the_guard_runs_before_the_input_is_read(app: Flask) -> None:
    """A visitor gets 401 for an unreadable body too, or he would learn a route's input."""
    answered = {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        methods = (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
        if not rule.rule.startswith("/api/") or getattr(view, "guard", "open") == "open":
            continue
        for method in methods:
            path = rule.rule.replace("<", "").replace(">", "").replace("int:", "")
            answer = app.test_client().open(
                path, method=method, data=b"{", content_type="application/json"
            )
            answered[f"{method} {rule.rule}"] = answer.status_code

    assert {route: status for route, status in answered.items() if status != 401} == {}
    assert len(answered) > 10
