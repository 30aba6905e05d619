"""Addresses are built as before, by rules compiled on first use."""

import re

import pytest
from werkzeug.routing import BuildError, Map, MapAdapter, Rule

from server.foundation.rest.lazy_url_rules import LateRule
from tests.support.app.world import World

HOST = "anping.example"


def adapter(rules: list[Rule]) -> MapAdapter:
    return Map(rules).bind(HOST)


def both(path: str, **more: object) -> list[MapAdapter]:
    """The usual rule, and ours."""
    return [adapter([kind(path, endpoint="it", **more)]) for kind in (Rule, LateRule)]  # type: ignore[arg-type] # what a rule is given


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/", {}),
        ("/venues/<venue_id>", {"venue_id": "v_4"}),
        ("/venues/<venue_id>", {"venue_id": "街道 1/2", "lang": "zh", "page": "2"}),
        ("/files/<path:name>", {"name": "a b/c"}),
        ("/rules/<rule>", {"rule": "self"}),
        ("/days/<int:day>", {"day": 7}),
    ],
)
def test_an_address_is_the_one_that_the_usual_rule_builds(
    path: str, values: dict[str, object]
) -> None:
    usual, ours = both(path)

    for _first_and_again in range(2):
        assert ours.build("it", values) == usual.build("it", values)
        assert ours.build("it", values, append_unknown=False) == usual.build(
            "it", values, append_unknown=False
        )


def test_defaults_and_missing_values_are_as_usual() -> None:
    usual, ours = both("/pages/<int:page>", defaults={"size": 20})

    assert ours.build("it", {"page": 3}) == usual.build("it", {"page": 3}) == "/pages/3"
    for one in (usual, ours):
        with pytest.raises(BuildError):
            one.build("it", {})


def test_every_address_of_the_server_is_matched_again_by_its_rule(world: World) -> None:
    rules = list(world.app.url_map.iter_rules())
    assert all(isinstance(rule, LateRule) for rule in rules)

    found = world.app.url_map.bind(HOST)
    for rule in rules:
        values = {name: _some(rule, name) for name in rule.arguments}
        method = min(rule.methods or {"GET"}, key=lambda one: one in {"HEAD", "OPTIONS"})
        address = found.build(rule.endpoint, values, method=method)
        endpoint, again = found.match(address, method=method)
        assert (endpoint, again) == (rule.endpoint, values), address


def _some(rule: Rule, name: str) -> object:
    """A value that its converter takes."""
    found = re.search(rf"<(?:(\w+)(?:\((\w+)[^>]*\))?:)?{name}>", rule.rule)
    assert found is not None, rule
    return {"int": 7, "float": 0.5, "any": found[2]}.get(found[1] or "", "a1")
