"""Each page of the console has something to show in the demo district: none shows its empty state.

A small form of it: the same story as in `make demo`, two days long, with its past handed in.
"""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from server.app import create_app
from server.foundation.config import read_settings
from server.foundation.jobs.runner import run_ready
from server.gateway.rollouts import service
from server.operations.demo.builder import PAST, QUICK, make_demo
from server.operations.demo.desk import Desk
from server.operations.demo.history import hand_in_all
from server.operations.demo.mark import Mark, Parameters
from server.operations.demo.past_weeks.exports import make_files
from server.playlog.ingest.flask_extension import stop_playback
from server.reporting.subscriptions.builder import order_due
from server.simulator.fleet.archive import Archive
from server.simulator.wire.inside import inside
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.world import World
from tests.support.browser.page_inventory import NO_PAGES, NOT_TIMED
from tests.support.factories.releases import NEW, build
from tests.support.plays.on_air import keep_house

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(ON_POSTGRES, reason="a demo is SQLite's alone"),
    pytest.mark.long,
]

SCALE = Parameters(seed=5, venues=44, screens=30, days=2)
PEOPLE = ("xuanchuan", "shenpi", "admin")
EMPTY = 'class="empty-state"'
TITLE = re.compile(r'class="empty-title">([^<]*)<')
# Pages that need parameters, with their values here.
ASKED = {
    "/labels": "?unit_id={unit}",
    "/search": "?q=社区",
    "/plays": "?screen_id={screen}&day={day}",
    "/reports": "?from={day}&to={day}&group_by=venue_kind",
    "/reports/pauses": "?from={first}&to={day}",
    "/papers/filing": "?unit_id={unit}",
    "/uptime/sheet": "?unit_id={unit}",
    "/preview": "?screen={screen}",
}
# What a page of an object needs besides: its day.
BENEATH = {"/screens/<screen_id>/hours": "?day={day}"}
# Where the objects of a page are listed, by the name in its address. The venue of a screen is open
# on every day of the week: yesterday may have been a Sunday.
LISTS = {
    "assessment_pack_id": "/assessment-packs",
    "asset_id": "/assets",
    "attestation_id": "/attestations",
    "campaign_id": "/campaigns?state=live",
    "exemption_id": "/exemptions",
    "line_id": "/lines",
    "maintenance_id": "/maintenance",
    "notification_target_id": "/notification-targets",
    "playlist_id": "/playlists",
    "screen_id": "/screens?venue_kind=supermarket",
    "spot_check_id": "/spot-checks",
    "stop_id": "/stop",
    "takeover_id": "/takeovers",
    "venue_id": "/venues?kind=government_hall",
}


NAMED = {"name": "slogan", "bulk_id": "B_1"}
"""What no list has."""


@dataclass
class Office:
    """The demo with its past, and three people at their browsers."""

    world: World
    mark: Mark
    people: dict[str, FlaskClient]

    def day(self, ms: int, days: int = 0) -> str:
        """A date of the district, so many days later."""
        zone = self.world.core.settings.zone
        return datetime.fromtimestamp(ms / 1000 + 86_400 * days, zone).date().isoformat()

    def first(self, path: str) -> str:
        """The id of an object that a list of the API begins with."""
        return str(self.items(path)[0]["id"])

    def items(self, path: str) -> list[dict[str, object]]:
        """The first of a list of the API."""
        answer = self.people["xuanchuan"].get(f"/api/v1{path}")
        assert answer.status_code == 200, (path, answer.text)
        found: list[dict[str, object]] = answer.json["items"]
        return found

    def opens(self, address: str) -> tuple[str, str]:
        """A page, by the first of the people who may see it; who, and what he sees."""
        for who, client in self.people.items():
            answer = client.get(address)
            if answer.status_code == 200:
                return who, answer.text
            assert answer.status_code in {302, 403}, (address, who, answer.status_code)
        raise AssertionError(address)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    settings = read_settings(data=tmp_path_factory.mktemp("alive") / "data")
    mark = make_demo(settings, SCALE, time.time_ns() // 1_000_000, lambda _text: None)
    app = create_app(settings)
    world = World(app, app.extensions["anping"].clock)
    people = {who: signed_in(app.test_client(), who, mark.passwords[who]) for who in PEOPLE}
    here = Office(world, mark, people)
    archive = Archive(settings.data / PAST)
    hand_in_all(mark, settings.zone, archive, inside(app.wsgi_app))
    archive.close()
    keep_house(world)
    leave_afterwards(here)
    yield here
    stop_playback(app)
    world.core.config.engine.dispose()
    world.core.plays.engine.dispose()


def leave_afterwards(here: Office) -> None:
    """What the served demo does when its past is in, and what its jobs make of it."""
    core, mark, wsgi = here.world.core, here.mark, here.world.app.wsgi_app
    desk = Desk.within(wsgi, "xuanchuan", mark.passwords["xuanchuan"]).sign_in()
    made, began = (
        datetime.fromtimestamp(ms / 1000, core.settings.zone).date()
        for ms in (mark.made_ms, mark.began_ms)
    )
    make_files(desk, began, made)
    service.register(core, build(NEW))  # as a server does when it starts
    order_due(core)
    run_ready(core, QUICK)


def signed_in(client: FlaskClient, username: str, password: str) -> FlaskClient:
    credentials = {"username": username, "password": password}
    answer = client.post(
        "/api/v1/session", json=credentials, headers={"Origin": "http://localhost"}
    )
    assert answer.status_code == 200, answer.text
    return client


def addresses(here: Office) -> Mapping[str, str]:
    """Every GET route of a page with its address here."""
    words = {
        "day": here.day(here.mark.made_ms, -1),
        "first": here.day(here.mark.began_ms),
        "screen": here.first(LISTS["screen_id"]),
        "unit": next(one["id"] for one in here.items("/units?limit=100") if not one["parent_id"]),
    }
    found = {}
    for rule in here.world.app.url_map.iter_rules():
        path = rule.rule
        if "GET" not in (rule.methods or ()) or path in NOT_TIMED or path.startswith(NO_PAGES):
            continue
        if path.startswith(("/preview/", "/map/tiles/", "/slides/<name>/example")):
            continue
        address = path
        for name in rule.arguments:
            one = NAMED.get(name) or here.first(LISTS[name])
            address = address.replace(f"<{name}>", one)
        more = ASKED.get(path, "") + BENEATH.get(path, "")
        found[path] = address + more.format(**words)
    return found


def test_no_page_shows_its_empty_state(office: Office) -> None:
    empty = {}
    for path, address in addresses(office).items():
        _, page = office.opens(address)
        if EMPTY in page:
            empty[path] = (address, TITLE.findall(page))

    assert empty == {}


def states(office: Office, path: str, key: str = "state") -> set[object]:
    return {one[key] for one in office.items(path)}


def test_what_people_decide_on_is_there_in_every_state(office: Office) -> None:
    assert states(office, "/campaigns?limit=100") == {
        "draft", "submitted", "live", "ended", "withdrawn",
    }  # fmt: skip
    assert states(office, "/assets?limit=100") >= {
        "ready", "submitted", "approved", "rejected", "withdrawn",
    }  # fmt: skip
    assert states(office, "/takeovers") == {"submitted", "rejected", "ended"}
    assert states(office, "/exemptions") == {"submitted", "rejected", "approved"}
    assert states(office, "/attestations") >= {"submitted", "approved"}
    assert states(office, "/incidents?state=past") == {"closed"}
    assert states(office, "/incidents?state=open") >= {"open"}
    assert states(office, "/spot-checks?limit=100", "verdict") == {"good", "bad", "unclear", None}
    assert states(office, "/assessment-packs") == {"ready"}
    assert states(office, "/plays/exports") == {"ready"}


def test_incidents_have_causes_assignees_and_orders(office: Office) -> None:
    past = office.items("/incidents?limit=100")

    assert {one["code"] for one in past} >= {"offline", "reported"}
    assert [one for one in past if one["cause"] and one["assignee_id"]]


def test_the_takeover_has_its_receipts_but_for_some(office: Office) -> None:
    (over,) = [one for one in office.items("/takeovers") if one["state"] == "ended"]
    answer = office.people["xuanchuan"].get(f"/api/v1/takeovers/{over['id']}").json
    came = [one for one in answer["acknowledgements"] if one["acknowledged_at"]]

    assert len(came) >= 3


def test_uptime_of_the_past_is_computed_and_mostly_good(office: Office) -> None:
    days = {"from": office.day(office.mark.began_ms), "to": office.day(office.mark.made_ms, -1)}
    answer = (
        office.people["shenpi"]
        .get("/api/v1/reports/uptime", query_string={**days, "group_by": "unit"})
        .json["totals"]
    )

    assert answer["monitored_s"] > 0
    assert 0.80 < answer["up_s"] / answer["monitored_s"] < 0.999
    assert answer["down_s"] > 0
    assert answer["unknown_s"] > 0  # our own outage


def test_nothing_is_shown_as_a_fault_of_our_own_night(office: Office) -> None:
    """All screens fell silent with the server: no incident begins then."""
    begun = [str(one["since"]) for one in office.items("/incidents?limit=100")]

    assert not [since for since in begun if since[11:13] in {"02", "03"}]


def test_doubtful_plays_wait_for_a_decision(office: Office) -> None:
    reasons = states(office, "/quarantine?limit=100", "reason")

    assert len(reasons) >= 2
