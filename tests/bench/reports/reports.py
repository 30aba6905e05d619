"""How long reports take over a full store: `python -m tests.bench.reports.reports [rounds]`.

`ANPING_DATA` names the folder of a demo (`server.cli demo --plays 100000000`, then `python -m
tests.bench.plays.beside_plays FOLDER` on a copy of it, for what there is beside plays). Each
question of
a grouping, a filter and a length of time is asked in each round, in another order: of delivery, of
the ledger of venues, uptime, uplift, single screens' days by hours, and spot checks. A wait is that
of `Server-Timing`, JSON included, where there is one, else that of the whole answer; no answer of a
round before is a help where today's figures are in it, as they are added up each time.
"""

import os
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args

from flask import Flask
from flask.testing import FlaskClient

from server.accountability.coverage.warm_up import read_all
from server.app import create_app
from server.foundation.config import read_settings
from server.foundation.runtime.gc_tuning import all_stays
from server.operations.demo.mark import read_mark
from server.playlog.ingest.flask_extension import playback_of, stop_playback
from server.playlog.store.snapshot import snapshot
from server.reporting.delivery.selection import GroupBy
from server.reporting.uptime.service import UptimeGroup
from tests.support.reporting.reports import STATES

DAYS: Final = (1, 7, 29)
PLACES: Final = ("unit", "territory", "venue_kind", "venue", "line", "day")
"""The groupings of the ledger of venues."""
FILTERS: Final = {
    "campaign_id": "campaigns",
    "unit_id": "units",
    "venue_id": "venues",
    "screen_id": "screens",
    "line_id": "lines",
}
GOAL_MS: Final = 60
Asked = tuple[str, dict[str, str]]
"""A path below /api/v1 and its query."""
NAMES: Final = {"reports/": "", "spot-checks/": "spot checks", "screens/": "a screen's day"}
"""Beginnings of paths, with their names in the output."""


def main(rounds: int = 5) -> int:
    """Print the waits by report; 1 if a report's p95 is above the goal."""
    settings = read_settings(data=Path(os.environ["ANPING_DATA"]))
    mark = read_mark(settings.data)
    if mark is None:
        raise SystemExit("no demo there")
    with all_stays():  # as gunicorn's workers do
        app = create_app(settings)
    try:
        with snapshot(app.extensions["anping"].plays) as tx:
            plays, batches = tx.rows("SELECT SUM(n), COUNT(*) FROM batches")[0]
        print(f"{plays:,} plays in {batches:,} batches")
        _read_ahead(app)
        client = _signed_in(app.test_client(), mark.passwords["admin"])
        waits = _asked(client, list(_questions(client)), rounds)
    finally:
        stop_playback(app)
    worst = max(_print(name, times) for name, times in sorted(waits.items()))
    return int(worst > GOAL_MS)


def _read_ahead(app: Flask) -> None:
    """What a process that serves does first, beside what it serves."""
    began = time.perf_counter()
    read_all(app.extensions["anping"], playback_of(app))
    print(f"read ahead in {1000 * (time.perf_counter() - began):.0f} ms")


def _signed_in(client: FlaskClient, password: str) -> FlaskClient:
    response = client.post(
        "/api/v1/session",
        json={"username": "admin", "password": password},
        headers={"Origin": "http://localhost"},
    )
    assert response.status_code == 200, response.text
    return client


def _questions(client: FlaskClient) -> Iterator[Asked]:
    last = date.today()  # noqa: DTZ011 - the bench's own day is near enough to the district's
    spans = [{"from": f"{last - timedelta(days=days - 1)}", "to": f"{last}"} for days in DAYS]
    filters: list[dict[str, str]] = [{}, {"venue_kind": "bank"}]
    for name, resource in FILTERS.items():
        items = client.get(f"/api/v1/{resource}?limit=50").json["items"]
        filters += [{name: items[place]["id"]} for place in (1, len(items) // 2)]
    for span in spans:
        for one in filters:
            yield from _by_place({**span, **one})
        for one in filters:
            if not one or "campaign_id" in one:
                yield "reports/uplift", {"to": span["to"], **one}
    screens = client.get("/api/v1/screens?limit=50").json["items"]
    for screen in screens[::10]:
        for days in DAYS:
            yield f"screens/{screen['id']}/hours", {"day": f"{last - timedelta(days=days)}"}


def _by_place(query: dict[str, str]) -> Iterator[Asked]:
    """The reports that go by days and places."""
    for group in get_args(GroupBy):
        yield "reports/delivery", {"group_by": group, **query}
    if "campaign_id" in query:
        return
    for group in get_args(UptimeGroup):
        if group != "hour":  # unpacks the hours of each day and screen: see docs/benchmarks.md
            yield "reports/uptime", {"group_by": group, **query}
    yield "spot-checks/statistic", query
    if "screen_id" not in query:
        for group in PLACES:
            yield "reports/coverage", {"group_by": group, **query}


class Wait(NamedTuple):
    """How long an answer took, and what of it the processor was busy (ms), with the request."""

    took_ms: float
    busy_ms: float
    asked: Asked


def _asked(client: FlaskClient, questions: list[Asked], rounds: int) -> dict[str, list[Wait]]:
    waits: dict[str, list[Wait]] = defaultdict(list)
    for number in range(rounds):
        random.Random(number).shuffle(questions)
        for path, query in questions:
            began, busy = time.perf_counter(), time.process_time()
            answer = client.get(f"/api/v1/{path}", query_string=query)
            took_ms = 1000 * (time.perf_counter() - began)
            busy_ms = 1000 * (time.process_time() - busy)
            assert answer.status_code == 200, answer.text
            if path == "reports/delivery":
                _check_states(answer.json, query)
            if "Server-Timing" in answer.headers:
                took_ms = float(answer.headers["Server-Timing"].partition("dur=")[2])
            name = f"{_name(path)} {query.get('group_by', '')}".strip()
            waits[name].append(Wait(took_ms, busy_ms, (path, query)))
            if number == 0:
                waits["(first round)"].append(waits[name][-1])
    return waits


def _name(path: str) -> str:
    for start, name in NAMES.items():
        if path.startswith(start):
            return name or path.removeprefix(start)
    return path


def _check_states(body: Any, query: dict[str, str]) -> None:
    for row in [*body["items"], body["totals"]]:
        assert sum(row[state] for state in STATES) == row["expected"], (query, row)


def _print(name: str, times: list[Wait]) -> float:
    cuts = statistics.quantiles([one.took_ms for one in times], n=100)
    busy = statistics.quantiles([one.busy_ms for one in times], n=100)
    worst = max(times, key=lambda one: one.took_ms)
    print(
        f"{name:<20} p50 {cuts[49]:6.1f}  p95 {cuts[94]:6.1f}  busy p95 {busy[94]:6.1f}  "
        f"most {worst.took_ms:6.1f} ms  {worst.asked}"
    )
    return cuts[94]


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
