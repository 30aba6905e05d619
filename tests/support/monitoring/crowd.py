"""A district of many screens, made at once: units, lines, venues with coordinates, presence.

One screen a venue, in a tree of streets and communities; buses on lines; campaigns that were
signed off and planned by the real jobs; some incidents; beats of three screens in five through
the real app. Nothing is random.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import insert, select, update

from server.accounts.auth.one_time_secrets import hashed
from server.accounts.models import Unit
from server.inventory.screens.models import Screen, ScreenPause, ScreenToken
from server.inventory.venues.kinds import KINDS
from server.inventory.venues.models import Line, Venue
from server.monitoring.availability import rollup_job
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.transaction import Tx
from server.publishing.models import Tenure
from tests.support.app.campaigns import Office, live, open_office
from tests.support.app.clock import MINUTE_MS
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.inventory import BoundScreen, make_unit
from tests.support.app.jobs import run_jobs
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.devices.socket_player import beat
from tests.support.factories.incidents import make_incident
from tests.support.plays.on_air import keep_house

STREETS: Final = ("城关", "河西", "滨湖", "南苑", "北郊", "新城", "老街", "桥东", "运河", "高铁")
COMMUNITIES: Final = (
    "东门",
    "翠湖",
    "解放",
    "和平",
    "迎宾",
    "文昌",
    "建国",
    "光明",
    "幸福",
    "向阳",
)
FAMILIES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN: Final = ("建国", "丽华", "志强", "秀英", "海燕", "文涛", "敏", "勇", "立新", "红")
LINES: Final = 20
DAY_S: Final = 86_400
KINDS_HERE: Final = tuple(KINDS)
CENTRE: Final = (34.26, 117.18)
"""Degrees north and east of the middle of the district."""


@dataclass(frozen=True)
class Crowd:
    """The district: its units by level, the first venue, screen and line, and an office."""

    world: World
    office: Office
    streets: list[int]
    communities: list[int]
    screens: list[int]
    venues: list[int]
    lines: list[int]
    campaign: str

    def person(self, role: Any = "admin", **where: Any) -> Person:
        """Somebody with a role, by default over the whole district."""
        return sign_in(self.world, role, **where)

    def alive(self) -> list[int]:
        """Three screens in five."""
        return [number for place, number in enumerate(self.screens) if place % 5 < 3]

    def beat(self, screens: list[int]) -> None:
        """Let the players of these screens give a sign of life."""
        client, body = self.world.visitor(), json.dumps(beat()).encode()
        for number in screens:
            answer = client.post(
                "/api/v1/player/beat",
                data=body,
                headers={"Authorization": f"Bearer {token_of(number)}"},
                content_type="application/json",
            )
            assert answer.status_code == 200, answer.text


def make_crowd(world: World, screens: int, *, days: int = 0) -> Crowd:
    """So many screens; `days` of contacts and evidence before today."""
    make_waiting_picture(world)
    office = open_office(world)
    streets = [make_unit(world, f"{name}街道") for name in STREETS]
    communities = [
        make_unit(world, f"{street}{name}社区", unit)
        for unit, street in zip(streets, STREETS, strict=True)
        for name in COMMUNITIES
    ]
    _name_leaders(world)
    lines = _make_lines(world, streets[0])
    venues = _make_venues(world, screens, communities, lines)
    numbers = _make_screens(world, venues)
    campaign = live(office)
    live(office, target={"kind": "plays_per_day", "value": 40}, selector={"venue_kinds": ["bank"]})
    run_jobs(world.core)
    if days:
        _remember(world, numbers, days)
    world.clock.forward(5 * MINUTE_MS)
    office.again()
    crowd = Crowd(world, office, streets, communities, numbers, venues, lines, campaign)
    crowd.beat(crowd.alive())
    _switch(crowd)
    _disturb(crowd)
    keep_house(world)
    rollup_job.keep(world.core, playback_of(world.app))
    return crowd


def _name_leaders(world: World) -> None:
    with world.core.config.write() as session:
        for unit in session.scalars(select(Unit)):
            unit.leader, unit.contact = _leader(unit.id), f"1390000{unit.id:04d}"


def _leader(number: int) -> str:
    return FAMILIES[number % len(FAMILIES)] + GIVEN[number * 7 % len(GIVEN)]


def _make_lines(world: World, unit: int) -> list[int]:
    hours = {"first_service": "06:00", "last_service": "22:00", "created_at": 0}
    with world.core.config.write() as session:
        session.add_all(
            Line(unit_id=unit, name=f"{place + 1} 路", **hours) for place in range(LINES)
        )
        session.flush()
        return list(session.scalars(select(Line.id).order_by(Line.id)))


def _make_venues(world: World, count: int, communities: list[int], lines: list[int]) -> list[int]:
    rows = [_venue(place, communities, lines) for place in range(count)]
    with world.core.config.write() as session:
        session.execute(insert(Venue), rows)
        return list(session.scalars(select(Venue.id).order_by(Venue.id)))


def _venue(place: int, communities: list[int], lines: list[int]) -> dict[str, Any]:
    kind = KINDS_HERE[place % len(KINDS_HERE)]
    moves = kind == "bus"
    unit = communities[place % len(communities)]
    spread = (place * 7919 % 1000 / 1000 - 0.5, place * 104_729 % 1000 / 1000 - 0.5)
    is_somewhere = place % 10 != 9
    return {
        "unit_id": unit,
        "territory_unit_id": communities[(place + 1) % len(communities)],
        "line_id": lines[place % len(lines)] if moves else None,
        "name": f"{COMMUNITIES[place % 10]}{KINDS[kind].name.zh} {place + 1:04d}",
        "kind": kind,
        "access": ("manual" if place % 50 == 7 else "player"),
        "address": f"解放路 {place + 1} 号",
        "lat": CENTRE[0] + 0.2 * spread[0] if is_somewhere else None,
        "lon": CENTRE[1] + 0.3 * spread[1] if is_somewhere else None,
        "timezone": "Asia/Shanghai",
        "hours": KINDS[kind].usual_hours(),
        "contact_name": f"联系人{place % 97}",
        "contact_phone": f"1380000{place % 10_000:04d}",
        "vehicle": f"苏C·{place + 1:05d}" if moves else "",
        "tags": ["窗口"] if place % 3 == 0 else [],
        "created_at": 0,
    }


def _make_screens(world: World, venues: list[int]) -> list[int]:
    now_ms = world.clock.now_ms()
    rows = [
        {
            "venue_id": venue,
            "name": f"屏 {place + 1:04d}",
            "serial": f"BOX-{place + 1:05d}",
            "width": 1920,
            "height": 1080,
            "rendition_class": "landscape-1080p",
            "created_at": now_ms,
            "enrolled_at": None if place % 40 == 39 else now_ms,
        }
        for place, venue in enumerate(venues)
    ]
    with world.core.config.write() as session:
        session.execute(insert(Screen), rows)
        numbers = list(session.scalars(select(Screen.id).order_by(Screen.id)))
        session.execute(insert(ScreenToken), [_credentials(one, now_ms) for one in numbers])
    return numbers


def _credentials(screen: int, now_ms: int) -> dict[str, Any]:
    return {
        "screen_id": screen,
        "secret_hash": hashed(token_of(screen)),
        "files_hash": hashed(f"files {screen}"),
        "created_at": now_ms,
    }


def token_of(screen: int) -> str:
    """What the player of a screen signs in with."""
    return f"ans_of-screen-{screen}"


def _remember(world: World, screens: list[int], days: int) -> None:
    """One run of contact and of evidence a day from 08:00 to 22:00; ours never ends."""
    now_s = world.clock.now_ms() // 1000
    midnight_s = now_s - (now_s + 8 * 3600) % DAY_S
    spans = [
        (midnight_s - day * DAY_S + 8 * 3600, midnight_s - day * DAY_S + 22 * 3600)
        for day in range(1, days + 1)
    ]

    def write(tx: Tx) -> None:
        contacts = [(one, low, high, 0) for one in screens for low, high in spans]
        tx.run_many("INSERT INTO contact_runs VALUES (?, ?, ?, ?)", contacts)
        evidence = [(one, low, high) for one in screens for low, high in spans]
        tx.run_many("INSERT INTO evidence_runs VALUES (?, ?, ?)", evidence)
        tx.run_many("INSERT INTO server_runs VALUES (?, ?)", [(midnight_s - days * DAY_S, now_s)])

    playback_of(world.app).committer.submit(write)


def _switch(crowd: Crowd) -> None:
    """All living players have reported that they show their assignment."""
    with crowd.world.core.config.write() as session:
        mine = Tenure.screen_id.in_(crowd.alive())
        session.execute(update(Tenure).where(mine).values(reported=True))


def _disturb(crowd: Crowd) -> None:
    """One screen in a hundred has an incident, one in two hundred is paused."""
    world, now_ms = crowd.world, crowd.world.clock.now_ms()
    for place, number in enumerate(crowd.screens):
        if place % 100 == 4:
            make_incident(world, BoundScreen(number, 0, "", ""))
    with world.core.config.write() as session:
        user = crowd.office.author.user_id
        pauses = [
            {
                "screen_id": number,
                "from_at": now_ms,
                "until_at": now_ms + 60 * MINUTE_MS,
                "reason": "检修",
                "user_id": user,
            }
            for place, number in enumerate(crowd.screens)
            if place % 200 == 5
        ]
        if pauses:
            session.execute(insert(ScreenPause), pauses)
