"""The account of many screens is what their logs hold, read one screen at a time."""

from collections import Counter
from datetime import date
from itertools import count
from typing import Any

import pytest

from server.foundation.civil_time import Civil
from server.playlog.model.verdict_rules import Verdict
from server.playlog.rawlog import reader as rawlog
from server.playlog.rawlog.reader import LoggedPlay, Span
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, put_on_air
from tests.support.plays.plays import make_batch, make_programme, takeover_batch
from tests.support.reporting.reports import report

pytestmark = [*LONG_ON_POSTGRES, pytest.mark.slow]

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
KINDS: tuple[dict[str, Any], ...] = (
    {},
    {"state": 1, "shown_ms": 3_000},
    {"state": 2, "shown_ms": 0, "error": "asset_failed"},
    {"assets": ["f" * 64] * 9},
    {"cycle": 10**6},
    {"clock": None},
    {"offset_ms": START_MS + 2 * DAY_MS},
    {"offset_ms": START_MS - 2 * DAY_MS},
)


def handed_in(world: World, number: int) -> BoundScreen:
    """A screen that hands in plays of every kind, other ones than the next screen."""
    screen, boots = make_screen(world, enrolled_at=START_MS), count()
    put_on_air(world, screen, PROGRAMME, START_MS + number * MINUTE_MS)
    for place, kind in enumerate(KINDS):
        at = 8 * place + number
        about = {"boot": f"boot {next(boots)}", "first": 1, **kind}
        plays = SLOTS[at : at + 1 + (place + number) % 6]
        assert hand_in(world, screen, make_batch(PROGRAMME, plays, **about)).status_code == 200
    fallback = takeover_batch("b6" * 32, SLOTS[90].start_ms, 9_000, cause=[4], boot="x", first=1)
    assert hand_in(world, screen, fallback).status_code == 200
    return screen


def state(one: LoggedPlay) -> str:
    if one.verdict is Verdict.COUNTED:
        return "confirmed" if one.play.cause == 0 else "outside_plan"
    return "not_expected" if one.reason == "not_expected" else str(one.verdict)


@pytest.mark.parametrize("days", [("2026-11-24", "2026-11-24"), ("2026-11-22", "2026-11-27")])
def test_the_account_of_many_screens_is_what_their_logs_hold(
    world: World, days: tuple[str, str]
) -> None:
    world.clock.at_ms = START_MS + 2 * HOUR_MS
    screens = [handed_in(world, number) for number in range(7)]
    about = {"from": days[0], "to": days[1], "group_by": "screen", "acknowledged": "true"}

    rows = report(sign_in(world, "reviewer").client, **about)["items"]

    civil = Civil(world.core.settings.zone)
    from_ms, until_ms = (civil.start_of(date.fromisoformat(day).toordinal()) for day in days)
    for screen in screens:
        with snapshot(world.core.plays) as tx:
            span = Span((screen.id,), from_ms, until_ms + DAY_MS)
            kept = Counter(map(state, rawlog.plays_between(tx, span)))
        found = next(row for row in rows if row["screen_id"] == screen.public_id)["acknowledged"]
        assert {name: plays for name, plays in found.items() if plays} == {
            "plays": kept.total(), **kept
        }  # fmt: skip


def test_many_screens_ask_for_no_more_statements_than_few(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.clock.at_ms = START_MS + 2 * HOUR_MS
    asked: list[str] = []
    rows = Tx.rows

    def noted(tx: Tx, sql: str, *values: Any) -> Any:
        asked.append(sql)
        return rows(tx, sql, *values)

    monkeypatch.setattr(Tx, "rows", noted)
    counts = []
    for screens in (2, 9):
        for number in range(screens):
            handed_in(world, number)
        client = sign_in(world, "reviewer").client
        report(client, acknowledged="true")
        asked.clear()
        report(client, acknowledged="true")
        counts.append(len(asked))

    assert counts[1] == counts[0], counts
