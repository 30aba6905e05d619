"""With ANPING_REQUIRE_TOTP administrators and reviewers set it up before anything else."""

from pathlib import Path

import pytest

from server.accounts.roles import Role
from tests.support.app.authenticator import MINE, enrol
from tests.support.app.people import give_role, sign_in
from tests.support.app.world import World, make_world

PAGE = "/settings/second-factor"


@pytest.fixture
def strict(tmp_path: Path) -> World:
    return make_world(tmp_path, require_totp=True)


@pytest.mark.parametrize("role", ["admin", "reviewer"])
def test_every_page_leads_to_the_one_that_sets_it_up(strict: World, role: Role) -> None:
    client = sign_in(strict, role).client
    led = [client.get(path) for path in ("/", "/campaigns", "/settings", "/api/docs")]
    page = client.get(PAGE)

    assert {answer.headers.get("Location") for answer in led[:3]} == {PAGE}
    assert {answer.status_code for answer in led[:3]} == {303}
    assert page.status_code == 200
    assert "须开启两步验证" in page.text


def test_the_api_reports_what_is_missing_and_does_nothing(strict: World) -> None:
    admin = sign_in(strict, "admin")
    tried = [
        admin.client.get("/api/v1/units"),
        admin.client.post("/api/v1/units", json={"name": "科"}),
        admin.client.patch("/api/v1/me", json={"name": "x"}),
        admin.client.post("/api/v1/tokens", json={"name": "x"}),
        admin.client.get("/files/" + "0" * 64),
    ]

    assert {answer.status_code for answer in tried} == {403}
    assert {answer.get_json()["code"] for answer in tried} == {"second_factor_required"}
    assert "两步验证" in tried[0].get_json()["detail"]
    assert admin.client.get(MINE).get_json()["required"] is True


@pytest.mark.slow
def test_once_it_is_on_all_is_open(strict: World) -> None:
    admin = sign_in(strict, "admin")
    enrol(strict, admin)

    assert admin.client.get("/").status_code == 200
    assert admin.client.get("/api/v1/units").status_code == 200


@pytest.mark.parametrize("role", ["publicity", "transport", "venue", "viewer", "auditor"])
def test_other_roles_are_left_alone(strict: World, role: Role) -> None:
    assert sign_in(strict, role).client.get("/api/v1/me").status_code == 200


def test_who_becomes_a_reviewer_sets_it_up_from_then_on(strict: World) -> None:
    person = sign_in(strict, "publicity")
    give_role(strict, person, "reviewer")

    assert person.client.get("/api/v1/me").status_code == 403


def test_bearer_tokens_go_on_and_so_do_sign_out_and_screens(strict: World, tmp_path: Path) -> None:
    admin = sign_in(strict, "admin")
    enrol(strict, admin)
    token = admin.client.post("/api/v1/tokens", json={"name": "x"}).get_json()["token"]
    other = sign_in(strict, "admin")
    other.client.post(f"/api/v1/users/{admin.public_id}/second-factor/reset")
    bearer = {"Authorization": f"Bearer {token}"}

    assert strict.visitor().get("/api/v1/me", headers=bearer).status_code == 200
    assert other.client.get("/player/config.json").status_code == 200
    assert other.client.delete("/api/v1/session").status_code == 204


def test_without_the_setting_nobody_has_to(world: World) -> None:
    assert sign_in(world, "admin").client.get("/api/v1/units").status_code == 200
