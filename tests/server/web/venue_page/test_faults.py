"""What somebody at the venue reports becomes one incident, which people handle and close."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from server.gateway.connection.telemetry.sightings import REPORTED_CODES
from server.monitoring.detection.detector import run_detection
from server.monitoring.incidents.models import FaultReport, Incident
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS
from tests.support.app.inventory import make_unit
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.factories.notification_sinks import webhook_sink
from tests.support.factories.sample_files import clip, photo
from tests.support.monitoring.heartbeats_by_minute import Hearing, always
from tests.support.reporting.venue_page import Door, open_door

API = "/api/v1/incidents"


def incidents(world: World) -> list[Incident]:
    with world.core.config.read() as session:
        return list(session.scalars(select(Incident).order_by(Incident.id)))


def with_file(door: Door, what: str, file: Path | None, **fields: str) -> Any:
    content, name = (file.read_bytes(), file.name) if file else (b"", "")
    return door.upload(what, content, name, **fields)


@pytest.mark.slow
def test_a_report_is_an_incident_of_the_screen_with_its_text(world: World) -> None:
    door, officer = open_door(world), sign_in(world, "publicity")

    answer = door.post("fault", kind="black", text="从早上起黑屏")

    assert answer.status_code == 201
    assert answer.json == {"reported_at": "2026-11-24T09:00:00+08:00", "kind": "black"}
    (one,) = officer.client.get(API).json["items"]
    assert (one["code"], one["name"], one["state"]) == ("reported", "现场报修", "open")
    assert one["screen_id"] == door.screen.public_id
    (report,) = one["facts"]["reports"]
    assert (report["at"], report["photo"]) == ("2026-11-24T09:00:00+08:00", None)
    assert (report["kind"], report["name"], report["text"]) == ("black", "黑屏", "从早上起黑屏")


@pytest.mark.slow
def test_it_waits_among_the_tasks_and_is_on_the_list(world: World) -> None:
    officer, door = sign_in(world, "publicity"), open_door(world)
    assert "故障待接手" not in officer.client.get("/").text
    door.post("fault", kind="damaged", text="边框开裂")

    assert "故障待接手" in officer.client.get("/").text
    page = officer.client.get("/incidents").text
    assert "现场报修" in page
    assert "屏幕损坏：边框开裂" in page


def test_further_reports_are_gathered_by_the_open_one(world: World) -> None:
    door = open_door(world)
    for kind in ("black", "frozen"):
        assert door.post("fault", kind=kind).status_code == 201
    other = open_door(world)
    other.post("fault", kind="sound")

    first, second = incidents(world)
    assert (first.facts["count"], second.facts["count"]) == (2, 1)
    assert [one["kind"] for one in first.facts["reports"]] == ["frozen", "black"]


@pytest.mark.slow
def test_it_is_ended_by_people_alone_however_long_it_is_quiet(world: World) -> None:
    door, officer = open_door(world), sign_in(world, "publicity")
    door.post("fault", kind="black")
    Hearing(world, {door.screen.id: always}).pass_minutes(5)
    world.clock.forward(3 * DAY_MS)
    Hearing(world, {door.screen.id: always}).pass_minutes(5)
    run_detection(world.core)
    assert [row.state for row in incidents(world) if row.code == "reported"] == ["open"]

    sign_in_again(world, officer)
    number = f"i_{incidents(world)[0].id}"
    assert officer.client.post(f"{API}/{number}/acknowledge").json["state"] == "acknowledged"
    assert "处理中" in door.page().text
    assert officer.client.post(f"{API}/{number}/close").json["state"] == "closed"
    assert "已结束" in door.page().text
    door.post("fault", kind="black")
    assert [row.state for row in incidents(world) if row.code == "reported"] == ["closed", "open"]


@pytest.mark.slow
def test_the_units_target_is_notified_once_with_its_text(world: World) -> None:
    unit = make_unit(world)
    admin, door = sign_in(world, "admin", unit), open_door(world, unit=unit)
    hearing = Hearing(world, {door.screen.id: always})
    hearing.pass_minutes(2)
    with webhook_sink() as sink:
        body = {"name": "群", "kind": "webhook", "url": sink.url, "unit_id": f"u_{unit}"}
        assert admin.client.post("/api/v1/notification-targets", json=body).status_code == 201
        door.post("fault", kind="wrong_picture", text="放的不是\n反诈内容")
        door.post("fault", kind="black")
        hearing.pass_minutes(5)
        run_jobs(world.core)
        texts = sink.texts

    assert len(texts) == 1
    assert "现场报修" in texts[0]
    assert "（黑屏）" in texts[0]


@pytest.mark.slow
def test_three_an_hour_and_ten_a_day_for_a_screen(world: World) -> None:
    door = open_door(world)
    answers = [door.post("fault", kind="black") for _ in range(4)]
    assert [one.status_code for one in answers] == [201, 201, 201, 429]
    assert answers[3].headers["Retry-After"] == "3600"
    assert "责任单位已收到" in answers[3].json["detail"]

    taken = 3
    for _ in range(4):
        world.clock.forward(HOUR_MS)
        taken += sum(door.post("fault", kind="black").status_code == 201 for _ in range(4))
    assert taken == 10
    world.clock.forward(DAY_MS)
    assert door.post("fault", kind="black").status_code == 201


@pytest.mark.slow
def test_one_address_reports_no_more_than_twenty_an_hour(world: World) -> None:
    doors = [open_door(world) for _ in range(8)]
    answers = [door.post("fault", kind="black").status_code for door in doors for _ in range(3)]

    assert answers.count(201) == 20
    elsewhere = Door(doors[7].screen, doors[7].code, world.visitor(), "10.9.9.9")
    assert elsewhere.post("fault", kind="black").status_code == 201


@pytest.mark.parametrize(
    "body",
    [{}, {"kind": "fire"}, {"kind": "black", "text": "x" * 501}, {"kind": "black", "more": 1}],
)
def test_what_isnt_a_report_is_refused_and_nothing_begins(world: World, body: Any) -> None:
    answer = open_door(world).post("fault", **body)

    assert answer.status_code == 422
    assert answer.json["errors"]
    assert incidents(world) == []


def test_the_form_needs_no_photo_and_answers_with_the_page(world: World) -> None:
    door = open_door(world)

    sent = with_file(door, "fault", None, kind="frozen", text="不动了")

    assert (sent.status_code, sent.headers["Location"]) == (303, f"{door.path}?done=fault")
    assert "已报修" in door.page(done="fault").text
    assert "画面卡住不动：不动了" in door.page().text


@pytest.mark.slow
def test_its_photo_is_re_encoded_and_shown_to_those_who_see_the_screen(
    world: World, tmp_path: Path
) -> None:
    here, there = make_unit(world), make_unit(world, "开发区")
    door = open_door(world, unit=here)
    ours, theirs = sign_in(world, "viewer", here), sign_in(world, "viewer", there)

    sent = with_file(door, "fault", photo(tmp_path / "a.jpg"), kind="damaged", text="")

    assert sent.status_code == 303, sent.text
    (one,) = ours.client.get(API).json["items"]
    path = one["facts"]["reports"][0]["photo"]
    answer = ours.client.get(path)
    assert answer.mimetype == "image/jpeg"
    assert len(answer.data) <= 300_000
    assert not Image.open(BytesIO(answer.data)).getexif()
    assert f'href="{path}"' in ours.client.get("/incidents").text
    assert theirs.client.get(path).status_code == 404
    assert world.visitor().get(path).status_code == 401
    assert ours.client.get(path.replace("reports/1", "reports/999")).status_code == 404


@pytest.mark.slow
def test_an_invalid_photo_is_refused_with_a_sentence_and_no_report(
    world: World, tmp_path: Path
) -> None:
    door = open_door(world)
    text = tmp_path / "a.jpg"
    text.write_bytes(b"<script>alert(1)</script>" * 100)

    for file in (clip(tmp_path / "a.mp4"), text):
        sent = with_file(door, "fault", file, kind="black", text="")
        assert sent.status_code == 422
        assert 'role="alert"' in sent.text
    big = tmp_path / "big.jpg"
    big.write_bytes(b"\xff" * (21 * 1024 * 1024))
    assert with_file(door, "fault", big, kind="black", text="").status_code == 413
    with world.core.config.read() as session:
        assert session.scalars(select(FaultReport)).all() == []


def test_no_player_can_forge_a_report_of_people() -> None:
    assert "reported" not in REPORTED_CODES


def test_what_people_type_is_text(world: World) -> None:
    door, officer = open_door(world), sign_in(world, "publicity")
    door.post("fault", kind="other", text="<b>=1+1</b>\u202e")

    for page in (door.page().text, officer.client.get("/incidents").text):
        assert "<b>=1+1" not in page
    world.clock.forward(MINUTE_MS)
    assert door.post("fault", kind="other", text="a\x00b").status_code in (400, 422)
