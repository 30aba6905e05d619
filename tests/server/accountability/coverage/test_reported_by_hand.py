"""Venues that report by hand count by approved attestations, in a column of their own."""

from typing import Any

import pytest

from server.inventory.venues.models import Venue
from tests.support.app.inventory import ALWAYS
from tests.support.app.people import sign_in
from tests.support.reporting.coverage import Town, check_ledger, day, states

WORKDAYS = {str(number): ALWAYS for number in range(1, 6)}


def state_and_days(town: Town, first: int, last: int) -> Any:
    item = town.ledger(first, last, group_by="venue")["items"][0]
    return item["state"], item["days"], item["days_met"]


@pytest.mark.slow
def test_until_it_is_approved_it_counts_for_nothing(town: Town) -> None:
    venue = town.manual()
    town.becomes(5)
    author = sign_in(town.world, "publicity")
    attestation = town.attests(author, venue).json["id"]
    town.shows(author, attestation)

    before = state_and_days(town, 0, 4)
    reviewer = sign_in(town.world, "reviewer")
    reviewer.client.post(f"/api/v1/attestations/{attestation}/approve")

    assert (before, state_and_days(town, 0, 4)) == (("unattested", 5, 0), ("attested", 5, 5))


@pytest.mark.slow
def test_an_attested_venue_has_no_play_and_is_not_reached(town: Town) -> None:
    venue = town.manual()
    town.becomes(5)
    town.approved(venue)

    found = town.ledger(0, 4)["totals"]

    assert (found["reached"], found["attested"]) == (0, 1)
    assert (found["coverage"], found["coverage_with_attested"]) == (0.0, 1.0)


@pytest.mark.slow
@pytest.mark.parametrize(("days", "state"), [(4, "attested"), (3, "unattested")])
def test_a_venue_is_attested_from_four_of_five_days_on(town: Town, days: int, state: str) -> None:
    venue = town.manual()
    town.becomes(5)
    town.approved(venue, days=days)

    assert state_and_days(town, 0, 4) == (state, 5, days)


@pytest.mark.slow
def test_for_a_part_of_its_days_it_gives_the_same_share(town: Town) -> None:
    venue = town.manual()
    town.becomes(12)
    town.approved(venue, to=day(9), days=8)

    assert state_and_days(town, 0, 4) == ("attested", 5, 4)
    assert state_and_days(town, 5, 11) == ("unattested", 7, 4)


@pytest.mark.slow
def test_days_of_two_that_overlap_count_once(town: Town) -> None:
    venue = town.manual()
    town.becomes(10)
    town.approved(venue, days=3)
    town.approved(venue, days=3)
    twice = state_and_days(town, 0, 4)
    town.approved(venue, **{"from": day(3), "to": day(7), "days": 5})

    assert twice == ("unattested", 5, 3)
    assert state_and_days(town, 0, 7) == ("attested", 8, pytest.approx(3 * 0.6 + 5))


@pytest.mark.slow
def test_days_on_which_the_venue_is_closed_count_neither_way(town: Town) -> None:
    """Tuesday to Monday: Saturday the 28th and Sunday are off, and Thursday is a day of rest."""
    venue = town.manual(hours=WORKDAYS, closed_dates=["2026-11-26"])
    town.becomes(7)
    town.approved(venue, to=day(6), days=4)

    assert state_and_days(town, 0, 6) == ("attested", 4, 4)


def test_a_venue_that_was_closed_all_the_time_is_left_out(town: Town) -> None:
    town.manual("学校", hours=WORKDAYS)
    town.opens("停业网点", screens=0, hours=WORKDAYS)
    town.becomes(7)

    weekend, week = town.ledger(4, 5)["totals"], town.ledger(4, 6)["totals"]

    assert (weekend["venues"], weekend["closed"], weekend["coverage"]) == (0, 2, None)
    assert (week["venues"], week["closed"]) == (2, 0)
    assert (week["unattested"], week["not_reached"]) == (1, 1)


@pytest.mark.slow
def test_withdrawn_it_counts_no_more(town: Town) -> None:
    venue = town.manual()
    town.becomes(5)
    attestation = town.approved(venue)

    sign_in(town.world, "publicity").client.delete(f"/api/v1/attestations/{attestation}")

    assert state_and_days(town, 0, 4) == ("unattested", 5, 0)


@pytest.mark.slow
def test_once_a_venue_has_a_player_its_plays_count_and_no_word(town: Town) -> None:
    venue = town.manual()
    town.becomes(5)
    town.approved(venue)
    with town.world.core.config.write() as session:
        session.get_one(Venue, int(venue[2:])).access = "player"

    assert states(town.ledger(0, 4)) == {"not_reached": 1}


@pytest.mark.slow
def test_a_venue_without_a_screen_is_in_the_ledger(town: Town) -> None:
    town.opens("无屏商行", screens=0, access="none")
    town.becomes(1)

    assert states(town.ledger(0, 0)) == {"without_screen": 1}
    assert check_ledger(town, 0, 0)["coverage"] == 0.0
