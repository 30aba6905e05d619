"""A second factor: set up by the person himself, asked for at sign-in, reset by another."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.support.app.authenticator import MINE, Phone, enrol
from tests.support.app.inventory import make_unit
from tests.support.app.people import PASSWORD, Person, sign_in
from tests.support.app.world import World

pytestmark = pytest.mark.slow


@pytest.fixture
def chen(world: World) -> Person:
    return sign_in(world, "publicity", username="chen")


@pytest.fixture
def phone(world: World, chen: Person) -> Phone:
    return enrol(world, chen)


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def status_and_body(answer: Any) -> tuple[int, bytes]:
    return answer.status_code, answer.data


def test_it_counts_once_a_code_has_confirmed_it(world: World, chen: Person) -> None:
    begun = chen.client.post(MINE)
    before = chen.client.get(MINE).get_json()
    wrong = chen.client.post(f"{MINE}/confirm", json={"code": "000000"})
    body = {"username": "chen", "password": PASSWORD}
    by_password = world.visitor().post("/api/v1/session", json=body)

    assert begun.status_code == 201
    assert begun.get_json()["address"].startswith("otpauth://totp/")
    assert before == {"on": False, "since": None, "recovery_codes_left": 0, "required": False}
    assert wrong.status_code == 422
    assert wrong.get_json()["errors"][0]["pointer"] == "/code"
    assert by_password.status_code == 200


def test_from_then_on_the_password_alone_opens_nothing(phone: Phone) -> None:
    asked = phone.password()
    opened = phone.second(phone.next_code())

    assert code_of(asked) == (401, "second_factor_needed")
    assert "Set-Cookie" not in asked.headers
    assert opened.status_code == 200
    assert "anping_session" in opened.headers["Set-Cookie"]


def test_a_program_may_send_password_and_code_at_once(phone: Phone) -> None:
    assert phone.password(code=phone.next_code()).status_code == 200
    assert code_of(phone.password(code="000000")) == (401, "sign_in_failed")


def test_a_code_is_taken_once(phone: Phone) -> None:
    code = phone.next_code()
    first, again = phone.second(code), phone.second(code)

    assert first.status_code == 200
    assert code_of(again) == (401, "wrong_code")


def test_no_code_before_one_that_was_taken_is_taken_any_more(phone: Phone) -> None:
    phone.world.clock.forward(120_000)
    ahead, behind = phone.code(1), phone.code()

    assert phone.second(ahead).status_code == 200
    assert code_of(phone.second(behind)) == (401, "wrong_code")


def test_whatever_was_wrong_with_a_code_the_answer_is_the_same(phone: Phone) -> None:
    used = phone.next_code()
    phone.second(used)
    paper = phone.codes[0]
    phone.second(paper)
    answers = []
    for wrong in (used, "000000", phone.code(5), paper, "ABCD-EFGH-JKMN-PQRS", "x" * 60):
        phone.world.clock.forward(600_000)
        answers.append(status_and_body(phone.second(wrong)))

    assert set(answers) == {answers[0]}
    assert answers[0][0] == 401


def test_wrong_codes_are_slowed_from_whatever_address(phone: Phone) -> None:
    ticket = phone.password().get_json()["ticket"]
    tries = [
        phone.world.visitor()
        .post(
            "/api/v1/session/code",
            json={"ticket": ticket, "code": "000000"},
            environ_base={"REMOTE_ADDR": f"10.0.0.{number}"},
        )
        .status_code
        for number in range(5)
    ]
    right = phone.second(phone.code(1), ticket)

    assert tries == [401, 401, 401, 429, 429]
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) >= 1


def test_a_right_password_doesnt_forgive_wrong_codes(phone: Phone) -> None:
    for _ in range(3):
        phone.second("000000")

    assert phone.second("000000").status_code == 429


def test_a_ticket_lasts_five_minutes_and_no_password_longer(world: World, phone: Phone) -> None:
    ticket = phone.password().get_json()["ticket"]
    world.clock.forward(5 * 60_000)
    late = phone.second(phone.code(), ticket)
    fresh = phone.password().get_json()["ticket"]
    admin = sign_in(world, "admin")
    changes = {"password": "another-horse-8"}
    admin.client.patch(f"/api/v1/users/{phone.person.public_id}", json=changes)

    assert code_of(late) == (401, "sign_in_anew")
    assert code_of(phone.second(phone.code(), fresh)) == (401, "sign_in_anew")
    assert code_of(phone.second(phone.code(), "forged")) == (401, "sign_in_anew")


def test_ten_recovery_codes_get_in_once_each_however_they_are_typed(phone: Phone) -> None:
    first, second = phone.codes[:2]
    opened = phone.second(first.lower().replace("-", " "))

    assert len(set(phone.codes)) == 10
    assert opened.status_code == 200
    assert phone.second(first).status_code == 401
    assert phone.second(second).status_code == 200
    assert phone.person.client.get(MINE).get_json()["recovery_codes_left"] == 8


def test_new_recovery_codes_need_password_and_code_and_void_the_old(phone: Phone) -> None:
    path = f"{MINE}/recovery-codes"
    client = phone.person.client
    no_password = client.post(path, json={"password": "x", "code": phone.next_code()})
    made = client.post(path, json={"password": PASSWORD, "code": phone.next_code()})

    assert no_password.get_json()["errors"][0]["pointer"] == "/password"
    assert len(made.get_json()["recovery_codes"]) == 10
    assert phone.second(phone.codes[0]).status_code == 401
    assert phone.second(made.get_json()["recovery_codes"][0]).status_code == 200


def test_turning_it_off_needs_password_and_code(phone: Phone) -> None:
    path, client = f"{MINE}/turn-off", phone.person.client
    no_password = client.post(path, json={"password": "x", "code": phone.next_code()})
    no_code = client.post(path, json={"password": PASSWORD, "code": "000000"})
    off = client.post(path, json={"password": PASSWORD, "code": phone.next_code()})

    assert [no_password.status_code, no_code.status_code, off.status_code] == [422, 422, 204]
    assert phone.password().status_code == 200
    assert client.post(path, json={"password": PASSWORD, "code": "1"}).status_code == 409


def test_turning_it_on_ends_all_other_sessions_and_leaves_tokens(
    world: World, chen: Person
) -> None:
    token = chen.client.post("/api/v1/tokens", json={"name": "x"}).get_json()["token"]
    elsewhere = world.visitor()
    elsewhere.post("/api/v1/session", json={"username": "chen", "password": PASSWORD})
    enrol(world, chen)
    bearer = {"Authorization": f"Bearer {token}"}

    assert elsewhere.get("/api/v1/me").status_code == 401
    assert chen.client.get("/api/v1/me").status_code == 200
    assert world.visitor().get("/api/v1/me", headers=bearer).status_code == 200


def test_it_isnt_set_up_again_while_it_is_on(phone: Phone) -> None:
    assert phone.person.client.post(MINE).status_code == 409
    again = phone.person.client.post(f"{MINE}/confirm", json={"code": phone.next_code()})
    assert again.status_code == 409


def test_an_administrator_resets_another_person_s(world: World, phone: Phone) -> None:
    admin = sign_in(world, "admin")
    path = f"/api/v1/users/{phone.person.public_id}/second-factor/reset"
    done, again = admin.client.post(path), admin.client.post(path)

    assert done.status_code == 204
    assert again.status_code == 409
    assert phone.person.client.get("/api/v1/me").status_code == 401
    assert phone.password().status_code == 200


def test_nobody_resets_his_own(world: World) -> None:
    admin = sign_in(world, "admin")
    enrol(world, admin)
    own = admin.client.post(f"/api/v1/users/{admin.public_id}/second-factor/reset")

    assert code_of(own) == (403, "own_second_factor")


def test_nobody_resets_that_of_somebody_with_more_authority(world: World) -> None:
    street = make_unit(world, "街道")
    boss = sign_in(world, "admin", street, over=1)
    enrol(world, boss)
    below = sign_in(world, "admin", street)
    path = f"/api/v1/users/{boss.public_id}/second-factor/reset"

    assert below.client.post(path).status_code == 403


def test_all_of_it_is_in_the_audit_trail(world: World, phone: Phone) -> None:
    phone.second(phone.codes[0])
    admin = sign_in(world, "admin")
    admin.client.post(f"/api/v1/users/{phone.person.public_id}/second-factor/reset")
    entries = admin.client.get("/api/v1/audit?limit=200").get_json()["items"]
    acts = [one["action"] for one in entries if one["action"].startswith("second_factor")]

    assert acts == ["second_factor.reset", "second_factor.recovery_code", "second_factor.on"]
    assert not any(phone.secret in str(one) or phone.codes[0] in str(one) for one in entries)


def test_the_database_holds_neither_secret_nor_codes(world: World, phone: Phone) -> None:
    with world.core.config.engine.connect() as connection:
        rows = [
            str(row)
            for table in ("second_factors", "recovery_codes")
            for row in connection.execute(text(f"SELECT * FROM {table}"))  # noqa: S608 - fixed
        ]
    plain = [code.replace("-", "") for code in phone.codes]

    assert len(rows) == 11
    assert not any(secret in row for row in rows for secret in (phone.secret, *plain, *phone.codes))
