"""Exports that are made in the background: who sees them, how far they are, when they go."""

import errno
import json
import shutil

import pytest
from sqlalchemy import select, text

from server.accounts.models import User, UserRole
from server.content.paths import works
from server.foundation.jobs import service as jobs
from server.foundation.jobs.models import Job
from server.foundation.jobs.runner import run_one
from server.foundation.storage import disk_space
from server.operations.jobs_process.timetable import KINDS
from server.playlog.audit.verifier.verify import verify
from server.reporting.raw_log import builder as making
from server.reporting.raw_log import labels as wording
from server.reporting.raw_log.models import EXPORTS
from tests.server.reporting.raw_log.conftest import Two
from tests.support.app.clock import DAY_MS, HOUR_MS
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.plays.on_air import move
from tests.support.reporting.raw_log_exports import TODAY, content, made, order, rows_of, state_of

pytestmark = pytest.mark.slow


def files(world: World) -> list[str]:
    return sorted(path.name for path in EXPORTS.folder_of(world.core).iterdir())


@pytest.mark.parametrize("form", ["ndjson", "csv", "xlsx"])
def test_an_export_is_ordered_made_and_fetched(world: World, two: Two, form: str) -> None:
    ordered = order(two.here, form=form)
    assert (ordered["state"], ordered["progress"], ordered["file"]) == ("queued", 0.0, None)
    assert ordered["expected_rows"] == 240

    run_jobs(world.core)
    found = state_of(two.here, ordered["id"])

    assert (found["state"], found["progress"], found["rows"]) == ("ready", 1.0, 240)
    with two.here.client.get(found["file"]) as answer:
        assert found["bytes"] == len(answer.data)
        name = f"plays-2026-11-24-2026-11-24.{form}"
        assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"


def test_what_an_auditor_has_made_holds(world: World, two: Two) -> None:
    auditor = sign_in(world, "auditor")
    found = made(world, auditor, form="ndjson")
    lines = content(auditor, found["file"]).splitlines()

    report = verify(lines)

    assert (report.lines, report.findings) == (480, ())
    assert verify(lines[:-1]).findings != ()
    assert {json.loads(line)["screen_id"] for line in lines} == {
        one.public_id for one in two.screens
    }


def test_a_broken_download_goes_on_where_it_was(world: World, two: Two) -> None:
    found = made(world, two.here, form="csv")
    whole = content(two.here, found["file"])

    assert content(two.here, found["file"], Range="bytes=100-") == whole[100:]


def test_the_number_of_plays_is_shown_beforehand(two: Two) -> None:
    path = "/api/v1/plays/exports/estimate"

    today = two.here.client.get(path, query_string=TODAY).json
    before = {"from": "2026-11-01", "to": "2026-11-20"}

    assert today == {"rows": 240}
    assert two.here.client.get(path, query_string=before).json == {"rows": 0}
    foreign = {**TODAY, "screen_id": two.screens[1].public_id}
    assert two.here.client.get(path, query_string=foreign).status_code == 404


def test_nobody_sees_another_person_s_export_an_administrator_neither(
    world: World, two: Two
) -> None:
    found = made(world, two.here)
    path = f"/api/v1/plays/exports/{found['id']}"

    for other in (two.there, sign_in(world, "admin"), sign_in(world, "viewer", two.units[0])):
        assert other.client.get("/api/v1/plays/exports").json["items"] == []
        for method, address in (("GET", path), ("GET", f"{path}/file"), ("DELETE", path)):
            answer = other.client.open(address, method=method)
            missing = other.client.open(address.replace(found["id"], "y_999"), method=method)
            assert (answer.status_code, answer.json) == (404, missing.json)
    assert two.here.client.get("/api/v1/plays/exports").json["items"][0]["id"] == found["id"]


def test_a_foreign_screen_can_t_be_ordered(two: Two) -> None:
    body = {**TODAY, "screen_id": two.screens[1].public_id}

    assert two.here.client.post("/api/v1/plays/exports", json=body).status_code == 404


def test_a_screen_that_moves_away_takes_no_file_of_its_time_here_along(
    world: World, two: Two
) -> None:
    found = made(world, two.here)
    move(world, two.screens[0], two.screens[1].venue_id)
    world.clock.forward(1)

    assert content(two.here, found["file"])
    path = "/api/v1/plays/exports/estimate"
    for person in (two.here, two.there):
        # Its own 240, and maybe a batch that ends where the time begins.
        assert person.client.get(path, query_string=TODAY).json["rows"] < 300
        assert made(world, person)["rows"] == 240


def test_what_left_the_scope_can_t_be_fetched_any_more(world: World, two: Two) -> None:
    found = made(world, two.here)
    move(world, two.screens[0], two.screens[1].venue_id)
    with world.core.config.write() as session:
        role = UserRole(role="publicity", unit_id=two.units[1])
        session.get_one(User, two.here.user_id).roles = [role]

    assert two.here.client.get(found["file"]).status_code == 404
    page = two.here.client.get("/plays/exports").text
    assert "已不在您的管辖范围内" in page
    assert found["file"] not in page


def test_a_person_who_lost_his_role_gets_no_file_and_the_reason(world: World, two: Two) -> None:
    ordered = order(two.here)
    with world.core.config.write() as session:
        session.get_one(User, two.here.user_id).roles = []
    run_jobs(world.core)
    with world.core.config.write() as session:
        role = UserRole(role="viewer", unit_id=two.units[1])
        session.get_one(User, two.here.user_id).roles = [role]

    found = state_of(two.here, ordered["id"])

    assert found["state"] == "failed"
    assert "权限" in found["reason"]
    assert files(world) == []


def test_damaged_plays_make_no_seemingly_complete_export(world: World, two: Two) -> None:
    with world.core.plays.engine.begin() as connection:
        connection.execute(text("UPDATE batches SET columns = :cut"), {"cut": b"\x05"})

    found = made(world, two.here, form="csv")

    assert (found["state"], found["file"]) == ("failed", None)
    assert "损坏" in found["reason"]


def test_a_file_that_isn_t_made_yet_is_refused_and_one_that_failed_with_its_reason(
    world: World, two: Two
) -> None:
    ordered = order(two.here)
    path = f"/api/v1/plays/exports/{ordered['id']}/file"
    waits = two.here.client.get(path)
    EXPORTS.fail(world.core, 1, wording.GAVE_UP)

    failed = two.here.client.get(path)

    assert (waits.status_code, waits.json["code"]) == (409, "not_ready")
    assert (failed.status_code, failed.json["code"]) == (409, "not_made")
    assert (
        failed.json["detail"] == wording.GAVE_UP.zh == state_of(two.here, ordered["id"])["reason"]
    )


@pytest.mark.parametrize("form", ["ndjson", "csv", "xlsx"])
def test_a_disk_that_fills_up_while_a_file_is_made_ends_it_in_words(
    world: World, two: Two, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered = order(two.here, form=form)
    free = shutil.disk_usage(EXPORTS.folder_of(world.core)).free
    monkeypatch.setattr(disk_space, "RESERVE_BYTES", free + 2**40)

    run_jobs(world.core)

    found = state_of(two.here, ordered["id"])
    assert (found["state"], found["reason"]) == ("failed", wording.NO_ROOM.zh)
    assert files(world) == []
    assert not any(works(world.core).glob("export-*"))
    refused = two.here.client.post("/api/v1/plays/exports", json={**TODAY, "form": form})
    assert (refused.status_code, refused.json["detail"]) == (507, wording.NO_ROOM.zh)
    at_once = two.here.client.get("/api/v1/plays/export.xlsx")
    assert (at_once.status_code, at_once.json["code"]) == (507, "storage_full")


def test_a_disk_without_a_byte_left_is_no_reason_to_try_again(world: World, two: Two) -> None:
    ordered = order(two.here)

    def full(_fraction: float) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    making.make(world.core, 1, full)

    assert state_of(two.here, ordered["id"])["reason"] == wording.NO_ROOM.zh


@pytest.mark.long
def test_what_breaks_off_three_times_is_given_up_with_what_to_do(world: World, two: Two) -> None:
    ordered = order(two.here)
    folder = EXPORTS.folder_of(world.core)
    folder.rmdir()
    folder.write_text("in the way")
    for _ in range(3):
        run_jobs(world.core)
        world.clock.forward(HOUR_MS)
    sign_in_again(world, two.here)

    found = state_of(two.here, ordered["id"])

    assert found["state"] == "failed"
    assert "重新导出" in found["reason"]


def test_a_worker_that_was_killed_half_way_leaves_nothing_and_the_next_makes_it(
    world: World, two: Two
) -> None:
    ordered = order(two.here)

    def kill(_fraction: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        making.make(world.core, 1, kill)
    assert files(world) == []
    run_jobs(world.core)

    assert state_of(two.here, ordered["id"])["state"] == "ready"
    assert files(world) == ["1.csv"]


def test_the_same_job_twice_makes_one_file(world: World, two: Two) -> None:
    made(world, two.here)
    with world.core.config.write() as session:
        jobs.enqueue(session, "make_export", 1, world.clock.now_ms())
    before = (EXPORTS.folder_of(world.core) / "1.csv").stat().st_mtime_ns

    run_jobs(world.core)

    assert (EXPORTS.folder_of(world.core) / "1.csv").stat().st_mtime_ns == before


def test_one_that_is_deleted_while_it_is_made_is_given_up(world: World, two: Two) -> None:
    ordered = order(two.here)
    job = jobs.lease_next(world.core, KINDS)
    assert job is not None
    assert two.here.client.delete(f"/api/v1/plays/exports/{ordered['id']}").status_code == 204

    run_one(world.core, KINDS, job)

    assert files(world) == []
    with world.core.config.read() as session:
        assert session.scalars(select(Job.state).where(Job.kind == "make_export")).all() == ["done"]


def test_files_go_after_three_days_and_with_their_export(world: World, two: Two) -> None:
    found = made(world, two.here)
    made(world, two.here)
    assert two.here.client.delete(f"/api/v1/plays/exports/{found['id']}").status_code == 204
    assert files(world) == ["2.csv"]
    world.clock.forward(3 * DAY_MS - HOUR_MS)
    EXPORTS.clear(world.core)
    assert files(world) == ["2.csv"]

    world.clock.forward(2 * HOUR_MS)
    EXPORTS.clear(world.core)

    assert files(world) == []
    sign_in_again(world, two.here)
    assert two.here.client.get("/api/v1/plays/exports").json["items"] == []


def test_three_may_wait_at_a_time(world: World, two: Two) -> None:
    for _ in range(3):
        order(two.here)

    fourth = two.here.client.post("/api/v1/plays/exports", json=TODAY)
    assert (fourth.status_code, fourth.json["code"]) == (429, "too_many")
    run_jobs(world.core)
    order(two.here)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"from": "2026-11-24", "to": "2026-11-23"}, "/to"),
        ({"from": "2020-11-24", "to": "2026-11-23"}, "/to"),
        ({"from": "2026-02-30", "to": "2026-11-23"}, "/from"),
        ({"from": "2026-11-24"}, "/to"),
        ({**TODAY, "form": "pdf"}, "/form"),
        ({**TODAY, "until": "2026-11-24"}, "/until"),
    ],
)
def test_what_can_t_be_exported_is_named(two: Two, body: dict[str, str], pointer: str) -> None:
    answer = two.here.client.post("/api/v1/plays/exports", json=body)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer


def test_a_venue_contact_and_a_visitor_have_their_own_part(world: World, two: Two) -> None:
    contact = sign_in(world, "venue", unit=two.units[0])

    found = made(world, contact)

    assert found["rows"] == 0
    for path in ("", "/estimate", "/y_1", "/y_1/file"):
        assert world.visitor().get(f"/api/v1/plays/exports{path}").status_code == 401


def test_the_audit_trail_has_each_download(world: World, two: Two) -> None:
    order(two.here, screen_id=two.screens[0].public_id)

    entries = sign_in(world, "admin").client.get("/api/v1/audit").json["items"]

    assert entries[0]["action"] == "export.order"
    assert entries[0]["detail"]["screen_id"] == two.screens[0].public_id


def test_the_page_shows_the_form_and_waiting_and_ready_exports(world: World, two: Two) -> None:
    client = two.here.client
    assert "还没有导出" in client.get("/plays/exports").text
    assert 'href="/plays/exports' in client.get("/plays").text
    order(two.here)
    assert 'data-every="2"' in client.get("/plays/exports").text

    run_jobs(world.core)
    page = client.get("/plays/exports?lang=en").text

    assert "/api/v1/plays/exports/y_1/file" in page
    assert 'data-every="2"' not in page
    assert "Ready" in page


def test_a_day_is_the_district_s(world: World, two: Two) -> None:
    found = made(world, two.here, **{"from": "2026-11-23", "to": "2026-11-23"})

    assert found["rows"] == 0
    assert len(rows_of(content(two.here, found["file"]))) == 3
