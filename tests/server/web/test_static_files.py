"""Scripts and styles are small, packed and kept for good; what is out of date nobody uses."""

import gzip
import re
from pathlib import Path

import msgspec
import pytest
from werkzeug.test import TestResponse

from server.web.static_files import BUILT, LIST, STATIC, BuiltFile, BuiltList, built
from tests.support.app.people import sign_in
from tests.support.app.world import World

TEMPLATES = STATIC.parent / "templates"
NAMED = re.compile(r"static\('([^']+\.(?:js|css))'\)")


def fetch(world: World, path: str, **headers: str) -> TestResponse:
    with world.visitor().get(
        path, headers={k.replace("_", "-"): v for k, v in headers.items()}
    ) as answer:
        answer.get_data()
        return answer


def test_all_that_templates_name_is_made_but_what_comes_small_already() -> None:
    named = {
        name
        for path in TEMPLATES.glob("**/*.html")
        for name in NAMED.findall(path.read_text(encoding="utf-8"))
    }

    assert {one for one in named - built().keys() if "swagger" not in one} == set(), (
        "run `npm run vendor`: a script, a style or a template has changed since"
    )


def test_a_page_asks_for_what_was_made_and_begins_with_its_parts(world: World) -> None:
    page = sign_in(world).client.get("/todo").text
    asked = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:js|css)[^"]*)"', page)

    assert asked
    assert all(one.startswith(f"/static/{BUILT}/") for one in asked)
    assert 'rel="modulepreload"' in page
    assert {fetch(world, one).status_code for one in asked} == {200}


@pytest.mark.parametrize(
    ("takes", "encoding"), [("gzip, br", "br"), ("gzip", "gzip"), ("identity", None)]
)
def test_what_was_made_comes_as_it_is_taken_and_is_kept_for_good(
    world: World, takes: str, encoding: str | None
) -> None:
    path = f"/static/{BUILT}/{built()['console/console.css'].file}"
    answer = fetch(world, path, Accept_Encoding=takes)
    plain = fetch(world, path, Accept_Encoding="identity").data

    assert answer.headers.get("Content-Encoding") == encoding
    assert "immutable" in answer.headers["Cache-Control"]
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert answer.mimetype == "text/css"
    if encoding == "gzip":
        assert gzip.decompress(answer.data) == plain
    assert len(answer.data) <= len(plain)


def test_few_words_go_with_what_was_made_and_none_lets_it_load_anything(world: World) -> None:
    path = f"/static/{BUILT}/{built()['console/main.js'].file}"
    answer = fetch(world, path, Accept_Encoding="br")

    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert sum(len(name) + len(value) + 4 for name, value in answer.headers) < 500


def test_a_part_of_a_file_is_a_part_of_the_plain_one(world: World) -> None:
    path = f"/static/{BUILT}/{built()['console/console.css'].file}"
    answer = fetch(world, path, Accept_Encoding="br", Range="bytes=0-9")

    assert (answer.status_code, len(answer.data)) == (206, 10)
    assert "Content-Encoding" not in answer.headers


def make(folder: Path, script: str, digest: str) -> None:
    (folder / BUILT).mkdir(parents=True)
    (folder / "console").mkdir()
    (folder / "console/a.js").write_text(script, encoding="utf-8")
    files = {"console/a.js": BuiltFile("a-1.js", ())}
    content = msgspec.json.encode(BuiltList({"console/a.js": digest}, files))
    (folder / BUILT / LIST).write_bytes(content)


def test_what_was_made_of_another_source_is_left_aside(tmp_path: Path) -> None:
    digest = "4355a46b19d348dc"  # of the line "1\n", by sha256sum
    make(tmp_path / "same", "1\n", digest)
    make(tmp_path / "changed", "2\n", digest)

    assert built(tmp_path / "same") == {"console/a.js": BuiltFile("a-1.js", ())}
    assert built(tmp_path / "changed") == {}
    assert built(tmp_path / "nothing") == {}
