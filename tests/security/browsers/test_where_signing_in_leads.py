"""After signing in a person stays on this site, from any address before."""

import re
from urllib.parse import quote, urljoin, urlsplit

import pytest

from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import World

HERE = "http://localhost/login"
ELSEWHERE = (
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\\/evil.example",
    "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "/\r\n/evil.example",
    "\t//evil.example", " //evil.example", "/\t\\evil.example", "/a\\..\\..//evil.example",
    "https://evil.example", "https:evil.example", "javascript:alert(1)", "/\0/evil.example",
    "/\x0b/evil.example", "/\x7f/evil.example", "/\u2028/evil.example", "/x\r\nSet-Cookie: a=b",
    "evil.example", "@evil.example", "", ".", "//", "/\xa0/evil.example",
)  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_address_leads_to_another_site_after_the_sign_in(world: World, target: str) -> None:
    person, visitor = sign_in(world, "viewer"), world.visitor()
    typed = {"username": person.username, "password": PASSWORD, "next": target}

    after = visitor.post("/login", data=typed, headers={"Origin": "http://localhost"})
    at_once = person.client.get(f"/login?next={quote(target)}")

    refused = {400, 422}  # what holds a NUL is no address
    assert (after.status_code in refused) == ("\0" in target), after.text
    for answer in (after, at_once):
        if answer.status_code not in refused:
            assert answer.status_code in (302, 303)
            assert _as_browsers_read(answer.headers["Location"]) == "localhost"
        assert "Set-Cookie: a=b" not in str(answer.headers)


@pytest.mark.parametrize("target", ["/approve/t_1", "/screens?q=%E8%A1%97&page=2", "/media/a_1#x"])
def test_a_page_of_ours_is_where_it_leads(world: World, target: str) -> None:
    person = sign_in(world, "viewer")

    answer = person.client.get(f"/login?next={quote(target)}")

    assert answer.headers["Location"] == target


def test_forms_are_sent_to_this_site_alone(world: World) -> None:
    policy = world.visitor().get("/login").headers["Content-Security-Policy"]

    assert "form-action 'self'" in policy.split("; ")


def _as_browsers_read(location: str) -> str:
    """The host that a browser goes to (URL standard: tabs and line breaks go, `\\` is `/`)."""
    address = re.sub(r"[\t\r\n]", "", location.strip("".join(map(chr, range(33)))))
    return str(urlsplit(urljoin(HERE, address.replace("\\", "/"))).hostname)
