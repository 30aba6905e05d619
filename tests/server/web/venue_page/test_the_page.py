"""What the page shows to somebody at the screen, and to nobody else."""

import re

import pytest

from server.accounts.models import Unit
from server.inventory.screens.models import Screen, ScreenCode
from server.inventory.venues.models import Venue
from server.monitoring.duty.models import MaintainedScreen, Maintenance
from tests.support.app.clock import HOUR_MS, MINUTE_MS
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import open_office
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.devices.socket_player import SocketPlayer, beat
from tests.support.factories.assets import make_asset
from tests.support.factories.manifests import assign
from tests.support.reporting.venue_page import open_door

CLOSED = {str(day): [["20:00", "22:00"]] for day in range(1, 8)}


def text_of(page: str) -> str:
    """What a person reads, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("</head>")[1]).split())


def test_it_names_the_place_and_states_that_the_screen_plays(world: World) -> None:
    door = open_door(world)
    assign(world, door.screen.id)
    SocketPlayer(world, door.screen).send("beat", beat())

    text = text_of(door.page().text)

    assert "建设银行城关支行" in text
    assert "大厅屏" in text
    assert "正在播放 开始于 09:00" in text
    assert "今天开机 00:00–24:00" in text


def test_it_shows_since_when_a_player_cant_be_reached_and_what_to_check(world: World) -> None:
    door = open_door(world)
    SocketPlayer(world, door.screen).send("beat", beat())
    world.clock.forward(10 * MINUTE_MS)

    text = text_of(door.page().text)

    assert "联系不上播放终端" in text
    assert "最近联系 09:00" in text
    assert "电源" in text


def test_off_hours_are_no_fault_and_show_when_it_opens(world: World) -> None:
    door = open_door(world, hours=CLOSED)
    SocketPlayer(world, door.screen).send("beat", beat(state="off_hours"))

    text = text_of(door.page().text)

    assert "不在营业时段" in text
    assert "下次开机 20:00" in text


def test_it_is_complete_in_english(world: World) -> None:
    page = open_door(world).page(lang="en").text

    assert '<html lang="en"' in page
    shown = text_of(page).replace("建设银行城关支行", "").replace("大厅屏", "").replace("本区", "")
    assert not re.findall(r"[\u4e00-\u9fff]+", shown.replace("中文", ""))


@pytest.mark.slow
def test_a_takeover_and_a_stop_are_named_with_their_end(world: World) -> None:
    office, door = open_office(world), open_door(world)
    office.take_over(make_asset(world))

    during = text_of(door.page().text)
    office.stop(mode="black")
    stopped = text_of(door.page().text)

    assert "正在紧急插播" in during
    assert "紧急预警 至 09:10" in during
    assert "已统一停播，屏幕关闭" in stopped
    assert "至另行通知" in stopped


def test_after_a_takeover_state_and_start_are_of_now_and_not_of_the_last_beat(
    world: World,
) -> None:
    door = open_door(world)
    assign(world, door.screen.id)
    SocketPlayer(world, door.screen).send("beat", beat(state="takeover"))
    world.clock.forward(8_000)

    text = text_of(door.page().text)

    assert "● 正在播放" in text
    assert "紧急插播" not in text
    assert "开始于" not in text


@pytest.mark.slow
def test_an_urgent_campaign_is_named_while_it_lasts(world: World) -> None:
    office, door = open_office(world), open_door(world)
    body = {
        "asset_id": f"a_{make_asset(world)}", "selector": {"all": True}, "every_s": 600,
        "until": "2026-11-24T12:00:00+08:00", "reason": "刷单案件高发",
    }  # fmt: skip
    campaign = office.post(office.publicity, "/campaigns/urgent", **body)["id"]
    before = text_of(door.page().text)
    office.post(office.reviewer, f"/campaigns/{campaign}/approve")
    run_jobs(world.core)

    assert "加急滚播" not in before
    assert re.search(r"加急滚播[^至]* 至 12:00", text_of(door.page().text))


def test_maintenance_and_a_pause_by_the_office_are_named(world: World) -> None:
    door, officer = open_door(world), sign_in(world, "publicity")
    until = "2026-11-24T10:30:00+08:00"
    path = f"/api/v1/screens/{door.screen.public_id}/pause"
    assert officer.client.post(path, json={"until": until, "reason": "换屏"}).status_code == 200
    now_ms = world.clock.now_ms()
    with world.core.config.write() as session:
        row = Maintenance(
            unit_id=1, author_id=officer.user_id, from_at=now_ms + HOUR_MS,
            until_at=now_ms + 3 * HOUR_MS, reason="检查电源", created_at=now_ms,
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(MaintainedScreen(maintenance_id=row.id, screen_id=door.screen.id))

    text = text_of(door.page().text)

    assert "责任单位暂停 换屏 至 10:30" in text
    assert "检修 检查电源 10:00 – 至 12:00" in text


def test_an_offices_line_can_be_dialled_and_a_persons_mobile_number_is_masked(
    world: World,
) -> None:
    unit = make_unit(world)
    with world.core.config.write() as session:
        session.get_one(Unit, unit).contact = "王主任 13805221234，值班 0516-83712345"
    door = open_door(world, unit=unit, contact_name="李经理", contact_phone="13900001111")

    page = door.page().text

    assert 'href="tel:051683712345"' in page
    assert "138****1234" in page
    assert "13805221234" not in page
    assert "13900001111" not in page, "nor the venue's own contact, who reads it"


def test_invalid_codes_are_answered_the_same_for_any_reason(world: World) -> None:
    revoked, retired, bus = open_door(world), open_door(world), open_door(world)
    with world.core.config.write() as session:
        row = session.get_one(ScreenCode, revoked.screen.id)
        row.code, row.code_hash = None, None
        session.get_one(Screen, retired.screen.id).retired_at = 1
        session.get_one(Venue, bus.screen.venue_id).kind = "bus"
    phone = world.visitor()
    tried = (
        revoked.path, retired.path, bus.path, "/v/abc", "/v/" + "x" * 22, "/v/%E6%88%91",
        "/v/" + "y" * 4000, "/v/a b", "/v/..", "/v/%ff", "/v/' OR 1=1 --",
    )  # fmt: skip
    answers = [phone.get(path) for path in tried]

    assert {(one.status_code, one.text) for one in answers} == {(404, answers[0].text)}
    assert "请扫屏幕上最新的张贴码" in answers[0].text


@pytest.mark.parametrize("what", ["pause", "resume", "fault", "photo"])
def test_nothing_is_done_where_there_is_no_page(world: World, what: str) -> None:
    answer = world.visitor().post(f"/v/{'x' * 22}/{what}", json={"pin": "1234"})

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "no_such_page"


def test_it_is_not_cached_indexed_or_sent_as_a_referrer(world: World) -> None:
    for answer in (open_door(world).page(), world.visitor().get("/v/abc")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<script(?![^>]* src=)|style=|onclick", answer.text)
        assert "Set-Cookie" not in answer.headers


def test_who_is_signed_in_is_nobody_here_too(world: World) -> None:
    """An officer who tries a sticker sends his session's cookie along, and no token against
    forged requests, which the page doesn't have."""
    door = open_door(world)
    officer = sign_in(world, "publicity").client
    officer.environ_base.pop("HTTP_X_CSRF_TOKEN", None)

    assert officer.post(f"{door.path}/fault", data={"kind": "black"}).status_code == 303
    assert "退出" not in officer.get(door.path).text


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_a_form_of_another_site_is_refused(world: World, origin: str) -> None:
    door = open_door(world)
    foreign = {"Origin": origin}

    sent = door.client.post(f"{door.path}/fault", data={"kind": "black"}, headers=foreign)

    assert sent.status_code == 403
    own = {"Origin": "http://localhost"}
    assert door.client.post(
        f"{door.path}/fault", data={"kind": "black"}, headers=own
    ).status_code == 303  # fmt: skip


def test_a_screen_without_a_player_shows_that_and_takes_no_reports(world: World) -> None:
    screen = make_screen(world, venue=make_venue(world), enrolled_at=None)
    door = open_door(world, screen)

    assert "还没有绑定播放终端" in text_of(door.page().text)
    assert door.post("fault", kind="black").status_code == 409
