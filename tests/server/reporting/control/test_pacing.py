"""A total by a date: measured each night, made up after an outage, reported if impossible."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from server.accounts.models import AuditEntry
from server.campaigns.events import CampaignsChanged
from server.foundation.jobs.recurring import Calendar
from server.monitoring.exemptions.models import ExemptedScreen, Exemption
from server.operations.jobs_process.timetable import LINES
from server.playlog.ingest.flask_extension import playback_of
from server.publishing.models import Assignment, StoredManifest
from server.publishing.queries import tenures
from server.reporting.control.pacing import pace_totals
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import Office, open_office
from tests.support.app.people import sign_in_again
from tests.support.app.world import World, make_world
from tests.support.devices.protocol_player import WirePlayer
from tests.support.factories.assets import make_asset
from tests.support.plays.plays import programme_of

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]

# Tuesday to Saturday, twelve hours a day; the world's clock begins as they open.
HOURS = {str(day): [["09:00", "21:00"]] for day in range(1, 8)}
LAST_DAY = "2026-11-28"
# What of the timetable plans, paces and counts rest on; the rest is housekeeping.
PLANNING = {"advance_campaigns", "pace_totals", "extend_plans", "keep_plays"}


@dataclass
class Week:
    """A district with some screens; each day they play by their assignments."""

    office: Office
    screens: list[BoundScreen]
    boots: dict[int, int] = field(default_factory=dict)
    players: dict[int, WirePlayer] = field(default_factory=dict)

    @property
    def world(self) -> World:
        return self.office.world

    def order(self, total: int, **fields: Any) -> str:
        target = {"kind": "total_plays", "value": total}
        fields = {"starts_on": "2026-11-24", "ends_on": LAST_DAY, "target": target, **fields}
        # A picture of a person's, so that it isn't of the starter pack.
        asset = make_asset(self.world, author=self.office.publicity.user_id)
        made = self.office.publish(asset, **fields)
        run_jobs(self.world.core)
        return made

    def day(self, *dark: BoundScreen) -> None:
        """Twelve hours in which all but the dark ones play, and the night after them."""
        begin = self.world.clock.now_ms()
        self.world.clock.forward(12 * HOUR_MS)
        for screen in self.screens:
            if screen in dark:
                self.players.pop(screen.id, None)
            else:
                self._play(screen, begin, begin + 12 * HOUR_MS)
        self.world.clock.forward(5 * HOUR_MS + 45 * MINUTE_MS)
        self._due_jobs()
        self.world.clock.forward(6 * HOUR_MS + 15 * MINUTE_MS)
        self._due_jobs()

    def pacing(self, campaign: str) -> Any:
        sign_in_again(self.world, self.office.publicity)
        answer = self.office.publicity.client.get(f"/api/v1/campaigns/{campaign}")
        assert answer.status_code == 200
        return answer.json["pacing"]  # type: ignore[index] # every answer here is JSON

    def versions(self) -> list[int]:
        with self.world.core.config.read() as session:
            return [session.get_one(Assignment, one.id).version for one in self.screens]

    def _due_jobs(self) -> None:
        lines = [line for line in LINES if line.kind in PLANNING]
        Calendar(lines, self.world.core.settings.zone).put_in_due(self.world.core)
        run_jobs(self.world.core)

    def _play(self, screen: BoundScreen, from_ms: int, until_ms: int) -> None:
        with self.world.core.config.read() as session:
            spans = tenures(session, screen.id)
            texts = {
                one.manifest: session.get_one(StoredManifest, one.manifest).body for one in spans
            }
        for one in spans:
            low, high = max(one.from_ms, from_ms), min(one.until_ms or until_ms, until_ms)
            if low < high:
                player = self._player(screen, texts[one.manifest])
                player.play(low, high)
        self.players[screen.id].hand_in(self.world)
        self.players[screen.id].beat(self.world)

    def _player(self, screen: BoundScreen, text: str) -> WirePlayer:
        programme = programme_of(text)
        player = self.players.get(screen.id)
        if player is None:
            count = self.boots[screen.id] = self.boots.get(screen.id, 0) + 1
            player = WirePlayer(screen, programme, boot=f"{screen.id:08x}{count:08x}")
            self.players[screen.id] = player
        player.change_to(programme)
        return player


def begin_week(world: World) -> Week:
    office = open_office(world)
    screens = [make_screen(world, venue=make_venue(world, hours=HOURS)) for _ in range(2)]
    return Week(office, screens)


@pytest.fixture
def week(world: World) -> Week:
    return begin_week(world)


@pytest.fixture(scope="module")
def dark(tmp_path_factory: pytest.TempPathFactory) -> tuple[Week, str]:
    """Four days of five are over in which no screen showed the campaign; only to be read."""
    week = begin_week(make_world(tmp_path_factory.mktemp("dark")))
    campaign = week.order(1_200)
    for _ in range(4):
        week.day(*week.screens)
    return week, campaign


@pytest.mark.long
def test_a_total_is_met_by_its_last_day_after_a_day_of_outage(week: Week) -> None:
    campaign = week.order(1_200)
    second = week.screens[1]
    assert week.pacing(campaign)["plays_per_hour"] == pytest.approx(10)

    week.day()
    assert week.pacing(campaign)["state"] == "on_pace"
    week.day(second)
    silent = week.pacing(campaign)
    week.day()
    reported = week.pacing(campaign)
    week.day()
    week.day()
    done = week.pacing(campaign)

    # 240 a day; the silent screen's 120 are awaited first, then made good in the last two days.
    assert (silent["confirmed"], silent["pending"], silent["state"]) == (360, 120, "on_pace")
    assert silent["plays_per_hour"] == pytest.approx(10, rel=0.01)
    assert (reported["confirmed"], reported["pending"], reported["state"]) == (600, 0, "behind")
    assert reported["plays_per_hour"] == pytest.approx(12.5, rel=0.01)
    # 600 where 720 were due: at this pace five sixths of 1,200 by the last day.
    assert (reported["projected"], reported["ends_on"]) == (1_000, LAST_DAY)
    assert 1_200 <= done["confirmed"] <= 1_200 + 2 * len(week.screens)
    assert (done["unreachable"], done["remaining"]) == (0, 0)


@pytest.mark.long
def test_the_most_is_just_enough_to_make_good_half_a_day(week: Week) -> None:
    campaign = week.order(480, ends_on="2026-11-26")
    second = week.screens[1]

    week.day(second)
    week.day()
    last = week.pacing(campaign)

    # 480 in 72 hours; 80 and 160 of them were shown, so 240 are left for 24: just the most.
    assert last["confirmed"] == pytest.approx(240, abs=2)
    assert last["most_per_hour"] == pytest.approx(10, rel=0.01)
    assert last["plays_per_hour"] == pytest.approx(10, rel=0.01)
    week.day()
    assert week.pacing(campaign)["confirmed"] == pytest.approx(480, abs=2)


@pytest.mark.long
def test_making_up_is_limited_to_half_as_much_again_and_the_rest_is_reported(
    dark: tuple[Week, str],
) -> None:
    week, campaign = dark

    found = week.pacing(campaign)

    # Four days of five are lost: 24 hours x 15 are 360 plays. The last two days are awaited still.
    assert found["plays_per_hour"] == found["most_per_hour"] == pytest.approx(15, rel=0.01)
    assert found["confirmed"] == 0
    assert found["pending"] == pytest.approx(1_300, rel=0.2)
    assert found["state"] == "at_risk"
    assert 0 < found["unreachable"] < 1_200 - 360


@pytest.mark.long
def test_a_silent_screen_is_awaited_for_two_days_and_then_taken_for_lost(week: Week) -> None:
    campaign = week.order(1_200)
    second = week.screens[1]

    paces = []
    for _ in range(4):
        week.day(second)
        paces.append(week.pacing(campaign)["plays_per_hour"])

    assert paces[0] == pytest.approx(10, rel=0.01)
    assert paces[1] == pytest.approx(10, rel=0.01)
    assert paces[2] > 11
    assert week.pacing(campaign)["pending"] > 400


def test_unreported_plays_of_an_exempted_screen_are_not_awaited(week: Week) -> None:
    campaign = week.order(1_200)
    second = week.screens[1]
    with week.world.core.config.write() as session:
        row = Exemption(
            unit_id=1,
            author_id=week.office.publicity.user_id,
            state="approved",
            selector={},
            reach=[],
            from_at=week.world.clock.now_ms(),
            until_at=week.world.clock.now_ms() + DAY_MS,
            code="out_of_service",
            note="",
            file="",
            created_at=week.world.clock.now_ms(),
        )
        session.add(row)
        session.flush()
        session.add(
            ExemptedScreen(
                exemption_id=row.id,
                screen_id=second.id,
                from_at=row.from_at,
                until_at=row.until_at,
                venue_id=second.venue_id,
                unit_id=1,
            )
        )

    week.day(second)
    found = week.pacing(campaign)

    # 1,080 are left for 96 hours, made good at once.
    assert (found["confirmed"], found["pending"]) == (120, 120)
    assert found["plays_per_hour"] == pytest.approx(11.25, rel=0.01)


@pytest.mark.long
def test_looking_twice_changes_nothing(week: Week) -> None:
    campaign = week.order(1_200)
    week.day(week.screens[1])
    week.day()
    core, reasons = week.world.core, list[str]()
    core.events.listen(CampaignsChanged, lambda notice: reasons.append(notice.reason))
    before, versions = week.pacing(campaign), week.versions()

    first = pace_totals(core, playback_of(week.world.app))
    again = pace_totals(core, playback_of(week.world.app))
    run_jobs(core)

    assert (first, again, reasons) == (0, 0, [])
    assert {**week.pacing(campaign), "as_of": None} == {**before, "as_of": None} | {
        "due": before["due"],
        "pending": before["pending"],
    }
    assert week.versions() == versions


def test_a_pace_that_hardly_differs_makes_no_new_plan(week: Week) -> None:
    week.order(1_203)
    reasons: list[str] = []
    week.world.core.events.listen(CampaignsChanged, lambda notice: reasons.append(notice.reason))

    week.day()

    assert "pace" not in reasons


def test_what_a_former_content_reached_counts_for_its_revision(week: Week) -> None:
    campaign = week.order(1_200)
    week.day()
    office = week.office
    for person in (office.publicity, office.reviewer):
        sign_in_again(week.world, person)

    office.post(office.publicity, f"/campaigns/{campaign}/revise")
    changed = office.publicity.client.patch(
        f"/api/v1/campaigns/{campaign}", json={"ends_on": "2026-11-26"}
    )
    assert changed.status_code == 200
    hour = office.post(office.publicity, f"/campaigns/{campaign}/check")["groups"][0]
    office.post(office.publicity, f"/campaigns/{campaign}/submit")
    office.post(office.reviewer, f"/campaigns/{campaign}/approve")
    run_jobs(week.world.core)

    # 960 are left for 48 hours, from the present position.
    assert hour["plays_per_hour"] == 20
    found = week.pacing(campaign)
    assert found["plays_per_hour"] == pytest.approx(20, rel=0.01)
    assert (found["confirmed"], found["due"], found["state"]) == (240, 240, "on_pace")
    assert found["projected"] is None


def test_it_is_measured_once_a_day_before_plans_are_extended(week: Week) -> None:
    campaign = week.order(1_200)
    week.day()

    assert week.pacing(campaign)["as_of"] == "2026-11-25T02:45:00+08:00"
    with week.world.core.config.read() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "campaign.pace"))
        assert [entry.user_id for entry in entries] == []


def test_the_page_of_the_campaign_shows_its_progress_and_losses(
    dark: tuple[Week, str],
) -> None:
    week, campaign = dark
    lost = week.pacing(campaign)["unreachable"]

    page = week.office.publicity.client.get(f"/campaigns/{campaign}").text
    english = week.office.publicity.client.get(f"/campaigns/{campaign}?lang=en").text

    assert "完成进度" in page
    assert f"按目前进度，到 {LAST_DAY} 可完成 0 次 / 共 1,200 次（0 %）" in page
    assert f"At this pace 0 of 1,200 plays by {LAST_DAY} (0 %)." in english
    assert "难以完成" in page
    assert f"到结束日预计还差 {lost} 次" in page
    assert f"About {lost} plays can&#39;t be made up by the last day" in english


def test_other_targets_have_no_pacing(week: Week) -> None:
    hourly = week.order(0, target={"kind": "plays_per_hour", "value": 12})

    week.day()

    assert week.pacing(hourly) is None
