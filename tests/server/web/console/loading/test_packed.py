"""Pages, scripts and styles come packed to browsers, plain to those who ask for that."""

import gzip
import re
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from server.accounts.auth.token_masking import masked
from tests.support.app.people import sign_in
from tests.support.app.world import World

STATIC = Path(__file__).parents[5] / "server/web/static"
STYLE = "console/console.css"
TOKEN = re.compile(r'(?:name="csrf-token" content|name="csrf_token" value)="([^"]*)"')
LIST = "/api/v1/units?limit=100"
TAKES = {"Accept-Encoding": "gzip, deflate, br"}


def fetch(world: World, path: str, headers: dict[str, str]) -> TestResponse:
    """An answer that is read to its end."""
    with world.visitor().get(path, headers=headers) as answer:
        answer.get_data()
        return answer


def test_a_style_comes_packed_and_is_the_same(world: World) -> None:
    answer = fetch(world, f"/static/{STYLE}", TAKES)
    content = (STATIC / STYLE).read_bytes()

    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == content
    assert len(answer.data) == answer.content_length < len(content) / 2
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert answer.mimetype == "text/css"


@pytest.mark.parametrize("encoding", ["", "identity", "gzip;q=0"])
def test_who_takes_no_gzip_gets_it_plain(world: World, encoding: str) -> None:
    answer = fetch(world, f"/static/{STYLE}", {"Accept-Encoding": encoding})

    assert "Content-Encoding" not in answer.headers
    assert answer.data == (STATIC / STYLE).read_bytes()
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_what_a_browser_has_isnt_sent_again(world: World) -> None:
    tag = fetch(world, f"/static/{STYLE}", TAKES).headers["ETag"]
    again = fetch(world, f"/static/{STYLE}", {**TAKES, "If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")


def test_a_part_of_a_file_is_a_part_of_the_plain_one(world: World) -> None:
    headers = {**TAKES, "Range": "bytes=0-9"}
    answer = fetch(world, f"/static/{STYLE}", headers)

    assert answer.status_code == 206
    assert answer.data == (STATIC / STYLE).read_bytes()[:10]


def test_a_file_that_isnt_there_is_missing(world: World) -> None:
    assert fetch(world, "/static/console/none.css", TAKES).status_code == 404
    assert fetch(world, "/static/../frame.py", TAKES).status_code == 404


def test_a_page_comes_packed_and_its_token_is_another_each_time(world: World) -> None:
    wang = sign_in(world, "admin")
    packed = wang.client.get("/settings", headers=TAKES)
    plain = wang.client.get("/settings")
    pages = [gzip.decompress(packed.data).decode(), plain.text]
    tokens = [TOKEN.search(page) for page in pages]

    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.content_length == len(packed.data) < len(plain.data) / 2
    assert [TOKEN.sub("", page) for page in pages[:1]] == [TOKEN.sub("", pages[1])]
    assert len({found[1] for found in tokens if found}) == len(tokens)


def test_a_masked_token_is_as_good_as_the_bare_one_and_another_isnt(world: World) -> None:
    wang = sign_in(world, "admin")
    bare = wang.client.environ_base.pop("HTTP_X_CSRF_TOKEN")
    found = TOKEN.search(wang.client.get("/settings").text)
    sent = [
        bare,
        found[1] if found else "",
        "",
        "00",
        "0" * 128,
        bare[:-1],
        masked(bare[::-1]),
    ]
    answers = [
        wang.client.post("/api/v1/units", json={}, headers={"X-CSRF-Token": one}).status_code
        for one in sent
    ]

    assert answers == [422, 422, 403, 403, 403, 403, 403]


@pytest.mark.slow
def test_a_long_answer_of_the_api_comes_packed_and_a_short_one_plain(world: World) -> None:
    wang = sign_in(world, "admin")
    for number in range(90):
        wang.client.post("/api/v1/units", json={"name": f"第 {number} 单位", "parent_id": "u_1"})
    long, short = (wang.client.get(path, headers=TAKES) for path in (LIST, "/api/v1/me"))

    assert long.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(long.data) == wang.client.get(LIST).data
    assert "Content-Encoding" not in short.headers
