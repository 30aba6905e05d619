"""Excused plays aren't due; where all of them are excused the venue isn't judged."""

from typing import Any

import pytest

from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.last_contact import Contact
from tests.support.app.clock import DAY_MS
from tests.support.app.inventory import BoundScreen
from tests.support.app.people import sign_in
from tests.support.plays.on_air import hand_in_all, keep_house
from tests.support.reporting.assessment import fetched, made, rows_of, sheet_of
from tests.support.reporting.coverage import (
    MIDNIGHT_MS,
    PROGRAMME,
    Town,
    check_ledger,
    day,
    states,
)
from tests.support.reporting.reports import report

NOON = "2026-11-24T12:00:00+08:00"
FIVE_DAYS = {"from": "2026-11-24T00:00:00+08:00", "until": "2026-11-29T00:00:00+08:00"}


def excuse(town: Town, screen: BoundScreen, **times: str) -> None:
    """From noon of the first day to its end by default."""
    body: dict[str, Any] = {
        "selector": {"screen_ids": [screen.public_id]},
        "code": "power_cut",
        "from": NOON,
        "until": "2026-11-25T00:00:00+08:00",
        **times,
    }
    asked = sign_in(town.world, "publicity").client.post("/api/v1/exemptions", json=body)
    assert asked.status_code == 201, asked.json
    lin = sign_in(town.world, "reviewer").client
    assert lin.post(f"/api/v1/exemptions/{asked.json['id']}/approve").status_code == 200


@pytest.mark.slow
def test_they_leave_what_a_day_is_held_against(town: Town) -> None:
    screen = town.opens()[0]
    town.becomes(2)
    town.plays(screen, 5, 10)
    town.reports_all(screen)
    before = states(town.ledger(0, 0))
    excuse(town, screen)
    open_ = states(town.ledger(0, 0)), states(town.ledger(0, 1))
    keep_house(town.world)
    assert (before, open_) == ({"not_reached": 1}, ({"reached": 1}, {"reached": 1}))
    assert states(town.ledger(0, 0)) == {"reached": 1}


@pytest.mark.slow
def test_a_wholly_excused_venue_is_left_out(town: Town) -> None:
    refurbished, other = town.opens("装修")[0], town.opens("好")[0]
    town.becomes(5)
    town.plays(other, *[10] * 5)
    for screen in (refurbished, other):
        town.reports_all(screen)
    before = town.ledger(0, 4)["totals"]
    excuse(town, refurbished, **FIVE_DAYS)

    totals = check_ledger(town, 0, 4)
    by_day = town.ledger(0, 4, group_by="day")["items"]

    assert (before["not_reached"], before["exempt"], before["coverage"]) == (1, 0, 0.5)
    assert (totals["venues"], totals["exempt"], totals["coverage"]) == (1, 1, 1.0)
    assert [(one["venues"], one["exempt"], one["coverage"]) for one in by_day] == [(1, 1, 1.0)] * 5
    keep_house(town.world)
    assert town.ledger(0, 4)["totals"] == totals


def test_a_venue_with_plays_due_on_one_day_is_judged_by_that_day(town: Town) -> None:
    screen = town.opens()[0]
    town.becomes(6)
    town.reports_all(screen)
    excuse(town, screen, **FIVE_DAYS)

    assert states(town.ledger(0, 5)) == {"not_reached": 1}
    assert town.ledger(0, 4)["totals"]["exempt"] == 1


@pytest.mark.slow
def test_of_two_screens_the_one_with_plays_due_decides_for_the_venue(town: Town) -> None:
    exempt, dark = town.opens(screens=2)
    town.becomes(5)
    for screen in (exempt, dark):
        town.reports_all(screen)
    excuse(town, exempt, **FIVE_DAYS)

    assert states(town.ledger(0, 4)) == {"not_reached": 1}


@pytest.mark.slow
def test_the_page_and_the_files_have_the_number_left_out(town: Town) -> None:
    screen = town.opens("装修支行")[0]
    town.becomes(5)
    town.reports_all(screen)
    excuse(town, screen, **FIVE_DAYS)
    client, days = town.reader(), f"from={day(0)}&to={day(4)}"

    page = client.get(f"/reports/coverage?{days}").text
    listed = client.get(f"/reports/coverage/venues?{days}&state=exempt").text

    assert "另有 1 个点位的应播全部免考核" in page
    assert "state=exempt" in page
    assert "装修支行" in listed
    assert "无应播" not in listed
    assert "装修支行" not in client.get(f"/reports/coverage/venues?{days}").text
    text = client.get(f"/api/v1/reports/coverage.csv?{days}").data.decode("utf-8-sig")
    assert "全程免考核（不计入）,1" in text


@pytest.mark.long
@pytest.mark.slow
def test_a_pack_does_not_blame_it(town: Town) -> None:
    screen = town.opens()[0]
    town.becomes(5)
    town.reports_all(screen)
    excuse(town, screen, **FIVE_DAYS)

    author = sign_in(town.world, "publicity")
    sheet = sheet_of(fetched(author, made(town, person=author), "files/u_1.xlsx"))
    row = rows_of(sheet)[0]

    assert row["是否达标"].value == "不计（免考核）"


def silent_since_noon(town: Town) -> BoundScreen:
    """A screen without plays that has reported until noon, and may have played from then on."""
    screen = town.opens()[0]
    town.becomes(1)
    last = PROGRAMME.slots(MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS)[4]
    noon = Contact(screen.id, last.start_ms + last.duration_ms, "b", 0, None)
    playback_of(town.world.app).contacts.note(noon)
    return screen


@pytest.mark.slow
def test_pending_and_excused_plays_would_be_due_once_shown(town: Town) -> None:
    """Five were missed: with five of ten the day can't count any more."""
    screen = silent_since_noon(town)
    before = town.ledger(0, 0)
    excuse(town, screen)
    excused = town.ledger(0, 0)

    hand_in_all(
        town.world, screen, PROGRAMME, PROGRAMME.slots(MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS)[5:]
    )
    town.reports_all(screen)

    assert states(before) == states(excused) == states(town.ledger(0, 0)) == {"not_reached": 1}
    assert excused["pending_share"] == 0


@pytest.mark.slow
def test_the_best_delivery_rate_is_the_one_that_comes_if_all_was_shown(town: Town) -> None:
    screen = silent_since_noon(town)
    excuse(town, screen)
    best = report(town.reader())["totals"]["delivery_rate_high"]

    hand_in_all(
        town.world, screen, PROGRAMME, PROGRAMME.slots(MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS)[5:]
    )
    town.reports_all(screen)

    assert best == report(town.reader())["totals"]["delivery_rate"] == 0.5
