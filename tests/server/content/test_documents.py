"""A document that is uploaded becomes an asset for each of its pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.content.paths import arrivals, works
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories import documents, tus_client
from tests.support.factories.uploads import approved_image, read, send_form, upload

pytestmark = pytest.mark.slow


def test_a_pdf_becomes_an_asset_for_each_page(world: World, tmp_path: Path) -> None:
    author = sign_in(world, "publicity")
    source = documents.pdf(tmp_path / "防诈手册.pdf", [(160, 90), (90, 160)])

    answer = upload(author, source)

    assert answer.status_code == 201, answer.text
    assert (answer.json["kind"], answer.json["duplicate"]) == ("document", False)
    run_jobs(world.core)
    pages = [read(author, page) for page in answer.json["pages"]]
    assert [page["name"] for page in pages] == ["防诈手册 1", "防诈手册 2"]
    assert [(page["kind"], page["state"]) for page in pages] == [("image", "ready")] * 2
    assert [(page["width"], page["height"]) for page in pages] == [(2560, 1440), (1440, 2560)]


def test_the_same_document_again_is_the_same_pages(world: World, tmp_path: Path) -> None:
    author = sign_in(world, "publicity")
    source = documents.pdf(tmp_path / "a.pdf", [(160, 90), (90, 160)])
    first = upload(author, source)

    again = upload(author, source)

    assert again.status_code == 200
    assert again.json == first.json | {"duplicate": True}


def test_a_document_that_cant_be_read_is_refused_and_nothing_is_left(
    world: World, tmp_path: Path
) -> None:
    answer = upload(sign_in(world), documents.locked_pdf(tmp_path / "a.pdf"))

    assert (answer.status_code, answer.json["code"]) == (422, "encrypted")
    assert list(works(world.core).iterdir()) == list(arrivals(world.core).iterdir()) == []


def test_a_document_takes_no_assets_place(world: World, tmp_path: Path) -> None:
    author, reviewer = sign_in(world, "publicity"), sign_in(world, "reviewer")
    asset = approved_image(world, author, reviewer, tmp_path)
    source = documents.pdf(tmp_path / "a.pdf", [(160, 90)])

    answer = send_form(author, f"/api/v1/assets/{asset['id']}/replace", source)

    assert (answer.status_code, answer.json["code"]) == (422, "unsupported")


def test_a_document_sent_in_parts_is_answered_with_its_pages(world: World, tmp_path: Path) -> None:
    author = sign_in(world, "publicity")
    content = documents.pdf(tmp_path / "a.pdf", [(160, 90), (90, 160)]).read_bytes()
    url = tus_client.begin(author, len(content), filename="手册.pdf")

    last = tus_client.send(author, url, 0, content)

    assert last.status_code == 204, last.text
    pages = last.headers["Anping-Pages"].split(", ")
    assert pages[0] == last.headers["Anping-Asset"]
    assert [read(author, page)["name"] for page in pages] == ["手册 1", "手册 2"]
    assert tus_client.progress(author, url).headers["Anping-Pages"] == last.headers["Anping-Pages"]


def test_a_locked_document_sent_in_parts_is_refused_and_forgotten(
    world: World, tmp_path: Path
) -> None:
    author = sign_in(world)
    content = documents.locked_pdf(tmp_path / "a.pdf").read_bytes()
    url = tus_client.begin(author, len(content))

    answer = tus_client.send(author, url, 0, content)

    assert (answer.status_code, answer.json["code"]) == (422, "encrypted")
    assert tus_client.progress(author, url).status_code == 404
