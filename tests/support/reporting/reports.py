"""Asking for reports, and what must hold on each of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask.testing import FlaskClient

from server.playlog.ingest.flask_extension import playback_of
from tests.support.app.world import World

GROUPS = (
    "campaign",
    "unit",
    "territory",
    "venue_kind",
    "venue",
    "screen",
    "line",
    "day",
    "hour",
)
STATES = ("confirmed", "partial", "failed", "pre_empted", "screen_off", "pending", "missing")
DAY = {"from": "2026-11-24", "to": "2026-11-24"}


def report(client: FlaskClient, name: str = "delivery", **query: Any) -> Any:
    """A report as JSON, by default of the first day of the tests."""
    answer = client.get(f"/api/v1/reports/{name}", query_string=DAY | query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Server-Timing"].startswith("total;dur=")
    return answer.json


def totals(client: FlaskClient, **query: Any) -> dict[str, int]:
    """The totals of a report: expected and the states that aren't zero."""
    found = report(client, **query)["totals"]
    kept = {state: found[state] for state in STATES if found[state]}
    return {"expected": found["expected"], **kept}


def check_sums(client: FlaskClient, **query: Any) -> dict[str, Any]:
    """Hold that the states sum to expected on every level; the totals, the same by any grouping."""
    seen: list[dict[str, Any]] = []
    for group in GROUPS:
        found = report(client, group_by=group, **query)
        for row in [*found["items"], found["totals"]]:
            assert sum(row[state] for state in STATES) == row["expected"], (group, row)
            assert all(row[state] >= 0 for state in STATES), (group, row)
        for state in ("expected", "excused", *STATES):
            assert sum(item[state] for item in found["items"]) == found["totals"][state], group
        seen.append(found["totals"])
    assert all(one == seen[0] for one in seen), seen
    return seen[0]


@contextmanager
def remembering_nothing(world: World) -> Iterator[None]:
    """Within it reports are asked as if the process had just begun."""
    parts = playback_of(world.app)
    kept = dict(parts._remembered)
    parts._remembered.clear()
    try:
        yield
    finally:
        parts._remembered.clear()
        parts._remembered.update(kept)
