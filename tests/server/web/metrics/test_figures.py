"""`/metrics` has the figures to alert an operator, and nothing for strangers."""

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import gevent
import pytest
from flask.testing import FlaskClient

from server.foundation.crypto.tls import init_ca, issue
from server.foundation.jobs.service import MOST_ATTEMPTS, enqueue
from server.inventory.screens.models import Screen, ScreenPause
from server.operations.backup.take import Order, back_up
from server.web.metrics.counters import STEP_S, Delay, watch_the_loop
from tests.support.app.clock import HOUR_MS, MINUTE_MS
from tests.support.app.inventory import make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.devices.socket_player import beat
from tests.support.factories.incidents import make_incident
from tests.support.monitoring.printed_metrics import Figures, figures, of
from tests.support.patience import PATIENCE_S
from tests.support.plays.on_air import put_on_air
from tests.support.plays.plays import in_batches, make_batch, make_programme

pytestmark = pytest.mark.slow


def test_screens_are_counted_by_binding_and_contact(world: World) -> None:
    contacted = make_screen(world)
    make_screen(world)

    before = figures(world)
    world.visitor().post("/api/v1/player/beat", json=beat(), headers=contacted.headers)
    after = figures(world)
    world.clock.forward(2 * MINUTE_MS)
    later = figures(world)

    assert (before["anping_screens_bound"], before["anping_screens_heard"]) == (2, 0)
    assert (after["anping_screens_heard"], after["anping_screens_connected"]) == (1, 0)
    assert later["anping_screens_heard"] == 0


def test_batches_and_requests_are_counted(world: World) -> None:
    screen = make_screen(world)
    begin_ms = world.clock.now_ms() - HOUR_MS
    programme = make_programme(begin_ms)
    put_on_air(world, screen, programme, begin_ms)
    slots = programme.slots(begin_ms, begin_ms + 10 * MINUTE_MS)
    batches = in_batches(programme, slots, 10)

    before = figures(world)
    for batch in batches:
        world.visitor().post("/api/v1/player/plays", json=batch, headers=screen.headers)
    world.visitor().get("/api/v1/units")
    after = figures(world)

    def grew(name: str) -> float:
        return after[name] - before[name]

    assert grew("anping_play_batches_total") == len(batches)
    assert grew('anping_http_requests_total{status="4xx"}') == 1
    assert before['anping_http_requests_total{status="5xx"}'] == 0
    assert grew("anping_http_request_seconds_count") >= 2


def test_each_play_is_counted_once_and_those_put_aside_by_their_reason(world: World) -> None:
    screen, begin_ms = make_screen(world), world.clock.now_ms()
    world.clock.forward(HOUR_MS)
    programme, strange = make_programme(begin_ms), make_programme(begin_ms, salt=3)
    put_on_air(world, screen, programme, begin_ms)
    slots = programme.slots(begin_ms, begin_ms + 10 * MINUTE_MS)
    batch = make_batch(programme, slots[:8])
    unknown = make_batch(strange, strange.slots(begin_ms, begin_ms + MINUTE_MS)[:3], first=9)
    before = figures(world)

    for one in (batch, batch, make_batch(programme, slots[:8]), unknown, unknown):
        world.visitor().post("/api/v1/player/plays", json=one, headers=screen.headers)
    after = figures(world)

    aside = of(after, "anping_plays_quarantined_total")
    name = "anping_plays_acknowledged_total"
    assert after[name] - before[name] == 11
    assert {key: count for key, count in aside.items() if count} == {
        'anping_plays_quarantined_total{reason="unknown_manifest"}': 3
    }


def test_waiting_jobs_are_shown_with_their_age(world: World) -> None:
    with world.core.config.write() as session:
        enqueue(session, "plan", "all", world.clock.now_ms())
    world.clock.forward(5 * MINUTE_MS)

    found = figures(world)

    assert found['anping_jobs{state="queued"}'] == 1
    assert found['anping_jobs{state="failed"}'] == 0
    assert found["anping_jobs_late_seconds"] == 300
    assert found["anping_jobs_newest_timestamp_seconds"] == (world.clock.now_ms() / 1000) - 300


def test_runs_of_jobs_are_counted_by_how_they_ended(world: World) -> None:
    def run(kind: str, ref: str) -> None:
        with world.core.config.write() as session:
            enqueue(session, kind, ref, world.clock.now_ms())
        for _ in range(MOST_ATTEMPTS):
            run_jobs(world.core)
            world.clock.forward(MINUTE_MS)

    run("forget_jobs", "all")
    run("send_message", "not a number")
    run("forget_jobs", "all")
    found = figures(world)

    name = 'anping_jobs_ended_total{{kind="{}",outcome="{}"}}'
    assert found[name.format("forget_jobs", "done")] == 2
    assert found[name.format("send_message", "retried")] == MOST_ATTEMPTS - 1
    assert found[name.format("send_message", "failed")] == 1
    assert name.format("send_message", "done") not in found


def test_the_age_of_roll_ups_is_that_of_their_last_pass(world: World) -> None:
    before = figures(world)
    with world.core.config.write() as session:
        enqueue(session, "keep_plays", "all", world.clock.now_ms())
    run_jobs(world.core)
    world.clock.forward(7 * MINUTE_MS)

    assert 'anping_rollup_lag_seconds{rollup="plays"}' not in before
    assert figures(world)['anping_rollup_lag_seconds{rollup="plays"}'] == 7 * 60


def test_each_screen_is_in_one_state(world: World) -> None:
    contacted, paused, revoked, unbound, _ = (make_screen(world) for _ in range(5))
    now_ms = world.clock.now_ms()
    for screen in (contacted, paused):
        world.visitor().post("/api/v1/player/beat", json=beat(), headers=screen.headers)
    with world.core.config.write() as session:
        pause = {"from_at": now_ms, "until_at": now_ms + HOUR_MS, "reason": "停电"}
        session.add(ScreenPause(screen_id=paused.id, **pause))
        session.get_one(Screen, revoked.id).revoked_at = now_ms
        session.get_one(Screen, unbound.id).enrolled_at = None

    def states() -> Figures:
        return {key[22:-2]: count for key, count in of(figures(world), "anping_screens").items()}

    now = states()
    world.clock.forward(80_000)
    later = states()
    world.clock.forward(HOUR_MS)

    never = {"never_seen": 1, "revoked": 1}
    assert now == {"online": 1, "late": 0, "offline": 1, "paused": 1} | never
    assert later == {"online": 0, "late": 1, "offline": 1, "paused": 1} | never
    assert states() == {"online": 0, "late": 0, "offline": 3, "paused": 0} | never


def test_incidents_are_counted_by_code(world: World) -> None:
    screen = make_screen(world)
    make_incident(world, screen)

    assert figures(world)['anping_incidents_open{code="offline"}'] == 1


def test_the_last_backup_is_reported_once_it_is_whole(world: World, tmp_path: Path) -> None:
    name = "anping_backup_last_success_timestamp_seconds"
    before = figures(world)[name]
    taken_ms = world.clock.now_ms()
    back_up(world.core.settings, Order(tmp_path / "b.tar.gz", "0.1.0", taken_ms))

    assert (before, figures(world)[name]) == (0, taken_ms / 1000)


def test_issued_certificates_are_shown_with_their_end(world: World) -> None:
    folder = world.core.settings.data / "keys" / "tls"
    now = datetime.now(UTC)
    init_ca(folder, now)
    until = issue(folder, "anping.example", now).until
    (folder / "other.pem").write_text("not a certificate")

    found = figures(world)

    name = 'anping_certificate_expiry_timestamp_seconds{host="anping.example"}'
    assert found[name] == int(until.timestamp())
    assert 'anping_certificate_expiry_timestamp_seconds{host="other"}' not in found


def test_the_disk_the_databases_and_the_release_are_shown(world: World) -> None:
    found = figures(world)

    assert 0 < found["anping_data_free_bytes"] < found["anping_data_size_bytes"]
    assert found['anping_database_up{database="config"}'] == 1
    assert found['anping_database_up{database="plays"}'] == 1
    assert found["anping_reserve_kept"] == 0
    assert any(re.fullmatch(r'anping_build_info\{version="[\d.]+"\}', name) for name in found)


def test_a_delay_of_the_loop_is_shown_once(monkeypatch: pytest.MonkeyPatch) -> None:
    delay, now_s = Delay(), [1_000.0]
    by_hand = SimpleNamespace(monotonic=lambda: now_s[0])
    monkeypatch.setattr("server.web.metrics.counters.time", by_hand)
    watching = gevent.spawn(watch_the_loop, delay)
    gevent.sleep(0)
    now_s[0] += STEP_S + 0.3  # for so long somebody held up everybody
    with gevent.Timeout(PATIENCE_S):
        while not delay.most_s:
            gevent.sleep(0.01)
    watching.kill()

    assert delay.taken() == pytest.approx(0.3)
    assert delay.taken() == 0
    assert dict(delay.lags.cumulative)["0.25"] == 0
    assert dict(delay.lags.cumulative)["0.5"] == 1


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "127.0.0.1"}])
def test_through_a_proxy_an_account_is_needed(world: World, headers: dict[str, str]) -> None:
    def status(client: FlaskClient) -> int:
        return client.get("/metrics", headers=headers).status_code

    assert status(world.visitor()) == 401
    assert status(sign_in(world, "admin").client) == 200
