"""A small demo, made once for all of these tests by the real services in a folder of its own."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from apiflask import APIFlask
from sqlalchemy import func, select

from playlists.windows import day_span
from playlists.wire.compliance import expected_plays
from playlists.wire.manifest import decode
from server.accounts.models import AuditEntry
from server.app import create_app
from server.foundation.config import Settings, read_settings
from server.foundation.durations import MINUTE_MS
from server.foundation.errors import Conflict
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from server.operations.demo import names
from server.operations.demo.builder import PAST, make_demo
from server.operations.demo.desk import Desk
from server.operations.demo.history import days_of, hand_in_all
from server.operations.demo.mark import Mark, Parameters, read_mark, write_mark
from server.playlog.ingest.flask_extension import stop_playback
from server.simulator.fleet.archive import Archive
from server.simulator.wire.inside import inside
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.world import World
from tests.support.patience import PATIENCE_S, until
from tests.support.plays.on_air import keep_house
from tests.support.processes.server import command, serving_demo
from tests.support.reporting.reports import STATES, check_sums

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(ON_POSTGRES, reason="a demo is SQLite's alone"),
    pytest.mark.long,
]

ARRIVED = 1
"""A box that nobody expected, at a venue of its own."""
SCALE = Parameters(seed=3, venues=8, screens=12, days=2)
PAST_S = 600.0
"""Seconds in which two days of plays are handed in and filed, slowly by intent."""


@dataclass
class Demo:
    """The demo as made, and a server on it."""

    settings: Settings
    mark: Mark
    app: APIFlask

    @property
    def world(self) -> World:
        """For helpers of other tests; nobody moves its clock."""
        return World(self.app, self.app.extensions["anping"].clock)

    def desk(self, username: str) -> Desk:
        """Where a person works."""
        return Desk.within(self.app.wsgi_app, username, self.mark.passwords[username]).sign_in()

    def counts(self) -> list[int]:
        """How many rows there are of some tables."""
        with self.app.extensions["anping"].config.read() as session:
            tables = (Venue, Screen, AuditEntry)
            return [session.scalar(select(func.count(one.id))) or 0 for one in tables]


def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo's folder that all processes of a run of tests share, as it takes long to make."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    data = shared / "made-demo"
    with (shared / "made-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not data.exists():
            settings = read_settings(data=data)
            made = make_demo(settings, SCALE, time.time_ns() // 1_000_000, lambda _text: None)
            assert made.complete
    return data


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    data = tmp_path_factory.mktemp("demo") / "data"
    shutil.copytree(made_once(tmp_path_factory), data)
    settings = read_settings(data=data)
    mark = read_mark(data)
    assert mark is not None
    app = create_app(settings)
    yield Demo(settings, mark, app)
    stop_playback(app)
    app.extensions["anping"].config.engine.dispose()
    app.extensions["anping"].plays.engine.dispose()


def test_a_second_start_adds_nothing(demo: Demo) -> None:
    before = demo.counts()

    again = make_demo(demo.settings, SCALE, time.time_ns() // 1_000_000, lambda _text: None)

    assert again == demo.mark
    assert demo.counts() == before
    assert before[:2] == [SCALE.venues + ARRIVED, SCALE.screens + ARRIVED]


def test_everyone_whose_password_was_printed_can_sign_in_and_sees_the_district(demo: Demo) -> None:
    for username, *_ in names.PEOPLE:
        desk = demo.desk(username)
        if username != "shenji":  # an auditor reads reports and the trail
            assert desk.does("GET", "/venues?limit=100")["items"] is not None
    assert (
        len(demo.desk("xuanchuan").does("GET", "/venues?limit=100")["items"])
        == SCALE.venues + ARRIVED
    )


def test_what_waits_and_what_runs_is_there(demo: Demo) -> None:
    reviewer = demo.desk("shenpi")

    campaigns = reviewer.does("GET", "/campaigns?limit=100")["items"]
    states = {one["name"]: one["state"] for one in campaigns}
    assert [state for state in states.values() if state == "live"] == [
        "live"
    ] * 8  # one of them in haste
    assert states["社区养老防骗宣传"] == "submitted"
    assert {one["target"]["kind"] for one in campaigns} >= {
        "plays_per_hour",
        "plays_per_day",
        "longest_wait_s",
        "share_of_voice",
        "total_plays",
        "filler",
    }
    (main,) = [one for one in campaigns if one["name"] == "年末反诈集中宣传"]
    assert main["boosts"][0]["factor"] == 1.5
    takeovers = reviewer.does("GET", "/takeovers")["items"]
    assert [one["state"] for one in takeovers] == ["submitted", "rejected", "ended"]


def test_the_history_is_what_the_plans_promise_and_counted_once(demo: Demo) -> None:
    archive = Archive(demo.settings.data / PAST)
    link, zone = inside(demo.app.wsgi_app), demo.settings.zone
    mark = demo.mark

    first = hand_in_all(mark, zone, archive, link, most=5_000)
    rest = hand_in_all(mark, zone, archive, link)
    again = hand_in_all(mark, zone, archive, link)

    yesterday = list(days_of(mark, zone, archive.read()))[1]
    archive.close()
    keep_house(demo.world)
    assert first == 5_000
    assert rest > 5_000
    assert again == 0
    promised = sum(
        sum(expected_plays(past.manifest, past.from_ms, past.until_ms).values())
        for past in yesterday.pasts.values()
    )
    day = zone_day(mark, zone)
    report = demo.desk("shenpi").does("GET", f"/reports/delivery?from={day}&to={day}")
    totals = report["totals"]
    assert totals["confirmed"] + totals["partial"] + totals["failed"] == promised
    assert sum(totals[state] for state in STATES) == totals["expected"]
    assert totals["delivery_rate"] > 0.9


def signed_in(base: str, username: str, password: str) -> requests.Session:
    """A person's browser."""
    browser = requests.Session()
    credentials = {"username": username, "password": password}
    answer = browser.post(f"{base}/api/v1/session", json=credentials, timeout=PATIENCE_S)
    assert answer.status_code == 200, answer.text
    browser.headers.update({"X-CSRF-Token": answer.json()["csrf_token"], "Origin": base})
    return browser


def test_states_sum_to_expected_on_every_report_of_its_past(demo: Demo) -> None:
    archive, zone, mark = Archive(demo.settings.data / PAST), demo.settings.zone, demo.mark
    hand_in_all(mark, zone, archive, inside(demo.app.wsgi_app))
    archive.close()
    keep_house(demo.world)
    client = demo.app.test_client()
    credentials = {"username": "shenpi", "password": mark.passwords["shenpi"]}
    client.post("/api/v1/session", json=credentials, headers={"Origin": "http://localhost"})
    began = datetime.fromtimestamp(mark.began_ms / 1000, zone).date().isoformat()
    days = {"from": began, "to": zone_day(mark, zone)}
    filters: list[dict[str, str]] = [{}, {"venue_kind": "bank"}]
    for name in ("campaign", "unit", "venue", "screen"):
        (one, *_) = client.get(f"/api/v1/{name}s?limit=5").json["items"]
        filters.append({f"{name}_id": one["id"]})

    totals = [check_sums(client, **days, **one) for one in filters]

    assert totals[0]["confirmed"] > 10_000
    assert all(one["expected"] <= totals[0]["expected"] for one in totals)


def zone_day(mark: Mark, zone: Any) -> str:
    """The day before the demo was made."""
    made = datetime.fromtimestamp(mark.made_ms / 1000, zone)
    return (made - timedelta(days=1)).date().isoformat()


def test_the_players_disks_hold_a_plan_that_they_can_play(demo: Demo) -> None:
    archive = Archive(demo.settings.data / PAST)
    disks = archive.read()
    archive.close()

    assert len(disks) == SCALE.screens
    for disk in disks.values():
        assert disk.current is not None
        assert decode(disk.current.text).segments


@pytest.mark.timeout(900)
def test_it_is_served_with_its_screens_online_and_ends_with_all_that_it_started(
    demo: Demo,
) -> None:
    with serving_demo(demo.settings.data) as served:
        person = signed_in(served.base, "shenpi", demo.mark.passwords["shenpi"])

        def online() -> int:
            found = person.get(
                f"{served.base}/api/v1/screens?limit=100&state=online", timeout=PATIENCE_S
            )
            return len(found.json()["items"])

        # One or two are switched off, depending on the seed.
        until("the screens online", lambda: online() >= SCALE.screens - 2, every_s=0.3)
        officer = signed_in(served.base, "xuanchuan", demo.mark.passwords["xuanchuan"])
        found = officer.get(
            f"{served.base}/api/v1/screens?limit=100&state=online", timeout=PATIENCE_S
        )
        commands = f"{served.base}/api/v1/screens/{found.json()['items'][0]['id']}/commands"
        answer = officer.post(commands, json={"name": "screenshot"}, timeout=PATIENCE_S)
        # Beside some of the demo's own.
        sent = officer.get(commands, timeout=PATIENCE_S).json()["items"]
        (kept,) = [one for one in sent if one["id"] == answer.json()["id"]]
        packs = f"{served.base}/api/v1/assessment-packs"
        made = until(
            "an assessment pack of the past, which is handed in before",
            lambda: officer.get(packs, timeout=PATIENCE_S).json()["items"],
            patience_s=PAST_S,
            every_s=1.0,
        )
        status = served.stop()

    assert answer.json()["ok"] is True
    assert kept["screenshot"]["verdict"] == "matches"
    assert len(made) in {1, 2}  # the second may be ordered a moment later
    assert status == 0
    assert "xuanchuan" in served.printed


def test_a_folder_with_another_district_is_refused_in_words(tmp_path: Path) -> None:
    settings = read_settings(data=tmp_path)
    (tmp_path / "config.db").write_bytes(b"somebody's")

    with pytest.raises(Conflict) as refused:
        make_demo(settings, SCALE, 0, lambda _text: None)

    assert refused.value.code == "inhabited"
    assert str(tmp_path) in refused.value.detail.zh
    assert (tmp_path / "config.db").read_bytes() == b"somebody's"
    assert read_mark(tmp_path) is None


@pytest.mark.parametrize(
    "elsewhere",
    [{"database_url": "postgresql://a@/a"}, {"storage_url": "s3://bucket/prefix"}],
)
def test_a_demo_that_is_there_is_not_served_from_a_database_or_bucket_elsewhere(
    tmp_path: Path, elsewhere: dict[str, str]
) -> None:
    write_mark(tmp_path, Mark(SCALE, 0, 0, {}, complete=True))

    with pytest.raises(Conflict) as refused:
        make_demo(read_settings(data=tmp_path, **elsewhere), SCALE, 0, lambda _text: None)

    assert refused.value.code == "inhabited"


def test_a_demo_that_was_interrupted_while_it_was_made_reports_it(tmp_path: Path) -> None:
    settings = read_settings(data=tmp_path)
    write_mark(tmp_path, Mark(SCALE, 0, 0, {}, complete=False))

    with pytest.raises(Conflict) as refused:
        make_demo(settings, SCALE, 0, lambda _text: None)

    assert refused.value.code == "interrupted"


@pytest.mark.parametrize(("venues", "days"), [("20", "0"), ("20", "1"), ("200", "3")])
def test_the_fewest_screens_are_enough_for_all_that_happens_in_a_district(
    tmp_path: Path, venues: str, days: str
) -> None:
    made = command(tmp_path, "demo", "--venues", venues, "--screens", "8", "--days", days)

    assert made.returncode == 0, made.stderr
    mark = read_mark(tmp_path / "data")
    assert mark is not None
    assert mark.complete


def test_a_past_of_half_an_hour_has_room_for_all_that_happens(tmp_path: Path) -> None:
    settings = read_settings(data=tmp_path / "data")
    after_midnight_ms, _ = day_span(settings.zone, time.time_ns() // 1_000_000)
    scale = Parameters(seed=1, venues=200, screens=60, days=0)

    made = make_demo(settings, scale, after_midnight_ms + 30 * MINUTE_MS, lambda _text: None)

    assert made.complete


def test_a_smaller_district_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    made = command(tmp_path, "demo", "--venues", "19")

    assert made.returncode == 64
    assert "20<=x<=15000" in made.stderr
    assert not (tmp_path / "data").exists()
