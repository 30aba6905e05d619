"""One act on many screens: all or none for records, an outcome each for commands."""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from socketio.exceptions import TimeoutError as NoAnswer
from sqlalchemy import select

from server.accounts.models import AuditEntry
from server.foundation.public_ids import number
from server.gateway.bulk.dispatcher import Sending, unfinished
from server.gateway.connection.presence import Link
from server.gateway.connection.state import Live
from server.inventory.screens.models import Screen, ScreenPause
from server.inventory.screens.service import ScreenIdentity
from server.inventory.venues.models import Line, Venue
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue, root_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import put_on_air
from tests.support.plays.plays import make_programme

BULK = "/api/v1/screens/bulk"


class Answering:
    """Sockets of players that answer, or don't, by their screen."""

    def __init__(self, answers: dict[int, Any]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, Any]] = []

    def call(self, event: str, payload: Any, link: Link, timeout_s: float) -> Any:
        del event, timeout_s
        self.asked.append((link.sid, payload))
        answer = self.answers.get(link.screen_id, {"ok": True, "result": None})
        if answer is None:
            raise NoAnswer
        return answer


class OneByOne:
    """Nothing runs beside anything else."""

    def spawn(self, act: Callable[..., None], *values: Any) -> None:
        act(*values)

    def join(self) -> None:
        pass


def connect(world: World, *screens: BoundScreen) -> Live:
    live: Live = world.app.extensions["anping.live"]
    for one in screens:
        identity = ScreenIdentity(one.id, one.venue_id)
        live.presence.join(Link(f"sid-{one.id}", identity, f"boot-{one.id}", 0))
    return live


def send(world: World, live: Live, answering: Answering) -> list[float]:
    """What the sender in the serving process does; the pauses that it made."""
    pauses: list[float] = []
    sending = Sending(world.core, live, answering, OneByOne(), pauses.append, random.Random(1))
    for bulk_id in unfinished(world.core):
        sending.run(bulk_id)
    return pauses


def order(person: Person, status: int = 201, **body: Any) -> Any:
    answer = person.client.post(BULK, json=body)
    assert answer.status_code == status, answer.text
    return answer.get_json()


def ids(screens: list[BoundScreen]) -> list[str]:
    return [one.public_id for one in screens]


def test_commands_have_an_outcome_for_each_screen(world: World) -> None:
    screens = [make_screen(world) for _ in range(4)]
    live = connect(world, *screens[:3])
    person = sign_in(world, "publicity")
    refuses, silent = screens[1].id, screens[2].id
    answering = Answering({refuses: {"ok": False, "error": "bad_volume"}, silent: None})

    done = order(person, action="volume", args={"level": 40}, screen_ids=ids(screens))
    before = person.client.get(f"{BULK}/{done['id']}").get_json()
    send(world, live, answering)
    after = person.client.get(f"{BULK}/{done['id']}").get_json()
    listed = person.client.get(f"{BULK}/{done['id']}/screens").get_json()["items"]

    assert (before["waiting"], before["finished_at"]) == (4, None)
    states = {one["screen_id"]: one["state"] for one in listed}
    assert states == dict(
        zip(ids(screens), ("answered", "refused", "no_answer", "offline"), strict=True)
    )
    assert (after["answered"], after["failed"], after["waiting"]) == (1, 3, 0)
    assert after["finished_at"] is not None
    assert [payload["args"] for _, payload in answering.asked] == [{"level": 40}] * 3
    failed = person.client.get(f"{BULK}/{done['id']}/screens?state=failed").get_json()["items"]
    assert len(failed) == 3
    kept = person.client.get(f"/api/v1/screens/{screens[0].public_id}/commands").get_json()
    assert kept["items"][0]["state"] == "answered"


def test_the_time_of_an_answer_is_when_it_came_not_when_it_was_written(world: World) -> None:
    screens = [make_screen(world) for _ in range(2)]
    live, person = connect(world, *screens), sign_in(world, "publicity")
    done = order(person, action="reload", screen_ids=ids(screens))
    sending = Sending(
        world.core,
        live,
        Answering({}),
        OneByOne(),
        lambda _: world.clock.forward(2_000),
        random.Random(1),
    )
    begun_s = world.clock.now_ms() // 1000

    sending.run(number("bulk_act", done["id"]))

    listed = person.client.get(f"{BULK}/{done['id']}/screens").get_json()["items"]
    at = sorted(round(datetime.fromisoformat(one["at"]).timestamp()) - begun_s for one in listed)
    assert at == [0, 2]


@pytest.mark.slow
def test_reloads_are_spread_over_time(world: World) -> None:
    screens = [make_screen(world) for _ in range(60)]
    live = connect(world, *screens)
    person = sign_in(world, "admin")
    order(person, action="reload", screen_ids=ids(screens))

    pauses = send(world, live, Answering({}))

    assert len(pauses) == 60
    assert 2 < sum(pauses) < 4.5, "twenty a second"
    assert len(set(pauses)) > 50, "jittered"


@pytest.mark.slow
def test_one_entry_in_the_audit_trail_names_all_screens(world: World) -> None:
    screens = [make_screen(world) for _ in range(3)]
    done = order(sign_in(world, "admin"), action="reload", screen_ids=ids(screens))

    with world.core.config.read() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.action == "screens.bulk")).all()
    assert [(one.object, one.detail["screens"]) for one in found] == [(done["id"], ids(screens))]


def test_the_same_key_orders_once(world: World) -> None:
    screens = [make_screen(world)]
    person = sign_in(world, "admin")
    body, headers = {"action": "reload", "screen_ids": ids(screens)}, {"Idempotency-Key": "k" * 12}

    first = person.client.post(BULK, json=body, headers=headers).get_json()
    second = person.client.post(BULK, json=body, headers=headers).get_json()

    assert first == second
    assert len(unfinished(world.core)) == 1


@pytest.mark.slow
def test_what_a_server_that_was_stopped_had_not_sent_the_next_one_sends(world: World) -> None:
    screens = [make_screen(world) for _ in range(60)]
    live = connect(world, *screens)
    person = sign_in(world, "admin")
    done = order(person, action="log", screen_ids=ids(screens))

    class Killed(Exception):
        pass

    class Dying(Answering):
        def call(self, event: str, payload: Any, link: Link, timeout_s: float) -> Any:
            if len(self.asked) == 55:
                raise Killed
            return super().call(event, payload, link, timeout_s)

    with pytest.raises(Killed):
        send(world, live, Dying({}))
    world.clock.forward(60_000)
    send(world, live, Answering({}))

    after = person.client.get(f"{BULK}/{done['id']}").get_json()
    assert (after["answered"], after["no_answer"], after["waiting"]) == (50, 10, 0)


def test_a_filter_reaches_beyond_the_page(world: World) -> None:
    bank = make_venue(world, kind="bank")
    shop = make_venue(world, kind="shop")
    inside = [make_screen(world, venue=bank) for _ in range(30)]
    make_screen(world, venue=shop)

    done = order(sign_in(world, "admin"), action="reload", filter={"venue_kind": "bank"})

    assert done["screens"] == len(inside)


def test_tags_change_on_all_or_none(world: World) -> None:
    screens = [make_screen(world, tags=["试点"]) for _ in range(2)]
    full = make_screen(world, tags=[f"t{n}" for n in range(50)], name="满")
    person = sign_in(world, "publicity")

    wrong = order(person, 422, action="add_tags", tags=["新"], screen_ids=ids([*screens, full]))
    untouched = _tags(world, screens[0])
    order(person, action="add_tags", tags=["新", "试点"], screen_ids=ids(screens))
    added = _tags(world, screens[0])
    order(person, action="remove_tags", tags=["试点"], screen_ids=ids(screens))

    assert "满" in wrong["errors"][0]["detail"]
    assert (untouched, added, _tags(world, screens[1])) == (["试点"], ["试点", "新"], ["新"])


def test_pausing_and_resuming_many(world: World) -> None:
    screens = [make_screen(world) for _ in range(3)]
    person = sign_in(world, "admin")
    until = "2026-11-24T12:00:00+08:00"

    order(person, action="pause", until=until, reason="停电检修", screen_ids=ids(screens))
    paused = _states(person)
    order(person, action="resume", screen_ids=ids(screens[:2]))

    assert paused == ["paused"] * 3
    assert sorted(_states(person)) == ["offline", "offline", "paused"]
    with world.core.config.read() as session:
        assert len(session.scalars(select(ScreenPause)).all()) == 3


def test_out_of_service_is_an_exemption_that_waits_for_another_person(world: World) -> None:
    bus = make_venue(world, kind="bus", vehicle="苏C·3012")
    screen = make_screen(world, venue=bus)
    now_ms = world.clock.now_ms()
    put_on_air(world, screen, make_programme(now_ms), now_ms)
    person = sign_in(world, "transport")
    times = {"from": "2026-11-25T00:00:00+08:00", "until": "2026-11-27T00:00:00+08:00"}

    done = order(
        person, action="out_of_service", reason="二级维护", screen_ids=ids([screen]), **times
    )

    path = f"/api/v1/exemptions/{done['exemption_id']}"
    exemption = person.client.get(path).get_json()
    assert (exemption["code"], exemption["state"]) == ("out_of_service", "submitted")


def test_vehicles_move_to_another_line_and_nothing_else_does(world: World) -> None:
    with world.core.config.write() as session:
        line = Line(unit_id=root_unit(world), name="7 路", depot="", created_at=0)
        session.add(line)
        session.flush()
        to = f"n_{line.id}"
    buses = [make_screen(world, venue=make_venue(world, kind="bus", name=f"车{n}")) for n in "12"]
    bank = make_screen(world)
    person = sign_in(world, "admin")

    wrong = order(person, 422, action="move_line", line_id=to, screen_ids=ids([*buses, bank]))
    with world.core.config.read() as session:
        assert session.get_one(Venue, buses[0].venue_id).line_id is None
    order(person, action="move_line", line_id=to, screen_ids=ids(buses))

    assert "不是车辆" in wrong["errors"][0]["detail"]
    with world.core.config.read() as session:
        lines = {session.get_one(Venue, one.venue_id).line_id for one in buses}
    assert lines == {number("line", to)}


def test_a_transport_officer_reaches_vehicles_and_stops_only(world: World) -> None:
    bus = make_screen(world, venue=make_venue(world, kind="bus"))
    bank = make_screen(world)
    person = sign_in(world, "transport")

    wrong = order(person, 422, action="reload", screen_ids=ids([bus, bank]))
    done = order(person, action="reload", filter={})

    assert [one["pointer"] for one in wrong["errors"]] == ["/screen_ids/1"]
    assert done["screens"] == 1


def test_what_an_act_needs_is_asked_for(world: World) -> None:
    screen = make_screen(world)
    person = sign_in(world, "admin")
    for act, pointers in (
        ("maintenance", ["/until", "/reason"]),
        ("out_of_service", ["/from", "/until", "/reason"]),
        ("pause", ["/until", "/reason"]),
        ("move_line", ["/line_id"]),
        ("add_tags", ["/tags"]),
        ("volume", ["/args/level"]),
    ):
        wrong = order(person, 422, action=act, screen_ids=ids([screen]))
        assert [one["pointer"] for one in wrong["errors"]] == pointers, act
    other = {"player": "9.9.9+4a31fe5d02"}
    wrong = order(person, 422, action="reload", args=other, screen_ids=ids([screen]))
    assert wrong["errors"][0]["pointer"] == "/args/player"
    assert order(person, 422, action="reload")["errors"][0]["pointer"] == "/screen_ids"


def test_an_act_is_seen_by_who_sees_its_screens(world: World) -> None:
    here, there = make_unit(world, "东街道"), make_unit(world, "西街道")
    screen = make_screen(world, venue=make_venue(world, unit=here))
    done = order(sign_in(world, "admin"), action="reload", screen_ids=ids([screen]))
    path = f"{BULK}/{done['id']}"

    assert sign_in(world, "viewer", here).client.get(path).status_code == 200
    assert sign_in(world, "viewer", there).client.get(path).status_code == 404
    assert (
        sign_in(world, "viewer", there).client.get(f"/screens/bulk/{done['id']}").status_code == 404
    )


@pytest.mark.slow
def test_the_page_shows_the_results_and_offers_it_again(world: World) -> None:
    screens = [make_screen(world, name=f"屏{n}") for n in "123"]
    live = connect(world, *screens[:2])
    person = sign_in(world, "publicity")
    done = order(person, action="identify", screen_ids=ids(screens))
    send(world, live, Answering({screens[1].id: None}))

    page = person.client.get(f"/screens/bulk/{done['id']}").text
    failed = person.client.get(f"/screens/bulk/{done['id']}?state=failed").text

    assert "2 块没有成功" in page
    assert "重试失败的 2 块" in page
    assert "屏1" not in failed
    assert "屏2" in failed
    assert "显示屏没有回应" in failed


def _tags(world: World, screen: BoundScreen) -> list[str]:
    with world.core.config.read() as session:
        return list(session.get_one(Screen, screen.id).tags)


def _states(person: Person) -> list[str]:
    return [one["state"] for one in person.client.get("/api/v1/screens").get_json()["items"]]
