"""A POST that comes twice with the same Idempotency-Key is done once and answered twice."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from server.accounts.idempotency.models import KeyedPost
from server.accounts.idempotency.service import LEASE_MS
from server.accounts.models import ApiToken, Unit
from server.content.models import Asset
from server.foundation.jobs.models import Job
from server.operations.jobs_process.timetable import KINDS
from tests.support.app.clock import DAY_MS
from tests.support.app.inventory import make_venue
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.factories.sample_files import photo
from tests.support.factories.uploads import send_form

KEY = "5f0c1c1e-3a57-4b1c"
HEADERS = {"Idempotency-Key": KEY}


def post(person: Person, path: str = "units", key: str = KEY, **body: Any) -> Any:
    return person.client.post(
        f"/api/v1/{path}", json=body or {"name": "街道"}, headers={"Idempotency-Key": key}
    )


def count(world: World, table: Any) -> int:
    with world.core.config.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_first_answer_comes_again_and_nothing_is_done_twice(world: World) -> None:
    admin = sign_in(world, "admin")
    before = count(world, Unit)

    first, again = post(admin), post(admin)

    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])
    assert (again.headers["Idempotency-Replayed"], again.mimetype) == ("true", "application/json")
    assert "Idempotency-Replayed" not in first.headers
    assert count(world, Unit) == before + 1


def test_without_a_key_each_is_done(world: World) -> None:
    admin = sign_in(world, "admin")

    made = {admin.client.post("/api/v1/units", json={"name": "街道"}).json["id"] for _ in range(2)}

    assert len(made) == 2


@pytest.mark.parametrize(
    ("path", "body"), [("units", {"name": "别的街道"}), ("lines", {"name": "街道"})]
)
def test_the_same_key_for_another_body_or_address_is_refused(
    world: World, path: str, body: Any
) -> None:
    admin = sign_in(world, "admin")
    post(admin)

    other = post(admin, path, **body)

    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")


def test_each_person_has_his_own_keys(world: World) -> None:
    first, second = sign_in(world, "admin"), sign_in(world, "admin")

    assert post(first).json["id"] != post(second).json["id"]


def test_a_refused_request_may_be_put_right_under_the_same_key(world: World) -> None:
    admin = sign_in(world, "admin")

    assert post(admin, name="").status_code == 422
    assert post(admin, name="街道").status_code == 201


@pytest.mark.parametrize("key", ["short", "x" * 129, "with blank 12", "über-key-12345"])
def test_a_key_has_eight_to_128_visible_characters(world: World, key: str) -> None:
    answer = post(sign_in(world, "admin"), key=key)

    assert (answer.status_code, answer.json["code"]) == (422, "idempotency_key_invalid")
    assert count(world, KeyedPost) == 0


def test_of_two_at_once_one_is_done(world: World) -> None:
    admin = sign_in(world, "admin")
    cookie = admin.client.get_cookie("anping_session")
    assert cookie is not None
    start, answers = threading.Barrier(4), []

    def send() -> None:
        client = world.app.test_client()
        client.environ_base.update(admin.client.environ_base)
        client.set_cookie("anping_session", cookie.value)
        start.wait()
        answers.append(client.post("/api/v1/units", json={"name": "街道"}, headers=HEADERS))

    before = count(world, Unit)
    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {(one.status_code, one.json.get("code")) for one in answers} <= {
        (201, None),
        (409, "in_progress"),
    }
    assert len({one.json["id"] for one in answers if one.status_code == 201}) == 1
    assert count(world, Unit) == before + 1


def test_a_duplicate_during_the_request_has_to_wait_and_then_to_read(world: World) -> None:
    admin = sign_in(world, "admin")
    post(admin)
    with world.core.config.write() as session:
        session.scalars(select(KeyedPost)).one().answer = None

    waiting = post(admin)

    assert (waiting.status_code, waiting.json["code"]) == (409, "in_progress")
    assert waiting.headers["Retry-After"] == "1"
    world.clock.forward(LEASE_MS)
    sign_in_again(world, admin)
    assert post(admin).json["code"] == "outcome_unknown"


@pytest.mark.slow
def test_an_answer_is_kept_for_a_day_and_then_cleared_away(world: World) -> None:
    admin = sign_in(world, "admin")
    first = post(admin).json["id"]
    world.clock.forward(DAY_MS - 1)
    sign_in_again(world, admin)
    assert post(admin).json["id"] == first

    world.clock.forward(1)
    sign_in_again(world, admin)
    KINDS["forget_answers"].run(world.core, Job())

    assert count(world, KeyedPost) == 0
    assert post(admin).json["id"] != first


def test_a_token_shown_once_cannot_be_read_from_the_database(world: World) -> None:
    admin = sign_in(world, "admin")

    first, again = post(admin, "tokens", name="脚本"), post(admin, "tokens", name="脚本")

    assert again.json["token"] == first.json["token"]
    assert count(world, ApiToken) == 1
    with world.core.config.read() as session:
        kept = session.scalars(select(KeyedPost)).one()
    assert kept.answer is not None
    assert first.json["token"].encode() not in kept.answer
    assert KEY not in kept.key_hash


def test_a_file_sent_again_is_taken_in_once_whatever_its_boundary(
    world: World, tmp_path: Path
) -> None:
    author = sign_in(world)
    file = photo(tmp_path / "photo.jpg")
    author.client.environ_base["HTTP_IDEMPOTENCY_KEY"] = KEY

    first = send_form(author, "/api/v1/assets", file)
    again = send_form(author, "/api/v1/assets", file)
    other = send_form(author, "/api/v1/assets", file, unit_id=f"u_{author.unit_id}")

    assert (first.status_code, again.status_code, again.data) == (201, 201, first.data)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert count(world, Asset) == 1


def test_what_only_works_something_out_and_what_players_send_take_no_key(world: World) -> None:
    publicity = sign_in(world)
    slide = {"template": "slogan", "fields": {}}

    publicity.client.post("/api/v1/slides/preview", json=slide, headers=HEADERS)
    world.visitor().post("/api/v1/player/pairing", json={}, headers=HEADERS)

    assert count(world, KeyedPost) == 0


def test_a_visitor_and_a_person_without_the_role_claim_nothing(world: World) -> None:
    make_venue(world)

    assert world.visitor().post("/api/v1/units", json={}, headers=HEADERS).status_code == 401
    assert post(sign_in(world, "viewer")).status_code == 403
    assert count(world, KeyedPost) == 0
