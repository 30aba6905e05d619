"""`/metrics` tells what an operator is to be woken for, and no more than that to strangers."""

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import gevent
import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from server.backup.taking import Order, back_up
from server.jobs.service import enqueue
from server.metrics.counting import STEP_S, Delay, watch_the_loop
from server.tls import init_ca, issue
from tests.support.clock import HOUR_MS, MINUTE_MS
from tests.support.incidents import make_incident
from tests.support.on_air import put_on_air
from tests.support.patience import PATIENCE_S
from tests.support.people import sign_in
from tests.support.places import make_screen
from tests.support.players import beat
from tests.support.plays import in_batches, make_programme
from tests.support.world import World

Figures = dict[str, float]


def figures(world: World) -> Figures:
    """All samples of a scrape, named as they are asked for: `anping_jobs{state="queued"}`."""
    answer = world.visitor().get("/metrics")
    assert answer.status_code == 200
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sample.labels.items())
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def test_screens_are_counted_by_whether_they_are_bound_and_heard(world: World) -> None:
    heard = make_screen(world)
    make_screen(world)

    before = figures(world)
    world.visitor().post("/api/v1/player/beat", json=beat(), headers=heard.headers)
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


def test_jobs_that_wait_are_told_with_how_long(world: World) -> None:
    with world.core.config.write() as session:
        enqueue(session, "plan", "all", world.clock.now_ms())
    world.clock.forward(5 * MINUTE_MS)

    found = figures(world)

    assert found['anping_jobs{state="queued"}'] == 1
    assert found['anping_jobs{state="failed"}'] == 0
    assert found["anping_jobs_late_seconds"] == 300
    assert found["anping_jobs_newest_timestamp_seconds"] == (world.clock.now_ms() / 1000) - 300


def test_incidents_are_told_by_code(world: World) -> None:
    screen = make_screen(world)
    make_incident(world, screen)

    assert figures(world)['anping_incidents_open{code="offline"}'] == 1


def test_the_last_backup_is_known_once_it_is_whole(world: World, tmp_path: Path) -> None:
    name = "anping_backup_last_success_timestamp_seconds"
    before = figures(world)[name]
    taken_ms = world.clock.now_ms()
    back_up(world.core.settings, Order(tmp_path / "b.tar.gz", "0.1.0", taken_ms))

    assert (before, figures(world)[name]) == (0, taken_ms / 1000)


def test_certificates_that_were_issued_are_told_with_their_end(world: World) -> None:
    folder = world.core.settings.data / "keys" / "tls"
    now = datetime.now(UTC)
    init_ca(folder, now)
    until = issue(folder, "anping.example", now).until
    (folder / "other.pem").write_text("not a certificate")

    found = figures(world)

    name = 'anping_certificate_expiry_timestamp_seconds{host="anping.example"}'
    assert found[name] == int(until.timestamp())
    assert 'anping_certificate_expiry_timestamp_seconds{host="other"}' not in found


def test_the_disk_the_databases_and_the_release_are_told(world: World) -> None:
    found = figures(world)

    assert 0 < found["anping_data_free_bytes"] < found["anping_data_size_bytes"]
    assert found['anping_database_up{database="config"}'] == 1
    assert found['anping_database_up{database="plays"}'] == 1
    assert found["anping_reserve_kept"] == 0
    assert any(re.fullmatch(r'anping_build_info\{version="[\d.]+"\}', name) for name in found)


def test_no_figure_has_a_screen_as_its_label(world: World) -> None:
    for _ in range(3):
        screen = make_screen(world)
        world.visitor().post("/api/v1/player/beat", json=beat(), headers=screen.headers)

    few = len(figures(world))
    for _ in range(3):
        screen = make_screen(world)
        world.visitor().post("/api/v1/player/beat", json=beat(), headers=screen.headers)

    assert len(figures(world)) == few


@pytest.mark.slow
def test_a_loop_that_was_held_up_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    delay, now_s = Delay(), [1_000.0]
    by_hand = SimpleNamespace(monotonic=lambda: now_s[0])
    monkeypatch.setattr("server.metrics.counting.time", by_hand)
    watching = gevent.spawn(watch_the_loop, delay)
    gevent.sleep(0)
    now_s[0] += STEP_S + 0.3  # for so long somebody held up everybody
    with gevent.Timeout(PATIENCE_S):
        while not delay.most_s:
            gevent.sleep(0.01)
    watching.kill()

    assert delay.taken() == pytest.approx(0.3)
    assert delay.taken() == 0


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "127.0.0.1"}])
def test_through_a_proxy_an_account_is_needed(world: World, headers: dict[str, str]) -> None:
    def status(client: FlaskClient) -> int:
        return client.get("/metrics", headers=headers).status_code

    assert status(world.visitor()) == 401
    assert status(sign_in(world, "admin").client) == 200
