"""Before a campaign is withdrawn, the number of today's plays that it would lose is reported."""

import pytest

from tests.support.app.campaigns import Office, bank, call, draft, live, open_office
from tests.support.app.clock import HOUR_MS
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.jobs import run_jobs
from tests.support.app.world import World

pytestmark = pytest.mark.slow


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


def remaining(office: Office, campaign_id: str) -> dict[str, int]:
    found: dict[str, int] = call(office.author, "GET", f"/campaigns/{campaign_id}/remaining").json
    return found


def test_it_counts_what_the_plans_still_hold_until_midnight(office: Office) -> None:
    bank(office.world), bank(office.world)
    make_waiting_picture(office.world)
    campaign_id = live(office)
    run_jobs(office.world.core)

    at_nine = remaining(office, campaign_id)
    office.world.clock.forward(5 * HOUR_MS)
    office.again()

    # Twelve an hour on two screens that are open round the clock, from 9:00 and from 14:00.
    assert (at_nine["screens"], at_nine["venues"]) == (2, 2)
    assert at_nine["plays"] == pytest.approx(2 * 12 * 15, abs=4)
    assert remaining(office, campaign_id)["plays"] == pytest.approx(2 * 12 * 10, abs=4)


def test_a_draft_has_nothing_to_lose(office: Office) -> None:
    bank(office.world)

    assert remaining(office, draft(office))["plays"] == 0


def test_a_strangers_campaign_is_as_if_it_were_not_there(office: Office) -> None:
    answer = call(office.stranger, "GET", f"/campaigns/{draft(office)}/remaining")

    assert answer.status_code == 404
