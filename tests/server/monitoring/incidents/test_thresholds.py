"""Thresholds of alerts that the district changed act at the next round."""

import pytest

from playlists.windows import DayCalendar
from server.gateway.connection.messages import Beat, ClockState, Storage
from server.gateway.connection.telemetry.sightings import SightingCollector
from server.inventory.district.alert_thresholds import AS_DELIVERED, AlertRules
from server.monitoring.alerting.escalation import step_at
from server.monitoring.detection import contact_rules, flapping
from server.monitoring.detection.contact_rules import Ground, Run
from server.monitoring.heartbeats.classifier import Kind
from server.monitoring.incidents.status import LastHeartbeat
from tests.server.monitoring.incidents.test_rounds import (
    beats,
    codes,
    contact,
    dying,
    incidents,
    plan,
    sink,
    target,
)
from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.inventory import make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.notification_sinks import WebhookSink
from tests.support.monitoring.heartbeats import SHANGHAI
from tests.support.monitoring.heartbeats_by_minute import Hearing, always, but_for

__all__ = ["sink"]

NOW_S = 1_000_000
ALL_DAY = [(0, 2 * NOW_S)]


def change(world: World, **alerts: float) -> None:
    answer = sign_in(world, "admin").client.patch("/api/v1/settings", json={"alerts": alerts})
    assert answer.status_code == 200, answer.json


def ground(**alerts: int) -> Ground:
    return Ground(NOW_S, 0, 0, AlertRules(**alerts))


@pytest.mark.parametrize(("minutes", "missed"), [(30, False), (29, True)])
def test_how_long_silence_must_last_is_a_setting(minutes: int, missed: bool) -> None:
    last_contact = LastHeartbeat(NOW_S - 90 - 29 * 60)

    found = contact_rules.offline_since(last_contact, ALL_DAY, (), ground(raise_minutes=minutes))

    assert (found is not None) is missed


@pytest.mark.parametrize(("minutes", "back"), [(3, True), (4, False)])
def test_how_long_it_must_be_well_is_a_setting(minutes: int, back: bool) -> None:
    runs = [Run(NOW_S - 180, NOW_S, 0)]

    assert contact_rules.back_online(runs, 90, ground(clear_minutes=minutes)) is back
    assert contact_rules.well_again(runs[0], ground(clear_minutes=minutes)) is back


def test_an_impaired_screen_waits_as_long_as_an_offline_one() -> None:
    run = Run(NOW_S - 300, NOW_S, Kind.IMPAIRED)

    assert contact_rules.impaired_since(run, ground()) is None
    assert contact_rules.impaired_since(run, ground(raise_minutes=5)) == NOW_S - 300


@pytest.mark.parametrize(("minutes", "missed"), [(20, False), (0, True)])
def test_how_long_screens_wait_after_a_fault_upstream_is_a_setting(
    minutes: int, missed: bool
) -> None:
    last_contact, over_s = LastHeartbeat(NOW_S - 3600), NOW_S - 60

    found = contact_rules.offline_since(
        last_contact, ALL_DAY, (), ground(upstream_wait_minutes=minutes), over_s
    )  # fmt: skip

    assert (found is not None) is missed


def test_shares_of_flapping_are_settings() -> None:
    eager = AlertRules(flapping_begins_pct=20, flapping_ends_pct=10)

    assert not flapping.flaps(4 / 20, AS_DELIVERED, before=False)
    assert flapping.flaps(4 / 20, eager, before=False)
    assert flapping.flaps(2 / 20, eager, before=True)
    assert not flapping.flaps(2 / 20, AS_DELIVERED, before=True)


@pytest.mark.parametrize("pct", range(10, 101))
def test_a_flapping_screen_has_as_many_runs_as_the_setting(pct: int) -> None:
    """A screen that was up all the time before, and then changed just as often as needed."""
    alerts = AlertRules(flapping_begins_pct=pct, flapping_ends_pct=5)
    changes = next(n for n in range(21) if flapping.flaps(n / 20, alerts, before=False))

    begun = changes // 2  # up, down, up: of these two runs one is new

    assert flapping.least_runs(alerts) <= max(begun, 1)


def test_steps_of_age_are_settings() -> None:
    def step(hours: float, **alerts: int) -> int:
        later = START_MS + round(hours * HOUR_MS)
        return step_at(START_MS, later, DayCalendar(), SHANGHAI, AlertRules(**alerts))

    assert [step(0.5), step(0.5, escalate_venue_minutes=30)] == [0, 1]
    assert [step(24), step(24, escalate_unit_workdays=2)] == [2, 1]
    assert [step(48, escalate_unit_workdays=2), step(72), step(72, escalate_district_days=4)] == [
        *(2, 3, 2)
    ]


@pytest.mark.slow
def test_a_longer_wait_acts_at_the_next_round(world: World) -> None:
    hearing = Hearing(world, {make_screen(world).id: dying(world)})
    hearing.pass_minutes(10)
    change(world, raise_minutes=25)
    hearing.pass_minutes(15)
    assert codes(world) == []

    change(world, raise_minutes=20)
    hearing.pass_minutes(1)

    assert codes(world) == ["offline"]


@pytest.mark.slow
def test_an_incident_is_over_as_soon_as_the_setting_requires(world: World) -> None:
    now_s = world.clock.at_ms // 1000
    change(world, clear_minutes=2)
    hole = (now_s + 120, now_s + 1200)
    hearing = Hearing(world, {make_screen(world).id: but_for(hole)})
    hearing.pass_minutes(19)
    assert [row.state for row in incidents(world)] == ["open"]

    hearing.pass_minutes(4)

    assert [row.state for row in incidents(world)] == ["closed"]


@pytest.mark.slow
def test_a_smaller_crowd_is_one_fault_upstream_once_it_is_set_so(world: World) -> None:
    change(world, upstream_screens=2, upstream_pct=20)
    now_s = world.clock.at_ms // 1000
    reports = {make_screen(world).id: but_for((now_s + 300, 2**40)) for _ in range(4)}
    reports |= {make_screen(world).id: always for _ in range(8)}
    hearing = Hearing(world, reports)
    hearing.pass_minutes(5)
    hearing.upstream(now_s + 240, 0, 4, 12)
    hearing.pass_minutes(15)

    assert codes(world) == ["upstream"]


@pytest.mark.slow
def test_links_that_come_and_go_less_often_flap_once_it_is_set_so(world: World) -> None:
    now_s = world.clock.at_ms // 1000
    holes = [(low, low + 240) for low in (now_s + 60, now_s + 600)]
    hearing = Hearing(world, {make_screen(world).id: but_for(*holes)})
    hearing.pass_minutes(14)
    assert codes(world) == []

    change(world, flapping_begins_pct=15, flapping_ends_pct=5)
    hearing.pass_minutes(2)

    assert codes(world) == ["flapping"]


@pytest.mark.slow
def test_clock_storage_and_plan_have_thresholds_of_their_own(world: World) -> None:
    lookout: SightingCollector = world.app.extensions["anping.lookout"]
    change(world, clock_unsure_s=3, storage_pct=90, old_plan_hours=48)
    screen = make_screen(world)
    hearing = Hearing(world, {screen.id: always})
    plan(world, screen, 7)
    contact(world, screen, 6)
    unwell = Beat(
        "b", "playing", clock=ClockState(0, 2500), storage=Storage(85, 100, persisted=True)
    )
    for _ in range(12):
        beats(lookout, screen, unwell)
        hearing.pass_minutes(1)
    hearing.pass_minutes(24 * 60, step_s=1200)
    assert codes(world) == []

    change(world, clock_unsure_s=2, storage_pct=80, old_plan_hours=24)
    for _ in range(12):
        beats(lookout, screen, unwell)
        hearing.pass_minutes(1)

    assert sorted(codes(world)) == ["clock_uncertain", "old_plan", "storage_low"]


@pytest.mark.slow
def test_age_is_shown_in_the_words_of_the_setting(world: World, sink: WebhookSink) -> None:
    target(world, sink, level="venue", events=["raised"])
    change(world, escalate_venue_minutes=45)
    Hearing(world, {make_screen(world).id: dying(world)}).pass_minutes(12 + 45 + 5)

    assert [title[4:15] for title in sink.titles] == ["超过 45 分钟未恢复"]
