"""The reading process is killed, stopped and restarted: no play waits.

Nothing here judges how long something takes. A stopped process stays so until everything that has
to happen without it has happened.
"""

import json
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import quantiles

import pytest
import requests

from playlists.wire.manifest import encode
from server.accounts.auth.request_identity import COOKIE
from server.playlog.ingest.wsgi_lane import PATH
from server.web.reading_process.client import AWAY
from tests.bench.plays.ingest import HOUR_MS, make_batch, make_plan
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World, make_world
from tests.support.factories.tables import crafted_workbook, xlsx
from tests.support.patience import PATIENCE_S, until
from tests.support.plays.on_air import put_on_air
from tests.support.plays.plays import Programme, programme_of
from tests.support.processes.reading_process import Pair, log_of, start_reading, web_and_reading

pytestmark = [pytest.mark.faults, pytest.mark.slow, *LONG_ON_POSTGRES]

PLAYS = 50
TWELVE = 12


@dataclass
class District:
    """A server of two processes with a screen that plays, and people who ask."""

    world: World
    pair: Pair
    screen: BoundScreen
    programme: Programme
    officer: Person
    contact: Person
    handed_in: int = 0
    asks: requests.Session = field(default_factory=requests.Session)

    def hands_in(self) -> None:
        """One batch more, which has to be acknowledged as a whole."""
        plan, digest = self.programme.plan.manifest, self.programme.digest
        answer = requests.post(
            self.pair.web.base + PATH,
            data=make_batch(plan, self.screen.id, self.handed_in, digest),
            headers={**self.screen.headers, "Content-Type": "application/json"},
            timeout=PATIENCE_S,
        )
        assert (answer.status_code, answer.json()["quarantined"]) == (200, []), answer.text
        self.handed_in += 1

    def get(self, path: str, person: Person | None = None, **headers: str) -> requests.Response:
        """What somebody reads."""
        all_headers = {**self._credentials(person or self.officer), **headers}
        return self.asks.get(self.pair.web.base + path, headers=all_headers, timeout=PATIENCE_S)

    def uploads(self, path: str, content: bytes, person: Person | None = None) -> requests.Response:
        """A table that somebody sends."""
        return requests.post(
            f"{self.pair.web.base}/api/v1/{path}",
            files={"file": ("表.xlsx", content)},
            headers=self._credentials(person or self.officer),
            timeout=3 * PATIENCE_S,
        )

    def _credentials(self, person: Person) -> dict[str, str]:
        cookie = person.client.get_cookie(COOKIE)
        assert cookie is not None
        return {
            "Cookie": f"{COOKIE}={cookie.value}",
            "X-CSRF-Token": str(person.client.environ_base["HTTP_X_CSRF_TOKEN"]),
            "Origin": self.pair.web.base,
        }


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    world = make_world(tmp_path_factory.mktemp("reading"))
    from_ms = (time.time_ns() // 1_000_000 // HOUR_MS - 25 * 24) * HOUR_MS
    programme = programme_of(encode(make_plan(from_ms)))
    screen = make_screen(world, enrolled_at=from_ms)
    put_on_air(world, screen, programme, from_ms)
    people = sign_in(world, "publicity"), sign_in(world, "venue")
    with web_and_reading(world) as pair:
        for person in people:
            sign_in_again(world, person)  # by the clock of now
        yield District(world, pair, screen, programme, *people)
    world.close()


@pytest.fixture
def still(district: District) -> Iterator[District]:
    """With a stopped reading process, until it is resumed."""
    district.pair.reading.signal(signal.SIGSTOP)
    yield district
    district.pair.reading.signal(signal.SIGCONT)
    district.pair.reading.wait()


def test_a_report_is_of_all_that_was_acknowledged_before_it(district: District) -> None:
    for _ in range(2):
        district.hands_in()
        report = district.get("/api/v1/reports/delivery?from=2026-01-01&to=2026-01-02")
        assert report.status_code == 200, log_of(district.world)
        listed = district.get("/api/v1/plays?limit=200&from=2020-01-01T00:00:00Z").json()
        assert len(listed["items"]) == min(200, district.handed_in * PLAYS)


def test_errors_are_the_same_problem_in_the_same_language(district: District) -> None:
    wrong = district.get("/api/v1/reports/delivery?from=never", **{"Accept-Language": "en"})
    own = district.world.app.test_client()
    assert own.get("/api/v1/reports/delivery").status_code == 401
    assert requests.get(district.pair.web.base + "/reports", timeout=PATIENCE_S).status_code == 401
    assert wrong.status_code == 422
    assert wrong.headers["Content-Type"] == "application/problem+json"
    assert wrong.json()["errors"][0]["pointer"] == "/from"


def test_an_unchanged_resource_is_answered_with_304(district: District) -> None:
    first = district.get("/api/v1/venues")
    again = district.get("/api/v1/venues", **{"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_a_long_answer_is_packed_once_and_whole(district: District) -> None:
    page = district.get("/plays", **{"Accept-Encoding": "gzip"})

    assert page.status_code == 200
    assert page.headers["Content-Encoding"] == "gzip"
    assert page.text.rstrip().endswith("</html>")


def test_an_export_comes_in_pieces_and_whole(district: District) -> None:
    district.hands_in()

    answer = district.get("/api/v1/plays/export?from=2020-01-01T00:00:00Z")

    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert len(lines) >= district.handed_in * PLAYS
    assert "Content-Length" not in answer.headers


def test_figures_show_its_state(district: District) -> None:
    figures = district.pair.web.figures

    assert figures["anping_reading_up"] == 1
    assert figures["anping_reading_memory_bytes"] > 20e6


def test_killed_in_the_midst_of_an_answer_it_takes_no_play_with_it_and_comes_back(
    district: District,
) -> None:
    district.pair.reading.signal(signal.SIGSTOP)
    with ThreadPoolExecutor(1) as others:
        asked = others.submit(district.get, "/reports")
        until("it is being asked", lambda: district.pair.web.figures["anping_reading_calls"] == 1)
        district.hands_in()
        assert not asked.done()
        district.pair.reading.stop()
        assert asked.result(PATIENCE_S).status_code == 503
    district.hands_in()

    answers_unavailable(district)
    goes_on(district)

    district.pair.reading = start_reading(district.world)
    until("reports are back", lambda: district.get("/reports").status_code == 200)
    district.hands_in()


def answers_unavailable(district: District) -> None:
    """Programs and people get 503, with the time to retry."""
    answer = district.get("/api/v1/reports/delivery")
    assert (answer.status_code, answer.json()["code"]) == (503, "reading_away")
    assert answer.json()["detail"] == AWAY.zh
    assert int(answer.headers["Retry-After"]) > 0
    page = district.get("/reports")
    assert page.status_code == 503
    assert AWAY.zh in page.text
    assert '<meta http-equiv="refresh"' in page.text
    health = requests.get(district.pair.web.base + "/healthz", timeout=PATIENCE_S)
    assert (health.status_code, health.text) == (200, "ok, reports are away\n")
    figures = district.pair.web.figures
    assert (figures["anping_reading_up"], figures["anping_reading_memory_bytes"]) == (0, 0)
    assert figures["anping_reading_failures_total"] > 0


def goes_on(district: District) -> None:
    """Pages and routes for a stop, a takeover and a sign-in, and the health check."""
    for path in ("/stop", "/takeovers", "/settings", "/api/v1/session", "/api/v1/takeovers"):
        assert district.get(path).status_code == 200, path
    assert district.get("/readyz").status_code == 200


def test_twelve_crafted_workbooks_beside_plays_wait_while_these_do_not(still: District) -> None:
    """A contact's files of some kilobytes that unpack to fifty megabytes; all are refused."""
    bomb = crafted_workbook()
    assert len(bomb) < 200_000
    with ThreadPoolExecutor(TWELVE) as others:
        sent = [
            others.submit(still.uploads, "venues/import?dry_run=1", bomb, still.contact)
            for _ in range(TWELVE)
        ]

        def all_wait() -> bool:
            assert [one.result().text for one in sent if one.done()] == []
            return still.pair.web.figures["anping_reading_calls"] == TWELVE

        until("all are on their way", all_wait)
        for _ in range(20):
            still.hands_in()
        assert still.get("/stop").status_code == 200
        assert not any(one.done() for one in sent)
        still.pair.reading.signal(signal.SIGCONT)
        answers = [one.result(3 * PATIENCE_S) for one in sent]

    refused = {422: "table_refused", 503: "busy"}
    assert {one.status_code for one in answers} <= set(refused)
    assert any("解压后过大" in one.text for one in answers), [one.text for one in answers]
    still.hands_in()


def test_a_table_is_checked_there_and_imported_by_a_process_that_may_write(
    district: District,
) -> None:
    table = xlsx(("名称", "类型"), [("镕基路口", "沿街单位"), ("东门", "其他")])

    checked = district.uploads("venues/import?dry_run=true", table)
    assert (checked.status_code, checked.json()["made"], checked.json()["applied"]) == (
        200,
        2,
        False,
    )
    done = district.uploads("venues/import", table)

    assert (done.status_code, done.json()["applied"]) == (200, True), log_of(district.world)
    names = [one["name"] for one in district.get("/api/v1/venues?limit=200").json()["items"]]
    assert {"镕基路口", "东门"} <= set(names)


@pytest.mark.timed
def test_acknowledgements_take_hardly_longer_while_twelve_large_tables_are_read(
    district: District,
) -> None:
    """Honest ones of as many rows as may be, which keep a processor busy for seconds each."""
    table = xlsx(("名称", "类型", "地址"), [(f"点位 {n}", "其他", "x" * 60) for n in range(19_000)])
    quiet = [handed_in_ms(district) for _ in range(300)]
    with ThreadPoolExecutor(TWELVE) as others:
        sent = [
            others.submit(district.uploads, "venues/import?dry_run=1", table) for _ in range(TWELVE)
        ]
        beside = []
        while not all(one.done() for one in sent):
            beside.append(handed_in_ms(district))

    p99, before = (quantiles(waits, n=100)[98] for waits in (beside, quiet))
    print(f"p99 {before:.1f} ms, beside tables {p99:.1f} ms, at most {max(beside):.1f} ms")
    assert {one.result().status_code for one in sent} <= {200, 503}
    assert p99 <= 2 * before


def handed_in_ms(district: District) -> float:
    """How long one batch took, after a pause: there are plays of 25 days to hand in."""
    time.sleep(0.03)
    begun = time.perf_counter()
    district.hands_in()
    return 1000 * (time.perf_counter() - begun)
