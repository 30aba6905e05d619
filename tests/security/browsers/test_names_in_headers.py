"""Downloads have a name of ours, or one that keeps to its line."""

from typing import Any

import pytest

from tests.support.app.people import PASSWORD, Person, sign_in
from tests.support.app.world import World

SMUGGLED = '周报"\r\nX-Injected: yes\r\n\r\n<b>.xlsx'


@pytest.fixture
def reader(world: World) -> Person:
    return sign_in(world, "admin")


def headers_of(answer: Any) -> dict[str, str]:
    found = dict(answer.headers)
    answer.close()
    return found


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/api/v1/reports/plays", "csv"),
        ("/api/v1/reports/delivery", "xlsx"),
        ("/api/v1/venues/export", "xlsx"),
        ("/api/v1/plays", "csv"),
        ("/api/v1/audit", "json"),
    ],
)
def test_no_value_of_a_request_becomes_a_header(reader: Person, path: str, form: str) -> None:
    query = {
        "format": form,
        "name": SMUGGLED,
        "filename": SMUGGLED,
        "q": SMUGGLED,
        "from": "2026-11-01",
    }
    found = headers_of(reader.client.get(path, query_string=query))

    assert "X-Injected" not in found
    assert all("\r" not in value and "\n" not in value for value in found.values())


def test_an_invalid_host_is_refused_and_is_in_no_policy(world: World) -> None:
    for host in ("evil.example; script-src *", "a b", "x\ty", "evil.example'"):
        answer = world.visitor().get("/login", headers={"Host": host})

        assert answer.status_code == 400, host
        assert host not in answer.headers.get("Content-Security-Policy", "")


def test_where_to_go_after_the_sign_in_is_a_page_of_ours(world: World) -> None:
    sign_in(world, username="wang")
    for target in ("//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example"):
        answer = world.visitor().post(
            "/login",
            data={"username": "wang", "password": PASSWORD, "next": target},
            query_string={"next": target},
        )

        assert answer.status_code in {302, 303}, answer.status_code
        assert answer.headers["Location"].startswith("/")
        assert not answer.headers["Location"].startswith(("//", "/\\"))
