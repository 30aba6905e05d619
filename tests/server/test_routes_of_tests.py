"""Apps of tests share their compiled routes, and only what they have in common."""

from pathlib import Path

import pytest
from flask import url_for

from tests.support.app.world import World, make_world


def later() -> str:
    """A view that only one app has."""
    return "later"


@pytest.mark.slow
def test_a_route_of_one_app_is_not_the_next_ones(world: World, tmp_path: Path) -> None:
    other = make_world(tmp_path / "other")
    assert other.visitor().get("/healthz").status_code == 200

    other.app._got_first_request = False
    other.app.add_url_rule("/later", view_func=later)

    assert other.visitor().get("/later").text == "later"
    assert other.visitor().get("/healthz").status_code == 200
    assert world.visitor().get("/later").status_code == 404


def test_each_app_has_every_route_under_its_name(world: World, tmp_path: Path) -> None:
    other = make_world(tmp_path / "other")
    for app in (world.app, other.app):
        named = {rule.endpoint for rule in app.url_map.iter_rules()}
        assert named == set(app.view_functions)
        assert len(named) > 300
    with other.app.test_request_context():
        assert url_for("health.healthz") == "/healthz"
