"""What time does: campaigns go live on their first day and end after their last."""

import pytest

from server.campaigns.events import CampaignsChanged
from server.campaigns.planning.orders import load_orders
from server.campaigns.workflow.state_clock import advance
from server.foundation.jobs.recurring import Calendar
from server.operations.jobs_process.timetable import LINES
from tests.support.app.campaigns import Office, draft, read, signed
from tests.support.app.clock import DAY_MS, HOUR_MS
from tests.support.app.jobs import run_jobs

pytestmark = pytest.mark.slow


def test_a_campaign_goes_live_at_the_districts_midnight(office: Office) -> None:
    campaign_id = draft(office, starts_on="2026-11-25", ends_on="2026-11-26")
    signed(office, campaign_id)
    office.world.clock.forward(15 * HOUR_MS - 1)
    advance(office.world.core)
    office.again()
    assert read(office.author, campaign_id)["state"] == "approved"

    office.world.clock.forward(1)
    advance(office.world.core)

    assert read(office.author, campaign_id)["state"] == "live"


def test_it_ends_after_its_last_day_and_screens_are_notified(office: Office) -> None:
    campaign_id = draft(office, ends_on="2026-11-24")
    signed(office, campaign_id)
    reasons: list[str] = []
    office.world.core.events.listen(CampaignsChanged, lambda notice: reasons.append(notice.reason))
    office.world.clock.forward(15 * HOUR_MS)
    office.again()

    advance(office.world.core)
    advance(office.world.core)

    assert read(office.author, campaign_id)["state"] == "ended"
    assert reasons == ["dates"]


def test_a_signed_campaign_is_in_the_plans_before_its_first_day_for_offline_screens(
    office: Office,
) -> None:
    campaign_id = draft(office, starts_on="2026-12-01")
    signed(office, campaign_id)

    with office.world.core.config.read() as session:
        entries = load_orders(session, office.world.clock.now_ms()).entries

    assert [entry.name for entry in entries] == [campaign_id]


def test_a_server_that_was_off_for_all_its_days_ends_it(office: Office) -> None:
    campaign_id = draft(office, starts_on="2026-11-25", ends_on="2026-11-26")
    signed(office, campaign_id)
    office.world.clock.forward(9 * DAY_MS)
    office.again()

    advance(office.world.core)

    assert read(office.author, campaign_id)["state"] == "ended"


def test_the_timetable_brings_it_round(office: Office) -> None:
    core = office.world.core
    campaign_id = draft(office, ends_on="2026-11-24")
    signed(office, campaign_id)
    office.world.clock.forward(15 * HOUR_MS)
    office.again()
    lines = [line for line in LINES if line.kind == "advance_campaigns"]

    Calendar(lines, core.settings.zone).put_in_due(core)
    run_jobs(core)

    assert read(office.author, campaign_id)["state"] == "ended"
