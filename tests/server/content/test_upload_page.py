"""Uploading on the page: many files, progress, pause, resume after a reload, clear refusals."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from server.accounts.auth.request_identity import COOKIE
from server.content.models import Asset
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world
from tests.support.devices.rendered_page import first_of
from tests.support.factories import documents
from tests.support.factories.assets import make_asset
from tests.support.factories.sample_files import photo, svg_drawing
from tests.support.factories.uploads import stored
from tests.support.patience import PATIENCE_MS, until
from tests.support.processes.web_worker import WebWorker, web_worker

pytestmark = pytest.mark.browser

MB = 1024 * 1024
# The start of an MP4, so that what follows is let in and refused only by processing.
MP4_HEAD = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("upload-page"))


@pytest.fixture(scope="module")
def site(world: World) -> Iterator[WebWorker]:
    with web_worker(world) as worker:
        yield worker


@pytest.fixture
def page(world: World, site: WebWorker, browser: Browser) -> Iterator[Page]:
    """The media page of a publicity officer."""
    person = sign_in(world, "publicity")
    cookie = person.client.get_cookie(COOKIE)
    assert cookie is not None
    context = browser.new_context(locale="zh-CN")
    context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": site.base}])
    opened = context.new_page()
    opened.goto(f"{site.base}/media")
    yield opened
    context.close()


def choose(page: Page, *files: Path) -> None:
    page.locator('input[type="file"]').set_input_files([str(file) for file in files])


def lines(page: Page) -> Locator:
    return page.locator("[data-uploads] > li")


def process(world: World) -> None:
    """What the jobs process does; the server has the machine's clock."""
    world.clock.at_ms = time.time_ns() // 1_000_000
    assert run_jobs(world.core) > 0


def stops_after_one_part(page: Page) -> list[Route]:
    """From now on the second part of an upload doesn't get through; it is held for its sender."""
    held: list[Route] = []

    def pass_or_hold(route: Route) -> None:
        is_later = int(route.request.headers.get("upload-offset", "0")) > 0
        held.append(route) if is_later else route.continue_()

    page.route("**/api/v1/uploads/*", pass_or_hold)
    return held


def large_clip(path: Path, size: int) -> Path:
    path.write_bytes(MP4_HEAD + os.urandom(size - len(MP4_HEAD)))
    return path


def test_many_files_each_end_in_words(world: World, page: Page, tmp_path: Path) -> None:
    good = photo(tmp_path / "现场.jpg")
    twin = tmp_path / "同一张.jpg"
    twin.write_bytes(good.read_bytes())

    choose(page, good, svg_drawing(tmp_path / "图.png", tmp_path), twin)

    first, drawing, again = (lines(page).nth(place) for place in range(3))
    expect(drawing).to_have_attribute("data-state", "refused")
    expect(drawing.locator("[data-note]")).to_contain_text("不接收 SVG")
    remembered = "Object.keys(localStorage).filter((key) => key.includes('图.png'))"
    until("nothing to go on with", lambda: page.evaluate(remembered) == [])
    expect(again.get_by_role("link")).to_have_text("已有相同内容，无需重复上传，点击查看")
    expect(first).to_have_attribute("data-state", "processing")
    process(world)
    expect(first.get_by_role("link")).to_have_attribute("href", re.compile("/media/a_"))
    twins = str(again.get_by_role("link").get_attribute("href"))
    expect(first.get_by_role("link")).to_have_attribute("href", twins)
    expect(page.locator(".tile .name", has_text="现场.jpg")).to_be_visible()


def test_a_documents_line_has_all_of_its_pages_fitted_as_chosen(
    world: World, page: Page, tmp_path: Path
) -> None:
    page.get_by_label("画面比例与屏幕不一致时").select_option("crop")
    choose(page, documents.pdf(tmp_path / "手册.pdf", [(40, 90), (90, 40), (80, 80)]))

    row = lines(page).first
    links = row.locator("[data-page-list] a")
    expect(links).to_have_text(["第 1 页", "第 2 页", "第 3 页"])
    expect(row.locator("[data-note]")).to_have_text("共 3 页，已就绪 0 页")
    process(world)
    expect(row.locator("[data-note]")).to_have_text("共 3 页，已就绪 3 页")
    expect(row.locator("[data-page-list] img")).to_have_count(3)
    assets = [str(link.get_attribute("href")).removeprefix("/media/") for link in links.all()]
    assert len(set(assets)) == 3
    made = [stored(world, asset) for asset in assets]
    assert [(one.name, one.fit) for one in made] == [(f"手册 {n}", "crop") for n in (1, 2, 3)]


def test_an_upload_is_paused_and_goes_on_after_a_reload(
    world: World, page: Page, tmp_path: Path
) -> None:
    clip = large_clip(tmp_path / "长片.mp4", 40 * MB)
    held = stops_after_one_part(page)
    choose(page, clip)
    row = lines(page).first
    first_of(page, "the second part", held)

    row.get_by_role("button", name="暂停上传").click()
    expect(row).to_have_attribute("data-state", "paused")
    page.reload()

    expect(page.locator("[data-unfinished]")).to_contain_text("长片.mp4")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.headers.get("upload-offset", "")))
    page.unroute_all(behavior="ignoreErrors")
    choose(page, clip)
    expect(lines(page).first).to_have_attribute("data-state", "processing", timeout=PATIENCE_MS)
    first_part = next(int(offset) for offset in sent if offset)
    assert first_part >= 16 * MB
    process(world)
    expect(lines(page).first).to_have_attribute("data-state", "refused")
    kept = [path for path in (world.core.settings.data / "originals").rglob("*") if path.is_file()]
    assert clip.read_bytes() in [path.read_bytes() for path in kept]
    assert world.core.originals.has(kept[0].name)


def test_a_cancelled_upload_is_gone_from_the_server(
    world: World, page: Page, tmp_path: Path
) -> None:
    held = stops_after_one_part(page)
    choose(page, large_clip(tmp_path / "弃.mp4", 24 * MB))
    row = lines(page).first
    first_of(page, "the second part", held)
    expect(row).to_have_attribute("data-state", "sending")
    expect(row.locator("[data-percent]")).to_have_text(re.compile(r"[1-9]\d? %"))

    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        row.get_by_role("button", name="取消").click()

    expect(row).to_have_attribute("data-state", "dropped")
    begun = (world.core.settings.data / "uploads").iterdir()
    assert [path for path in begun if (path / "content").exists()] == []


def test_many_assets_are_tagged_and_submitted_at_once_and_failures_are_explained(
    world: World, page: Page
) -> None:
    ready = [make_asset(world, state="ready", name=f"待送{place}") for place in range(2)]
    refused = make_asset(world, state="rejected", name="坏的")
    page.reload()
    for number in (*ready, refused):
        page.locator(f'[data-pick][value="a_{number}"]').check()
    expect(page.locator("[data-chosen]")).to_have_text("已选 3 项")

    page.locator("[data-tag]").fill("年末")
    page.get_by_role("button", name="加标签").click()
    expect(page.locator("[data-said]")).to_have_text("已完成 3 项")
    for number in (*ready, refused):
        page.locator(f'[data-pick][value="a_{number}"]').check()
    page.locator('[data-do="submit"]').click()

    expect(page.locator("[data-said]")).to_contain_text("1 项未完成：坏的：")
    with world.core.config.read() as session:
        found = [session.get_one(Asset, number) for number in (*ready, refused)]
    assert [one.state for one in found] == ["submitted", "submitted", "rejected"]
    assert all(one.tags == ["年末"] for one in found)


def test_ticks_made_while_the_list_is_renewed_stay_with_their_focus(
    world: World, page: Page
) -> None:
    first, second = (make_asset(world, state="ready", name=f"勾选{place}") for place in range(2))
    page.reload()
    held: list[Route] = []
    page.locator(f'[data-pick][value="a_{first}"]').check()
    page.locator("[data-tag]").fill("勾选")
    page.route("**/media", lambda route: _hold(held, route))
    page.get_by_role("button", name="加标签").click()
    expect(page.locator("[data-said]")).to_have_text("已完成 1 项")

    page.locator(f'[data-pick][value="a_{second}"]').check()
    first_of(page, "the question", held)
    held.pop().continue_()

    expect(page.locator(f'[data-pick][value="a_{first}"]')).to_have_attribute(
        "data-tags", re.compile("勾选")
    )
    expect(page.locator(f'[data-pick][value="a_{second}"]')).to_be_checked()
    expect(page.locator(f'[data-pick][value="a_{second}"]')).to_be_focused()
    expect(page.locator("[data-chosen]")).to_have_text("已选 1 项")


def _hold(held: list[Route], route: Route) -> None:
    held.append(route)
