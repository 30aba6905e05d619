"""A photo counts from the moment it is chosen, however long the phone is at work on it."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.devices.rendered_page import first_of
from tests.support.district.inventory import District
from tests.support.district.visits import PHONE, sign_in
from tests.support.factories.sample_files import photo
from tests.support.patience import PATIENCE_MS
from tests.support.processes.web_worker import WebWorker

# A phone that takes its time to read a picture: until the test lets it go on.
SLOW_PHONE = """(() => {
  const read = window.createImageBitmap;
  const gate = new Promise((open) => { window.goOn = open; });
  window.createImageBitmap = async (...given) => { await gate; return read(...given); };
})()"""

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser: Browser, site: WebWorker) -> Page:
    return sign_in(browser, site, "chen", locale="zh-CN", viewport=PHONE, is_mobile=True)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """So large that the page makes it smaller first."""
    path = tmp_path / "large.jpg"
    Image.effect_noise((1600, 1200), 60).convert("RGB").save(path, "JPEG", quality=95)
    assert path.stat().st_size > 500_000
    return path


def form_of(site: WebWorker, district: District) -> str:
    return f"{site.base}/attestations/new?venue_id={district.venues['万象商场']}"


def is_at_the_server(page: Page) -> None:
    page.wait_for_url("**/attestations/m_*", timeout=PATIENCE_MS)
    expect(page.locator(".photos img")).to_have_count(1)


def test_who_presses_the_button_before_his_photo_was_made_smaller_sends_it_too(
    phone: Page, site: WebWorker, district: District, large: Path
) -> None:
    phone.add_init_script(SLOW_PHONE)
    phone.goto(form_of(site, district))
    camera = phone.locator("#f-camera")
    camera.set_input_files(large)
    assert camera.evaluate("(field) => field.validationMessage") == ""
    button = phone.get_by_role("button", name="提交", exact=True)
    button.click()
    expect(button).to_be_disabled()

    phone.evaluate("() => window.goOn()")

    is_at_the_server(phone)


def test_a_photo_chosen_before_the_script_is_there_is_sent_too(
    phone: Page, site: WebWorker, district: District, tmp_path: Path
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    phone.route("**/attestation*.js*", hold, times=1)
    with phone.expect_request("**/attestation*.js*"):
        phone.goto(form_of(site, district), wait_until="commit")
    phone.locator("#f-camera").set_input_files(photo(tmp_path / "screen.jpg"))
    first_of(phone, "the script", held).continue_()

    expect(phone.locator("[data-shots] li")).to_have_count(1)
    phone.get_by_role("button", name="提交", exact=True).click()

    is_at_the_server(phone)
