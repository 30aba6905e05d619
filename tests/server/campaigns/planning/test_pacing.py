"""A total by a date: spread over all selected screens by their opening hours."""

import pytest

from server.campaigns.planning.orders import load_orders
from server.inventory.screens.queries import facts
from tests.support.app.campaigns import Office, act, bank, draft, live
from tests.support.app.jobs import run_jobs

pytestmark = pytest.mark.slow

OFFICE_HOURS = {str(day): [["09:00", "17:00"]] for day in range(1, 6)}


def paces(office: Office) -> list[float]:
    with office.world.core.config.read() as session:
        orders = load_orders(session, office.world.clock.now_ms())
        return [float(orders.for_screen(one)[0].target.value or 0) for one in facts(session)]


def test_a_total_becomes_the_same_pace_on_every_screen(office: Office) -> None:
    bank(office.world)
    bank(office.world, hours=OFFICE_HOURS)
    # From Tuesday 09:00 to Wednesday's end: 39 h, and 8 + 8 h.
    live(office, ends_on="2026-11-25", target={"kind": "total_plays", "value": 1_100})

    assert paces(office) == pytest.approx([20, 20])


def test_day_parts_leave_fewer_hours_for_it(office: Office) -> None:
    bank(office.world)
    evening = [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "20:00", "to": "24:00"}]
    live(
        office,
        ends_on="2026-11-25",
        dayparts=evening,
        target={"kind": "total_plays", "value": 160},
    )

    assert paces(office) == pytest.approx([20])


def test_check_shows_it_as_plays_per_hour(office: Office) -> None:
    bank(office.world)
    campaign_id = draft(office, ends_on="2026-11-25", target={"kind": "total_plays", "value": 780})

    group = act(office.author, campaign_id, "check").json["groups"][0]

    assert group["plays_per_hour"] == 20


def test_without_opening_hours_it_is_refused_in_words(office: Office) -> None:
    campaign_id = draft(office, target={"kind": "total_plays", "value": 780})

    answer = act(office.author, campaign_id, "submit")

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/target")


def test_a_boosted_hour_counts_as_many_times_as_it_is_boosted(office: Office) -> None:
    bank(office.world)
    total = live(office, ends_on="2026-11-25", target={"kind": "total_plays", "value": 780})
    times = {"from": "2026-11-24T09:00:00+08:00", "until": "2026-11-24T22:00:00+08:00"}
    act(office.author, total, "boost", factor=2, reason="专项行动", **times)

    run_jobs(office.world.core)

    # 39 hours, of which 13 count twice.
    assert paces(office) == pytest.approx([780 / 52])
