"""Names given by people are shown on pages as text, with any characters."""

import re
from html.parser import HTMLParser

import pytest

from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world
from tests.support.browser.page_inventory import page_addresses

MARK = "zqx"
NAMES = (
    f'<script src="//{MARK}.example/a.js"></script>',
    f'"><img src={MARK} onerror=alert(1)>',
    f"' onfocus={MARK} x='",
    f"{{{{ {MARK} * 7 }}}}",
    f"javascript:{MARK}()",
)


class Reader(HTMLParser):
    """Records tags and attributes in which a name is anything but text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if MARK in name or name.startswith("on"):
                self.found.append(f"<{tag} {name}>")
            runs = name in {"src", "href", "action", "srcset", "formaction"}
            if runs and value and re.match(r"\s*(javascript:|//zqx)", value):
                self.found.append(f"<{tag} {name}={value}>")
        if MARK in tag:
            self.found.append(f"<{tag}>")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A street whose things all have such names."""
    made = make_world(tmp_path_factory.mktemp("markup"))
    admin = sign_in(made, "admin", username="wang")
    publicity = sign_in(made, "publicity", username="li")
    for number, name in enumerate(NAMES):
        admin.client.post("/api/v1/units", json={"name": name})
        body = {"name": name, "kind": "bank", "address": name, "contact": {"name": name}}
        venue = admin.client.post("/api/v1/venues", json=body)
        assert venue.status_code == 201, venue.text
        person = {"username": f"u{number}", "name": name, "roles": ["viewer"]}
        admin.client.post("/api/v1/users", json={**person, "password": "a long enough one 1"})
        record = {"venue_id": venue.get_json()["id"], "name": name, "serial": f"B{number}"}
        admin.client.post("/api/v1/screens", json=record)
        playlist = publicity.client.post("/api/v1/playlists", json={"name": name, "items": []})
        assert playlist.status_code in {201, 422}
    return made


@pytest.mark.slow
def test_no_page_has_a_name_as_anything_but_text(world: World) -> None:
    client = sign_in(world, "admin", username="zhang").client
    seen, wrong = 0, []
    for address in page_addresses(world, {"venue_id": "v_1", "screen_id": "s_1", "unit_id": "u_2"}):
        answer = client.get(address)
        if answer.mimetype != "text/html":
            continue
        reader = Reader()
        reader.feed(answer.text)
        seen += MARK in answer.text
        wrong += [f"{address}: {one}" for one in reader.found]
        wrong += [f"{address}: worked out"] * ("zqxzqx" in answer.text)

    assert wrong == []
    assert seen >= 5, "the names aren't on the pages, so nothing was looked at"


def test_what_would_be_wrong_is_found() -> None:
    for name in NAMES[:2]:
        reader = Reader()
        reader.feed(f'<p title="{name}">{name}</p>')
        assert reader.found, name
