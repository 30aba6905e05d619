"""A total by a date: spread over all selected screens by their opening hours."""

import pytest

from server.campaigns.notices import CampaignsChanged
from server.campaigns.orders import load_orders
from server.campaigns.pacing import take_pace
from server.screens.queries import facts
from tests.support.campaigns import Office, act, bank, draft, live

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


def test_a_new_pace_is_taken_over_and_told(office: Office) -> None:
    bank(office.world)
    total = live(office, ends_on="2026-11-25", target={"kind": "total_plays", "value": 780})
    told: list[str] = []
    office.world.core.events.listen(CampaignsChanged, lambda notice: told.append(notice.reason))

    take_pace(office.world.core, int(total[2:]), 25.5)

    assert paces(office) == [25.5]
    assert told == ["pace"]


def test_a_campaign_without_a_total_takes_no_pace(office: Office) -> None:
    bank(office.world)
    hourly = live(office)

    take_pace(office.world.core, int(hourly[2:]), 25.5)

    assert paces(office) == [12]
