"""Person, language and token come along with a request that another process answers."""

import re

import pytest

from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.processes.reading_process import WithoutASocket, read_by_another

TOKEN = re.compile(r'name="csrf-token" content="([0-9a-f]+)"')


@pytest.fixture
def reading(world: World) -> WithoutASocket:
    return read_by_another(world)


def test_the_language_of_the_person_is_that_of_the_page(
    world: World, reading: WithoutASocket
) -> None:
    officer = sign_in(world)
    chinese = officer.client.get("/reports").text
    officer.client.patch("/api/v1/me", json={"language": "en"})

    english = officer.client.get("/reports").text

    assert '<html lang="zh-CN"' in chinese
    assert '<html lang="en"' in english
    assert reading.answered == 2


def test_a_language_that_the_address_asks_for_is_kept_by_who_recognised_the_person(
    world: World, reading: WithoutASocket
) -> None:
    officer = sign_in(world)

    asked = officer.client.get("/reports?lang=en")

    assert '<html lang="en"' in asked.text
    assert asked.headers.getlist("Set-Cookie") == [
        one for one in asked.headers.getlist("Set-Cookie") if one.startswith("anping_lang=en")
    ]
    assert '<html lang="en"' in officer.client.get("/venues").text
    assert reading.answered == 2


def test_the_token_of_a_page_that_was_made_there_is_good_here(
    world: World, reading: WithoutASocket
) -> None:
    officer = sign_in(world)
    found = TOKEN.search(officer.client.get("/venues").text)
    assert found is not None

    body = {"name": "东门", "kind": "other"}
    wrong = officer.client.post("/api/v1/venues", json=body, headers={"X-CSRF-Token": "0" * 64})
    right = officer.client.post("/api/v1/venues", json=body, headers={"X-CSRF-Token": found[1]})

    assert (wrong.status_code, right.status_code) == (403, 201)
    assert reading.answered == 1


def test_who_is_nobody_gets_no_further_than_the_worker(
    world: World, reading: WithoutASocket
) -> None:
    visitor = world.visitor()
    for path in ("/api/v1/reports/delivery", "/api/v1/venues", "/plays", "/api/v1/plays/export"):
        assert visitor.get(path).status_code == 401
    forged = {"anping.carried": "1", "Anping-Carried": "1", "Authorization": "Bearer anp_x"}
    assert visitor.get("/api/v1/venues", headers=forged).status_code == 401

    assert reading.answered == 0
