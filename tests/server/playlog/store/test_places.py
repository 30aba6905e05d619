"""Plays keep the place of their screen at the time, and the day and hour of their slot."""

import pytest

from server.foundation.db.session import Database
from server.playlog.model.screen_context import Place, Tenure
from tests.support.app.clock import DAY_MS, HOUR_MS, START_MS, HandClock
from tests.support.plays.plays import BANK, CIVIL, Desk, in_batches, make_desk, make_programme

PROGRAMME = make_programme(START_MS)
SCHOOL = Place(venue=2, unit=5, territory=3, venue_kind="school", line=0)


@pytest.fixture
def desk(plays: Database, clock: HandClock) -> Desk:
    made = make_desk(plays, clock, tenures=[Tenure(PROGRAMME.digest, START_MS, None)])
    made.air(PROGRAMME)
    return made


def hand_in(desk: Desk, hours: int) -> None:
    first = desk.sql("SELECT COALESCE(MAX(upto), 0) FROM boots")[0][0]
    slots = PROGRAMME.slots(START_MS, START_MS + hours * HOUR_MS)
    for batch in in_batches(PROGRAMME, slots, 240):
        if batch["first"] > first:
            desk.take(batch)


def test_a_screen_that_moves_leaves_its_history_where_it_was(desk: Desk) -> None:
    desk.clock.at_ms = START_MS + HOUR_MS
    hand_in(desk, 1)
    desk.update_context(*desk.screen_context.tenures, place=SCHOOL)
    desk.clock.at_ms = START_MS + 2 * HOUR_MS
    hand_in(desk, 2)

    desk.clock.at_ms = START_MS + 3 * HOUR_MS
    hand_in(desk, 3)

    found = desk.sql(
        "SELECT c.venue_kind, SUM(r.confirmed) FROM rollup_day r JOIN cells c ON c.id = r.cell "
        "GROUP BY c.venue_kind ORDER BY 1"
    )
    assert found == [(BANK.venue_kind, 480), (SCHOOL.venue_kind, 240)]


@pytest.mark.slow
def test_plays_are_booked_by_the_districts_day_and_hour(desk: Desk) -> None:
    desk.clock.at_ms = START_MS + DAY_MS
    hand_in(desk, 16)

    hours = desk.sql(
        "SELECT day, hour, SUM(confirmed) FROM rollup_hour GROUP BY 1, 2 ORDER BY 1, 2"
    )

    day = CIVIL.day_of(START_MS)
    assert hours[0] == (day, 9, 240)
    assert hours[-1] == (day + 1, 0, 240)
    assert [plays for *_, plays in hours] == [240] * 16


def test_plays_that_come_after_their_month_was_frozen_are_adjustments(desk: Desk) -> None:
    desk.clock.at_ms = CIVIL.start_of(CIVIL.day_of(START_MS)) + 37 * DAY_MS
    hand_in(desk, 1)

    assert desk.sql("SELECT SUM(confirmed) FROM rollup_late") == [(240,)]
    assert desk.totals()["confirmed"] == 0
