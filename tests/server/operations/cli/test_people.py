"""`reset-password` and `create-user`: what an operator does for people who can't get in."""

from pathlib import Path

import pytest
from sqlalchemy import select

from server.accounts.models import AuditEntry, User, UserSession
from tests.support.app.authenticator import enrol
from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import World
from tests.support.processes.cli import operate, run

NEW = "tall-grass-31"
pytestmark = pytest.mark.slow


def can_sign_in(world: World, username: str, password: str) -> bool:
    body = {"username": username, "password": password}
    return world.visitor().post("/api/v1/session", json=body).status_code == 200


def test_a_password_typed_twice_is_set_and_the_former_is_void(world: World) -> None:
    person = sign_in(world, username="wang")

    done = run(world, "reset-password", "wang", typed=f"{NEW}\n{NEW}\n")

    assert done.returncode == 0, done.stderr
    assert NEW not in done.stdout
    assert can_sign_in(world, "wang", NEW)
    assert not can_sign_in(world, "wang", PASSWORD)
    assert person.client.get("/api/v1/me").status_code == 401


def test_a_generated_password_is_shown_once_and_works(world: World) -> None:
    sign_in(world, username="wang")

    done = run(world, "reset-password", "wang", "--generate")

    password = done.stdout.splitlines()[0].removeprefix("wang  ")
    assert can_sign_in(world, "wang", password)


def test_all_sessions_and_tokens_end_and_it_is_on_the_audit_trail(world: World) -> None:
    person = sign_in(world, "admin", username="wang")
    answer = person.client.post("/api/v1/tokens", json={"name": "脚本"})
    token = answer.get_json()["token"]

    run(world, "reset-password", "wang", "--generate")

    with world.core.config.read() as session:
        assert session.scalars(select(UserSession)).all() == []
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    used = world.visitor().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert used.status_code == 401
    assert last is not None
    assert (last.action, last.object) == ("user.reset_password", person.public_id)


def test_a_second_factor_is_reset_and_the_password_alone_is_asked_for_again(
    world: World,
) -> None:
    person = sign_in(world, "admin", username="wang")
    enrol(world, person)
    before = can_sign_in(world, "wang", PASSWORD)

    done, again = (run(world, "reset-second-factor", "wang") for _ in range(2))

    assert not before
    assert (done.returncode, again.returncode) == (0, 0)
    assert "wang 的两步验证已重置" in done.stdout
    assert "没有开启" in again.stdout
    assert can_sign_in(world, "wang", PASSWORD)
    assert person.client.get("/api/v1/me").status_code == 401
    with world.core.config.read() as session:
        acts = session.scalars(select(AuditEntry.action)).all()
    assert acts.count("second_factor.reset") == 1


def test_an_unknown_user_is_refused_with_those_that_there_are(world: World) -> None:
    sign_in(world, username="wang")

    done = run(world, "reset-password", "wnag", "--generate")

    assert done.returncode == 1
    assert "wang" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("password", ["short", "12345678", "wang"])
def test_a_password_that_is_easily_guessed_is_refused(world: World, password: str) -> None:
    sign_in(world, username="wang")

    done = run(world, "reset-password", "wang", typed=f"{password}\n{password}\n")

    assert done.returncode == 1
    assert can_sign_in(world, "wang", PASSWORD)


def test_two_different_passwords_are_asked_for_again(world: World) -> None:
    sign_in(world, username="wang")

    done = run(world, "reset-password", "wang", typed=f"{NEW}\nother\n{NEW}\n{NEW}\n")

    assert done.returncode == 0, done.stderr
    assert can_sign_in(world, "wang", NEW)


def test_a_disabled_person_is_reported(world: World) -> None:
    person = sign_in(world, username="wang")
    with world.core.config.write() as session:
        session.get_one(User, person.user_id).disabled = True

    done = run(world, "reset-password", "wang", "--generate")

    assert "disabled" in done.stdout


def test_an_account_is_made_with_a_role(world: World) -> None:
    sign_in(world, username="wang")

    done = run(world, "create-user", "li", "--role", "reviewer", typed=f"{NEW}\n{NEW}\n")

    assert done.returncode == 0, done.stderr
    assert can_sign_in(world, "li", NEW)
    with world.core.config.read() as session:
        made = session.scalars(select(User).where(User.username == "li")).one()
        assert [role.role for role in made.roles] == ["reviewer"]


@pytest.mark.parametrize("words", [("wang",), ("li", "--role", "king")])
def test_a_taken_name_and_an_unknown_role_are_refused(world: World, words: tuple[str, ...]) -> None:
    sign_in(world, username="wang")

    done = run(world, "create-user", *words, "--generate")

    assert done.returncode == 1
    assert done.stdout == ""


def test_without_a_server_in_the_folder_nothing_is_made(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"

    done = operate("reset-password", "admin", "--generate", ANPING_DATA=str(nothing))

    assert done.returncode == 1
    assert "ANPING_DATA" in done.stderr
    assert not nothing.exists()
