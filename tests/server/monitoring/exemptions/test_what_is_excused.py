"""The plays that an approved exemption excludes, and those that it leaves alone."""

from typing import Any

import pytest

from server.inventory.screens.models import ScreenPause
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.last_contact import Contact
from server.playlog.store.snapshot import snapshot
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import make_screen
from tests.support.app.people import sign_in, sign_in_again
from tests.support.plays.on_air import hand_in_all, keep_house
from tests.support.reporting.exemptions import PROGRAMME, SLOTS, Street
from tests.support.reporting.reports import check_sums, report

LATER = "2026-11-26T12:00:00+08:00"


def figures(street: Street, **query: Any) -> dict[str, Any]:
    found = report(street.lin.client, **query)["totals"]
    names = ("expected", "confirmed", "pending", "missing", "excused", "delivery_rate")
    return {name: found[name] for name in names}


def reports_all(street: Street) -> None:
    """A beat without a backlog: what isn't here won't come."""
    for screen in (street.dark, street.lit):
        contact = Contact(screen.id, street.world.clock.now_ms(), "b", 0, None)
        playback_of(street.world.app).contacts.note(contact)


@pytest.mark.slow
def test_until_it_is_approved_it_excuses_nothing(street: Street) -> None:
    reports_all(street)
    street.asks()

    assert figures(street)["excused"] == 0
    assert figures(street)["delivery_rate"] == 0.75


@pytest.mark.slow
def test_approved_it_takes_unplayed_slots_out_of_the_plays_due(street: Street) -> None:
    reports_all(street)
    street.approved()

    assert figures(street) == {
        "expected": 480,
        "confirmed": 360,
        "pending": 0,
        "missing": 120,
        "excused": 120,
        "delivery_rate": 1.0,
    }
    check_sums(street.lin.client)


@pytest.mark.slow
def test_plays_in_that_time_still_count(street: Street) -> None:
    reports_all(street)
    street.approved(selector={"all": True})

    found = figures(street)
    assert (found["confirmed"], found["excused"]) == (360, 120)


@pytest.mark.slow
def test_it_excuses_no_more_than_its_own_minutes(street: Street) -> None:
    reports_all(street)
    street.approved(until="2026-11-24T09:40:00+08:00")

    assert figures(street)["excused"] == 40
    assert figures(street, group_by="screen", screen_id=street.lit.public_id)["excused"] == 0


@pytest.mark.slow
def test_two_that_overlap_excuse_a_play_once(street: Street) -> None:
    reports_all(street)
    street.approved()
    street.approved(code="network_cut", **{"from": "2026-11-24T09:50:00+08:00"})

    assert figures(street)["excused"] == 120


@pytest.mark.slow
def test_plays_that_arrive_late_are_no_longer_excused(street: Street) -> None:
    street.approved()
    assert figures(street)["excused"] == 120

    hand_in_all(street.world, street.dark, PROGRAMME, SLOTS[120:], boot="00000000000000b2")

    found = figures(street)
    assert (found["confirmed"], found["excused"], found["delivery_rate"]) == (480, 0, 1.0)


@pytest.mark.slow
def test_taken_back_it_excuses_nothing_any_more(street: Street) -> None:
    reports_all(street)
    exemption = street.approved()

    answer = street.does(street.chen, "withdraw", exemption)

    assert (answer.json["state"], answer.json["screens"]) == ("withdrawn", None)
    assert figures(street)["excused"] == 0


@pytest.mark.slow
def test_it_is_for_the_screens_that_were_selected_when_it_was_approved(street: Street) -> None:
    exemption = street.approved(selector={"all": True})
    make_screen(street.world, name="新屏")

    found = street.lin.client.get(f"/api/v1/exemptions/{exemption}").json
    assert found["screens"] == 2


@pytest.mark.slow
def test_it_holds_after_the_day_was_folded_into_the_roll_ups(street: Street) -> None:
    street.approved()
    street.approved(code="closed", **{"from": "2026-11-25T00:00:00+08:00", "until": LATER})
    street.world.clock.forward(3 * DAY_MS)
    reports_all(street)
    street.lin = sign_in(street.world, "reviewer")
    asked = {"from": "2026-11-24", "to": "2026-11-26"}
    before = figures(street, **asked)
    open_days = folded_days(street)

    keep_house(street.world)

    # 30 minutes, a whole day, and 12 hours of the next; four slots a minute.
    assert before["excused"] == 120 + 24 * 240 + 12 * 240
    assert (open_days, folded_days(street)) == (0, 2 * 3)
    assert figures(street, **asked) == before
    check_sums(street.lin.client, **asked)


@pytest.mark.slow
def test_what_comes_after_the_freeze_changes_nothing_that_was_excused(street: Street) -> None:
    """Half an hour from the plays themselves, and a day from the roll-ups."""
    reports_all(street)
    street.approved()
    street.approved(code="closed", **{"from": "2026-11-25T00:00:00+08:00", "until": LATER})
    street.world.clock.forward(40 * DAY_MS)
    keep_house(street.world)
    street.lin = sign_in(street.world, "reviewer")
    asked = {"from": "2026-11-24", "to": "2026-11-26"}
    before = check_sums(street.lin.client, **asked)
    by_hour = report(street.lin.client, group_by="hour", **asked)["items"]

    late = [*SLOTS[120:], *PROGRAMME.slots(START_MS + 20 * HOUR_MS, START_MS + 21 * HOUR_MS)]
    hand_in_all(street.world, street.dark, PROGRAMME, late, boot="00000000000000b2")

    after = check_sums(street.lin.client, **asked)
    assert after.pop("adjustments") == len(late)
    assert after == {name: value for name, value in before.items() if name != "adjustments"}
    assert report(street.lin.client, group_by="hour", **asked)["items"] == by_hour
    # Of single screens each hour is counted from its plays: late ones are left out there too.
    mine = report(street.lin.client, group_by="hour", screen_id=street.dark.public_id, **asked)
    assert mine["totals"]["excused"] == before["excused"]


@pytest.mark.slow
def test_a_pending_and_excused_play_does_not_count_twice(street: Street) -> None:
    """The half hour wasn't reported: if it is played it counts, if not it is excused."""
    assert highest(street) == 1.0
    street.approved(until="2026-11-24T09:45:00+08:00")
    street.world.clock.forward(HOUR_MS)
    sign_in_again(street.world, street.lin)

    found = report(street.lin.client, screen_id=street.dark.public_id)["totals"]

    # 480 by now, 120 of them played and 60 excused: at best all of the other 420.
    assert (found["confirmed"], found["pending"], found["excused"]) == (120, 360, 60)
    assert found["delivery_rate"] == 120 / 420
    assert found["delivery_rate_high"] == 1.0


@pytest.mark.slow
def test_a_pause_in_an_exempted_time_is_off_and_excused_and_not_pending(street: Street) -> None:
    with street.world.core.config.write() as session:
        session.add(
            ScreenPause(
                screen_id=street.dark.id,
                from_at=START_MS + 40 * MINUTE_MS,
                until_at=START_MS + 50 * MINUTE_MS,
                reason="检修",
                user_id=street.chen.user_id,
            )
        )
    street.approved()

    found = report(street.lin.client, screen_id=street.dark.public_id)["totals"]

    assert (found["screen_off"], found["pending"], found["excused"]) == (40, 80, 120)
    assert found["delivery_rate"] == found["delivery_rate_high"] == 1.0


def highest(street: Street) -> float:
    rate: float = report(street.lin.client)["totals"]["delivery_rate_high"]
    return rate


def folded_days(street: Street) -> int:
    with snapshot(street.world.core.plays) as tx:
        return tx.number("SELECT COALESCE(SUM(until_day - first_day), 0) FROM folds")
